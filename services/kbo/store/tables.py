"""The tables; `migrations/` creates them and a test holds both against each other."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, MetaData, String, Table, Text, text

from loketbus.following import dossier_table, followed_by_table
from loketbus.ledger.tables import Instant
from loketbus.mentions import mentioned_table

metadata = MetaData()

followed = Table(
    "followed",
    metadata,
    Column("number", String, primary_key=True, comment="ten digits; never a natural person"),
    Column("since", Instant, nullable=False),
    Column("snapshot", Text, comment="JSON of OrganisationState as last told; null: not there then"),
    Column(
        "extract",
        Integer,
        nullable=False,
        server_default=text("0"),
        comment="extract that it was last told of or compared with; 0: neither yet",
    ),
    Column("general_meeting_month", Integer, comment="1 to 12: a VME's algemene vergadering"),
    Column("recheck_at", Instant, comment="when it is due for a look again"),
    # What is behind the register is the low end of it.
    Index("followed_extract", "extract", "number"),
    Index("followed_recheck_at", "recheck_at"),
)

followed_by = followed_by_table(followed)
dossier = dossier_table(metadata)
mentioned = mentioned_table(metadata)

open_question = Table(
    "open_question",
    metadata,
    Column("request", String, primary_key=True, comment="ce_id of a request that was answered with `unknown`"),
    Column("number", String, nullable=False, comment="ten digits"),
    Column("asked", Text, nullable=False, comment="JSON of OrganisationRequested"),
    Column("followed", Boolean, nullable=False, comment="as the first answer said"),
    Column("correlation_id", String, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Index("open_question_asked_at", "asked_at"),
)

second_opinion = Table(
    "second_opinion",
    metadata,
    Column("number", String, primary_key=True, comment="ten digits"),
    Column("outcome", String, nullable=False, comment="active, stopped, never_existed, not_found or unknown"),
    Column("natural_person", Boolean, nullable=False),
    Column("name", Text, comment="of legal persons only"),
    Column("stopped_on", String, comment="ISO date; of legal persons only"),
    Column("stop_reason", Text, comment="of legal persons only"),
    Column("vme", Boolean, comment="null: the source does not say"),
    Column("asked_at", Instant, nullable=False),
    Column("ask_again_at", Instant, comment="null: no need"),
    Index("second_opinion_ask_again_at", "ask_again_at"),
)
