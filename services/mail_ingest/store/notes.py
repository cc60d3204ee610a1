"""What people wrote on items."""

from __future__ import annotations

from loketbus_contracts import Note
from sqlalchemy import Connection, insert, select

from loketbus.ledger.tx import Tx
from services.mail_ingest.store.tables import note

SHOWN = 20


def add(tx: Tx, item: str, actor: str, text: str) -> None:
    """Add a note."""
    tx.execute(insert(note).values(item=item, at=tx.at, actor=actor, text=text))


def newest(connection: Connection, item: str) -> tuple[Note, ...]:
    """The newest 20, oldest first."""
    query = select(note.c.actor, note.c.at, note.c.text).where(note.c.item == item)
    rows = connection.execute(query.order_by(note.c.id.desc()).limit(SHOWN)).all()
    return tuple(Note(actor=row.actor, at=row.at, text=row.text) for row in reversed(rows))
