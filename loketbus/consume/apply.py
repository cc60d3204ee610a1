"""One transaction for a group of records: fence, inbox, handlers, outbox, effects, cursor. All of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import Connection, insert, literal_column, select

from loketbus.consume import cursors
from loketbus.consume.cursors import Place
from loketbus.consume.records import Received, Record, pack_headers
from loketbus.consume.subscription import AfterDeath, Subscription
from loketbus.errors import Rejected, Unavailable
from loketbus.ledger import tables
from loketbus.ledger.faults import is_trouble
from loketbus.ledger.texts import fit_id
from loketbus.ledger.tx import EVENT_NAMESPACE, Cause, Tx, flush
from loketbus.outcomes import State, Verdict, judge
from loketbus.rows import announce, verdict_values
from loketbus.telemetry import continued, span

log = structlog.get_logger(__name__)

_CHUNK = 400
"""Values per IN list: below SQLite's and PostgreSQL's parameter limits, large enough to be one statement mostly."""


class Handled(StrEnum):
    """What became of one record."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    HELD = "held"
    DEAD = "dead"
    STALE = "stale"
    """Somebody else has the partition now; nothing was written."""


@dataclass(slots=True, eq=False)
class Work:
    """One record on its way through the consumer."""

    subscription: Subscription
    place: Place
    offset: int
    record: Record
    received: Received
    replay: int
    prepared: Any = None
    error: BaseException | None = None

    @property
    def identity(self) -> tuple[str, str, int]:
        """The inbox key, without the consumer."""
        return self.received.source, self.received.id, self.replay


@dataclass(slots=True)
class GroupResult:
    """What one transaction did."""

    handled: list[Handled]
    stale: set[Place]
    emitted: bool = False
    effect_lanes: set[str] = field(default_factory=set)
    suspects: list[tuple[str, Verdict]] = field(default_factory=list)
    """Failures that say something about their lane."""


