"""Where mails stand in the mailbox: what was taken in, what is in quarantine, and how far the reading came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from loketbus.ledger.tx import Tx
from services.mail_ingest.store.tables import cursor, place

QUARANTINE_ATTEMPTS = 5
"""After so many tries only a person tries again."""


def unseen(connection: Connection, mailbox: str, provider_ids: Collection[str]) -> set[str]:
    """Of these provider ids, those that were not taken in (nor put in quarantine) yet."""
    query = select(place.c.provider_id).where(place.c.mailbox == mailbox, place.c.provider_id.in_(provider_ids))
    return set(provider_ids) - set(connection.execute(query).scalars())


def was_taken_in(connection: Connection, mail_id: str) -> bool:
    """Was this mail ever taken in, from whatever place, erased or not?"""
    return connection.execute(select(place.c.mail).where(place.c.mail == mail_id).limit(1)).first() is not None


def add_place(tx: Tx, mailbox: str, provider_id: str, mail_id: str) -> None:
    """Remember where a mail stands in the mailbox (an id changes when a mail is moved)."""
    _put(tx, mailbox, provider_id, mail=mail_id, quarantine=None, transient=False)


def quarantine(tx: Tx, mailbox: str, provider_id: str, reason: str, *, transient: bool) -> None:
    """Remember an item that could not be taken in."""
    _put(tx, mailbox, provider_id, mail=None, quarantine=reason, transient=transient)


def stop_trying(connection: Connection, mailbox: str, provider_id: str) -> None:
    """Leave a quarantined item to a person: it is gone from the mailbox."""
    where = (place.c.mailbox == mailbox, place.c.provider_id == provider_id)
    connection.execute(update(place).where(*where).values(transient=False))


def to_try_again(connection: Connection, mailbox: str, before: datetime, limit: int) -> list[str]:
    """Quarantined items that may be readable by now, last tried before `before`."""
    query = select(place.c.provider_id).where(
        place.c.mailbox == mailbox, place.c.transient, place.c.attempts < QUARANTINE_ATTEMPTS, place.c.seen_at < before
    )
    return list(connection.execute(query.order_by(place.c.seen_at).limit(limit)).scalars())


def quarantined(connection: Connection) -> int:
    """How many items stand in quarantine."""
    query = select(func.count()).select_from(place).where(place.c.quarantine.is_not(None))
    return int(connection.execute(query).scalar_one())


def read_cursor(connection: Connection, mailbox: str, folder: str) -> str | None:
    """The saved sync state, or None for a first (or a full) round."""
    query = select(cursor.c.state).where(cursor.c.mailbox == mailbox, cursor.c.folder == folder)
    return connection.execute(query).scalar_one_or_none()


def save_cursor(connection: Connection, mailbox: str, folder: str, state: str | None, now: datetime) -> None:
    """Save the sync state, once everything before it is in the ledger."""
    where = (cursor.c.mailbox == mailbox, cursor.c.folder == folder)
    values = {"state": state, "updated_at": now}
    if connection.execute(update(cursor).where(*where).values(**values)).rowcount == 0:
        connection.execute(insert(cursor).values(mailbox=mailbox, folder=folder, **values))


def _put(tx: Tx, mailbox: str, provider_id: str, **values: Any) -> None:
    where = (place.c.mailbox == mailbox, place.c.provider_id == provider_id)
    changed = update(place).where(*where).values(seen_at=tx.now, attempts=place.c.attempts + 1, **values)
    if tx.execute(changed).rowcount == 0:
        tx.execute(insert(place).values(mailbox=mailbox, provider_id=provider_id, seen_at=tx.now, attempts=1, **values))
