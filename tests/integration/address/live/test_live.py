"""The live register as the service uses it: a real ledger for its lane, and the API over real HTTP."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from loketbus.errors import Denied, Unavailable
from loketbus.lanes.gate import Gate, Status
from loketbus.leases import Lease
from loketbus.ledger import Ledger, migrate
from loketbus.outcomes import LaneState
from loketbus.runtime import Runtime
from loketbus.service import Service, Wiring
from services.address import live as module
from services.address.live import JOB, LANE, Live, open_connection, open_live
from services.address.remote.client import RegisterClient
from services.address.settings import AddressSettings
from simulators.address.api.app import KEY
from simulators.address.model import BuildingUnit, Parcel
from simulators.address.world import World
from tests.integration.address.live.conftest import (
    AGAIN,
    BOX,
    BUILDING,
    COMMON,
    GONE,
    HOUSE,
    LONELY,
    NEVER,
    ON_THE_PARCEL,
    PROPOSED,
    REJECTED,
    RETIRED,
    UNDER_THE_BUILDING,
    UNIT,
    WRITTEN,
    Outside,
    Time,
)
from tests.support.polling import wait_until

MINE = Lease("job", 1, 600.0)


@pytest.fixture
def gate(ledger: Ledger, time: Time) -> Gate:
    """Somebody else's, as operations have it."""
    return Gate(LANE, ledger, clock=time)


@pytest.fixture
def live(register: RegisterClient, ledger: Ledger, time: Time) -> Live:
    return Live(register, time, Gate(LANE, ledger, clock=time))


async def status(gate: Gate) -> Status:
    return await gate.refresh()


async def test_without_a_register_it_says_so(time: Time) -> None:
    nobody = Live(None, time)
    said = await nobody.confirm(HOUSE)
    assert (said.outcome, said.reason.code, said.as_of) == ("not_asked", "register_not_asked", None)
    assert (await nobody.building(HOUSE)).confirmation == said
    await nobody.look_again(MINE)


@pytest.mark.parametrize(
    ("address", "outcome", "code"),
    [
        (HOUSE, "confirmed", "register_confirmed"), (PROPOSED, "confirmed", "register_proposed"),
        (RETIRED, "retired", "register_retired"), (REJECTED, "rejected", "register_rejected"),
        (GONE, "removed", "register_removed"), (NEVER, "absent", "register_absent"),
    ],
)  # fmt: skip
async def test_what_the_register_says(live: Live, time: Time, address: int, outcome: str, code: str) -> None:
    said = await live.confirm(address)
    assert (said.outcome, said.reason.code, said.as_of) == (outcome, code, time())
    assert (said.address is None) is (outcome in ("removed", "absent"))
    assert said.successors == ((AGAIN,) if address == RETIRED else ())


async def test_a_hint_that_cannot_be_had_does_not_take_the_answer(live: Live, outside: Outside, gate: Gate) -> None:
    outside.fault("status", operation="v2.adressen", status=500)
    said = await live.confirm(RETIRED)
    assert (said.outcome, said.successors) == ("retired", ())
    assert (await status(gate)).state is LaneState.UP


async def test_a_fresh_word_is_asked_for_even_when_the_last_one_counts(live: Live, world: World) -> None:
    assert (await live.confirm(HOUSE)).outcome == "confirmed"
    world.addresses[HOUSE].status = "gehistoreerd"
    assert (await live.confirm(HOUSE)).outcome == "confirmed"
    assert (await live.confirm(HOUSE, fresh=True)).outcome == "retired"


@pytest.mark.parametrize("kind", ["refuse", "cut", "status"])
async def test_an_outage_is_told_and_then_left_alone_until_the_register_is_back(
    live: Live, outside: Outside, gate: Gate, time: Time, kind: str
) -> None:
    outside.fault(kind, count=2)
    said = await live.confirm(HOUSE)
    assert (said.outcome, said.reason.code) == ("unavailable", "register_unavailable")
    assert said.reason.message.endswith("Dit antwoord komt uit onze kopie.")
    assert (await status(gate)).state is LaneState.OUTAGE
    before = len(outside.requests())
    assert (await live.confirm(BOX)).outcome == (await live.building(BOX)).confirmation.outcome == "unavailable"
    assert len(outside.requests()) == before
    time.turn(minutes=1)
    with pytest.raises(Unavailable):
        await live.look_again(MINE)
    await live.look_again(MINE)
    await gate.succeeded()  # what the job's runner does with that
    assert (await live.confirm(HOUSE)).outcome == "confirmed"


