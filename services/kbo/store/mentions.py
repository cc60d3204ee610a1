"""For which mails organisations were named, so that "nothing any more" can be told when a mail comes again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from loketbus.ledger.tx import Tx
from services.kbo.store.tables import mentioned

KEPT = timedelta(days=60)
"""Longer than any mail stays on its topic or waits as a dead letter."""


def was_mentioned(connection: Connection, mail: str) -> bool:
    """Did the last event about this mail name an organisation?"""
    return connection.execute(select(mentioned.c.mail).where(mentioned.c.mail == mail)).first() is not None


def remember(tx: Tx, mail: str, *, anything: bool) -> None:
    """What the last event about this mail said; what is old is forgotten."""
    tx.execute(delete(mentioned).where(mentioned.c.mail == mail))
    tx.execute(delete(mentioned).where(mentioned.c.at < tx.now - KEPT))
    if anything:
        tx.execute(insert(mentioned).values(mail=mail, at=tx.now))
