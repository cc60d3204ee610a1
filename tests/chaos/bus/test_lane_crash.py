"""A service that is killed around a call to an outside system, or frozen during it: the effect takes place once.

Where that cannot be known, nobody guesses: the row is `uncertain`, for a person.
"""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from loketbus.lanes import runner
from tests.support.children import Child, child
from tests.support.lane_house import LaneHouse, lane_house
from tests.support.outside import ADAPTERS, Outside, outside
from tests.support.polling import wait_until

pytestmark = pytest.mark.chaos

CALL_TIMEOUT_SECONDS = 1.0
MARGIN_SECONDS = 0.5

BEFORE, AFTER, WRITING, WRITTEN = "lane.intent", "lane.called", "lane.recording", "lane.recorded"


def process_a(
    database: str, remote: Outside, adapter: str, call_timeout_seconds: float = 20.0, **environment: str
) -> AbstractAsyncContextManager[Child]:
    given = {
        "database": database,
        "base_url": remote.base_url,
        "adapter": adapter,
        "call_timeout_seconds": call_timeout_seconds,
        "margin_seconds": MARGIN_SECONDS,
    }
    return child("tests.chaos.bus.lane_process", given, **environment)


@pytest.mark.parametrize(
    ("point", "adapter", "calls", "state"),
    [
        (BEFORE, "AskingAdapter", 1, "done"),
        (AFTER, "AskingAdapter", 1, "done"),
        (WRITING, "AskingAdapter", 1, "done"),
        (WRITTEN, "AskingAdapter", 1, "done"),
        (BEFORE, "BareAdapter", 0, "uncertain"),
        (AFTER, "BareAdapter", 1, "uncertain"),
        (AFTER, "IdempotentAdapter", 2, "done"),
    ],
)
async def test_killed_around_a_call(tmp_path: Path, point: str, adapter: str, calls: int, state: str) -> None:
    database = f"sqlite:///{tmp_path / 'ledger.db'}"
    async with outside() as remote:
        async with lane_house(database) as house:
            await house.want([("k", 1)])
        async with process_a(database, remote, adapter, LOKETBUS_TEST_KILL_AT=point) as a:
            await a.was_killed()
        async with lane_house(database) as house:
            again = ADAPTERS[adapter](remote.base_url)
            house.open(again)
            await house.all_are(state)
            [row] = await house.rows()
            assert remote.requests["run"] == calls
            assert remote.applied == ([("k", 1)] if calls else [])
            assert row.history.count('"interrupted"') == (0 if point == WRITTEN else 1)
            assert len(again.recorded) == (1 if state == "done" and point != WRITTEN else 0)


@pytest.mark.postgres
async def test_frozen_during_a_call_the_late_result_is_refused(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "LEASE_MARGIN_SECONDS", MARGIN_SECONDS)
    async with outside() as remote, lane_house(postgres_database) as house:
        remote.held = asyncio.Event()
        await house.want([("k", 1), ("k", 2)])
        async with process_a(postgres_database, remote, "AskingAdapter", CALL_TIMEOUT_SECONDS) as a:
            await wait_until(lambda: remote.applied, 60, what="A calls")
            a.freeze()
            await a.froze()
            remote.held.set()  # the answer lies ready for A when it wakes up
            house.open(ADAPTERS["AskingAdapter"](remote.base_url), call_timeout_seconds=CALL_TIMEOUT_SECONDS)
            await house.all_are("done")
            done = await house.rows()
            a.wake()
            await a.says("lane_lost")
            assert await house.rows() == done
        await _once(house, remote)


async def _once(house: LaneHouse, remote: Outside) -> None:
    assert remote.applied == [("k", 1), ("k", 2)]
    first, second = await house.rows()
    assert [first.history.count('"done"'), second.history.count('"done"')] == [1, 1]
    assert first.result == '{"found": true}', "written by who took over, who asked"