async def test_the_register_says_how_long_to_wait(live: Live, outside: Outside, gate: Gate, time: Time) -> None:
    outside.fault("status", status=429, retry_after=3600)
    assert (await live.confirm(HOUSE)).outcome == "unavailable"
    closed = await status(gate)
    assert (closed.code, closed.next_probe_at) == ("remote_busy", time() + timedelta(hours=1))
    time.turn(minutes=59)
    assert (await live.confirm(HOUSE)).outcome == "unavailable"
    assert len(outside.requests()) == 1
    time.turn(minutes=1)
    assert (await live.confirm(HOUSE)).outcome == "confirmed"
    assert (await status(gate)).state is LaneState.UP


async def test_a_refused_key_is_a_state_of_its_own_and_not_hammered(
    live: Live, outside: Outside, gate: Gate, time: Time
) -> None:
    outside.fault("status", status=403, count=2)
    assert [(await live.confirm(HOUSE)).outcome for _ in range(3)] == ["denied"] * 3
    assert len(outside.requests()) == 1
    assert (await status(gate)).state is LaneState.DENIED
    time.turn(hours=1)
    with pytest.raises(Denied):
        await live.look_again(MINE)


@pytest.mark.parametrize("kind", ["html", "broken"])
async def test_one_answer_that_cannot_be_read_does_not_close_the_lane(
    live: Live, outside: Outside, gate: Gate, kind: str
) -> None:
    outside.fault(kind, items=[str(HOUSE)], count=None)
    assert (await live.confirm(HOUSE)).outcome == "unavailable"
    assert (await live.confirm(BOX)).outcome == "confirmed"
    assert (await status(gate)).state is LaneState.UP


async def test_a_question_that_is_refused_is_no_outage(live: Live, outside: Outside, gate: Gate) -> None:
    outside.fault("status", status=400)
    assert (await live.confirm(HOUSE)).outcome == "unavailable"
    assert (await status(gate)).state is LaneState.UP


async def test_nobody_is_asked_while_an_operator_paused_it(live: Live, outside: Outside, gate: Gate) -> None:
    await gate.pause("iemand")
    said = await live.confirm(HOUSE)
    assert (said.outcome, said.reason.code) == ("unavailable", "register_paused")
    assert outside.requests() == []
    await gate.resume()
    assert (await live.confirm(HOUSE)).outcome == "confirmed"


async def test_the_job_asks_nothing_while_all_is_well(live: Live, outside: Outside) -> None:
    await live.look_again(MINE)
    assert outside.requests() == []


