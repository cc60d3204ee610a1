"""Scheduled work: once over all replicas, with the lane it belongs to, and after trouble again."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest
from sqlalchemy import select

from loketbus import jobs
from loketbus.errors import Denied, Unavailable
from loketbus.health import Health
from loketbus.jobs import Job, JobRunner
from loketbus.lanes.gate import Gate
from loketbus.leases import Lease, Leases
from loketbus.ledger import Ledger
from loketbus.ledger.tables import job as table
from loketbus.outcomes import LaneState
from tests.support.polling import wait_until
from tests.unit.lanes.conftest import Time

INTERVAL = 100.0


class Work:
    """Counts its runs; `errors` are raised one after another."""

    def __init__(self, *errors: Exception) -> None:
        self.runs = 0
        self.errors = list(errors)

    async def __call__(self, lease: Lease) -> None:
        lease.check()
        self.runs += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "TICK_SECONDS", 0.01)


@contextlib.asynccontextmanager
async def running(*runners: JobRunner) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(runner.run()) for runner in runners]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


Make = Callable[..., JobRunner]


@pytest.fixture
def make(ledger: Ledger, time: Time) -> Make:
    def made(work: Work, *, gate: Gate | None = None, holder: str = "here") -> JobRunner:
        job = Job("job", INTERVAL, work, None if gate is None else gate.name)
        return JobRunner(job, ledger, Leases(ledger, holder), Health(time), gate, clock=time)

    return made


@pytest.fixture
def gate(ledger: Ledger, time: Time) -> Gate:
    return Gate("remote", ledger, clock=time)


async def ran(work: Work, times: int) -> None:
    await wait_until(lambda: work.runs == times, what=f"ran {times} times")


async def test_it_runs_at_its_interval(make: Make, time: Time) -> None:
    work = Work()
    async with running(make(work)):
        await ran(work, 1)
        await time.looked()
        assert work.runs == 1
        time.turn(INTERVAL)
        await ran(work, 2)


async def test_a_restart_keeps_the_interval(make: Make, time: Time, ledger: Ledger) -> None:
    work = Work()
    async with running(make(work)):
        await ran(work, 1)
        await wait_until(lambda: _recorded(ledger))
    async with running(make(work)):
        await time.looked()
        assert work.runs == 1


async def _recorded(ledger: Ledger) -> bool:
    return bool(await ledger.read(lambda c: c.execute(select(table.c.last_run_at)).scalar_one_or_none()))


async def test_over_two_replicas_it_runs_once(make: Make, time: Time) -> None:
    works = Work(), Work()
    async with running(*(make(work, holder=f"r{number}") for number, work in enumerate(works))):
        for total in range(1, 6):
            await wait_until(partial(lambda wanted: works[0].runs + works[1].runs == wanted, total))
            await time.looked()
            time.turn(INTERVAL)
        await wait_until(lambda: works[0].runs + works[1].runs == 6)
    assert sorted(work.runs for work in works) == [0, 6]


async def test_it_is_woken(make: Make) -> None:
    work = Work()
    runner = make(work)
    async with running(runner):
        for times in range(1, 4):
            await ran(work, times)
            runner.wake.set()
        await ran(work, 4)


async def test_after_a_defect_it_runs_again_with_back_off(make: Make, time: Time) -> None:
    work = Work(ValueError("x"), ValueError("x"))
    runner = make(work)
    async with running(runner):
        await ran(work, 1)
        await wait_until(lambda: runner.part in runner._health.problems)
        assert runner._health.ready()[0], "one job that fails stops no events"
        await time.looked()
        assert work.runs == 1
        time.turn(60)
        await ran(work, 2)
        time.turn(60)
        await ran(work, 3)
        await wait_until(lambda: not runner._health.problems)


async def test_without_a_lane_it_waits_as_long_as_was_asked(make: Make, time: Time) -> None:
    work = Work(Unavailable("busy", "Druk.", retry_after_seconds=900))
    async with running(make(work)):
        await ran(work, 1)
        time.turn(899)
        await time.looked()
        assert work.runs == 1
        time.turn(1)
        await ran(work, 2)


@pytest.mark.parametrize(
    ("error", "state"),
    [(Unavailable("away", "Weg."), LaneState.OUTAGE), (Denied("refused", "Geweigerd."), LaneState.DENIED)],
)
async def test_trouble_outside_closes_its_lane_and_its_own_success_opens_it(
    make: Make, gate: Gate, time: Time, error: Exception, state: LaneState
) -> None:
    work = Work(error)
    runner = make(work, gate=gate)
    async with running(runner):
        await wait_until(lambda: gate.status.state is state)
        assert "verbinding remote" in runner._health.problems
        assert gate.status.next_probe_at is not None
        time.turn((gate.status.next_probe_at - time()).total_seconds())
        await ran(work, 2)
        await wait_until(lambda: gate.status.open and not runner._health.problems)


@pytest.mark.parametrize("wake", [False, True])
async def test_a_closed_or_paused_lane_keeps_it_from_running(make: Make, gate: Gate, time: Time, wake: bool) -> None:
    work = Work()
    runner = make(work, gate=gate)
    await gate.failed(LaneState.DENIED, "refused", "Geweigerd.", 900)
    async with running(runner):
        if wake:
            runner.wake.set()
        await time.looked()
        await gate.pause("anna")
        time.turn(1_000)
        await time.looked()
        assert work.runs == 0
        assert not runner.wake.is_set(), "else it would not wait any more"
        await gate.resume()
        await ran(work, 1)


async def test_a_defect_in_a_closed_lane_backs_off_too(make: Make, gate: Gate, time: Time) -> None:
    work = Work(ValueError("x"))
    await gate.failed(LaneState.OUTAGE, "away", "Weg.")
    time.turn(600)
    async with running(make(work, gate=gate)):
        await ran(work, 1)
        await time.looked()
        assert work.runs == 1
        time.turn(60)
        await ran(work, 2)
