"""The bus's own tables, the same in every service's ledger. A service's tables live in that service's `store.py`.

Written with SQLAlchemy Core; `migrations/` creates them and a test holds both against each other.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as microseconds since 1970: sorts, compares and indexes alike on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Datetime to microseconds."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Microseconds to datetime."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)


# SQLite counts rowids only in a column of type INTEGER.
BigId = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

partition_cursor = Table(
    "partition_cursor",
    metadata,
    Column("consumer", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("epoch", BigInteger, nullable=False),
    Column("next_offset", BigInteger, nullable=False),
    Column(
        "gap_from",
        BigInteger,
        comment="set while the log no longer holds the cursor: nothing moves before a person or a reconcile",
    ),
    Column("gap_to", BigInteger),
    Column("updated_at", Instant, nullable=False),
)

replay_range = Table(
    "replay_range",
    metadata,
    Column("consumer", String, primary_key=True),
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("from_offset", BigInteger, nullable=False),
    Column("to_offset", BigInteger, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("consumer", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("replay", Integer, primary_key=True),
    Column("payload_hash", LargeBinary, nullable=False),
    Column("type", String, nullable=False),
    Column("key", String, nullable=False),
    Column("correlation_id", String, nullable=False),
    Column("outcome", String, nullable=False, comment="applied | held | dead"),
    Column("received_at", Instant, nullable=False),
    Index("inbox_correlation", "correlation_id"),
    Index("inbox_key", "key"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("event_id", String, nullable=False),
    Column("topic", String, nullable=False),
    Column("key", String, nullable=False),
    Column("record_value", LargeBinary, comment="null is a tombstone"),
    Column("headers", LargeBinary, nullable=False, comment="JSON: list of [name, text]"),
    Column("correlation_id", String, nullable=False),
    Column("causation_id", String),
    Column("created_at", Instant, nullable=False),
    Column("published_at", Instant),
    Index(
        "outbox_unpublished",
        "id",
        sqlite_where=text("published_at IS NULL"),
        postgresql_where=text("published_at IS NULL"),
    ),
    Index("outbox_correlation", "correlation_id"),
    Index("outbox_key", "key"),
    sqlite_autoincrement=True,
)

effect = Table(
    "effect",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True, comment="also the order within a key"),
    Column("ref", String, nullable=False, comment="opaque public id; of an effect also its idempotency key"),
    Column("lane", String, nullable=False),
    Column("key", String, nullable=False),
    Column("kind", String, nullable=False, comment="'event' for a held Kafka record, else the adapter's own word"),
    Column("state", String, nullable=False, comment="pending | running | uncertain | stuck | done | dead | dropped"),
    Column("blocks", Boolean, nullable=False, comment="later rows of this key wait for this one"),
    Column("hold_key", Boolean, nullable=False, comment="when dead, it goes on blocking its key"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("next_at", Instant, nullable=False),
    Column(
        "ask_first",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="the call may have been made: ask before sending again",
    ),
    Column("waits_for", String, comment="what a NotYet waits for"),
    Column("deadline", Instant),
    Column("payload", LargeBinary),
    Column("original", LargeBinary, comment="the payload before a person edited it"),
    Column("headers", LargeBinary, comment="JSON: list of [name, base64 or null], as received"),
    Column("record_key", LargeBinary),
    Column("topic", String),
    Column("partition", Integer),
    Column("record_offset", BigInteger),
    Column("event_id", String),
    Column("event_source", String),
    Column("event_type", String),
    Column("correlation_id", String, nullable=False),
    Column("traceparent", String),
    Column("replay", Integer, nullable=False, server_default=text("0")),
    Column("replays", Integer, nullable=False, server_default=text("0"), comment="how often a person tried it again"),
    Column("code", String),
    Column("message", Text),
    Column("detail", Text),
    Column("stack", Text),
    Column("fingerprint", String),
    Column("audience", String),
    Column(
        "history",
        Text,
        nullable=False,
        server_default=text("'[]'"),
        comment="JSON: list of {at, what, code}, newest last",
    ),
    Column("result", Text),
    Column("fence", BigInteger, comment="the lease that runs it"),
    Column("first_failed_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("effect_blocking", "lane", "key", "id", sqlite_where=text("blocks"), postgresql_where=text("blocks")),
    Index(
        "effect_due",
        "lane",
        "next_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index("effect_state", "state", "lane"),
    Index("effect_ref", "ref"),
    Index(
        "effect_waits",
        "waits_for",
        sqlite_where=text("waits_for IS NOT NULL"),
        postgresql_where=text("waits_for IS NOT NULL"),
    ),
    Index("effect_correlation", "correlation_id"),
    Index("effect_key", "key"),
    sqlite_autoincrement=True,
)

lane = Table(
    "lane",
    metadata,
    Column("name", String, primary_key=True),
    Column("state", String, nullable=False, comment="up | outage | denied"),
    Column("paused_by", String, comment="set while an operator holds the lane"),
    Column("code", String),
    Column("reason", Text),
    Column("since", Instant, nullable=False),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("next_probe_at", Instant),
    Column("last_success_at", Instant),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

job = Table(
    "job",
    metadata,
    Column("name", String, primary_key=True),
    Column("last_run_at", Instant),
    Column("last_ok_at", Instant),
    Column("last_error", Text),
)

blob_ref = Table(
    "blob_ref",
    metadata,
    Column("ref", String, primary_key=True, comment="opaque; knowing a hash is no permission"),
    Column("owner", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("media_type", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("owner", "sha256", "name", name="blob_ref_owner"),
    Index("blob_ref_sha256", "sha256"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("target", String, nullable=False),
    Column("reason", Text),
    Index("audit_at", "at"),
    sqlite_autoincrement=True,
)

erasure = Table(
    "erasure",
    metadata,
    Column(
        "subject_hash",
        String,
        primary_key=True,
        comment="HMAC of the subject: enough to erase again after a restore, not to learn who",
    ),
    Column("erased_at", Instant, nullable=False),
    Column("topics_empty_at", Instant, nullable=False),
)

meta = Table("meta", metadata, Column("name", String, primary_key=True), Column("value", Text, nullable=False))
