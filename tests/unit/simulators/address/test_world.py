"""What is in the made-up register, against the figures of the reference and the samples."""

from __future__ import annotations

import re
from collections import Counter
from random import Random

import pytest

from simulators.address import MECHELEN, World, boxes, make_world, stream
from simulators.address.anchors import anchors
from simulators.address.model import VALID
from simulators.address.plan import plans
from simulators.address.tables import mechelen_streets, postcodes, towns
from simulators.demo.places import BUILDINGS
from tests.unit.simulators.address.conftest import NIS, SMALL

MERGED = 37022  # Tielt and Meulebeke


def share(world: World, pattern: str) -> float:
    return sum(re.fullmatch(pattern, one.house) is not None for one in world.addresses.values()) / len(world.addresses)


def test_the_same_question_gives_the_same_world() -> None:
    first, again = (make_world(3, (12005,), SMALL) for _ in range(2))

    assert (first.addresses, first.units, first.parcels) == (again.addresses, again.units, again.parcels)
    assert make_world(4, (12005,), SMALL).addresses != first.addresses


def test_a_municipality_is_the_same_whoever_is_beside_it(region: World) -> None:
    alone = make_world(nis=(12005,), scale=SMALL)

    assert alone.addresses.items() <= region.addresses.items()
    assert alone.parcels.items() <= region.parcels.items()


def test_the_stream_is_the_world(region: World) -> None:
    parts = list(stream(nis=NIS, scale=SMALL))

    assert len(parts) == 1 + len(NIS)
    for table in ("streets", "addresses", "units", "buildings", "parcels"):
        assert sum(len(getattr(part, table)) for part in parts) == len(getattr(region, table)), table


def test_mechelen_has_its_real_streets_and_size(mechelen: World) -> None:
    names = {street.name for street in mechelen.streets_of(MECHELEN)}

    assert {name for name, _ in mechelen_streets()} < names
    assert len(names) == 822 + 6
    assert 48_000 < len(mechelen.addresses) < 58_000


def test_the_shares_are_those_of_flanders(mechelen: World) -> None:
    total = len(mechelen.addresses)
    statuses = Counter(one.status for one in mechelen.addresses.values())
    boxed = sum(one.box is not None for one in mechelen.addresses.values()) / total

    assert boxed == pytest.approx(0.17, abs=0.03)
    assert statuses["gehistoreerd"] / total == pytest.approx(0.076, abs=0.015)
    assert statuses["voorgesteld"] / total == pytest.approx(0.011, abs=0.005)
    assert 0 < statuses["afgekeurd"] / total < 0.003
    assert share(mechelen, r"\d+[A-Z]") == pytest.approx(0.062, abs=0.012)
    assert share(mechelen, r"\d+_\d") == pytest.approx(0.004, abs=0.0015)
    assert 0 < share(mechelen, r"\d+-\d+") < 0.002


def test_styles_of_boxes_come_as_often_as_in_flanders() -> None:
    rng = Random(5)
    some = [box for _ in range(4_000) for box in boxes.drawn(rng)]

    styles = {r"[1-9]\d?": 0.519, r"0\d{3}": 0.183, r"[1-9]\d\d": 0.143, r"[A-Z]\d+": 0.031, r"\d+\.\d+": 0.015}
    for pattern, expected in styles.items():
        found = sum(re.fullmatch(pattern, box) is not None for box in some) / len(some)
        assert found == pytest.approx(expected, rel=0.35), pattern


@pytest.mark.parametrize("seed", range(40))
def test_boxes_of_a_building_differ(seed: int) -> None:
    found = boxes.drawn(Random(seed), 40)

    assert 20 <= len(found) == len({box.lower() for box in found})
    assert all(0 < len(box) <= 10 for box in found)


def test_every_box_has_its_house_number_but_for_the_orphan(region: World) -> None:
    orphans = {region.written(one) for one in region.addresses.values() if one.box and one.parent is None}
    for one in region.addresses.values():
        if one.parent is not None:
            house = region.addresses[one.parent]
            assert (house.street, house.house, house.box) == (one.street, one.house, None)

    assert orphans == {"Vaartdijk 33 bus 1, 2800 Mechelen", "Vaartdijk 33 bus 2, 2800 Mechelen"}


def test_no_two_valid_addresses_are_written_alike(region: World) -> None:
    counted = Counter(
        (one.street, one.house.lower(), (one.box or "").lower())
        for one in region.addresses.values()
        if one.status in VALID
    )

    assert [key for key, times in counted.items() if times > 1] == []