@dataclass(slots=True)
class Group:
    """Applies records of one consumer in one transaction; made anew for every attempt."""

    service: str
    topic_prefix: str
    now: datetime
    _inbox: dict[tuple[str, str, int], bytes] = field(default_factory=dict)
    _blocked: set[tuple[str, str]] = field(default_factory=set)
    _marks: list[dict[str, Any]] = field(default_factory=list)
    _held: list[dict[str, Any]] = field(default_factory=list)
    _units: list[Tx] = field(default_factory=list)

    def run(
        self, connection: Connection, works: Sequence[Work], epochs: Mapping[Place, int], offsets: Mapping[Place, int]
    ) -> GroupResult:
        """Apply `works` in order and move the cursors to `offsets`; places whose epoch is lost are left out whole."""
        stale = cursors.epochs(connection, self.service, epochs)
        if stale:
            # Said here and not by the session: that one may have been given up while this transaction ran.
            log.warning("epoch_refused", service=self.service, partitions=sorted(map(str, stale)))
        mine = [work for work in works if work.place not in stale]
        self._read_inbox(connection, mine)
        self._read_blocked(connection, mine)
        result = GroupResult([], stale)
        for work in works:
            result.handled.append(Handled.STALE if work.place in stale else self._one(connection, work, result))
        self._write(connection, result)
        cursors.advance(
            connection,
            self.service,
            {place: offset for place, offset in offsets.items() if place not in stale},
            self.now,
        )
        return result

    def was_handled(self, connection: Connection, work: Work) -> bool:
        """This very command of somebody who waits was handled before.

        Raises:
            Rejected: `id_reused`, its key was another command's.
        """
        self._read_inbox(connection, [work])
        seen = self._inbox.get(work.identity)
        if seen is not None and seen != work.received.payload_hash:
            raise Rejected("id_reused", _REUSED, detail="same Idempotency-Key, other content", audience="ict")
        return seen is not None

    def run_for_person(
        self, connection: Connection, work: Work, also: Callable[[Tx], None] | None = None
    ) -> tuple[bool, bool, set[str]]:
        """Apply one command for somebody who waits, and `also` with it: an error is raised, not held.

        Returns (new, emitted, effect lanes).
        """
        if self.was_handled(connection, work):
            return False, False, set()
        self._read_blocked(connection, [work])
        if (work.subscription.lane, work.received.key) in self._blocked:
            raise Unavailable("key_waiting", "Hiervoor wacht nog een eerdere opdracht; probeer het later opnieuw.")
        error = self._apply(connection, work)
        if error is not None:
            raise error
        if also is not None:
            also(self._units[-1])
        self._mark(work, Handled.APPLIED)
        result = GroupResult([], set())
        self._write(connection, result)
        return True, result.emitted, result.effect_lanes

    def _one(self, connection: Connection, work: Work, result: GroupResult) -> Handled:
        seen = self._inbox.get(work.identity)
        if seen == work.received.payload_hash:
            return Handled.DUPLICATE
        if seen is not None:
            work = _renamed(work)
            self._read_inbox(connection, [work])
            if work.identity in self._inbox:
                return Handled.DUPLICATE
            work.error = Rejected(
                "id_reused", _REUSED, detail="same ce_source and ce_id, other content", audience="ict"
            )
        error = work.error or work.received.error
        lane_key = (work.subscription.lane, work.received.key)
        if lane_key in self._blocked and not isinstance(error, Rejected):
            return self._hold(work, _behind(self.now), result)
        if error is None:
            error = self._apply(connection, work)
        if error is None:
            self._mark(work, Handled.APPLIED)
            return Handled.APPLIED
        verdict = judge(error, attempts=1, now=self.now, policy=work.subscription.policy)
        return self._hold(work, verdict, result)

    def _apply(self, connection: Connection, work: Work) -> BaseException | None:
        tx = Tx(
            connection, cause_of(self.service, work.received, work.replay), self.now, self.service, self.topic_prefix
        )
        connection.exec_driver_sql("SAVEPOINT record")
        try:
            with continued(work.received.traceparent), span(f"apply {work.received.type}"):
                if work.received.event is None:
                    work.subscription.forget(tx, work.received.key)
                else:
                    work.subscription.handler.apply(tx, work.received.event, work.prepared)
        except Exception as error:
            if is_trouble(error):
                raise
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT record")
            connection.exec_driver_sql("RELEASE SAVEPOINT record")
            return error
        connection.exec_driver_sql("RELEASE SAVEPOINT record")
        self._units.append(tx)
        return None

    def _hold(self, work: Work, verdict: Verdict, result: GroupResult) -> Handled:
        hold_key = work.subscription.after_death is AfterDeath.HOLD_KEY
        row = held_row(work, verdict, hold_key, self.now)
        self._held.append(row)
        if row["blocks"]:
            self._blocked.add((row["lane"], row["key"]))
        if verdict.lane is not None:
            result.suspects.append((row["lane"], verdict))
        handled = Handled.DEAD if verdict.state is State.DEAD else Handled.HELD
        self._mark(work, handled)
        return handled

    def _mark(self, work: Work, handled: Handled) -> None:
        self._inbox[work.identity] = work.received.payload_hash
        self._marks.append(
            {
                "consumer": self.service,
                "source": work.received.source,
                "event_id": work.received.id,
                "replay": work.replay,
                "payload_hash": work.received.payload_hash,
                "type": work.received.type,
                "key": work.received.key,
                "correlation_id": work.received.correlation_id,
                "outcome": str(handled),
                "received_at": self.now,
            }
        )

    def _write(self, connection: Connection, result: GroupResult) -> None:
        if self._marks:
            connection.execute(insert(tables.inbox), self._marks)
        if self._held:
            connection.execute(insert(tables.effect), self._held)
        dead = [row for row in self._held if row["state"] == State.DEAD]
        self._units += [announce(connection, self.service, self.topic_prefix, row, self.now) for row in dead]
        flush(connection, self._units)
        result.emitted = any(unit.emitted for unit in self._units)
        result.effect_lanes = {row["lane"] for unit in self._units for row in unit.effects}
        result.effect_lanes |= {row["lane"] for row in self._held if row["state"] != State.DEAD}

    def _read_inbox(self, connection: Connection, works: Sequence[Work]) -> None:
        inbox = tables.inbox.c
        columns = select(inbox.source, inbox.event_id, inbox.replay, inbox.payload_hash)
        wanted: dict[str, set[str]] = {}
        for work in works:
            wanted.setdefault(work.received.source, set()).add(work.received.id)
        for source, ids in wanted.items():
            for chunk in _chunks(sorted(ids)):
                # Source first, as the index has it: without it every mark ever made would be read.
                where = columns.where(inbox.consumer == self.service, inbox.source == source, inbox.event_id.in_(chunk))
                self._inbox.update({(row[0], row[1], row[2]): row[3] for row in connection.execute(where)})

    def _read_blocked(self, connection: Connection, works: Sequence[Work]) -> None:
        effect = tables.effect.c
        wanted: dict[str, set[str]] = {}
        for work in works:
            wanted.setdefault(work.subscription.lane, set()).add(work.received.key)
        for lane, keys in wanted.items():
            for chunk in _chunks(sorted(keys)):
                # Literally as the partial index says it: SQLite does not use it for `blocks = 1`.
                keys_here = select(effect.key).where(literal_column("blocks"), effect.lane == lane)
                where = keys_here.where(effect.key.in_(chunk)).distinct()
                self._blocked.update((lane, key) for (key,) in connection.execute(where))


