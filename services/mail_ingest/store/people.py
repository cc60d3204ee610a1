"""What there is of one person, found by mail address or by the CRM's id of a contactpersoon, and removing it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from loketbus_contracts import QUEUE_ITEM
from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, union

from loketbus.blob_refs import release
from loketbus.ledger.tx import Tx
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.store.tables import (
    contact,
    dossier_clue,
    history,
    item,
    item_clue,
    mail,
    note,
    person,
    reference,
    sent_reference,
)

QUOTES = ("candidates", "link_evidence")


@dataclass(slots=True)
class Person:
    """What there is of one person."""

    connection: Connection
    subject: str

    @property
    def address(self) -> str:
        """In small letters."""
        return self.subject.strip().lower()

    @property
    def mails(self) -> list[str]:
        """From, to or about them."""
        query = select(person.c.mail).where(person.c.address == self.address)
        return list(self.connection.execute(query.order_by(person.c.mail)).scalars())

    @property
    def message_ids(self) -> list[str]:
        """Of these mails."""
        query = select(mail.c.message_id).where(mail.c.mail.in_(self.mails), mail.c.message_id.is_not(None))
        return sorted(set(self.connection.execute(query).scalars()))

    @property
    def contacts(self) -> list[str]:
        """What they asked in another way."""
        theirs = or_(contact.c.email == self.address, contact.c.contactpersoon == self.subject.strip())
        return list(self.connection.execute(select(contact.c.contact).where(theirs)).scalars())

    @property
    def as_betrokkene(self) -> ColumnElement[bool]:
        """The CRM named the address on a dossier."""
        return (dossier_clue.c.kind == str(Clue.SENDER)) & (dossier_clue.c.value == self.address)

    @property
    def answered(self) -> ColumnElement[bool]:
        """A mail of theirs was answered."""
        return sent_reference.c.parent.in_(self.message_ids)

    def counts(self) -> dict[str, int]:
        """Rows by table."""
        return {
            "mail": len(self.mails),
            "contact": len(self.contacts),
            "dossier_clue": _count(self.connection, self.as_betrokkene),
            "mail_sent_reference": _count(self.connection, self.answered),
            "queue_item": len(self.quoting()),
        }

    def items(self) -> list[str]:
        """Theirs, in a fixed order."""
        theirs = or_(item.c.mail.in_(self.mails), item.c.contact.in_(self.contacts))
        return list(self.connection.execute(select(item.c.item).where(theirs).order_by(item.c.item)).scalars())

    def quoting(self) -> list[dict[str, Any]]:
        """Items of others whose grounds hold the address."""
        quoted = json.dumps(self.address, ensure_ascii=False)
        holds = or_(*(item.c[name].contains(quoted, autoescape=True) for name in QUOTES))
        own = self.items()
        rows = self.connection.execute(select(item).where(holds).order_by(item.c.item)).mappings()
        return [dict(row) for row in rows if row["item"] not in own]


def remove(tx: Tx, who: Person, own: list[str]) -> dict[str, int]:
    """Remove all of it, and the items `own` with a tombstone; rows by table."""
    mails, contacts = who.mails, who.contacts
    for name in own:
        tx.tombstone(QUEUE_ITEM, name)
    quoted = len(who.quoting())
    answered = tx.execute(delete(sent_reference).where(who.answered)).rowcount
    for about in (item_clue, note, history, item):
        tx.execute(delete(about).where(about.c.item.in_(own)))
    for table in (reference, person, mail):
        tx.execute(delete(table).where(table.c.mail.in_(mails)))
    tx.execute(delete(contact).where(contact.c.contact.in_(contacts)))
    return {
        "mail": len(mails),
        "contact": len(contacts),
        "dossier_clue": tx.execute(delete(dossier_clue).where(who.as_betrokkene)).rowcount,
        "mail_sent_reference": answered,
        "queue_item": len(own) + quoted,
        "blob_ref": release(tx, [*mails, *contacts]),
    }


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).where(where)).scalar_one())


def everybody(connection: Connection) -> list[str]:
    """Everybody of whom there is something."""
    betrokkenen = select(dossier_clue.c.value).where(dossier_clue.c.kind == str(Clue.SENDER))
    columns = (person.c.address, contact.c.email, contact.c.contactpersoon)
    known = union(betrokkenen, *(select(column).where(column.is_not(None)) for column in columns))
    return sorted(connection.execute(known).scalars())


def is_mailbox(connection: Connection, address: str) -> bool:
    """Is this the address of a mailbox of the desk itself?"""
    query = select(mail.c.mail).where(mail.c.mailbox == mailbox_id(address)).limit(1)
    return connection.execute(query).first() is not None
