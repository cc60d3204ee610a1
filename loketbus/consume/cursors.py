"""The ledger owns the offsets: taking over a partition, moving its cursor, gaps between the cursor and the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, or_, select, update

from loketbus.errors import Rejected
from loketbus.ledger.tables import partition_cursor, replay_range


class Place(NamedTuple):
    """A partition of a topic (the topic's contract name, without the installation's prefix)."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A partition that is ours from now on. `gap`: (cursor, first offset there) when the log lost the cursor."""

    epoch: int
    next_offset: int
    gap: tuple[int, int] | None
    replays: tuple[tuple[int, int, int], ...] = ()
    """(from_offset, to_offset, number) of ranges that an operator had handled again."""

    def replay_of(self, offset: int) -> int:
        """The replay number of an offset."""
        return max((number for start, end, number in self.replays if start <= offset < end), default=0)


def take_over(
    connection: Connection, consumer: str, bounds: Mapping[Place, tuple[int, int]], now: datetime
) -> dict[Place, Taken]:
    """Raise the epoch of each partition, which fences whoever had it, and say where to go on.

    `bounds`: (first offset, end offset) of the log as it is now. A partition never seen starts at its first offset.
    """
    # In one order everywhere, so that two processes wait for each other instead of deadlocking.
    return {place: _take_one(connection, consumer, place, *bounds[place], now) for place in sorted(bounds)}


def _take_one(connection: Connection, consumer: str, place: Place, first: int, end: int, now: datetime) -> Taken:
    where = _where(consumer, place)
    row = connection.execute(select(partition_cursor).where(where).with_for_update()).first()
    if row is None:
        values = {"consumer": consumer, "topic": place.topic, "partition": place.partition}
        connection.execute(insert(partition_cursor).values(epoch=1, next_offset=first, updated_at=now, **values))
        return Taken(epoch=1, next_offset=first, gap=None)
    gap = _gap(row, first, end)
    fields = {"epoch": row.epoch + 1, "updated_at": now, "gap_from": gap and gap[0], "gap_to": gap and gap[1]}
    connection.execute(update(partition_cursor).where(where).values(**fields))
    ranges = connection.execute(
        select(replay_range.c.from_offset, replay_range.c.to_offset, replay_range.c.number).where(
            replay_range.c.consumer == consumer,
            replay_range.c.topic == place.topic,
            replay_range.c.partition == place.partition,
        )
    )
    return Taken(
        epoch=row.epoch + 1, next_offset=row.next_offset, gap=gap, replays=tuple((a, b, n) for a, b, n in ranges)
    )


def _gap(row: Row[tuple[object, ...]], first: int, end: int) -> tuple[int, int] | None:
    if row.next_offset < first:
        return row.next_offset, first
    # Beyond the end: the topic was made anew, or Kafka was restored from an older copy.
    return (row.next_offset, first) if row.next_offset > end else None


def epochs(connection: Connection, consumer: str, places: Mapping[Place, int]) -> set[Place]:
    """Lock the cursors and return the places whose epoch is no longer the given one (somebody took over)."""
    if not places:
        return set()
    chosen = or_(*(_where(consumer, place) for place in places))
    rows = connection.execute(
        select(partition_cursor.c.topic, partition_cursor.c.partition, partition_cursor.c.epoch)
        .where(chosen)
        .order_by(partition_cursor.c.topic, partition_cursor.c.partition)
        .with_for_update()
    )
    current = {Place(topic, partition): epoch for topic, partition, epoch in rows}
    return {place for place, epoch in places.items() if current.get(place) != epoch}


def advance(connection: Connection, consumer: str, offsets: Mapping[Place, int], now: datetime) -> None:
    """Move cursors, never back, whose epoch was checked with `epochs` in this transaction."""
    for place, next_offset in offsets.items():
        connection.execute(
            update(partition_cursor)
            .where(_where(consumer, place), partition_cursor.c.next_offset < next_offset)
            .values(next_offset=next_offset, updated_at=now)
        )


def step_over(
    connection: Connection, consumer: str, epochs_: Mapping[Place, int], offsets: Mapping[Place, int], now: datetime
) -> None:
    """Move cursors past offsets that hold no records, unless somebody took over."""
    stale = epochs(connection, consumer, epochs_)
    advance(connection, consumer, {place: offset for place, offset in offsets.items() if place not in stale}, now)


class Position(NamedTuple):
    """Where a cursor stands."""

    epoch: int
    next_offset: int


def positions(connection: Connection, consumer: str) -> dict[Place, Position]:
    """Every cursor of the consumer, as committed."""
    columns = select(
        partition_cursor.c.topic, partition_cursor.c.partition, partition_cursor.c.epoch, partition_cursor.c.next_offset
    )
    rows = connection.execute(columns.where(partition_cursor.c.consumer == consumer))
    return {Place(topic, partition): Position(epoch, offset) for topic, partition, epoch, offset in rows}


def gaps(connection: Connection, consumer: str) -> dict[Place, tuple[int, int]]:
    """Partitions that wait for a person or a reconcile, with (cursor, first offset that is there)."""
    rows = connection.execute(
        select(partition_cursor).where(
            partition_cursor.c.consumer == consumer, partition_cursor.c.gap_from.is_not(None)
        )
    )
    return {Place(row.topic, row.partition): (row.gap_from, row.gap_to) for row in rows}


def accept_gap(connection: Connection, consumer: str, place: Place, now: datetime) -> bool:
    """Go on after the gap, once what it held was reconciled; False if there is none."""
    where = and_(_where(consumer, place), partition_cursor.c.gap_from.is_not(None))
    values = {"next_offset": partition_cursor.c.gap_to, "gap_from": None, "gap_to": None, "updated_at": now}
    return connection.execute(update(partition_cursor).where(where).values(**values)).rowcount == 1


def reset(connection: Connection, consumer: str, place: Place, to_offset: int, now: datetime) -> int:
    """Have a range handled again: from `to_offset` up to the cursor, under the next replay number, which is returned.

    Raises:
        Rejected: `not_found`, or `not_behind` when records that were never handled would be skipped.
    """
    where = _where(consumer, place)
    row = connection.execute(select(partition_cursor).where(where).with_for_update()).first()
    if row is None:
        raise Rejected("not_found", f"{place.topic}/{place.partition} wordt hier niet gelezen.")
    if not 0 <= to_offset < row.next_offset:
        sentence = f"Kies een plaats voor {row.next_offset}: wat nog niet verwerkt is, wordt nooit overgeslagen."
        raise Rejected("not_behind", sentence)
    known = select(replay_range.c.number).where(
        replay_range.c.consumer == consumer,
        replay_range.c.topic == place.topic,
        replay_range.c.partition == place.partition,
    )
    number = max((n for (n,) in connection.execute(known)), default=0) + 1
    values = {"consumer": consumer, "topic": place.topic, "partition": place.partition, "number": number}
    connection.execute(insert(replay_range).values(from_offset=to_offset, to_offset=row.next_offset, **values))
    # The epoch goes up too: whoever reads this partition now must start again from the new cursor.
    connection.execute(
        update(partition_cursor).where(where).values(next_offset=to_offset, epoch=row.epoch + 1, updated_at=now)
    )
    return number


def _where(consumer: str, place: Place) -> ColumnElement[bool]:
    cursor = partition_cursor.c
    return and_(cursor.consumer == consumer, cursor.topic == place.topic, cursor.partition == place.partition)
