"""How one row of a lane is carried out: an effect through its adapter, a held event through its handler."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol, cast

from loketbus.clock import Clock, utc_now
from loketbus.consume.apply import cause_of
from loketbus.consume.records import Received, receive, unpack_headers
from loketbus.consume.subscription import Subscription
from loketbus.errors import Outcome
from loketbus.lanes.adapter import Adapter, Answer, Done, Effect
from loketbus.ledger.tx import Cause, Tx


@dataclass(frozen=True, slots=True)
class Finish:
    """How a row ends whose work outside is done."""

    record: Callable[[Tx], None]
    """Runs in the transaction that finishes the row."""
    result: str | None = None
    """What the outside system answered, as JSON. Once it is known the outside system is not called again."""


class Uncertain(Outcome):
    """Whether the effect took place cannot be known; a person has to look."""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A row of the lane as its runner claimed it."""

    id: int
    ref: str
    lane: str
    key: str
    kind: str
    attempts: int
    ask_first: bool
    hold_key: bool
    payload: bytes | None
    headers: bytes | None
    record_key: bytes | None
    topic: str | None
    partition: int | None
    record_offset: int | None
    event_id: str | None
    event_source: str | None
    event_type: str | None
    correlation_id: str
    traceparent: str | None
    replay: int
    replays: int
    deadline: datetime | None
    history: str
    result: str | None
    first_failed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    """When it was put here or last failed."""


class Execution(Protocol):
    """What differs between lanes of effects and lanes of held events."""

    async def attempt(self, row: LaneRow) -> Finish:
        """Do what has to be done outside a transaction; raises our errors."""

    def cause(self, row: LaneRow) -> Cause:
        """The cause of what finishing the row writes."""

    async def probe(self) -> bool | None:
        """True: there again; raises what is wrong; None: nothing to probe with, let an item try."""


@dataclass(slots=True)
class EffectExecution:
    """Rows that want something of an outside system."""

    service: str
    adapter: Adapter
    clock: Clock = utc_now

    async def attempt(self, row: LaneRow) -> Finish:
        """Ask first where the end of an earlier call was not seen, else (or then) call."""
        effect = Effect(row.id, row.ref, row.lane, row.key, row.kind, row.payload or b"", row.attempts, row.created_at)
        result = await self._known(effect, row)
        outcome = await self.adapter.run(effect) if result is None else result
        return Finish(lambda tx: self.adapter.done(tx, effect, outcome), json.dumps(dict(outcome), default=str))

    def cause(self, row: LaneRow) -> Cause:
        """Follows from the effect."""
        return Cause(
            consumer=self.service,
            source=f"{self.service}/{row.lane}",
            id=row.ref,
            at=self.clock(),
            correlation_id=row.correlation_id,
            replay=row.replay,
            traceparent=row.traceparent,
        )

    async def probe(self) -> bool | None:
        """The adapter's probe, if it has one."""
        probe = getattr(self.adapter, "probe", None)
        if probe is None:
            return None
        await probe()
        return True

    async def _known(self, effect: Effect, row: LaneRow) -> Mapping[str, Any] | None:
        if row.result is not None:
            return cast("Mapping[str, Any]", json.loads(row.result))
        if not row.ask_first or getattr(self.adapter, "idempotent", False):
            return None
        ask = getattr(self.adapter, "ask", None)
        answer = Answer.UNKNOWN if ask is None else await ask(effect)
        if isinstance(answer, Done):
            return answer.result
        if answer is Answer.NOT_DONE:
            return None
        raise Uncertain("uncertain", "Het is niet zeker of dit bij het andere systeem is aangekomen; kijk het daar na.")


@dataclass(slots=True)
class EventExecution:
    """Rows that are Kafka records which could not be handled at once."""

    service: str
    subscription: Subscription
    clock: Clock = utc_now

    async def attempt(self, row: LaneRow) -> Finish:
        """Read the record again (we may be a newer version now) and prepare it."""
        received = self._receive(row)
        if received.error is not None:
            raise received.error
        event = received.event
        if event is None:
            return Finish(lambda tx: self.subscription.forget(tx, row.key))
        prepare = self.subscription.prepare
        prepared = None if prepare is None else await prepare(event)
        return Finish(lambda tx: self.subscription.handler.apply(tx, event, prepared))

    def cause(self, row: LaneRow) -> Cause:
        """The same cause as when it was handled at once, so the same outgoing ids (of a reused id: ids of its own)."""
        cause = cause_of(self.service, self._receive(row), row.replay)
        return cause if row.event_id is None else replace(cause, id=row.event_id)

    async def probe(self) -> bool | None:
        """The handler's probe, if it has one."""
        probe = self.subscription.probe
        if probe is None:
            return None
        await probe()
        return True

    def _receive(self, row: LaneRow) -> Received:
        return receive(self.subscription.topic, cast("Any", _Stored(row)), at=row.created_at)


class _Stored:
    """A held row in the shape of a Kafka record."""

    def __init__(self, row: LaneRow) -> None:
        self.topic = row.topic
        self.partition = row.partition
        self.offset = row.record_offset
        self.key = row.record_key
        self.value = row.payload
        self.headers = unpack_headers(row.headers or b"[]")
