"""Who may run: heads of their key that are due, found cheaply however much waits behind them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, create_engine, event, insert, select, update

from loketbus.errors import LostOwnership
from loketbus.lanes import store
from loketbus.lanes.execution import LaneRow
from loketbus.leases import Lease
from loketbus.ledger.tables import effect, lease, metadata
from tests.unit.lanes.conftest import Time

LEASE = Lease("lane:l", fence=1, ttl_seconds=60)


class Table:
    """The lane's rows, on SQLite in memory."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.engine: Engine = create_engine("sqlite://")
        metadata.create_all(self.engine, tables=[effect, lease])
        self.connection: Connection = self.engine.connect()
        values = {"name": "lane:l", "holder": "here", "fence": 1, "expires_at": time()}
        self.connection.execute(insert(lease).values(**values))

    def add(self, *keys: str, lane: str = "l", **values: Any) -> None:
        now = self.time()
        for key in keys:
            row = {
                "ref": "r",
                "lane": lane,
                "key": key,
                "kind": "do",
                "state": "pending",
                "blocks": True,
                "hold_key": True,
                "next_at": now,
                "correlation_id": "c",
                "created_at": now,
                "updated_at": now,
            }
            self.connection.execute(insert(effect).values(**row | values))

    def claim(self, limit: int = 10, **options: Any) -> list[LaneRow]:
        return store.claim(self.connection, LEASE, "l", limit, self.time(), **options)

    def ids(self, limit: int = 10, **options: Any) -> list[int]:
        return [row.id for row in self.claim(limit, **options)]

    def finish(self, row: LaneRow) -> bool:
        return store.finish(self.connection, LEASE, row, "{}", self.time())

    def column(self, name: str) -> list[Any]:
        return list(self.connection.execute(select(effect.c[name]).order_by(effect.c.id)).scalars())


@pytest.fixture
def table(time: Time) -> Any:
    made = Table(time)
    yield made
    made.connection.close()
    made.engine.dispose()


def test_only_heads_that_are_due_in_the_order_in_which_they_waited(table: Table, time: Time) -> None:
    table.add("late", next_at=time() - timedelta(seconds=1))
    table.add("early", next_at=time() - timedelta(seconds=9))
    table.add("early", "future")
    table.connection.execute(update(effect).where(effect.c.key == "future").values(next_at=time() + timedelta(days=1)))
    table.add("other lane", lane="m")
    assert table.ids() == [2, 1]
    assert table.column("state") == ["running", "running", "pending", "pending", "pending"]
    assert table.column("attempts") == [1, 1, 0, 0, 0]


def test_no_more_than_asked_for(table: Table) -> None:
    table.add("a", "b", "c")
    assert table.ids(2) == [1, 2]
    assert table.ids(2) == [3]


@pytest.mark.parametrize("state", ["running", "uncertain", "stuck", "dead"])
def test_what_blocks_holds_up_its_key_alone(table: Table, state: str) -> None:
    table.add("a", state=state)
    table.add("a", "b")
    assert table.ids() == [3]


@pytest.mark.parametrize("state", ["done", "dropped", "dead"])
def test_what_blocks_no_more_holds_up_nothing(table: Table, state: str) -> None:
    table.add("a", state=state, blocks=False)
    table.add("a")
    assert table.ids() == [2]


def test_a_row_behind_another_is_put_aside_until_that_ends(table: Table, time: Time) -> None:
    table.add("a", "a", "a")
    [first] = table.claim()
    assert table.column("code") == [None, "behind", "behind"]
    due = store.next_due(table.connection, "l")
    assert due is not None
    assert due > time()
    assert table.finish(first)
    assert store.next_due(table.connection, "l") == time()
    assert table.ids() == [2]


def test_it_is_looked_at_again_in_any_case(table: Table, time: Time) -> None:
    table.add("a", "a")
    table.claim()
    table.connection.execute(update(effect).where(effect.c.id == 1).values(state="dropped", blocks=False))
    time.turn(store.LOOK_AGAIN_BEHIND.total_seconds())
    assert table.ids() == [2]


def test_unblocking_leaves_a_back_off_alone(table: Table, time: Time) -> None:
    later = time() + timedelta(hours=1)
    table.add("a", next_at=later, code="remote_busy")
    store.unblock(table.connection, "l", "a")
    assert table.column("next_at") == [later]


def test_a_long_queue_of_one_key_does_not_hide_the_others(table: Table) -> None:
    table.add(*["a"] * 1_000, "b")
    found: list[int] = []
    for _ in range(40):
        found += table.ids(1)
    assert found == [1, 1_001]


def test_a_canary_is_rather_one_that_never_failed(table: Table, time: Time) -> None:
    table.add("failed", first_failed_at=time(), next_at=time() - timedelta(hours=1))
    table.add("fresh")
    assert table.ids(1, fresh_first=True) == [2]
    assert table.ids(1, fresh_first=True) == [1]


def test_recovered_rows_ask_first(table: Table, time: Time) -> None:
    table.add("a", "b", "c")
    table.claim()
    pause = time() + timedelta(seconds=5)
    assert store.recover(table.connection, LEASE, "l", [2], time(), pause) == 2
    assert table.column("state") == ["pending", "running", "pending"]
    assert table.column("ask_first") == [True, False, True]
    assert table.column("next_at") == [pause, time(), pause]
    assert "interrupted" in table.column("history")[0]


def test_an_end_is_written_once(table: Table) -> None:
    table.add("a")
    [row] = table.claim()
    assert table.finish(row)
    assert not table.finish(row)
    assert table.column("history")[0].count("done") == 1


def test_nothing_is_claimed_without_the_lease(table: Table) -> None:
    table.add("a")
    table.connection.execute(update(lease).values(fence=2))
    with pytest.raises(LostOwnership):
        table.claim()
    assert table.column("state") == ["pending"]


def test_finding_work_uses_the_indexes(table: Table) -> None:
    """On SQLite a partial index serves only a condition that says what the index says, word for word."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(table.engine, "before_cursor_execute", note)
    table.add("a", "a", "b")
    asked.clear()
    [first, *_] = table.claim()
    table.finish(first)
    store.next_due(table.connection, "l")
    event.remove(table.engine, "before_cursor_execute", note)
    plans = [
        " ".join(row[3] for row in table.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
        for statement, parameters in asked
        if "effect" in statement
    ]
    assert [plan for plan in plans if "SCAN effect" in plan] == []
    assert any("effect_due" in plan and "effect_blocking" in plan for plan in plans)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 5), st.booleans()), min_size=1, max_size=25))
def test_each_key_ends_in_order_whatever_happens(steps: list[tuple[str, int, bool]]) -> None:
    """Adding, claiming and ending rows in any mixture: at most one of a key runs, and keys end in order."""
    table = Table(Time())
    running: list[LaneRow] = []
    ended: list[LaneRow] = []
    for key, limit, end in steps:
        table.add(key)
        running += table.claim(limit)
        assert len({row.key for row in running}) == len(running)
        if end and running:
            ended.append(running.pop(len(running) // 2))
            table.finish(ended[-1])
    running += table.claim(3)
    while running:
        ended.append(running.pop(0))
        table.finish(ended[-1])
        running += table.claim(3)
    assert len(ended) == len(steps)
    for key in "abcd":
        ids = [row.id for row in ended if row.key == key]
        assert ids == sorted(ids)
    table.connection.close()
    table.engine.dispose()
