"""`organisation.mentioned.v1` and `address.mentioned.v1`: found in a mail's text; they suggest, and never link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from loketbus_contracts import AddressMentioned, Event, OrganisationMentioned

from loketbus.errors import NotYet
from loketbus.ledger.tx import Tx
from services.mail_ingest import links
from services.mail_ingest.domain import item_id
from services.mail_ingest.domain.clues import Found, mentioned
from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.store import clues, places
from services.mail_ingest.store import items as rows

PATIENCE = timedelta(days=7)
"""A ledger that was restored reads its mails again within minutes; after a week nobody brings this one any more."""


class OrganisationMentionedHandler:
    """`organisation.mentioned.v1`."""

    def apply(self, tx: Tx, event: Event[OrganisationMentioned], prepared: None) -> None:
        """Remember the organisations in a mail, in place of what was mentioned before.

        Raises:
            NotYet: the mail is not in the ledger.
        """
        named = [(one.number, one.as_written) for one in event.data.organisations]
        _remember(tx, event.data.mail, event.time, (Clue.ORGANISATION,), mentioned(Clue.ORGANISATION, named))


class AddressMentionedHandler:
    """`address.mentioned.v1`."""

    def apply(self, tx: Tx, event: Event[AddressMentioned], prepared: None) -> None:
        """Remember the addresses in a mail, in place of what was mentioned before.

        Raises:
            NotYet: the mail is not in the ledger.
        """
        found = event.data.addresses
        exact = [(one.address, one.label or one.as_written) for one in found]
        whole = [(one.building_address or one.address, one.label or one.as_written) for one in found]
        both = (*mentioned(Clue.ADDRESS, exact), *mentioned(Clue.BUILDING, whole))
        _remember(tx, event.data.mail, event.time, (Clue.ADDRESS, Clue.BUILDING), both)


def _remember(tx: Tx, mail: str, told_at: datetime, kinds: tuple[Clue, ...], found: Iterable[Found]) -> None:
    item = item_id(mail)
    if rows.get_item(tx.connection, item) is None:
        if places.was_taken_in(tx.connection, mail):
            return  # erased: nothing of it comes back
        raise NotYet(f"mail:{mail}", deadline=told_at + PATIENCE, message="De mail waarover dit gaat is er nog niet.")
    clues.replace(tx, item, kinds, found)
    links.relink(tx, names=(item,))
