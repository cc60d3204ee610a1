"""HTTP with `refresh`: the live register beside our replica, and what is left of that when it is away."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.address.api.models import BuildingAround, KnownAddress, Matched
from simulators.address.api import KEY
from tests.integration.address.desk import Desk, refused, told
from tests.integration.address.live.conftest import (
    AGAIN,
    BOX,
    BUILDING,
    GONE,
    HOUSE,
    MOENSSTRAAT,
    NEVER,
    ON_THE_PARCEL,
    REJECTED,
    RETIRED,
    UNDER_THE_BUILDING,
    UNIT,
    Outside,
)
from tests.support.address_register import Town
from tests.support.address_service import AddressHouse

TEXT = "Moensstraat 19 bus 0101, 2800 Mechelen"


def old_copy() -> Town:
    """The street as it was before the register retired, rejected and removed some of it."""
    made = Town()
    made.street("Moensstraat", id=MOENSSTRAAT)
    made.address(MOENSSTRAAT, "19", id=HOUSE)
    made.address(MOENSSTRAAT, "19", "0101", id=BOX)
    made.address(MOENSSTRAAT, "19", "A", id=RETIRED)
    made.address(MOENSSTRAAT, "19", "a", id=AGAIN)
    made.address(MOENSSTRAAT, "21", id=REJECTED)
    made.address(MOENSSTRAAT, "27", id=GONE)
    return made


@pytest.fixture
async def desk(outside: Outside, tmp_path: Path) -> AsyncIterator[Desk]:
    """With a copy that is behind."""
    given = {"address_api_url": outside.url, "address_api_key": KEY, "address_api_per_second": 1_000.0}
    async with AddressHouse(tmp_path, None, **given) as house:
        house.load(old_copy())
        yield Desk(house)


async def test_it_is_asked_when_that_is_wanted_and_then_afresh(desk: Desk, outside: Outside) -> None:
    plain = told(await desk.match(TEXT), Matched)
    assert (plain["source"]["source"], outside.requests()) == ("replica", [])
    for times in (1, 2):
        found = told(await desk.match(TEXT, refresh=True), Matched)
        assert (found["verdict"], found["source"]["source"]) == ("exact", "live")
        assert len(outside.requests("v2.adressen.detail")) == times


async def test_one_address_by_id(desk: Desk) -> None:
    retired = told(await desk.get(f"/addresses/{RETIRED}", refresh=True), KnownAddress)
    assert (retired["address"]["status"], retired["usable"]) == ("gehistoreerd", False)
    assert [one["address_id"] for one in retired["successors"]] == [str(AGAIN)]
    assert retired["source"]["source"] == "live"
    rejected = told(await desk.get(f"/addresses/{REJECTED}", refresh=True), KnownAddress)
    assert rejected["address"]["status"] == "afgekeurd"
    assert refused(await desk.get(f"/addresses/{GONE}", refresh=True)) == (410, "register_removed")
    assert refused(await desk.get(f"/addresses/{NEVER}", refresh=True)) == (404, "register_absent")
    assert told(await desk.get(f"/addresses/{GONE}"), KnownAddress)["usable"], "our copy is behind"


async def test_its_building(desk: Desk) -> None:
    found = told(await desk.get(f"/addresses/{BOX}/building", refresh=True), BuildingAround)
    assert found["building_address_id"] == str(HOUSE)
    assert [one["unit_id"] for one in found["units"]] == [str(UNIT)]
    assert [one["building_id"] for one in found["buildings"]] == [str(BUILDING)]
    keys = {ON_THE_PARCEL.replace("-", "/"), UNDER_THE_BUILDING.replace("-", "/")}
    assert {one["capakey"] for one in found["parcels"]} == keys
    assert refused(await desk.get(f"/addresses/{GONE}/building", refresh=True)) == (410, "register_removed")


async def test_an_outage_leaves_our_copy_and_says_so(desk: Desk, outside: Outside) -> None:
    outside.fault("status", status=503)
    found = told(await desk.match(TEXT, refresh=True), Matched)
    assert (found["verdict"], found["source"]["source"]) == ("exact", "replica")
    assert "uit onze kopie" in found["reasons"][-1]["message"]
    for path in ("", "/building"):
        answer = (await desk.get(f"/addresses/{BOX}{path}", refresh=True)).json()
        assert (answer["source"]["source"], answer["usable"]) == ("replica", True)
        assert answer["reasons"][-1]["code"].startswith("register_un")


async def test_without_a_live_register_that_is_said(tmp_path: Path) -> None:
    async with AddressHouse(tmp_path, None) as house:
        house.load(old_copy())
        found = told(await Desk(house).get(f"/addresses/{BOX}", refresh=True), KnownAddress)
    assert [one["code"] for one in found["reasons"]] == ["by_id", "register_not_asked"]
