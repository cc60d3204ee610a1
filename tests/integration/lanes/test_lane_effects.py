"""Order per key, side by side over keys, and an effect that takes place once whatever breaks around the call."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from loketbus import deadletters
from loketbus.errors import Rejected
from loketbus.lanes.adapter import Effect
from loketbus.ledger import LedgerUnavailable
from loketbus.ledger.tables import effect as effects
from loketbus.ledger.tx import Tx
from tests.support.fake_adapter import Fake, IdempotentFake, fails
from tests.support.lane_house import HASTY, LaneHouse
from tests.support.outside import AskingAdapter, BareAdapter, IdempotentAdapter, Outside
from tests.support.polling import wait_until

# --- order ------------------------------------------------------------------------------------------------------------


async def test_keys_run_side_by_side_and_each_key_in_order(any_house: LaneHouse) -> None:
    keys, rounds = 20, 8
    together = asyncio.Barrier(keys)

    async def meet(effect: Effect) -> Mapping[str, Any]:
        if effect.json()["number"]:  # not the canary's round
            await together.wait()
        return {}

    fake = Fake(meet)
    any_house.open(fake, concurrency=keys)
    await any_house.want([(f"k{key}", number) for number in range(rounds) for key in range(keys)])
    await any_house.all_are("done")
    order: dict[str, list[int]] = defaultdict(list)
    for key, number in fake.ran:
        order[key].append(number)
    assert order == {f"k{key}": list(range(rounds)) for key in range(keys)}


async def test_at_most_so_many_run_at_once(house: LaneHouse) -> None:
    running, most = 0, 0

    async def count(effect: Effect) -> Mapping[str, Any]:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return {}

    house.open(Fake(count), concurrency=3)
    await house.want([(f"k{number}", number) for number in range(60)])
    await house.all_are("done")
    assert most == 3


async def test_a_long_queue_of_one_key_holds_up_no_other(any_house: LaneHouse) -> None:
    gate = asyncio.Event()

    async def hold(effect: Effect) -> Mapping[str, Any]:
        if effect.key == "long":
            await gate.wait()
        return {}

    fake = Fake(hold)
    any_house.open(fake, concurrency=4)
    await any_house.want([("first", 0)])
    await any_house.all_are("done")
    await any_house.want([("long", number) for number in range(150)])
    await any_house.want([("other", number) for number in range(5)])

    async def others_done() -> bool:
        return sum(state == "done" for state in await any_house.states()) == 6

    await wait_until(others_done)
    gate.set()
    await any_house.all_are("done")
    assert [number for key, number in fake.ran if key == "long"] == list(range(150))


async def test_what_waits_behind_another_says_so(any_house: LaneHouse) -> None:
    any_house.open(Fake(fails(Rejected("bad", "Fout."))))
    await any_house.want([("k", 0), ("k", 1)])

    async def behind() -> bool:
        first, second = await any_house.rows()
        return (first.state, second.code) == ("dead", "behind")

    await wait_until(behind)
    [first, second] = await any_house.rows()
    assert "eerder" in second.message
    await any_house.by_hand(lambda connection, act: deadletters.drop(connection, first.id, act))
    await any_house.all_are("dropped", "done")


# --- once -------------------------------------------------------------------------------------------------------------


async def test_a_result_that_cannot_be_written_is_kept_until_it_can(
    house: LaneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Fake()
    runner = house.open(fake)
    await house.want([("warm", 0)])
    await house.all_are("done")
    write, full = house.ledger.write, 3

    async def disk_full(work: Callable[[Connection], Any]) -> Any:
        nonlocal full
        if full and len(fake.ran) == 2:  # from the call on
            full -= 1
            raise LedgerUnavailable("disk full")
        return await write(work)

    monkeypatch.setattr(house.ledger, "write", disk_full)
    await house.want([("k", 1)])
    await house.all_are("done")
    assert full == 0
    assert fake.ran == [("warm", 0), ("k", 1)]
    assert runner.gate.status.open


async def test_a_commit_of_which_the_end_was_not_seen_is_not_done_twice(
    any_house: LaneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = Fake()
    any_house.open(fake)
    await any_house.want([("warm", 0)])
    await any_house.all_are("done")
    write, lost = any_house.ledger.write, 0

    async def connection_lost(work: Callable[[Connection], Any]) -> Any:
        nonlocal lost
        answer = await write(work)
        if not lost and len(fake.ran) == 2:
            lost += 1
            raise LedgerUnavailable("the connection broke after the commit")
        return answer

    monkeypatch.setattr(any_house.ledger, "write", connection_lost)
    await any_house.want([("k", 1)])
    await any_house.all_are("done")
    await wait_until(lambda: lost == 1)
    await any_house.want([("after", 2)])
    await any_house.all_are("done")
    assert [key for key, _ in fake.recorded] == ["warm", "k", "after"]


async def test_a_claim_of_which_the_end_was_not_seen_runs_later(
    house: LaneHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loketbus.lanes.runner.ORPHAN_PAUSE", timedelta(0))
    fake = IdempotentFake()
    await house.want([("k", 1)])
    write = house.ledger.write
    lost = False

    async def connection_lost(work: Callable[[Connection], Any]) -> Any:
        nonlocal lost
        answer = await write(work)
        if not lost and isinstance(answer, list):
            lost = True
            raise LedgerUnavailable("the connection broke after the claim")
        return answer

    monkeypatch.setattr(house.ledger, "write", connection_lost)
    house.open(fake)
    await house.all_are("done")
    assert lost
    assert fake.ran == [("k", 1)]


async def test_a_defect_in_done_never_calls_again(any_house: LaneHouse, remote: Outside) -> None:
    class Broken(BareAdapter):
        mended = False

        def done(self, tx: Tx, effect: Effect, result: Mapping[str, Any]) -> None:
            if not self.mended:
                raise KeyError(effect.key)
            super().done(tx, effect, result)

    adapter = Broken(remote.base_url)
    any_house.open(adapter)
    await any_house.want([("k", 1)])
    await any_house.all_are("dead")
    [row] = await any_house.rows()
    assert (row.code, row.attempts) == ("defect_KeyError", 3)
    adapter.mended = True
    await any_house.by_hand(lambda connection, act: deadletters.replay(connection, row.id, act))
    await any_house.all_are("done")
    assert remote.applied == [("k", 1)]
    assert adapter.recorded == [("k", {"id": 1})]


async def test_after_a_defect_in_the_call_it_asks_before_it_calls_again(house: LaneHouse, remote: Outside) -> None:
    class Clumsy(AskingAdapter):
        async def run(self, effect: Effect) -> Mapping[str, Any]:
            await super().run(effect)
            raise ValueError("cannot read the answer")

    adapter = Clumsy(remote.base_url)
    house.open(adapter)
    await house.want([("k", 1)])
    await house.all_are("done")
    assert remote.applied == [("k", 1)]
    assert adapter.recorded == [("k", {"found": True})]


async def test_a_doubt_outlives_an_outage_of_the_asking(house: LaneHouse, remote: Outside) -> None:
    """Asked and not answered is not the same as answered that it was not done."""
    remote.faults["ask"] = (503, "")
    await house.want([("k", 1)])
    await _left_running(house)
    remote.times[(await house.rows())[0].ref] = 1
    house.open(AskingAdapter(remote.base_url), policy=replace(HASTY, stuck_after_attempts=1_000))
    await wait_until(lambda: remote.requests["ask"] >= 3)
    del remote.faults["ask"]
    await house.all_are("done")
    assert remote.requests["run"] == 0


async def test_an_answer_cut_off_is_asked_about(house: LaneHouse, remote: Outside) -> None:
    remote.held = asyncio.Event()
    house.open(AskingAdapter(remote.base_url))
    await house.want([("k", 1)])
    await wait_until(lambda: remote.applied)
    await remote.go_away()
    remote.held.set()
    await remote.come_back()

    async def done() -> bool:
        if not house.runners["lane"].gate.status.open:
            house.pass_backoff()
        return await house.states() == ["done"]

    await wait_until(done)
    assert remote.applied == [("k", 1)]


@pytest.mark.parametrize("happened", [True, False])
async def test_what_cannot_be_known_waits_for_a_person(any_house: LaneHouse, remote: Outside, happened: bool) -> None:
    await any_house.want([("k", 1), ("k", 2)])
    await _left_running(any_house)
    adapter = BareAdapter(remote.base_url)
    any_house.open(adapter)

    async def uncertain() -> bool:
        return (await any_house.states())[0] == "uncertain"

    await wait_until(uncertain)
    row, behind = await any_house.rows()
    assert (row.audience, behind.state) == ("loket", "pending")
    assert remote.requests["run"] == 0
    await any_house.by_hand(lambda connection, act: deadletters.resolve(connection, row.id, act, happened=happened))
    await any_house.all_are("done")
    assert remote.applied == ([("k", 2)] if happened else [("k", 1), ("k", 2)])
    assert [key for key, _ in adapter.recorded] == ["k", "k"]
    assert adapter.recorded[0][1] == ({} if happened else {"id": 1})


async def test_an_idempotent_adapter_just_calls_again(house: LaneHouse, remote: Outside) -> None:
    await house.want([("k", 1)])
    await _left_running(house)
    house.open(IdempotentAdapter(remote.base_url))
    await house.all_are("done")
    assert remote.requests == {"run": 1}


async def test_a_stop_lets_a_call_end(house: LaneHouse, remote: Outside) -> None:
    remote.held = asyncio.Event()
    house.open(BareAdapter(remote.base_url))
    await house.want([("k", 1), ("k", 2)])
    await wait_until(lambda: remote.applied)
    closing = asyncio.create_task(house.close())
    remote.held.set()
    await closing
    assert await house.states() == ["done", "pending"]


async def _left_running(house: LaneHouse) -> None:
    """The first row as a process that was killed during its call left it."""
    [first, *_] = await house.rows()
    running = update(effects).where(effects.c.id == first.id).values(state="running", fence=0, attempts=1)
    await house.ledger.write(lambda connection: connection.execute(running))


# --- replicas ---------------------------------------------------------------------------------------------------------


async def test_a_lane_runs_on_one_replica_and_moves_when_that_one_stops(any_house: LaneHouse) -> None:
    fakes = Fake(), Fake()
    for number, fake in enumerate(fakes):
        any_house.open(fake, "lane", holder=f"replica{number}")
        any_house.runners[f"kept{number}"] = any_house.runners["lane"]
        any_house._tasks[f"kept{number}"] = any_house._tasks["lane"]
        await any_house.want([(f"k{number}", 0)])
        await any_house.all_are("done")
    assert [len(fake.ran) for fake in fakes] == [2, 0]
    await any_house.close("kept0")
    await any_house.want([("k", 1)])
    await any_house.all_are("done")
    assert [len(fake.ran) for fake in fakes] == [2, 1]


async def test_every_replica_follows_the_state_of_the_lane(any_house: LaneHouse) -> None:
    running = any_house.open(Fake())
    waiting = any_house.open(Fake(), "lane", holder="elsewhere")
    any_house._tasks["running"] = any_house._tasks["lane"]
    await waiting.gate.pause("anna")
    await wait_until(lambda: running.gate.status.paused_by == "anna")
    await running.gate.resume()
    await wait_until(lambda: waiting.gate.status.paused_by is None)