_REUSED = (
    "Een ander bericht droeg al hetzelfde kenmerk; dit bericht is niet verwerkt. "
    "Vraag de afzender om het opnieuw te sturen."
)


def cause_of(service: str, received: Received, replay: int) -> Cause:
    """The cause of everything that handling this record writes."""
    return Cause(
        consumer=service,
        source=received.source,
        id=received.id,
        at=received.at,
        correlation_id=received.correlation_id,
        replay=replay,
        traceparent=received.traceparent,
    )


def held_row(work: Work, verdict: Verdict, hold_key: bool, now: datetime) -> dict[str, Any]:
    """The record as received, with why it waits or died."""
    received, record = work.received, work.record
    ref = uuid.uuid5(
        EVENT_NAMESPACE, "|".join((received.source, received.id, str(work.replay), "held", work.subscription.lane))
    )
    return {
        "ref": str(ref),
        "lane": work.subscription.lane,
        "key": received.key,
        "kind": "event",
        "hold_key": hold_key,
        "attempts": 0 if verdict.code == "behind" else 1,
        "payload": record.value,
        "headers": pack_headers(record.headers),
        "record_key": record.key,
        "topic": work.place.topic,
        "partition": work.place.partition,
        "record_offset": work.offset,
        "event_id": received.id,
        "event_source": received.source,
        "event_type": received.type,
        "correlation_id": received.correlation_id,
        "traceparent": received.traceparent,
        "replay": work.replay,
        "first_failed_at": now,
        "created_at": now,
        **verdict_values(verdict, kind=work.place.topic, hold_key=hold_key, history="[]", now=now),
    }


def _behind(now: datetime) -> Verdict:
    message = "Wacht op een eerder bericht met dezelfde sleutel."
    return Verdict(state=State.PENDING, code="behind", message=message, next_at=now)


def _renamed(work: Work) -> Work:
    """The same record under an id with its content's hash, for when its own id belongs to another event."""
    received = work.received
    name = fit_id(f"{received.payload_hash.hex()[:16]}@{received.id}")
    return replace(work, received=replace(received, id=name, event=None), prepared=None, error=None)


def _chunks(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[start : start + _CHUNK] for start in range(0, len(values), _CHUNK))
