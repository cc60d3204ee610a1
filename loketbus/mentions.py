"""For which mails something was named, so that "nothing any more" can be told when a mail comes again."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Column, Connection, Index, MetaData, String, Table, delete, insert, select

from loketbus.ledger.tables import Instant
from loketbus.ledger.tx import Tx

KEPT = timedelta(days=60)
"""Longer than any mail stays on its topic or waits as a dead letter."""


def mentioned_table(metadata: MetaData) -> Table:
    """A service's table for it, in its own metadata and migrations."""
    return Table(
        "mentioned",
        metadata,
        Column("mail", String, primary_key=True, comment="a mail for which the last event named something"),
        Column("at", Instant, nullable=False),
        Index("mentioned_at", "at"),
    )


class MentionMemory:
    """The rows of such a table."""

    def __init__(self, mentioned: Table) -> None:
        self._table = mentioned

    def was_mentioned(self, connection: Connection, mail: str) -> bool:
        """Did the last event about this mail name something?"""
        columns = self._table.c
        return connection.execute(select(columns.mail).where(columns.mail == mail)).first() is not None

    def remember(self, tx: Tx, mail: str, *, anything: bool) -> None:
        """What the last event about this mail said; what is old is forgotten."""
        columns = self._table.c
        tx.execute(delete(self._table).where(columns.mail == mail))
        tx.execute(delete(self._table).where(columns.at < tx.now - KEPT))
        if anything:
            tx.execute(insert(self._table).values(mail=mail, at=tx.now))