def test_links_lead_somewhere(region: World) -> None:
    for unit in region.units.values():
        assert unit.building in region.buildings
        assert all(region.addresses[link].status in VALID for link in unit.addresses)
    for building in region.buildings.values():
        assert all(one in region.parcels for one in building.parcels)
    for parcel in region.parcels.values():
        assert re.fullmatch(r"\d{5}[A-Z]\d{4}/\d{2}[A-Z_0]\d{3}", parcel.capakey)
        assert all(link in region.addresses for link in parcel.addresses)
    linked = {link for unit in region.units.values() for link in unit.addresses}
    boxed = {one.parent for one in region.addresses.values()}
    alone = [one.id for one in region.addresses.values() if one.status in VALID and not one.box]
    assert [one for one in alone if one not in linked and one not in boxed] == []


def test_some_units_and_buildings_are_shared(mechelen: World) -> None:
    assert any(len(unit.addresses) > 1 for unit in mechelen.units.values())
    assert any(unit.function == "gemeenschappelijkDeel" for unit in mechelen.units.values())


def test_retired_addresses_have_successors_of_today(region: World) -> None:
    for old, new in region.replaced["address"].items():
        assert isinstance(old, int)
        assert region.addresses[old].status == "gehistoreerd"
        assert set(new) <= set(region.addresses)


def test_real_ids(mechelen: World) -> None:
    assert mechelen.written(mechelen.addresses[3_201_926]) == "Moensstraat 19, 2800 Mechelen"
    assert mechelen.streets[10_769].name == "Liersesteenweg"


@pytest.mark.parametrize("street", anchors()[MECHELEN])
def test_rows_say_what_stands_at_their_numbers(region: World, street: str) -> None:
    rows = anchors()[MECHELEN][street]
    for house in {row.house for row in rows}:
        wanted = Counter((row.box, row.status) for row in rows if row.house == house and row.status != "absent")
        if not any(row.box is None for row in rows if row.house == house):
            wanted[None, "inGebruik"] += 1
        there = [one for name in region.streets_named(street, MECHELEN) for one in region.addresses_of(name.id)]
        assert Counter((one.box, one.status) for one in there if one.house == house) == wanted, house


@pytest.mark.parametrize(("house", "there"), [("20A", False), ("20", True), ("20_1", False)])
def test_nothing_is_drawn_at_a_reserved_number(mechelen: World, house: str, there: bool) -> None:
    assert bool(mechelen.find("Kazernestraat", house)) == there


def test_the_demo_finds_its_buildings(mechelen: World) -> None:
    for building in BUILDINGS:
        address = building.address
        for box in ("", *building.boxes):
            found = mechelen.find(address.street, address.house_number, box, postcode=int(address.postcode))
            assert [one.status for one in found] == ["inGebruik"], (address, box)


def test_a_street_may_cross_postcodes(mechelen: World) -> None:
    (street,) = mechelen.streets_named("Leuvensesteenweg")

    assert mechelen.postcodes_of(street.id) == [2800, 2812]


def test_merged_municipalities_remember_what_they_were() -> None:
    world = make_world(nis=(MERGED,), scale=SMALL)
    retired = [town.nis for town in world.municipalities.values() if town.status == "gehistoreerd"]

    assert retired == [37007, 37015]
    assert world.replaced["municipality"] == dict.fromkeys(retired, (MERGED,))
    old = [street for street in world.streets.values() if street.status == "gehistoreerd"]
    assert {street.nis for street in old} == set(retired)
    assert all(world.replaced["street"][street.id] for street in old)
    assert any(street.homonym for street in world.streets_of(MERGED))


def test_facility_municipalities_have_french_names() -> None:
    world = make_world(nis=(23099,), scale=SMALL)

    assert all("fr" in street.names for street in world.streets_of(23099))
    assert world.municipalities[23099].facilities == ("fr",)


def test_flanders_has_285_municipalities_and_3_7_million_addresses() -> None:
    assert len(plans()) == 285
    assert sum(town.size for town in towns().values()) == pytest.approx(3_700_000, rel=0.02)
    assert len([town for town in towns().values() if town.merged_into]) == 27
    assert {code.postcode for code in postcodes() if code.nis == MECHELEN} == {2800, 2801, 2811, 2812}


@pytest.mark.parametrize(("nis", "scale"), [((12025,), 0), ((12025,), 2), ((99999,), 1), ((), 1), ((11007,), 1)])
def test_an_impossible_question_is_one_line(nis: tuple[int, ...], scale: float) -> None:
    with pytest.raises(ValueError, match=r"\A(scale must be|not a Flemish municipality).*\Z"):
        make_world(nis=nis, scale=scale)
