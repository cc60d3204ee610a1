"""The tables; `migrations/` creates them and a test holds both against each other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, MetaData, String, Table, Text, text

from loketbus.ledger.tables import Instant

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

followed_by = Table(
    "followed_by",
    metadata,
    Column("number", String, primary_key=True),
    Column("who", String, primary_key=True, comment="dossier:<id>, asked:<dossier>, crm or crm:<klantenreis>"),
    Column("klantenreis", String),
    Index("followed_by_who", "who"),
    Index("followed_by_klantenreis", "klantenreis"),
)

dossier = Table(
    "dossier",
    metadata,
    Column("dossier", String, primary_key=True, comment="id in the CRM"),
    Column("revision", BigInteger, nullable=False, comment="of the last state that was taken over"),
)

mentioned = Table(
    "mentioned",
    metadata,
    Column("mail", String, primary_key=True, comment="a mail for which the last event named organisations"),
    Column("at", Instant, nullable=False),
    Index("mentioned_at", "at"),
)

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
