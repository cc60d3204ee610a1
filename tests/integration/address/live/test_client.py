"""The client of the register against its API over real HTTP, in v2 and v3."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from loketbus.errors import Denied, Rejected, Unavailable
from services.address.domain.model import Status
from services.address.remote.client import RegisterClient
from services.address.remote.connection import Connection, RegisterConnection
from services.address.remote.dialect import Version
from services.address.remote.register import Absent, Building, Detail, Found, Parcel, PostInfo, RemoteAddress, Removed
from simulators.address.api import AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.model import Municipality
from simulators.address.world import World
from tests.integration.address.live.conftest import (
    BOX,
    BUILDING,
    COMMON,
    GONE,
    HOUSE,
    LONG,
    LONG_STREET,
    MOENSSTRAAT,
    NEVER,
    ON_THE_PARCEL,
    REJECTED,
    RETIRED,
    UNDER_THE_BUILDING,
    UNIT,
    WRITTEN,
    Outside,
    Time,
)


def found(detail: Detail[RemoteAddress]) -> RemoteAddress:
    assert isinstance(detail, Found)
    return detail.value


async def trouble(register: RegisterClient, address: int = HOUSE) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await register.address(address)
    assert str(address) not in str(caught.value)
    return caught.value


def held_against(outside: Outside, operation: str) -> list[bool]:
    """Of each question: was an ETag sent along?"""
    return [one["detail"]["if_none_match"] is not None for one in outside.requests(operation)]


async def test_an_address_and_its_building_address(either: RegisterClient) -> None:
    box, house = found(await either.address(BOX)), found(await either.address(HOUSE))
    assert (box.street, box.municipality.name, box.municipality.nis) == ("Moensstraat", "Mechelen", 12025)
    assert (box.address.house, box.address.box, box.address.postcode) == ("19", "0101", 2800)
    assert (box.address.building, house.address.building, house.address.parent) == (HOUSE, HOUSE, None)
    assert (box.address.x, box.address.y, box.address.version) == (157_000.0, 190_000.0, WRITTEN)


async def test_never_existed_removed_and_retired_are_three_things(either: RegisterClient, time: Time) -> None:
    assert await either.address(NEVER) == Absent(time())
    assert await either.address(GONE) == Removed(time())
    assert found(await either.address(RETIRED)).address.status is Status.GEHISTOREERD
    assert found(await either.address(REJECTED)).address.status is Status.AFGEKEURD


async def test_other_objects(either: RegisterClient, time: Time) -> None:
    street = await either.street(LONG_STREET)
    assert isinstance(street, Found)
    assert (street.value.street.name, street.value.street.homonym) == ("Liersesteenweg", "MU")
    assert (street.value.street.nis, street.value.municipality) == (12025, "Mechelen")
    names = ("Mechelen", "Walem")
    assert await either.postinfo(2800) == Found(PostInfo(2800, 12025, "Mechelen", names, Status.GEREALISEERD), time())
    special = await either.postinfo(612)
    assert isinstance(special, Found)
    assert special.value.nis is None
    unit = await either.unit(COMMON)
    assert isinstance(unit, Found)
    assert (unit.value.function, unit.value.building, unit.value.addresses) == (
        "gemeenschappelijkDeel",
        BUILDING,
        (HOUSE,),
    )
    capakey = UNDER_THE_BUILDING.replace("-", "/")
    whole = Building(BUILDING, Status.GEREALISEERD, (UNIT, COMMON), (capakey,), WRITTEN)
    assert await either.building(BUILDING) == Found(whole, time())
    with_house = Parcel(ON_THE_PARCEL.replace("-", "/"), Status.GEREALISEERD, (HOUSE,), WRITTEN)
    assert await either.parcel(with_house.id) == Found(with_house, time())
    assert isinstance(await either.parcel("12403C0384/02H999"), Absent)
    assert isinstance(await either.street(1), Absent)


async def test_links_of_an_address(either: RegisterClient) -> None:
    assert (await either.units_of(BOX), await either.units_of(RETIRED)) == ((UNIT,), ())
    assert (await either.parcels_of(HOUSE), await either.parcels_of(BOX)) == (
        (ON_THE_PARCEL.replace("-", "/"),),
        (),
    )
    at = await either.addresses_at(MOENSSTRAAT, "19")
    assert {(one.house, one.box, one.status.code) for one in at} == {
        ("19", None, "inGebruik"), ("19", "0101", "inGebruik"), ("19", "A", "gehistoreerd"), ("19", "a", "inGebruik")
    }  # fmt: skip


async def test_the_key_goes_in_a_header(register: RegisterClient, outside: Outside) -> None:
    await register.address(HOUSE)
    await register.addresses_at(LONG_STREET)
    asked = outside.requests()
    assert {one["detail"]["key"] for one in asked} == {"header"}
    assert all("key" not in name.lower() for one in asked for name in one["detail"]["query"])


async def test_an_answer_counts_for_a_while_and_is_then_held_against_the_register(
    either: RegisterClient, outside: Outside, world: World, time: Time, version: Version
) -> None:
    operation = f"{version}.adressen.detail"
    first = await either.address(HOUSE)
    time.turn(hours=11)
    assert await either.address(HOUSE) == first
    assert held_against(outside, operation) == [False]
    time.turn(hours=1)
    again = await either.address(HOUSE)
    assert again == Found(found(first), time())
    assert [one["status"] for one in outside.requests(operation)] == [200, 304]
    assert await either.address(HOUSE) == again, "it counts again from then on"
    world.addresses[HOUSE].status = "gehistoreerd"
    assert found(await either.address(HOUSE)).address.status is Status.IN_GEBRUIK
    assert found(await either.address(HOUSE, fresh=True)).address.status is Status.GEHISTOREERD
    assert held_against(outside, operation) == [False, True, True]


async def test_what_was_removed_is_not_remembered(register: RegisterClient, outside: Outside, world: World) -> None:
    await register.address(HOUSE)
    world.removed["address"][HOUSE] = world.addresses.pop(HOUSE)
    assert isinstance(await register.address(HOUSE, fresh=True), Removed)
    assert isinstance(await register.address(HOUSE), Removed), "the older answer must not come back"


async def test_a_list_is_read_page_by_page(either: RegisterClient, outside: Outside, version: Version) -> None:
    listed = await either.addresses_at(LONG_STREET)
    assert [one.id for one in listed] == list(range(100_001, 100_001 + LONG))
    pages = [one["detail"]["query"] for one in outside.requests(f"{version}.adressen")]
    assert [(page["offset"], page["limit"]) for page in pages] == [("0", "500"), ("500", "500"), ("1000", "500")]


async def test_a_list_that_is_too_large_is_asked_in_smaller_pages(register: RegisterClient, outside: Outside) -> None:
    outside.fault("too_large", rows=130, count=None)
    listed = await register.addresses_at(LONG_STREET)
    assert len({one.id for one in listed}) == LONG
    limits = [one["detail"]["query"]["limit"] for one in outside.requests("v2.adressen")]
    assert limits[:4] == ["500", "250", "125", "125"]


async def test_a_list_of_which_no_row_can_be_had_ends(register: RegisterClient, outside: Outside) -> None:
    outside.fault("too_large", rows=0, count=None)
    with pytest.raises(Unavailable) as caught:
        await register.addresses_at(LONG_STREET)
    assert caught.value.code == "register_unexpected_answer"


@pytest.mark.parametrize(
    ("status", "retry_after", "code"),
    [(429, 90, "remote_busy"), (429, None, "remote_busy"), (500, None, "remote_unavailable"),
     (503, 60, "remote_unavailable"), (406, None, "register_unexpected_answer")],
)  # fmt: skip
async def test_no_answer_now(
    register: RegisterClient, outside: Outside, status: int, retry_after: int | None, code: str
) -> None:
    outside.fault("status", status=status, retry_after=retry_after)
    said = await trouble(register)
    assert (said.code, said.retry_after_seconds) == (code, retry_after)
    assert said.message.startswith("Het Adressenregister ")
    assert isinstance(await register.address(HOUSE), Found)


async def test_a_short_wait_that_the_register_asks_for_is_waited(register: RegisterClient, outside: Outside) -> None:
    outside.fault("status", status=429, retry_after=0)
    assert isinstance(await register.address(HOUSE), Found)
    assert len(outside.requests()) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key(register: RegisterClient, outside: Outside, status: int) -> None:
    outside.fault("status", status=status)
    with pytest.raises(Denied, match="LOKETBUS_ADDRESS_API_KEY"):
        await register.address(HOUSE)


async def test_a_wrong_key_does_not_show_itself(place: Connection) -> None:
    connection = RegisterConnection(replace(place, key="verkeerde-sleutel"))
    with pytest.raises(Denied) as caught:
        await RegisterClient(connection).address(HOUSE)
    await connection.close()
    assert "verkeerde-sleutel" not in f"{caught.value}{caught.value.message}{place}"


async def test_reading_goes_without_a_key(place: Connection, outside: Outside) -> None:
    connection = RegisterConnection(replace(place, key=None))
    assert isinstance(await RegisterClient(connection).address(HOUSE), Found)
    await connection.close()
    assert [one["detail"]["key"] for one in outside.requests()] == [None]


async def test_a_question_that_the_register_refuses(register: RegisterClient, outside: Outside) -> None:
    outside.fault("status", status=400)
    with pytest.raises(Rejected, match="Ongeldige vraag"):
        await register.address(HOUSE)


@pytest.mark.parametrize(
    ("kind", "how", "code"),
    [("html", {}, "register_unexpected_answer"), ("broken", {}, "register_unexpected_answer"),
     ("refuse", {}, "remote_broken"), ("cut", {}, "remote_broken"), ("cut", {"hard": True}, "remote_broken")],
)  # fmt: skip
async def test_an_answer_that_is_none(
    register: RegisterClient, outside: Outside, kind: str, how: dict[str, Any], code: str
) -> None:
    outside.fault(kind, **how)
    assert (await trouble(register)).code == code
    assert isinstance(await register.address(HOUSE), Found)


async def test_an_answer_that_does_not_come(place: Connection, outside: Outside) -> None:
    outside.fault("delay", ms=30_000)
    connection = RegisterConnection(replace(place, total_seconds=0.3))
    assert (await trouble(RegisterClient(connection))).code == "remote_timeout"
    await connection.close()


async def test_nobody_is_there(register: RegisterClient, outside: Outside) -> None:
    with outside.down():
        assert (await trouble(register)).code == "remote_unreachable"


async def test_a_status_of_a_later_register_is_no_status(either: RegisterClient, world: World) -> None:
    world.addresses[HOUSE].status = "gereserveerd"  # type: ignore[assignment]
    said = await trouble(either)
    assert said.code == "register_unknown_status"
    assert "gereserveerd" in said.message


async def test_an_answer_about_another_address_is_none(register: RegisterClient, world: World) -> None:
    world.addresses[HOUSE].id = NEVER
    assert (await trouble(register)).code == "register_unexpected_answer"


async def test_a_version_that_is_switched_off_does_not_make_addresses_disappear(
    world: World, place: Connection
) -> None:
    options = AddressRegisterOptions(v3=False, key_per_second=None)
    with AddressRegisterSimulator(options, run_as="thread", world=world) as without:
        connection = RegisterConnection(replace(place, url=without.url))
        assert (await trouble(RegisterClient(connection, "v3"))).code == "register_wrong_place"
        assert isinstance(await RegisterClient(connection, "v2").address(HOUSE), Found)
        await connection.close()


async def test_the_budget_keeps_us_below_the_limit_of_the_key(world: World, place: Connection) -> None:
    options = AddressRegisterOptions(key_per_second=20.0, burst_seconds=0.05)
    with AddressRegisterSimulator(options, run_as="thread", world=world) as strict:
        connection = RegisterConnection(replace(place, url=strict.url, per_second=15.0, burst=1))
        register = RegisterClient(connection)
        await asyncio.gather(*(register.address(100_000 + one) for one in range(1, 7)))
        await connection.close()
        assert [lane["refused"] for lane in strict.control.asked().values()] == [0]


async def test_ping(either: RegisterClient, outside: Outside, world: World) -> None:
    world.municipalities[1] = Municipality(1, {"nl": "X"}, WRITTEN)
    await either.ping()
    assert [one["detail"]["query"] for one in outside.requests()] == [{"limit": "1"}]
    with outside.down(), pytest.raises(Unavailable):
        await either.ping()
