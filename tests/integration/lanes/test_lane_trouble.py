"""Outage, refused credentials, too many questions: what is the lane's and what is the item's, seen from outside."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.lane_house import LaneHouse
from tests.support.outside import BareAdapter, Outside, ProbingAdapter
from tests.support.polling import wait_until

ADAPTERS = pytest.mark.parametrize("adapter_class", [BareAdapter, ProbingAdapter])


async def test_a_lane_that_is_down_holds_up_no_other(any_house: LaneHouse, remote: Outside) -> None:
    down, up = ProbingAdapter("http://127.0.0.1:1"), ProbingAdapter(remote.base_url)
    any_house.open(down, "down")
    any_house.open(up, "up")
    await any_house.want([(f"k{n % 5}", n) for n in range(20)], "down")
    await any_house.want([(f"k{n % 5}", n) for n in range(20)], "up")
    await any_house.all_are("done", lane="up")
    await any_house.lane_is("outage", "down")
    assert set(await any_house.states("down")) <= {"pending", "running"}
    assert "verbinding down" in any_house.health.problems
    assert "verbinding up" not in any_house.health.problems


@ADAPTERS
async def test_an_outage_counts_nothing_kills_nothing_and_ends_by_itself(
    house: LaneHouse, remote: Outside, adapter_class: type[BareAdapter]
) -> None:
    await remote.go_away()
    adapter = adapter_class(remote.base_url)
    house.open(adapter)
    await house.want([(f"k{n % 10}", n) for n in range(50)])
    for failures in range(1, 6):
        await house.lane_is("outage", failures=failures)
        house.pass_backoff()
    await house.lane_is("outage", failures=6)
    await house.all_are("pending")
    assert {(row.state, row.attempts) for row in await house.rows()} == {("pending", 0)}
    await remote.come_back()
    house.pass_backoff()
    await house.all_are("done")
    await house.lane_is("up")
    assert sorted(remote.applied) == sorted((f"k{n % 10}", n) for n in range(50))
    assert set(remote.times.values()) == {1}
    assert {row.attempts for row in await house.rows()} == {1}
    assert not house.health.problems


@ADAPTERS
async def test_an_item_that_alone_gets_a_500_is_stuck_and_the_others_go_on(
    house: LaneHouse, remote: Outside, adapter_class: type[BareAdapter]
) -> None:
    remote.broken.add("bad")
    adapter = adapter_class(remote.base_url)
    adapter.idempotent = True  # else a 500 leaves a doubt, which is another test's subject
    house.open(adapter)
    await house.want([("bad", 0), ("bad", 1)])

    number = 0

    async def stuck() -> bool:
        nonlocal number
        await house.want([(f"good{number}", number)])  # traffic by which a lane without a probe can tell
        number += 1
        status = house.runners["lane"].gate.status
        if status.next_probe_at is not None and not status.open:
            house.pass_backoff()
        return (await house.states())[0] == "stuck"

    await wait_until(stuck)
    house.ahead += timedelta(minutes=2)
    house.runners["lane"].gate.changed.set()

    async def others_done() -> bool:
        return set((await house.states())[2:]) == {"done"}

    await wait_until(others_done)
    first, second, *_ = await house.rows()
    assert (first.state, first.attempts, first.code) == ("stuck", 3, "remote_unavailable")
    assert (second.state, second.attempts) == ("pending", 0)
    assert "bad" not in {key for key, _ in remote.applied}
    assert set(remote.times.values()) == {1}


async def test_a_refused_password_is_tried_once_per_back_off(any_house: LaneHouse, remote: Outside) -> None:
    adapter = BareAdapter(remote.base_url, secret="wrong")
    any_house.open(adapter)
    await any_house.want([(f"k{n}", n) for n in range(30)])
    for failures in range(1, 5):
        await any_house.lane_is("denied", failures=failures)
        assert remote.requests.total() == failures
        any_house.pass_backoff()
    await any_house.lane_is("denied", failures=5)
    await any_house.all_are("pending")
    assert {(row.state, row.attempts) for row in await any_house.rows()} == {("pending", 0)}
    assert remote.requests == {"run": 5}
    adapter.secret = "right"
    any_house.pass_backoff()
    await any_house.all_are("done")
    assert remote.requests == {"run": 35}


async def test_with_a_probe_a_refused_password_reaches_no_item(house: LaneHouse, remote: Outside) -> None:
    adapter = ProbingAdapter(remote.base_url, secret="wrong")
    house.open(adapter)
    await house.want([(f"k{n}", n) for n in range(30)])
    for failures in range(1, 4):
        await house.lane_is("denied", failures=failures)
        assert remote.requests == ({"run": 1, "ping": failures - 1} if failures > 1 else {"run": 1})
        house.pass_backoff()
    await house.lane_is("denied", failures=4)
    adapter.secret = "right"
    house.pass_backoff()
    await house.all_are("done")
    assert remote.requests == {"run": 31, "ping": 4}


async def test_a_password_that_expires_costs_no_more_than_what_was_on_its_way(
    house: LaneHouse, remote: Outside
) -> None:
    adapter = BareAdapter(remote.base_url)
    house.open(adapter, concurrency=4)
    await house.want([("first", 0)])
    await house.all_are("done")
    adapter.secret = "expired"
    await house.want([(f"k{n}", n) for n in range(30)])
    await house.lane_is("denied", failures=1)
    await house.all_are("done", "pending")
    assert remote.requests["run"] <= 1 + 4
    tried = remote.requests["run"]
    house.pass_backoff()
    await house.lane_is("denied", failures=2)
    assert remote.requests["run"] == tried + 1


async def test_an_operator_ends_the_back_off(house: LaneHouse, remote: Outside) -> None:
    adapter = BareAdapter(remote.base_url, secret="wrong")
    runner = house.open(adapter)
    await house.want([("k", 0)])
    await house.lane_is("denied")
    adapter.secret = "right"
    await runner.gate.retry_now()
    await house.all_are("done")


async def test_too_many_questions_close_the_lane_for_as_long_as_was_asked(house: LaneHouse, remote: Outside) -> None:
    remote.faults["run"] = (429, "Retry-After: 3600")
    runner = house.open(ProbingAdapter(remote.base_url))
    await house.want([(f"k{n}", n) for n in range(20)])
    await house.lane_is("outage", failures=1)
    await house.all_are("pending")
    assert runner.gate.status.next_probe_at is not None
    assert runner.gate.status.next_probe_at - house.now() > timedelta(seconds=3500)
    assert {row.attempts for row in await house.rows()} == {0}
    assert remote.requests == {"run": 1}
    del remote.faults["run"]
    house.pass_backoff()
    await house.all_are("done")
    assert remote.requests == {"run": 21, "ping": 1}


async def test_an_item_waits_as_long_as_it_was_asked_to(house: LaneHouse, remote: Outside) -> None:
    remote.faults["run"] = (503, "Retry-After: 3600")
    house.open(ProbingAdapter(remote.base_url))
    await house.want([("k", 0)])

    async def failed_once() -> bool:
        [row] = await house.rows()
        return bool(row.first_failed_at) and row.state == "pending"

    await wait_until(failed_once)
    [row] = await house.rows()
    assert row.attempts == 1
    assert house.runners["lane"].gate.status.open
    assert timedelta(seconds=3500) < row.next_at.astimezone() - house.now().astimezone() <= timedelta(seconds=3600)


async def test_a_paused_lane_waits_and_an_outage_does_not_resume_it(any_house: LaneHouse, remote: Outside) -> None:
    runner = any_house.open(BareAdapter(remote.base_url))
    other = any_house.open(BareAdapter(remote.base_url), "other")
    await runner.gate.pause("anna")
    await runner.gate.failed(other.gate.status.state.OUTAGE, "x", "x")
    await runner.gate.succeeded()
    assert runner.gate.status.paused_by == "anna"
    await any_house.want([("k", 0)])
    await any_house.want([("k", 0)], "other")
    await any_house.all_are("done", lane="other")
    assert await any_house.states() == ["pending"]
    await runner.gate.resume()
    await any_house.all_are("done")
