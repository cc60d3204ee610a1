"""What was sent, against the ledger and the topics: nothing lost, nothing twice, order per key, nothing stuck.

Every test of a consumer ends here. A failure names the record and says LOST, DUP-EFFECT, REORDERED, STUCK, UNREADABLE
(a reason that tells a person nothing) or MANGLED (the wire says something else than the ledger decided).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, exists, select

from loketbus.consume.cursors import Place
from loketbus.ledger.tables import effect, outbox, partition_cursor
from tests.support.kafka_tools import Read

Applied = Callable[[Connection], Mapping[str, Sequence[int]]]
"""How a service tells what it applied: numbers per key, in the order in which it applied them."""

OVER = {"dead", "dropped"}
WAITING = {"pending", "running", "stuck", "uncertain"}
SHOWN = 12
"""Problems named in a failure; the rest is counted."""


class Kind(Enum):
    """What a record must come to."""

    EVENT = "applied, waiting or dead"
    POISON = "waiting or dead"
    COPY = "nothing: an earlier record with the same id and content has it"
    WIPE = "a tombstone on a compacted topic"


@dataclass(slots=True)
class Sent:
    """A record as it lies on the topic."""

    place: Place
    offset: int
    key: str
    number: int
    kind: Kind

    def __str__(self) -> str:
        """Where to look for it."""
        return f"{self.key}#{self.number} at {self.place.topic}/{self.place.partition}@{self.offset}"


@dataclass(frozen=True, slots=True)
class Account:
    """What the ledger says."""

    applied: Mapping[str, Sequence[int]]
    held: Mapping[tuple[Place, int], Mapping[str, Any]]
    """Rows of `effect` that are records, by place and offset."""
    outbox: Sequence[Mapping[str, Any]]
    cursors: Mapping[Place, int]


def is_quiet(connection: Connection, sent: Iterable[Sent], now: datetime, refusing: frozenset[str]) -> bool:
    """Nothing is on its way any more: all read, nothing due, all published except on topics that are `refusing`."""
    cursors = _cursors(connection)
    if any(cursors.get(one.place, -1) <= one.offset for one in sent):
        return False
    unpublished = exists().where(outbox.c.published_at.is_(None), outbox.c.topic.not_in(refusing))
    before = effect.alias("before")
    same_key = (before.c.lane == effect.c.lane) & (before.c.key == effect.c.key)
    is_head = ~exists().where(same_key, before.c.id < effect.c.id, before.c.blocks)
    may_run = is_head & (effect.c.waits_for.is_(None) | (effect.c.next_at <= now))
    moving = exists().where((effect.c.state == "running") | ((effect.c.state == "pending") & may_run))
    return not any(connection.execute(select(unpublished, moving)).one())


def read_account(connection: Connection, applied: Applied) -> Account:
    """Read a ledger."""
    rows = connection.execute(select(effect).where(effect.c.kind == "event").order_by(effect.c.id)).mappings()
    held = {(Place(row["topic"], row["partition"]), row["record_offset"]): dict(row) for row in rows}
    out = connection.execute(select(outbox).order_by(outbox.c.id)).mappings()
    return Account(applied(connection), held, [dict(row) for row in out], _cursors(connection))


def _cursors(connection: Connection) -> dict[Place, int]:
    rows = connection.execute(select(partition_cursor)).mappings()
    return {Place(row["topic"], row["partition"]): row["next_offset"] for row in rows}


def reconcile(
    sent: Sequence[Sent],
    account: Account,
    wire: Mapping[str, Sequence[Read]],
    *,
    refusing: frozenset[str] = frozenset(),
    earlier: Sequence[Account] = (),
) -> None:
    """Fail with everything that does not add up.

    Args:
        sent: in the order in which it was sent; a range that was handled again is in it twice.
        account: what the ledger says.
        wire: outgoing topics (by their name on the cluster) as a read_committed reader sees them.
        refusing: topics that cannot be written now.
        earlier: what the ledger said before a backup was put back; the wire still has what it had published.
    """
    problems = [
        *_outcomes(sent, account),
        *_order(sent, account),
        *_unread(sent, account),
        *_reasons(account),
        *_published(account, wire, refusing, earlier),
    ]
    if problems:
        more = f"\n... and {len(problems) - SHOWN} more" if len(problems) > SHOWN else ""
        raise AssertionError(f"{len(problems)} problems:\n" + "\n".join(problems[:SHOWN]) + more)


def _outcomes(sent: Sequence[Sent], account: Account) -> Iterable[str]:
    """Each record in exactly one of applied, waiting, dead."""
    wanted = Counter((one.key, one.number) for one in sent if one.kind is Kind.EVENT)
    applied = Counter((key, number) for key, numbers in account.applied.items() for number in numbers)
    for one in sent:
        row = account.held.get((one.place, one.offset))
        held = row is not None and row["state"] in WAITING | OVER
        times = applied[one.key, one.number]
        expected = wanted[one.key, one.number] - held
        if one.kind is Kind.EVENT and times < expected:
            yield f"LOST        {one}: applied {times} of {expected} times, and not waiting or dead"
        elif one.kind is Kind.EVENT and times > expected:
            yield f"DUP-EFFECT  {one}: applied {times} times, expected {expected}" + (" (also held)" if held else "")
        elif one.kind is Kind.POISON and not held:
            yield f"LOST        {one}: unreadable, and neither waiting nor dead"
        elif one.kind is Kind.COPY and held:
            yield f"DUP-EFFECT  {one}: a copy, held as {row['state'] if row else ''}"
    for (key, number), times in applied.items():
        if (key, number) not in wanted:
            yield f"DUP-EFFECT  {key}#{number}: applied {times} times, never sent"


def _order(sent: Sequence[Sent], account: Account) -> Iterable[str]:
    """Per key as sent, except what a person had handled again after later ones of its key had gone on."""
    late = {place for place, row in account.held.items() if row["replays"] and not row["hold_key"]}
    order: dict[str, list[int]] = defaultdict(list)
    exempt: dict[str, set[int]] = defaultdict(set)
    for one in sent:
        if one.kind is Kind.EVENT:
            order[one.key].append(one.number)
            if (one.place, one.offset) in late:
                exempt[one.key].add(one.number)
    for key, numbers in account.applied.items():
        got = [number for number in numbers if number not in exempt[key]]
        done = set(got)
        should = [number for number in order[key] if number in done and number not in exempt[key]]
        if got != should and sorted(got) == sorted(should):
            yield f"REORDERED   {key}: applied {got}, sent {should}"


def _unread(sent: Sequence[Sent], account: Account) -> Iterable[str]:
    for one in sent:
        cursor = account.cursors.get(one.place, -1)
        if cursor <= one.offset:
            yield f"STUCK       {one}: the cursor stands at {cursor}"


def _reasons(account: Account) -> Iterable[str]:
    for (place, offset), row in account.held.items():
        where = f"{row['key']} at {place.topic}/{place.partition}@{offset} ({row['state']})"
        if row["state"] == "running":
            yield f"STUCK       {where}: still running"
        message = row["message"] or ""
        if row["state"] in WAITING | OVER and not (row["code"] and message.endswith(".") and " " in message):
            yield f"UNREADABLE  {where}: code {row['code']!r}, message {message!r}"


def _published(
    account: Account, wire: Mapping[str, Sequence[Read]], refusing: frozenset[str], earlier: Sequence[Account]
) -> Iterable[str]:
    decided = {row["event_id"]: row for row in account.outbox}
    known = {row["event_id"]: row for before in earlier for row in before.outbox} | decided
    if len(decided) != len(account.outbox):
        yield f"DUP-EFFECT  {len(account.outbox) - len(decided)} rows of the outbox share an id with another"
    seen: dict[str, tuple[bytes | None, bytes | None]] = {}
    order: dict[tuple[str, str], list[str]] = defaultdict(list)
    for topic, records in wire.items():
        for record in records:
            event_id = (record.header("ce_id") or b"").decode()
            if event_id in seen:
                if seen[event_id] != (record.key, record.value):
                    yield f"MANGLED     {event_id} on {topic}: twice, with other content"
                continue
            seen[event_id] = (record.key, record.value)
            if event_id in decided:
                order[topic, (record.key or b"").decode()].append(event_id)
            row = known.get(event_id)
            if row is None:
                yield f"MANGLED     {event_id} on {topic}: the ledger never decided it"
            elif (row["key"].encode(), row["record_value"]) != (record.key, record.value):
                yield f"MANGLED     {event_id} on {topic}: not what the ledger decided"
    should: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event_id, row in decided.items():
        if row["topic"] in refusing:
            continue
        if row["published_at"] is None:
            yield f"STUCK       {event_id} for {row['topic']}: not published"
        elif event_id not in seen:
            yield f"LOST        {event_id} for {row['topic']}: published, says the ledger, and not on the wire"
        should[row["topic"], row["key"]].append(event_id)
    for place, got in order.items():
        if got != should[place] and sorted(got) == sorted(should[place]):
            yield f"REORDERED   key {place[1]} on {place[0]}: the wire has another order than the ledger"
