"""What an error of an adapter does to its item and to its lane."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from loketbus.errors import Denied, NotYet, Rejected, Unavailable
from loketbus.lanes.adapter import Effect
from loketbus.ledger.tables import effect as effects
from tests.support.fake_adapter import Fake, IdempotentFake, fails
from tests.support.lane_house import LaneHouse
from tests.support.polling import wait_until

CITIZEN = "Jan Peeters"


async def test_rejected_is_dead_at_once_and_announced(house: LaneHouse) -> None:
    fake = Fake(fails(Rejected("bad_number", "Het nummer klopt niet.")))
    house.open(fake)
    await house.want([("k", 1), ("k", 2)])

    async def dead() -> bool:
        return (await house.states())[0] == "dead"

    await wait_until(dead)
    row, behind = await house.rows()
    assert (row.code, row.message, row.attempts) == ("bad_number", "Het nummer klopt niet.", 1)
    assert behind.state == "pending"
    assert house.outbox_filled.is_set()
    assert fake.ran == [("k", 1)]


async def test_a_defect_is_tried_a_few_times_and_dies_with_its_stack(house: LaneHouse) -> None:
    house.open(IdempotentFake(fails(*[ValueError(f"the answer was {CITIZEN}")] * 3)))
    await house.want([("k", 1)])
    await house.all_are("dead")
    [row] = await house.rows()
    assert row.attempts == 3
    assert "fake_adapter.py" in row.stack
    assert CITIZEN not in row.stack + row.message + (row.detail or "")


async def test_waiting_for_something_else_counts_as_no_attempt_and_keeps_its_deadline(house: LaneHouse) -> None:
    deadline = datetime(2100, 1, 1, tzinfo=UTC)
    later = deadline + timedelta(days=1)
    waits = [NotYet("dossier-1", deadline=deadline), *[NotYet("dossier-1", deadline=later)] * 4]
    house.open(IdempotentFake(fails(*waits, *[ValueError("x")] * 3)))
    await house.want([("k", 1)])
    for number in range(1, 6):
        await _waits(house, number)
        [row] = await house.rows()
        assert (row.waits_for, row.deadline, row.attempts) == ("dossier-1", deadline, 0)
        await house.by_hand(lambda connection, _: _arrived(connection))
    await house.all_are("dead")
    assert (await house.rows())[0].attempts == 3


async def _waits(house: LaneHouse, times: int) -> None:
    async def so() -> bool:
        [row] = await house.rows()
        return (row.state, row.history.count("not_yet")) == ("pending", times)

    await wait_until(so)


def _arrived(connection: Connection) -> None:
    connection.execute(update(effects).where(effects.c.waits_for == "dossier-1").values(next_at=effects.c.created_at))


async def test_a_slow_answer_from_before_the_refusal_does_not_reopen_the_lane(house: LaneHouse) -> None:
    slow, secret = asyncio.Event(), "right"

    async def act(effect: Effect) -> Mapping[str, Any]:
        if effect.key == "slow":
            await slow.wait()
        elif secret == "wrong":
            raise Denied("remote_denied", "Geweigerd.")
        return {}

    fake = Fake(act)
    runner = house.open(fake)
    await house.want([("first", 0)])
    await house.all_are("done")
    await house.want([("slow", 0)])
    await wait_until(lambda: ("slow", 0) in fake.ran)
    secret = "wrong"
    await house.want([("k", 1)])
    await house.lane_is("denied", failures=1)
    slow.set()

    async def slow_done() -> bool:
        return (await house.states())[1] == "done"

    await wait_until(slow_done)
    await runner.gate.refresh()
    assert not runner.gate.status.open
    assert fake.ran.count(("k", 1)) == 1


async def test_calls_on_their_way_when_the_lane_closes_count_for_one(house: LaneHouse) -> None:
    together = asyncio.Barrier(8)

    async def act(effect: Effect) -> Mapping[str, Any]:
        if effect.key != "first":
            await together.wait()
            raise Denied("remote_denied", "Geweigerd.")
        return {}

    runner = house.open(Fake(act), concurrency=8)
    await house.want([("first", 0)])
    await house.all_are("done")
    await house.want([(f"k{number}", number) for number in range(8)])
    await house.lane_is("denied")
    await house.all_are("done", "pending")
    assert runner.gate.status.failures == 1


async def test_side_by_side_failures_are_probed_once(house: LaneHouse) -> None:
    together = asyncio.Barrier(8)

    class Probed(Fake):
        probes = 0

        async def probe(self) -> None:
            self.probes += 1

    async def act(effect: Effect) -> Mapping[str, Any]:
        if effect.key != "first" and effect.attempts == 1:
            await together.wait()
            raise Unavailable("slow", "Traag.")
        return {}

    fake = Probed(act)
    house.open(fake, concurrency=8)
    await house.want([("first", 0)])
    await house.all_are("done")
    await house.want([(f"k{number}", number) for number in range(8)])
    await house.all_are("done")
    assert fake.probes == 1


async def test_with_a_rate_only_what_is_being_called_is_claimed(house: LaneHouse) -> None:
    """A claim says that a call may have been made: who waits for the rate must not look like that after a crash."""
    running: list[int] = []

    async def count(effect: Effect) -> Mapping[str, Any]:
        running.append((await house.states()).count("running"))
        return {}

    house.open(Fake(count), rate_per_second=5)
    await house.want([(f"k{number}", number) for number in range(6)])
    await house.all_are("done")
    assert len(running) == 6
    assert max(running) < 4, "claimed when called, and not all that are due"
