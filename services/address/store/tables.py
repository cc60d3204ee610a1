"""The tables; `migrations/` creates them and a test holds both against each other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, MetaData, Table, Text, text

from loketbus.following import dossier_table, followed_by_table
from loketbus.ledger.tables import Instant
from loketbus.mentions import mentioned_table

metadata = MetaData()

followed = Table(
    "followed",
    metadata,
    Column("address", BigInteger, primary_key=True, autoincrement=False, comment="object id that the CRM knows"),
    Column("since", Instant, nullable=False),
    Column("snapshot", Text, comment="JSON of what was last told; null: never looked at"),
    Column(
        "revision",
        BigInteger,
        nullable=False,
        server_default=text("0"),
        comment="of the last address.changed.v1; 0: none yet",
    ),
    Column("as_of", Instant, comment="moment of the register that the snapshot is of; null: it did not say"),
    Column("taken_at", Instant, comment="when the snapshot was taken; null: never looked at"),
    Index("followed_taken_at", "taken_at", "address"),
)

followed_by = followed_by_table(followed)
dossier = dossier_table(metadata)
mentioned = mentioned_table(metadata)
