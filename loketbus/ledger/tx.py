"""What a handler may do inside its transaction: SQL, emit events, ask for effects, announce arrivals, keep blobs.

Everything asked for here becomes true together with the handler's own changes, or not at all.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from loketbus_contracts.envelope import Event, encode
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import Connection, CursorResult, Executable, insert, update

from loketbus.errors import Rejected
from loketbus.ledger import tables
from loketbus.ledger.texts import fit_id
from loketbus.telemetry import current_traceparent

EVENT_NAMESPACE = uuid.UUID("6ba7b814-9dad-11d1-80b4-00c04fd430c8")
MAX_RECORD_BYTES = 1_000_000
"""Kafka's default message.max.bytes is 1,048,588; the rest is room for the record's own framing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why something is written. The same cause gives the same outgoing ids, also after a restore."""

    consumer: str
    source: str
    id: str
    at: datetime
    """When the cause happened (not when it is handled): use it for times inside events."""
    correlation_id: str
    replay: int = 0
    traceparent: str | None = None

    def derived_id(self, what: str, number: int) -> str:
        """The id of the `number`-th thing of kind `what` that follows from this cause."""
        return str(
            uuid.uuid5(
                EVENT_NAMESPACE, "|".join((self.consumer, self.source, self.id, str(self.replay), what, str(number)))
            )
        )


@dataclass(slots=True)
class Tx:
    """One unit of work inside a ledger transaction."""

    connection: Connection
    cause: Cause
    now: datetime
    source: str
    """`ce_source` of what is emitted: the service."""
    topic_prefix: str = ""
    emitted: list[dict[str, Any]] = field(default_factory=list)
    effects: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[str] = field(default_factory=list)
    _numbers: int = 0

    @property
    def at(self) -> datetime:
        """When the cause happened."""
        return self.cause.at

    def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        """Run SQL in this transaction."""
        return self.connection.execute(statement, parameters)

    def emit(self, topic: Topic[Any], key: str, data: Message) -> str:
        """Publish `data` on `topic` once this transaction commits; returns its `ce_id`.

        Raises:
            Rejected: `too_large`, the encoded record would not fit the broker's limit.
        """
        if not isinstance(data, topic.model):
            raise TypeError(f"{topic.name} carries {topic.model.__name__}, not {type(data).__name__}")
        if topic.key_field is not None and getattr(data, topic.key_field) != key:
            raise ValueError(f"{topic.name}: the key is not the value's {topic.key_field}")
        event: Event[Message] = Event(
            id=self._next_id("event"),
            type=topic.name,
            source=self.source,
            key=key,
            time=self.cause.at,
            data=data,
            correlation_id=self.cause.correlation_id,
            causation_id=self.cause.id,
            traceparent=current_traceparent() or self.cause.traceparent,
            data_version=topic.data_version,
        )
        _, value, headers = encode(event)
        self._to_outbox(topic, event.id, key, value, [[name, text.decode()] for name, text in headers])
        return event.id

    def tombstone(self, topic: Topic[Any], key: str) -> None:
        """Remove `key` from a compacted topic."""
        self._to_outbox(topic, self._next_id("tombstone"), key, None, [])

    def effect(self, lane: str, key: str, kind: str, payload: Message | dict[str, Any]) -> str:
        """Ask for an effect on an outside system; the lane runs it after the commit, in order per key.

        Returns the effect's idempotency key, which the adapter may send along.
        """
        ref = self._next_id("effect")
        body = payload.model_dump_json().encode() if isinstance(payload, Message) else json.dumps(payload).encode()
        self.effects.append(
            {
                "lane": lane,
                "key": key,
                "kind": kind,
                "state": "pending",
                "blocks": True,
                "hold_key": True,
                "next_at": self.now,
                "payload": body,
                "ref": ref,
                "correlation_id": self.cause.correlation_id,
                "traceparent": current_traceparent() or self.cause.traceparent,
                "created_at": self.now,
                "updated_at": self.now,
            }
        )
        return ref

    def arrived(self, what: str) -> None:
        """Wake everything that said `NotYet(what)`."""
        # At the end of the transaction: what waits may be written in this very one.
        self.arrivals.append(fit_id(what))

    def keep_blob(self, owner: str, sha256: str, size: int, name: str, media_type: str) -> str:
        """Record that `owner` needs a blob that is already in the store; returns the reference to hand out."""
        ref = str(uuid.uuid5(EVENT_NAMESPACE, "|".join(("blob", owner, sha256, name))))
        present = self.connection.execute(tables.blob_ref.select().where(tables.blob_ref.c.ref == ref)).first()
        if present is None:
            values = {
                "ref": ref,
                "owner": owner,
                "sha256": sha256,
                "size": size,
                "name": name,
                "media_type": media_type,
            }
            self.connection.execute(insert(tables.blob_ref).values(created_at=self.now, **values))
        return ref

    def _next_id(self, what: str) -> str:
        self._numbers += 1
        return self.cause.derived_id(what, self._numbers)

    def _to_outbox(
        self, topic: Topic[Any], event_id: str, key: str, value: bytes | None, headers: Sequence[Sequence[str]]
    ) -> None:
        encoded = orjson.dumps(headers)
        size = len(value or b"") + len(encoded) + len(key)
        if size > MAX_RECORD_BYTES:
            raise Rejected(
                "too_large",
                "Het bericht is te groot om door te sturen; laat ICT nakijken waarom.",
                detail=f"{topic.name}: {size} bytes, at most {MAX_RECORD_BYTES}",
                audience="ict",
            )
        self.emitted.append(
            {
                "event_id": event_id,
                "topic": self.topic_prefix + topic.name,
                "key": key,
                "record_value": value,
                "headers": encoded,
                "correlation_id": self.cause.correlation_id,
                "causation_id": self.cause.id,
                "created_at": self.now,
            }
        )


def flush(connection: Connection, units: Iterable[Tx]) -> None:
    """Write what the units asked for, in their order, in as few statements as there are tables."""
    rows = list(units)
    if emitted := [row for unit in rows for row in unit.emitted]:
        connection.execute(insert(tables.outbox), emitted)
    if effects := [row for unit in rows for row in unit.effects]:
        connection.execute(insert(tables.effect), effects)
    for unit in rows:
        _wake(connection, unit)


def _wake(connection: Connection, unit: Tx) -> None:
    waiting = tables.effect.c
    for what in dict.fromkeys(unit.arrivals):
        connection.execute(
            update(tables.effect)
            .where(waiting.waits_for == what, waiting.state == "pending")
            .values(next_at=unit.now, updated_at=unit.now)
        )
