"""Cursors in a ledger: taking over, fencing, gaps, resets (SQLite in memory; both databases in tests/integration)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine

from loketbus.consume import cursors
from loketbus.consume.cursors import Place, Taken
from loketbus.errors import Rejected
from loketbus.ledger.tables import metadata
from tests.unit.bus.works import AT

pytestmark = pytest.mark.unit

ME = "example"
P0, P1 = Place("example.told.v1", 0), Place("example.told.v1", 1)


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as opened:
        metadata.create_all(opened)
        yield opened
    engine.dispose()


def take(connection: Connection, first: int = 0, end: int = 100, place: Place = P0) -> Taken:
    return cursors.take_over(connection, ME, {place: (first, end)}, AT)[place]


def test_a_new_partition_starts_at_its_first_record(connection: Connection) -> None:
    assert take(connection, first=7) == Taken(epoch=1, next_offset=7, gap=None)


def test_taking_over_fences_who_had_it(connection: Connection) -> None:
    first = take(connection)
    take(connection, place=P1)
    second = take(connection)
    assert second.epoch == first.epoch + 1
    assert cursors.epochs(connection, ME, {P0: first.epoch, P1: 1}) == {P0}
    assert cursors.epochs(connection, ME, {P0: second.epoch, P1: 1}) == set()
    assert cursors.epochs(connection, "other", {P0: second.epoch}) == {P0}
    assert cursors.epochs(connection, ME, {}) == set()


def test_a_cursor_goes_on_and_never_back(connection: Connection) -> None:
    take(connection)
    cursors.advance(connection, ME, {P0: 5}, AT)
    cursors.advance(connection, ME, {P0: 3}, AT)
    assert take(connection).next_offset == 5


def test_stepping_over_markers_is_fenced_too(connection: Connection) -> None:
    mine = take(connection)
    cursors.step_over(connection, ME, {P0: mine.epoch + 1}, {P0: 9}, AT)
    assert cursors.positions(connection, ME) == {P0: (mine.epoch, 0)}
    cursors.step_over(connection, ME, {P0: mine.epoch}, {P0: 9}, AT)
    assert cursors.positions(connection, ME) == {P0: (mine.epoch, 9)}


@pytest.mark.parametrize(
    ("cursor", "first", "end", "gap"),
    [
        (5, 0, 10, None),
        (5, 5, 5, None),
        (5, 6, 10, (5, 6)),
        (10, 10, 10, None),
        (11, 0, 10, (11, 0)),
    ],
)
def test_a_gap_is_a_cursor_that_the_log_does_not_hold(
    connection: Connection, cursor: int, first: int, end: int, gap: tuple[int, int] | None
) -> None:
    take(connection)
    cursors.advance(connection, ME, {P0: cursor}, AT)
    assert take(connection, first, end).gap == gap
    assert cursors.gaps(connection, ME) == ({P0: gap} if gap else {})


def test_an_accepted_gap_is_passed_once(connection: Connection) -> None:
    take(connection)
    assert not cursors.accept_gap(connection, ME, P0, AT)
    take(connection, first=4)
    assert cursors.accept_gap(connection, ME, P0, AT)
    assert not cursors.accept_gap(connection, ME, P0, AT)
    assert take(connection, first=4) == Taken(epoch=3, next_offset=4, gap=None)


def test_a_gap_that_closed_by_itself_is_forgotten(connection: Connection) -> None:
    take(connection)
    cursors.advance(connection, ME, {P0: 11}, AT)
    take(connection, end=10)  # Kafka came back with an older copy
    assert take(connection, end=20).gap is None
    assert cursors.gaps(connection, ME) == {}


def test_a_reset_gives_the_range_a_replay_number_and_fences(connection: Connection) -> None:
    mine = take(connection)
    cursors.advance(connection, ME, {P0: 10}, AT)
    assert cursors.reset(connection, ME, P0, 4, AT) == 1
    assert cursors.epochs(connection, ME, {P0: mine.epoch}) == {P0}
    again = take(connection)
    assert again.next_offset == 4
    assert [again.replay_of(offset) for offset in (3, 4, 9, 10)] == [0, 1, 1, 0]
    cursors.advance(connection, ME, {P0: 10}, AT)
    assert cursors.reset(connection, ME, P0, 8, AT) == 2
    assert [take(connection).replay_of(offset) for offset in (7, 8, 10)] == [1, 2, 0]


@pytest.mark.parametrize("offset", [-1, 10, 11])
def test_a_reset_never_skips(connection: Connection, offset: int) -> None:
    take(connection)
    cursors.advance(connection, ME, {P0: 10}, AT)
    with pytest.raises(Rejected, match="not_behind"):
        cursors.reset(connection, ME, P0, offset, AT)
    with pytest.raises(Rejected, match="not_found"):
        cursors.reset(connection, ME, P1, 0, AT)
