"""The second source with its memory: a real ledger, and the simulator of VKBO over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loketbus import jobs
from loketbus.errors import Denied, Unavailable
from loketbus.health import Health
from loketbus.jobs import Job, JobRunner
from loketbus.lanes.gate import Gate, Status
from loketbus.leases import Lease, Leases
from loketbus.ledger import Ledger
from loketbus.outcomes import LaneState
from loketbus.runtime import Runtime
from loketbus.service import Service
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.remote.vkbo import VkboClient, VkboConnection
from services.kbo.second_source import JOB, JOB_SECONDS, LANE, CachedSecondSource, open_second_source
from services.kbo.settings import KboSettings
from services.kbo.store import opinions
from services.kbo.store.tables import second_opinion
from simulators.vkbo import VkboSimulator
from tests.integration.kbo.second_source.conftest import MIGRATIONS, Time
from tests.integration.kbo.second_source.rows import ELSEWHERE, GONE, HERE, NOBODY, PERSON, STOPPED, UNIT, unit_of, vme
from tests.support.polling import wait_until

MINE = Lease("job", 1, 600.0)


class Registered:
    """The replica, as far as it is asked."""

    def __init__(self) -> None:
        self.numbers: set[str] = set()
        self.missing = False

    async def __call__(self, number: str) -> bool:
        if self.missing:
            raise Unavailable("register_missing", "Er is nog geen register geladen.")
        return number in self.numbers


@pytest.fixture
def registered() -> Registered:
    return Registered()


@pytest.fixture
async def source(
    vkbo: VkboSimulator, ledger: Ledger, time: Time, registered: Registered
) -> AsyncIterator[CachedSecondSource]:
    client = VkboClient(VkboConnection(vkbo.url, per_second=1000.0, burst=100))
    made = CachedSecondSource(ledger, client, timedelta(days=7), time, registered)
    yield made
    await made.close()


def asked(vkbo: VkboSimulator) -> list[str]:
    return [number for request in vkbo.control.requests() for number in request["ids"]]


def rows(ledger: Ledger) -> dict[str, dict[str, Any]]:
    found = ledger.read_sync(lambda connection: connection.execute(select(second_opinion)).mappings().all())
    return {row["number"]: dict(row) for row in found}


@pytest.fixture
def lane(ledger: Ledger, time: Time) -> Callable[[], Any]:
    async def state() -> Status:
        return await Gate(LANE, ledger, clock=time).refresh()

    return state


async def test_what_it_says(source: CachedSecondSource, time: Time) -> None:
    now = time()
    assert await source.opinion(HERE) == SecondOpinion(HERE, "active", now, name="VME Zeezicht", vme=True)
    reason = "Sluiting van vereffening"
    stopped = SecondOpinion(GONE, "stopped", now, False, "VME Zeezicht", date(2026, 3, 31), reason, True)
    assert await source.opinion(GONE) == stopped
    assert await source.opinion(NOBODY) == SecondOpinion(NOBODY, "not_found", now)
    assert await source.opinion(ELSEWHERE) == SecondOpinion(ELSEWHERE, "active", now)
    assert await source.opinion(UNIT) == SecondOpinion(UNIT, "active", now)


async def test_what_it_said_is_remembered(source: CachedSecondSource, vkbo: VkboSimulator, time: Time) -> None:
    numbers = (HERE, GONE, NOBODY)
    said = [await source.opinion(number) for number in numbers]
    before = asked(vkbo)
    assert before == [HERE, GONE, NOBODY, NOBODY]
    time.turn(hours=23)
    assert [await source.opinion(number) for number in numbers] == said
    assert asked(vkbo) == before


async def test_nothing_is_asked_again_after_a_day_and_who_goes_on_after_a_week(
    source: CachedSecondSource, vkbo: VkboSimulator, time: Time
) -> None:
    for number in (HERE, GONE, NOBODY):
        await source.opinion(number)
    vkbo.control.put(**vme(NOBODY))
    vkbo.control.put(**vme(HERE, **STOPPED))
    vkbo.control.remove(GONE)
    time.turn(days=1)
    assert (await source.opinion(NOBODY)).outcome == "active"
    assert (await source.opinion(HERE)).outcome == "active"
    time.turn(days=6)
    assert (await source.opinion(HERE)).outcome == "stopped"
    time.turn(days=3650)
    assert (await source.opinion(GONE)).outcome == "stopped", "who stopped stays stopped"


async def test_of_a_natural_person_nothing_is_kept_but_that_it_is_one(
    source: CachedSecondSource, vkbo: VkboSimulator, ledger: Ledger
) -> None:
    vkbo.control.put(Ondernemingsnr=HERE, **PERSON, **STOPPED | {"Reden_stopzetting": "Overlijden"})
    vkbo.control.put(**unit_of(ELSEWHERE, Maatschappelijke_naam="Peeters, Jan", **STOPPED))
    assert (await source.opinion(HERE)).natural_person
    await source.opinion(ELSEWHERE)
    await source.opinion(UNIT)
    assert {number: row["outcome"] for number, row in rows(ledger).items()} == dict.fromkeys(
        (HERE, ELSEWHERE, UNIT), "stopped"
    )
    assert not any(told in str(rows(ledger)) for told in ("Peeters", "Overlijden", "2026-03-31", "Sluiting"))


async def test_two_questions_at_once_are_one(source: CachedSecondSource, vkbo: VkboSimulator) -> None:
    vkbo.control.fault("delay", ms=100)
    opinions_ = await asyncio.gather(*(source.opinion(HERE) for _ in range(5)))
    assert asked(vkbo) == [HERE]
    assert {one.outcome for one in opinions_} == {"active"}


async def test_who_goes_away_does_not_take_the_answer_from_the_others(
    source: CachedSecondSource, vkbo: VkboSimulator
) -> None:
    vkbo.control.fault("delay", ms=200)
    impatient, patient = (asyncio.create_task(source.opinion(HERE)) for _ in range(2))
    await wait_until(lambda: asked(vkbo) == [HERE], what="it is being asked")
    impatient.cancel()
    assert (await patient).outcome == "active"
    assert impatient.cancelled()


@pytest.mark.parametrize("kind", ["html", "broken", "ignore_filter", "refuse", "cut", "huge", "status"])
async def test_an_outage_is_unknown_and_asked_again(
    source: CachedSecondSource, vkbo: VkboSimulator, time: Time, lane: Any, kind: str
) -> None:
    vkbo.control.fault(kind, items=[HERE])
    assert await source.opinion(HERE) == SecondOpinion(HERE, "unknown", time())
    assert (await lane()).state is LaneState.OUTAGE
    time.turn(seconds=10)
    await source.ask_again(MINE)
    assert (await lane()).state is LaneState.UP
    before = asked(vkbo)
    assert (await source.opinion(HERE)).outcome == "active"
    assert asked(vkbo) == before


async def test_a_lane_that_backs_off_is_left_alone(
    source: CachedSecondSource, vkbo: VkboSimulator, time: Time, lane: Any
) -> None:
    vkbo.control.fault("status", status=429, retry_after=3600)
    await source.opinion(HERE)
    status = await lane()
    assert (status.code, status.next_probe_at) == ("remote_busy", time() + timedelta(hours=1))
    assert "later opnieuw" in status.reason
    time.turn(minutes=59)
    assert (await source.opinion(HERE)).outcome == (await source.opinion(GONE)).outcome == "unknown"
    assert asked(vkbo) == [HERE]
    time.turn(minutes=1)
    assert (await source.opinion(GONE)).outcome == "stopped"
    assert (await lane()).state is LaneState.UP
    await source.ask_again(MINE)
    assert (await source.opinion(HERE)).outcome == "active"


async def test_a_paused_lane_is_left_alone(
    source: CachedSecondSource, vkbo: VkboSimulator, ledger: Ledger, time: Time
) -> None:
    gate = Gate(LANE, ledger, clock=time)
    await source.opinion(GONE)
    await gate.pause("iemand")
    assert (await source.opinion(HERE)).outcome == "unknown"
    assert (await source.opinion(GONE)).outcome == "stopped", "what is known is known"
    await source.ask_again(MINE)
    assert asked(vkbo) == [GONE]
    await gate.resume()
    await source.ask_again(MINE)
    assert (await source.opinion(HERE)).outcome == "active"


async def test_a_refusal_is_a_state_of_its_own(source: CachedSecondSource, vkbo: VkboSimulator, lane: Any) -> None:
    vkbo.control.fault("status", status=403)
    assert (await source.opinion(HERE)).outcome == "unknown"
    assert (await lane()).state is LaneState.DENIED


async def test_the_job_says_what_is_the_matter(source: CachedSecondSource, vkbo: VkboSimulator, time: Time) -> None:
    vkbo.control.fault("status", status=500, count=2)
    vkbo.control.fault("status", status=401, skip=2)
    await source.opinion(HERE)
    time.turn(minutes=1)
    with pytest.raises(Unavailable):
        await source.ask_again(MINE)
    time.turn(minutes=2)
    with pytest.raises(Denied):
        await source.ask_again(MINE)
    time.turn(hours=2)
    await source.ask_again(MINE)
    assert (await source.opinion(HERE)).outcome == "active"


async def test_it_stays_unknown_since_the_first_question_and_is_asked_ever_less(
    source: CachedSecondSource, vkbo: VkboSimulator, ledger: Ledger, time: Time
) -> None:
    vkbo.control.fault("broken", count=None)
    began, pauses = time(), []
    await source.opinion(HERE)
    for _ in range(12):
        row = rows(ledger)[HERE]
        assert row["asked_at"] == began
        pauses.append(row["ask_again_at"] - time())
        time.turn(seconds=pauses[-1].total_seconds())
        with pytest.raises(Unavailable):
            await source.ask_again(MINE)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (timedelta(seconds=10), timedelta(hours=1))


async def test_one_number_that_never_gets_an_answer_holds_up_no_other(
    source: CachedSecondSource, vkbo: VkboSimulator, time: Time, lane: Any
) -> None:
    vkbo.control.fault("broken", count=None, items=[HERE])
    await source.opinion(HERE)
    assert (await source.opinion(GONE)).outcome == "unknown"
    time.turn(seconds=5)
    await source.ask_again(MINE)
    assert (await source.opinion(GONE)).outcome == "stopped"
    assert (await lane()).state is LaneState.UP


async def test_while_the_lane_is_out_the_first_who_waits_is_the_probe(
    source: CachedSecondSource, vkbo: VkboSimulator, time: Time, lane: Any
) -> None:
    vkbo.control.fault("broken", count=2)
    await source.opinion(HERE)
    time.turn(seconds=5)
    with pytest.raises(Unavailable):
        await source.ask_again(MINE)
    assert (await lane()).state is LaneState.OUTAGE
    assert asked(vkbo) == [HERE, HERE]


async def test_what_the_replica_has_by_now_is_not_asked(
    source: CachedSecondSource, vkbo: VkboSimulator, ledger: Ledger, time: Time, registered: Registered
) -> None:
    vkbo.control.fault("broken")
    await source.opinion(HERE)
    registered.numbers.add(HERE)
    time.turn(minutes=1)
    await source.ask_again(MINE)
    assert asked(vkbo) == [HERE]
    assert rows(ledger) == {}


async def test_without_a_replica_it_is_asked_all_the_same(
    source: CachedSecondSource, vkbo: VkboSimulator, time: Time, registered: Registered
) -> None:
    vkbo.control.fault("broken")
    await source.opinion(HERE)
    registered.missing = True
    time.turn(minutes=1)
    await source.ask_again(MINE)
    assert (await source.opinion(HERE)).outcome == "active"


async def test_answers_that_count_no_more_are_forgotten_but_for_stops(
    source: CachedSecondSource, ledger: Ledger, time: Time
) -> None:
    for number in (HERE, GONE, NOBODY):
        await source.opinion(number)
    time.turn(days=7)
    await source.ask_again(MINE)
    assert set(rows(ledger)) == {GONE}


def test_an_unknown_replaces_no_answer_that_counts(ledger: Ledger, time: Time) -> None:
    def keep(outcome: Any, ask_again_at: datetime | None) -> str:
        opinion = SecondOpinion(HERE, outcome, time())
        ledger.write_sync(lambda connection: opinions.keep(connection, opinion, ask_again_at, time()))
        return str(rows(ledger)[HERE]["outcome"])

    later = time() + timedelta(hours=1)
    assert keep("active", later) == "active"
    assert keep("unknown", time()) == "active", "another replica got an answer meanwhile"
    time.turn(hours=1)
    assert keep("unknown", time()) == "unknown"
    assert keep("stopped", None) == "stopped"
    time.turn(days=1)
    assert keep("unknown", time()) == "stopped"


@asynccontextmanager
async def running(runner: JobRunner) -> AsyncIterator[None]:
    task = asyncio.create_task(runner.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_as_a_job_it_closes_its_lane_and_opens_it_again(
    source: CachedSecondSource, vkbo: VkboSimulator, ledger: Ledger, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "TICK_SECONDS", 0.01)
    gate, health = Gate(LANE, ledger, clock=time), Health(time)
    job = Job(JOB, JOB_SECONDS, source.ask_again, LANE)
    runner = JobRunner(job, ledger, Leases(ledger, "here"), health, gate, clock=time)
    vkbo.control.fault("status", status=503, count=None)
    await source.opinion(HERE)
    async with running(runner):
        time.turn(seconds=30)
        await wait_until(lambda: f"verbinding {LANE}" in health.problems, what="people are told")
        vkbo.control.clear_faults()
        time.turn(hours=1)
        await wait_until(lambda: health.problems == {}, what="it is over")
    assert (await gate.refresh()).state is LaneState.UP
    assert (await source.opinion(HERE)).outcome == "active"


def test_its_place_in_the_service(tmp_path: Path) -> None:
    made: list[CachedSecondSource | None] = []
    service = Service("kbo", "KBO", lambda bus: made.append(open_second_source(bus)), KboSettings, MIGRATIONS)
    for url in (KboSettings(var=tmp_path).kbo_vkbo_url, None, ""):
        runtime = Runtime(service, KboSettings(var=tmp_path, kbo_vkbo_url=url))
        runtime.ledger.close()
        assert [(job.name, job.lane) for job in runtime.wiring.jobs] == ([(JOB, LANE)] if url else [])
        assert (made[-1] is None, LANE in runtime.gates) == (not url, bool(url))
        assert len(runtime.wiring.closers) == bool(url)
