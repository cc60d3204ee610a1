"""What the outside says to mail_ingest, as one-liners for tests of linking."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from loketbus_contracts import (
    ADDRESS_MENTIONED,
    DOSSIER_STATE,
    MAIL_SENT,
    ORGANISATION_MENTIONED,
    AddressMentioned,
    DossierState,
    Event,
    MailSent,
    MentionedAddress,
    MentionedOrganisation,
    OrganisationMentioned,
)
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import select

from loketbus.ledger.tx import Cause, Tx, flush
from services.mail_ingest import domain, mails
from services.mail_ingest.domain.tokens import Tokens
from services.mail_ingest.handlers.dossiers import DossierStateHandler
from services.mail_ingest.handlers.mentions import AddressMentionedHandler, OrganisationMentionedHandler
from services.mail_ingest.handlers.sent import MailSentHandler
from services.mail_ingest.parsing import StoredMail
from services.mail_ingest.policy import Policy
from services.mail_ingest.store import items, tables
from services.mail_ingest.store.places import Place
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.support.letters import CITIZEN, DESK, stored

BOX = domain.mailbox_id(DESK)
TOKENS = Tokens(["a secret of the tests, long enough"])
POLICY = Policy(own_domains=frozenset({"stad.example"}), tokens=TOKENS)


def thread_index(number: int, replies: int = 0) -> str:
    """A well-formed Thread-Index: 0x01, FILETIME, a GUID, five bytes per reply (MS-OXOMSG 2.2.1.3)."""
    head = b"\x01\xdc\x31\x02\x03\x04" + number.to_bytes(16, "big")
    return base64.b64encode(head + bytes(range(5)) * replies).decode()


@dataclass
class World:
    """Around one ledger; a moment is minutes past noon."""

    book: Book
    policy: Policy = POLICY
    _revisions: dict[str, int] = field(default_factory=dict)

    def mail(self, name: str, *, minutes: int = 0, has_attachments: bool | None = None, **given: Any) -> str:
        """The mail `<name>` comes in; its id. Taken in with the mail itself as the cause, as in production."""
        return self.take_in(stored(name, **given), minutes=minutes, has_attachments=has_attachments)

    def take_in(
        self,
        mail: StoredMail,
        *,
        minutes: int = 0,
        has_attachments: bool | None = None,
        text: str | None = None,
        provider: str = "ews",
    ) -> str:
        """A mail comes in, over an adapter."""
        cause = mails.cause_of(BOX, mail, NOON + timedelta(minutes=minutes))
        place = Place(provider, f"id of {mail.message_id} {mail.content_hash}", "inbox")

        def record(tx: Tx) -> None:
            mails.record(tx, BOX, place, mail, policy=self.policy, has_attachments=has_attachments, text=text)

        self._write(cause, record)
        return cause.id

    def sent(self, name: str, klantenreis: str | None = None, *, minutes: int = 0, **given: Any) -> None:
        """The CRM says that it sent `<name>`."""
        values = {"conversation": "of-the-crm", "sent_at": NOON + timedelta(minutes=minutes), **given}
        data = MailSent(message_id=f"<{name}>", klantenreis=klantenreis, **values)
        self._tell(MAIL_SENT, "of-the-crm", data, MailSentHandler(), minutes)

    def dossier(self, name: str, klantenreis: str = "KR-2026-0042", *, minutes: int = 0, **given: Any) -> None:
        """The CRM says how a dossier is: the next revision of it, unless one is named."""
        self._revisions[name] = given.pop("revision", self._revisions.get(name, 0) + 1)
        emails = given.pop("emails", (CITIZEN,))
        people = ({"rol": "eigenaar_bewoner", "emails": emails},) if emails else ()
        values: dict[str, Any] = {"nummer": name, "actief": True, "betrokkenen": people, **given}
        data = DossierState(
            dossier=f"id-of-{name}",
            revision=self._revisions[name],
            klantenreis=klantenreis,
            occurred_at=NOON + timedelta(minutes=minutes),
            **values,
        )
        self._tell(DOSSIER_STATE, data.dossier, data, DossierStateHandler(), minutes)

    def forget_dossier(self, name: str) -> None:
        """The CRM deletes it."""
        self.book.write(lambda tx: DossierStateHandler().forget(tx, f"id-of-{name}"))

    def organisation(self, mail: str, number: str, *, minutes: int = 0) -> None:
        """The company register found an organisation in a mail."""
        one = MentionedOrganisation(number=number, method="number", as_written=f"VME {number}", vme=True)
        data = OrganisationMentioned(mail=mail, organisations=(one,))
        self._tell(ORGANISATION_MENTIONED, mail, data, OrganisationMentionedHandler(), minutes)

    def address(self, mail: str, address: str | None, building: str | None = None, *, minutes: int = 0) -> None:
        """The address register found an address in a mail."""
        one = MentionedAddress(
            as_written="Bruul 12", verdict="exact", address=address, building_address=building, label="Bruul 12"
        )
        data = AddressMentioned(mail=mail, addresses=(one,))
        self._tell(ADDRESS_MENTIONED, mail, data, AddressMentionedHandler(), minutes)

    def item(self, mail: str) -> dict[str, Any]:
        """The row of its item, JSON columns read."""
        row = self.book.read(items.get_item, domain.item_id(mail))
        assert row is not None
        return row | {name: json.loads(row[name] or "null") for name in ("candidates", "remarks", "link_evidence")}

    def link(self, mail: str) -> tuple[str | None, str | None, str | None]:
        """(klantenreis, dossier, method)."""
        row = self.item(mail)
        return row["klantenreis"], row["dossier"], row["link_method"]

    def candidates(self, mail: str) -> list[tuple[str, str | None, str]]:
        """(klantenreis, dossier, method) of each."""
        return [(one["klantenreis"], one["dossier"], one["method"]) for one in self.item(mail)["candidates"]]

    def links(self) -> dict[str, tuple[Any, ...]]:
        """What every item says about where it belongs, by Message-ID."""
        columns = ("klantenreis", "dossier", "link_method", "remarks", "candidates", "answered_at", "answered_via")
        query = select(tables.mail.c.message_id, *(tables.item.c[name] for name in columns))
        query = query.join(tables.item, tables.item.c.mail == tables.mail.c.mail)
        return self.book.read(lambda connection: {row[0]: tuple(row[1:]) for row in connection.execute(query)})

    def by_person(self, mail: str, klantenreis: str | None, dossier: str | None = None) -> None:
        """Somebody at the desk links it, or undoes its link."""
        values = {"klantenreis": klantenreis, "dossier": dossier, "link_method": "person", "link_evidence": None}
        self.book.write(lambda tx: items.update_item(tx, domain.item_id(mail), values))

    def _tell(self, topic: Topic[Any], key: str, data: Message, handler: Any, minutes: int) -> None:
        at: datetime = NOON + timedelta(minutes=minutes)
        event = Event(id="e", type=topic.name, source="crm", key=key, time=at, data=data, correlation_id="c")
        self.book.write(lambda tx: handler.apply(tx, event, None), minutes=minutes)

    def _write(self, cause: Cause, work: Any) -> None:
        def run(connection: Any) -> Tx:
            tx = Tx(connection, cause, cause.at, "mail_ingest")
            work(tx)
            flush(connection, [tx])
            return tx

        self.book.emitted += self.book.ledger.write_sync(run).emitted
