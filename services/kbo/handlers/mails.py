"""`mail.received.v1`: organisations that a mail names. A suggestion for linking, never a link.

Read are the subject and the sender's own new words as they travel (at most 16 kB): what is quoted below stood in an
earlier mail, and whoever writes more than that names his building in the first pages. Automatic mail is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from loketbus_contracts import ORGANISATION_MENTIONED, Event, MailReceived, MentionedOrganisation, OrganisationMentioned

from loketbus.ledger.tx import Tx
from services.kbo.mentions import find_organisations
from services.kbo.questions import Register
from services.kbo.store import mentions

Found = tuple[MentionedOrganisation, ...]


class MailReceivedHandler:
    """`mail.received.v1`; `home` are the postcodes of the desk's own city."""

    def __init__(self, register: Register, home: Iterable[str] = ()) -> None:
        self._register = register
        self._home = frozenset(home)

    async def prepare(self, event: Event[MailReceived]) -> Found:
        """Look for organisations.

        Raises:
            Unavailable: there is no register; the mail waits.
        """
        mail = event.data
        return () if mail.automatic is not None else await asyncio.to_thread(self._find, read(mail))

    async def probe(self) -> None:
        """Is there a register again?"""
        await asyncio.to_thread(self._find, "")

    def apply(self, tx: Tx, event: Event[MailReceived], prepared: Found) -> None:
        """Tell what was found, or that nothing of what was told before stands."""
        mail = event.data.mail
        if prepared or mentions.was_mentioned(tx.connection, mail):
            tx.emit(ORGANISATION_MENTIONED, mail, OrganisationMentioned(mail=mail, organisations=prepared))
        mentions.remember(tx, mail, anything=bool(prepared))

    def _find(self, text: str) -> Found:
        with self._register.open() as view:
            return find_organisations(view, text, self._home)


def read(mail: MailReceived) -> str:
    """What is looked through."""
    original = mail.original.subject if mail.original else None
    subjects = [line for line in (mail.subject, original) if line]
    return "\n\n".join([*dict.fromkeys(subjects), mail.new_text])
