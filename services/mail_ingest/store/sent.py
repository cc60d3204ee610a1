"""Mails that went out, and what they answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from loketbus.ledger.tx import Tx
from services.mail_ingest.store.tables import mail, sent, sent_reference


def get(connection: Connection, message_id: str) -> dict[str, Any] | None:
    """A row of `mail_sent`."""
    row = connection.execute(select(sent).where(sent.c.message_id == message_id)).mappings().first()
    return dict(row) if row is not None else None


def references(connection: Connection, message_id: str) -> list[str]:
    """What a mail that went out refers to, the nearest first."""
    query = select(sent_reference.c.parent).where(sent_reference.c.message_id == message_id)
    return list(connection.execute(query.order_by(sent_reference.c.position)).scalars())


def put(tx: Tx, values: dict[str, Any], refers_to: Sequence[str]) -> None:
    """Remember a mail that went out in place of what we knew of it."""
    name = values["message_id"]
    where = sent.c.message_id == name
    if tx.execute(update(sent).where(where).values(**values)).rowcount == 0:
        tx.execute(insert(sent).values(**values))
    tx.execute(delete(sent_reference).where(sent_reference.c.message_id == name))
    rows = [{"message_id": name, "parent": parent, "position": place} for place, parent in enumerate(refers_to)]
    if rows:
        tx.execute(insert(sent_reference), rows)


def received(connection: Connection, message_id: str) -> list[datetime]:
    """When the first two mails with this Message-ID came."""
    query = select(mail.c.received_at).where(mail.c.message_id == message_id).order_by(mail.c.received_at).limit(2)
    return list(connection.execute(query).scalars())


def newest_answer(
    connection: Connection, message_id: str, since: datetime, before: datetime | None = None
) -> dict[str, Any] | None:
    """The newest mail of that time (row of `mail_sent`) that answered this one itself, not just its thread; or None."""
    query = select(sent).join(sent_reference, sent_reference.c.message_id == sent.c.message_id)
    query = query.where(sent_reference.c.parent == message_id, sent_reference.c.position == 0, sent.c.sent_at >= since)
    if before is not None:
        query = query.where(sent.c.sent_at < before)
    row = connection.execute(query.order_by(sent.c.sent_at.desc(), sent.c.message_id).limit(1)).mappings().first()
    return dict(row) if row is not None else None