async def test_who_comes_when_too_many_wait_gets_the_copy_at_once(
    live: Live, outside: Outside, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_MAX", 1)
    outside.fault("delay", ms=300)
    first = asyncio.create_task(live.confirm(HOUSE))
    await wait_until(lambda: len(outside.requests()) == 1, what="the first is on its way")
    assert (await live.confirm(BOX)).reason.code == "register_busy"
    assert (await first).outcome == "confirmed"
    assert (await live.confirm(BOX)).outcome == "confirmed"
    assert (await status(gate)).state is LaneState.UP


async def test_who_asks_the_same_at_once_shares_one_question(live: Live, outside: Outside) -> None:
    outside.fault("delay", ms=100)
    said = await asyncio.gather(*(live.confirm(HOUSE, fresh=True) for _ in range(2 * module.WAITING_MAX)))
    assert {one.outcome for one in said} == {"confirmed"}
    assert len(outside.requests()) == 1
    await live.confirm(HOUSE, fresh=True)
    assert len(outside.requests()) == 2, "an answer that was given is another question's"


async def test_who_goes_away_takes_the_answer_from_nobody(live: Live, outside: Outside) -> None:
    outside.fault("delay", ms=300)
    leaving, staying = (asyncio.create_task(live.confirm(HOUSE)) for _ in range(2))
    await wait_until(lambda: len(outside.requests()) == 1, what="it is on its way")
    leaving.cancel()
    assert (await staying).outcome == "confirmed"
    assert (leaving.cancelled(), len(outside.requests())) == (True, 1)


async def test_nobody_waits_for_ever_and_our_own_queue_is_no_outage(
    live: Live, outside: Outside, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CONFIRM_SECONDS", 0.1)
    outside.fault("delay", ms=30_000)
    assert (await live.confirm(HOUSE)).reason.code == "register_busy"
    assert (await status(gate)).state is LaneState.UP


async def test_without_a_ledger_every_question_is_tried(register: RegisterClient, outside: Outside, time: Time) -> None:
    alone = Live(register, time)
    outside.fault("status", status=503)
    assert [(await alone.confirm(HOUSE)).outcome for _ in range(2)] == ["unavailable", "confirmed"]


async def test_the_building_of_a_box_address(live: Live) -> None:
    found = await live.building(BOX)
    assert (found.confirmation.outcome, found.building_address, found.complete) == ("confirmed", HOUSE, True)
    assert [unit.id for unit in found.units] == [UNIT]
    assert [(one.id, one.units) for one in found.buildings] == [(BUILDING, (UNIT, COMMON))]
    both = (ON_THE_PARCEL.replace("-", "/"), UNDER_THE_BUILDING.replace("-", "/"))
    assert found.parcels == both, "its own parcel is that of its building address"


async def test_a_box_address_without_unit_is_found_by_its_building_address(live: Live) -> None:
    found = await live.building(AGAIN)
    assert ([unit.id for unit in found.units], [one.id for one in found.buildings]) == ([COMMON], [BUILDING])


async def test_an_address_with_a_parcel_alone(live: Live, world: World) -> None:
    world.parcels["12403C0386-00_000"] = Parcel("12403C0386-00_000", (LONELY,), WRITTEN, 12025)
    world.forget()
    found = await live.building(LONELY)
    assert (found.building_address, found.units, found.buildings) == (LONELY, (), ())
    assert found.parcels == ("12403C0386/00_000",)


@pytest.mark.parametrize(("address", "outcome"), [(GONE, "removed"), (NEVER, "absent")])
async def test_the_building_of_what_is_not_there(live: Live, address: int, outcome: str) -> None:
    found = await live.building(address)
    assert (found.confirmation.outcome, found.building_address, found.parcels) == (outcome, None, ())


async def test_of_very_many_units_not_all_are_looked_at_and_that_is_said(live: Live, world: World) -> None:
    world.units |= {one: BuildingUnit(one, BUILDING, (LONELY,), WRITTEN, 0.0, 0.0) for one in range(7_000, 7_030)}
    world.forget()
    found = await live.building(LONELY)
    assert (len(found.units), found.complete) == (20, False)


async def test_an_outage_half_way_a_building_is_an_outage(live: Live, outside: Outside) -> None:
    outside.fault("status", operation="v2.gebouwen.detail", status=500)
    found = await live.building(BOX)
    assert (found.confirmation.outcome, found.units, found.parcels) == ("unavailable", (), ())


async def test_in_a_service_it_has_a_lane_and_a_job(tmp_path: Path, outside: Outside) -> None:
    kept: list[Live] = []

    def wire(bus: Wiring[AddressSettings]) -> None:
        kept.append(open_live(bus, open_connection(bus)))

    settings = AddressSettings(var=tmp_path, address_api_url=outside.url, address_api_key=SecretStr(KEY))
    runtime = Runtime(Service("address", "Adressen", wire, AddressSettings), settings)
    migrate(runtime.ledger)
    assert [(job.name, job.lane) for job in runtime.wiring.jobs] == [(JOB, LANE)]
    assert LANE in runtime.gates
    assert (await kept[0].confirm(HOUSE)).outcome == "confirmed"
    assert [one["detail"]["key"] for one in outside.requests("v2.adressen.detail")] == ["header"]
    for closer in runtime.wiring.closers:
        await closer()
    runtime.ledger.close()


async def test_in_a_service_without_a_register_it_has_neither(tmp_path: Path) -> None:
    kept: list[Wiring[Any]] = []

    def wire(bus: Wiring[AddressSettings]) -> None:
        kept.append(bus)
        assert open_connection(bus) is None
        open_live(bus, None)

    runtime = Runtime(Service("address", "Adressen", wire, AddressSettings), AddressSettings(var=tmp_path))
    assert (kept[0].jobs, kept[0].closers) == ([], [])
    runtime.ledger.close()
