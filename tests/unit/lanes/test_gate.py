"""The state of a lane: who may change what, and how its back-off grows."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from loketbus.lanes.gate import Gate, Status
from loketbus.ledger import Ledger
from loketbus.outcomes import LaneState, RetryPolicy
from tests.unit.lanes.conftest import Time

OUT, DENIED, UP = LaneState.OUTAGE, LaneState.DENIED, LaneState.UP


@pytest.fixture
def gate(ledger: Ledger, time: Time) -> Gate:
    return make(ledger, time)


def make(ledger: Ledger, time: Time) -> Gate:
    policy = RetryPolicy(base_seconds=10, cap_seconds=1_000)
    return Gate("lane", ledger, outage_policy=policy, denied_policy=policy, clock=time)


def backoff(gate: Gate, time: Time) -> float:
    assert gate.status.next_probe_at is not None
    return (gate.status.next_probe_at - time()).total_seconds()


async def test_a_new_lane_is_open(gate: Gate) -> None:
    assert (await gate.refresh()).open
    assert gate.status == Status()


async def test_the_back_off_grows_with_every_failed_probe(gate: Gate, time: Time) -> None:
    for failures in range(1, 5):
        await gate.failed(OUT, "away", "Weg.")
        assert gate.status.failures == failures
        assert 5 * 2 ** (failures - 1) <= backoff(gate, time) <= 10 * 2 ** (failures - 1)
        time.turn(backoff(gate, time))


async def test_failures_of_what_was_on_its_way_count_once(gate: Gate, time: Time) -> None:
    await gate.failed(OUT, "away", "Weg.")
    before = gate.status
    time.turn(1)
    for _ in range(16):
        await gate.failed(OUT, "away", "Weg.")
    assert gate.status == before


async def test_a_longer_wait_that_is_asked_for_is_kept(gate: Gate, time: Time) -> None:
    await gate.failed(OUT, "busy", "Druk.", 500)
    assert backoff(gate, time) == 500
    await gate.failed(OUT, "busy", "Druk.", 700)
    assert (backoff(gate, time), gate.status.failures) == (700, 1)


async def test_refused_credentials_are_news_in_an_outage_and_not_the_other_way_round(gate: Gate, time: Time) -> None:
    await gate.failed(OUT, "away", "Weg.")
    await gate.failed(DENIED, "refused", "Geweigerd.")
    assert (gate.status.state, gate.status.code, gate.status.failures) == (DENIED, "refused", 1)
    await gate.failed(OUT, "away", "Weg.")
    assert (gate.status.state, gate.status.code) == (DENIED, "refused")


async def test_a_success_opens_it_and_forgets(gate: Gate, time: Time) -> None:
    await gate.failed(OUT, "away", "Weg.")
    await gate.succeeded()
    assert gate.status == Status(since=time())
    assert gate.last_success_at == time()


async def test_a_chance_is_no_proof(gate: Gate, time: Time) -> None:
    await gate.failed(OUT, "away", "Weg.")
    time.turn(60)
    await gate.give_a_chance()
    assert gate.status.open
    assert gate.last_success_at is None
    await gate.failed(OUT, "away", "Weg.")
    assert gate.status.failures == 2


@pytest.mark.parametrize("state", [OUT, DENIED])
async def test_what_happens_to_a_lane_leaves_it_paused(
    gate: Gate, ledger: Ledger, time: Time, state: LaneState
) -> None:
    operator = make(ledger, time)
    await operator.pause("anna")
    await gate.failed(state, "away", "Weg.")
    assert gate.status.paused_by == "anna"
    await gate.succeeded()
    assert (gate.status.paused_by, gate.status.state, gate.status.open) == ("anna", UP, False)
    await operator.resume()
    assert (await gate.refresh()).open


async def test_a_pause_leaves_an_outage_as_it_was(gate: Gate, time: Time) -> None:
    await gate.failed(OUT, "away", "Weg.")
    before = gate.status
    time.turn(5)
    await gate.pause("anna")
    await gate.resume()
    assert gate.status == before


async def test_replicas_share_it(gate: Gate, ledger: Ledger, time: Time) -> None:
    other = make(ledger, time)
    await gate.failed(DENIED, "refused", "Geweigerd.", 90)
    assert await other.refresh() == gate.status
    await other.retry_now()
    assert not (await gate.refresh()).backs_off(time())


async def test_what_was_read_before_a_change_does_not_undo_it(
    gate: Gate, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, answer = asyncio.Event(), asyncio.Event()
    original = ledger.read

    async def slow(work: Callable[[Any], Any]) -> Any:
        found = await original(work)
        read.set()
        await answer.wait()
        return found

    monkeypatch.setattr(ledger, "read", slow)
    refreshing = asyncio.create_task(gate.refresh())
    await read.wait()
    await gate.failed(OUT, "away", "Weg.")
    answer.set()
    assert (await refreshing).state is OUT


async def test_whoever_waits_is_told_of_a_change_only(gate: Gate) -> None:
    await gate.refresh()
    gate.changed.clear()
    await gate.refresh()
    assert not gate.changed.is_set()
    await gate.failed(OUT, "away", "Weg.")
    assert gate.changed.is_set()


def test_a_lane_backs_off_until_its_probe(time: Time) -> None:
    status = Status(OUT, next_probe_at=time() + timedelta(seconds=10))
    assert status.backs_off(time())
    time.turn(10)
    assert not status.backs_off(time())
    assert not Status(UP, next_probe_at=time() + timedelta(seconds=10)).backs_off(time())
