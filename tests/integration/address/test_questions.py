"""What one state of the replica answers: look-ups for matching, house numbers and boxes, buildings, parcels, chains."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from loketbus.errors import Rejected, Unavailable
from services.address.domain.folding import place_key, street_fold, street_key
from services.address.domain.model import Lookup, Place, Status
from services.address.questions import Register, View
from services.address.questions.shapes import WHOLE_BUILDING
from tests.support.address_register import MECHELEN, WILLEBROEK, Town

PARCEL, NEIGHBOUR, OLD_PARCEL = "21683D0265/02R020", "21683D0265/02S000", "21683D0265/02T000"


class Square:
    """Grote Markt 21: a house number with boxes, on a corner, and what else stands in the street."""

    def __init__(self) -> None:
        town = self.town = Town()
        self.market = town.street("Grote Markt", name_fr="Grand-Place")
        self.corner = town.street("IJzerenleen")
        self.elsewhere = town.street("Grote Markt", WILLEBROEK)
        self.old_street = town.street("Oude Markt", status=Status.GEHISTOREERD)
        self.house = town.address(self.market, "21")
        self.boxes = [town.address(self.market, "21", box) for box in ("0101", "GLV", "0001")]
        self.retired = town.address(self.market, "21", "9", status=Status.GEHISTOREERD)
        self.numbers = [town.address(self.market, house) for house in ("100", "2_1", "12-14", "2A", "2", "10")]
        self.proposed = town.address(self.market, "30", status=Status.VOORGESTELD)
        self.only_box = town.address(self.market, "40", "1")
        self.lower = town.address(self.market, "7b", postcode=2812, method="geinterpoleerd")
        self.round_the_corner = town.address(self.corner, "1")
        self.old = town.address(self.old_street, "5", status=Status.GEHISTOREERD)
        self.building = town.building()
        self.units = [town.unit(self.building, [box]) for box in self.boxes[:2]]
        self.common = town.unit(self.building, [self.round_the_corner, self.boxes[2]], function="gemeenschappelijkDeel")
        town.unit(self.building, [self.numbers[0]], Status.GEHISTOREERD)
        town.parcel(PARCEL, [self.house])
        town.parcel(NEIGHBOUR, [self.round_the_corner])
        town.parcel(OLD_PARCEL, [self.house], Status.GEHISTOREERD)


@pytest.fixture(scope="module")
def town() -> Square:
    return Square()


@pytest.fixture(scope="module")
def folder(town: Square, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("register")
    town.town.save(made)
    return made


@pytest.fixture
def view(folder: Path) -> Iterator[View]:
    register = Register(folder)
    with register.open() as view:
        yield view
    register.close()


def test_a_view_is_what_matching_asks_for(view: View, town: Square) -> None:
    lookup: Lookup = view
    assert lookup.street(town.market) == view.streets(street_key("grote markt"), MECHELEN)[0]


def test_streets_are_found_by_each_of_their_keys(view: View, town: Square) -> None:
    assert {one.id for one in view.streets(street_fold("GROTE-MARKT"))} == {town.market, town.elsewhere}
    assert [one.id for one in view.streets(street_fold("Grand'Place"), MECHELEN)] == [town.market]
    assert view.streets("grotemark") == view.streets(street_key("Grote Markt"), 11002) == ()
    assert [one.status for one in view.streets("oudemarkt")] == [Status.GEHISTOREERD]
    assert view.street_keys(MECHELEN)["grotemarkt"] == (town.market,)
    assert view.street_keys(WILLEBROEK) == {"grotemarkt": (town.elsewhere,)}
    assert view.street_keys(11002) == {}
    assert view.postcodes_of(town.market) == (2800, 2812)


def test_places_and_postcodes(view: View) -> None:
    assert view.places(place_key("Muizen")) == (Place(MECHELEN, 2812, "Muizen (Mechelen)", "postal"),)
    assert view.places(place_key("MALINES")) == (Place(MECHELEN, None, "Malines", "municipality"),)
    assert view.municipalities_of(2830) == (WILLEBROEK,)
    assert [one.name for one in view.municipalities(2812)] == ["Mechelen"]
    assert view.municipalities(1000) == view.municipalities_of(1000) == view.places("atlantis") == ()
    found = view.municipality(WILLEBROEK)
    assert found is not None
    assert found.name == "Willebroek"


def test_addresses_at_house_numbers_of_any_status_and_case(view: View, town: Square) -> None:
    assert {one.id for one in view.at(town.market, ["21"])} == {town.house, *town.boxes, town.retired}
    assert {one.id for one in view.at(town.market, ["2a", "7B", "2_1", "8"])} == {
        town.numbers[1], town.numbers[3], town.lower,
    }  # fmt: skip
    assert view.at(town.corner, ["21"]) == view.at(town.market, []) == ()


def test_an_address_with_all_that_it_has(view: View, town: Square) -> None:
    box = view.address(town.boxes[0])
    assert box is not None
    assert (box.house, box.box, box.building, box.official) == ("21", "0101", town.house, True)
    lower = view.address(town.lower)
    assert lower is not None
    assert (lower.method, lower.specification, lower.x, lower.parent) == (
        "geinterpoleerd", "gebouweenheid", 157_000.0, None,
    )  # fmt: skip
    whole = view.whole(box)
    assert whole is not None
    assert whole.label == "Grote Markt 21 bus 0101, 2800 Mechelen"
    assert view.address(1) is None


def test_the_nearest_house_numbers(view: View, town: Square) -> None:
    assert [one.house for one in view.numbers_near(town.market, 11, 4)] == ["10", "12-14", "7b", "2"]
    assert [one.house for one in view.numbers_near(town.market, 10**30, 1)] == ["100"]
    assert view.numbers_near(town.old_street, 5) == ()


def test_house_numbers_of_a_street_in_the_order_of_the_street(view: View, town: Square) -> None:
    found = view.numbers(town.market)
    wanted = ["2", "2A", "2_1", "7b", "10", "12-14", "21", "30", "40", "100"]
    assert [one.house for one in found] == wanted
    by_house = {one.house: one for one in found}
    assert (by_house["21"].building, by_house["21"].boxes, by_house["21"].has_boxes) == (town.house, 3, True)
    assert (by_house["2"].building, by_house["2"].has_boxes) == (town.numbers[4], False)
    assert (by_house["40"].building, by_house["40"].boxes) == (None, 1)
    assert [one.house for one in found if one.proposed] == ["30"]
    assert by_house["7b"].postcode == 2812
    assert view.numbers(town.old_street) == ()


def test_boxes_with_the_whole_building_first(view: View, town: Square) -> None:
    found = view.boxes(town.market, " 21 ")
    assert found is not None
    assert [choice.label for choice in found.choices] == [WHOLE_BUILDING, "bus GLV", "bus 0001", "bus 0101"]
    assert [choice.address.id for choice in found.choices] == [
        town.house, town.boxes[1], town.boxes[2], town.boxes[0],
    ]  # fmt: skip
    alone = view.boxes(town.market, "40")
    assert alone is not None
    assert (alone.building, [one.label for one in alone.choices]) == (None, ["bus 1"])
    assert view.boxes(town.market, "22") is None
    assert view.boxes(town.old_street, "5") is None


def test_from_a_box_to_all_of_its_building(view: View, town: Square) -> None:
    found = view.building_of(town.boxes[0])
    assert found is not None
    assert found.building_address == view.address(town.house)
    here = [town.house, town.boxes[1], town.boxes[2], town.boxes[0]]
    assert [one.id for one in found.addresses] == [*here, town.round_the_corner]
    assert [(one.id, one.via, one.status) for one in found.buildings] == [
        (town.building, "address", Status.GEREALISEERD)
    ]
    assert {one.id: one.addresses for one in found.units} == {
        town.units[0]: (town.boxes[0],),
        town.units[1]: (town.boxes[1],),
        town.common: (town.boxes[2], town.round_the_corner),
    }
    assert [(one.capakey, one.via, one.address) for one in found.parcels] == [
        (PARCEL, "building_address", town.house),
        (NEIGHBOUR, "units", town.round_the_corner),
    ]
    assert found.notes == ()


def test_from_a_house_number_without_unit_of_its_own(view: View, town: Square) -> None:
    found = view.building_of(town.house)
    assert found is not None
    assert [(one.id, one.via) for one in found.buildings] == [(town.building, "units")]
    assert [(one.capakey, one.via) for one in found.parcels] == [(PARCEL, "address"), (NEIGHBOUR, "units")]


def test_all_addresses_of_a_building_see_the_same_building(view: View, town: Square) -> None:
    for address in (town.house, *town.boxes, town.round_the_corner):
        found = view.building_of(address)
        assert found is not None
        assert [one.id for one in found.buildings] == [town.building]
        assert {one.capakey for one in found.parcels} == {PARCEL, NEIGHBOUR}
        assert {one.id for one in found.addresses} == {town.house, *town.boxes, town.round_the_corner}


def test_what_is_not_linked_is_said(view: View, town: Square) -> None:
    found = view.building_of(town.only_box)
    assert found is not None
    assert [note.code for note in found.notes] == ["no_building_address", "no_building", "no_parcel"]
    assert [one.id for one in found.addresses] == [town.only_box]
    assert view.building_of(town.numbers[0]).units == (), "its unit is retired"  # type: ignore[union-attr]
    assert view.building_of(4) is None


@pytest.mark.parametrize("text", [PARCEL, "21683D0265-02R020", "21683_d_0265_r_020_02", "21683D0265/02R020P0003"])
def test_a_parcel_in_any_notation_and_the_addresses_on_it(view: View, town: Square, text: str) -> None:
    found = view.parcel(text)
    assert (found.capakey, found.status) == (PARCEL, Status.GEREALISEERD)
    assert found.partition == ("P0003" if text.endswith("P0003") else None)
    assert [(one.address.id, one.via) for one in found.addresses] == [
        (town.house, "address"),
        *((box, "building_address") for box in (town.boxes[1], town.boxes[2], town.boxes[0])),
    ]


def test_a_parcel_that_is_not_here_or_no_parcel(view: View) -> None:
    assert view.parcel("11001A0001-00_000").status is None
    assert view.parcel(OLD_PARCEL).status == Status.GEHISTOREERD
    for text in ("21683D0265", "21683D0265/02R02"):
        with pytest.raises(Rejected, match="capakey_incomplete"):
            view.parcel(text)


def test_what_came_in_the_place_of_something(tmp_path: Path) -> None:
    town = Town()
    street = town.street("Vinkstraat")
    other = [town.street("Merelstraat", status=status) for status in (Status.GEHISTOREERD, Status.IN_GEBRUIK)]
    old, between, *split = (
        town.address(street, str(house), status=Status.GEHISTOREERD if house < 3 else Status.IN_GEBRUIK)
        for house in range(1, 5)
    )
    loop = [town.address(street, f"2{letter}", status=Status.GEHISTOREERD) for letter in "AB"]
    gone = 77
    for one, *new in ((old, between), (between, *split), (loop[0], loop[1]), (loop[1], loop[0]), (split[0], gone)):
        town.replaced(one, *new)
    town.replaced(street, *other, kind="street")
    town.removed(gone)
    town.save(tmp_path)
    register = Register(tmp_path)
    with register.open() as view:
        assert [one.id for one in view.successors(old)] == split, "to the end, and split"
        assert view.successors(loop[0]) == (), "a loop of which nothing is in use"
        assert view.successors(split[0]) == (), "what came in its place was removed"
        assert [one.id for one in view.street_successors(street)] == sorted(other)
        assert view.successors(999) == ()
        assert (view.gone("address", gone), view.gone("street", gone), view.gone("address", old)) == (
            True, False, False,
        )  # fmt: skip
    register.close()


def test_where_the_replica_comes_from(tmp_path: Path) -> None:
    town = Town()
    street = town.street("Vinkstraat")
    house, other = town.address(street, "1"), town.address(street, "2")
    elsewhere = town.address(town.street("Merelstraat"), "1")
    path = town.save(tmp_path)
    register = Register(tmp_path)
    with register.open() as view:
        assert (view.source.source, view.source.extract) == ("replica", "2026-08-01")
        assert view.source.as_of == datetime(2026, 7, 31, 22, tzinfo=UTC), "the day of the download, in Brussels"
        assert view.kept == {MECHELEN, WILLEBROEK}
        assert (view.positions, view.touched(0)) == ({}, (frozenset(), 0))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        at = "2026-08-02T10:00:00+02:00"
        db.execute("INSERT INTO feed VALUES ('adressen', 3, 230, ?)", (at,))
        db.executemany(
            "INSERT INTO change VALUES (?, ?, ?, ?)",
            [(5, at, elsewhere, None), (6, at, 0, street), (7, at, 888, None)],
        )
    with register.open() as view:
        assert view.source.as_of == datetime(2026, 8, 2, 8, tzinfo=UTC)
        assert view.source.as_of.utcoffset() == timedelta(hours=2)
        assert view.positions == {"adressen": 230}
        assert view.touched(5) == ({house, other, 888}, 7)
        assert view.touched(0, limit=1) == ({elsewhere}, 5)
    register.close()


BAD = ["", "\x00", "💥", "\ud800", "'; DROP TABLE address; --", "<b>1</b>", "\u202e12", "9" * 10_000]


@pytest.mark.parametrize("text", BAD)
def test_any_text_gets_an_answer(view: View, town: Square, text: str) -> None:
    assert view.at(town.market, [text]) == ()
    assert view.boxes(town.market, text) is None
    assert view.streets(text) == view.streets(text, MECHELEN) == view.places(text) == ()
    assert view.gone(text, 1) is False
    with pytest.raises(Rejected):
        view.parcel(text)


@pytest.mark.parametrize("number", [-1, 2**63, 10**40])
def test_any_number_gets_an_answer(view: View, number: int) -> None:
    nothing = (view.at(number, ["1"]), view.numbers(number), view.numbers_near(number, 1), view.successors(number))
    assert set(nothing) == {()}
    assert view.municipalities(number) == view.suggest("a", postcode=number) == view.suggest("a", nis=number) == ()
    assert view.address(number) is view.street(number) is view.building_of(number) is view.municipality(number) is None
    assert view.street_keys(number) == {}
    assert view.gone("address", number) is False


def test_no_replica(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"register_missing.*loketbus address import"), Register(tmp_path).open():
        pass


def no_database(file: Path) -> None:
    file.write_bytes(b"\xa5" * 5000)


def empty(file: Path) -> None:
    file.write_bytes(b"")


@pytest.mark.parametrize("damage", [no_database, empty, Path.unlink])
def test_a_damaged_file(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    damage(Town().save(tmp_path))
    with pytest.raises(Unavailable, match=r"register_unreadable.*loketbus address import"), Register(tmp_path).open():
        pass


def test_damage_further_in_shows_to_who_reads_there(tmp_path: Path) -> None:
    town = Town()
    street = town.street("Vinkstraat")
    for house in range(1, 1500):
        town.address(street, str(house))
    path = town.save(tmp_path)
    whole = path.read_bytes()
    register = Register(tmp_path)
    path.write_bytes(whole[:8192] + b"\xa5" * (len(whole) - 8192))
    with pytest.raises(Unavailable, match="register_unreadable"), register.open() as view:
        view.numbers(street)
    town.save(tmp_path)
    with register.open() as view:
        assert len(view.numbers(street)) == 1499, "a new import mends it"
    register.close()


def test_a_replica_of_another_version(tmp_path: Path) -> None:
    path = Town().save(tmp_path)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
    with pytest.raises(Unavailable, match=r"register_outdated.*loketbus address import"), Register(tmp_path).open():
        pass
