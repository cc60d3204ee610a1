"""Tables that follow from others: the same for the whole and for one street; names of places; parents of boxes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.address.domain.folding import place_key
from services.address.domain.model import Status
from services.address.register.deriving import derive_addresses, derive_all, derive_places, derive_street
from services.address.register.deriving_names import KEY, RANKS, WORD, rank
from tests.support.address_register import MECHELEN, WILLEBROEK, Town

OF_STREETS = ("street_key", "street_word", "former_key", "street_name", "street_start", "street_postcode")
DERIVED = (*OF_STREETS, "postcode", "place")
Rows = list[tuple[Any, ...]]


@contextmanager
def opened(town: Town, folder: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(town.save(folder), isolation_level=None)) as db:
        yield db


def derived(db: sqlite3.Connection) -> dict[str, Rows]:
    tables = {table: sorted(db.execute(f"SELECT * FROM {table}").fetchall()) for table in DERIVED}
    return {**tables, "parents": sorted(db.execute("SELECT id, parent FROM address").fetchall())}


def places(town: Town, folder: Path, name: str) -> set[tuple[int, int, str, str]]:
    with opened(town, folder) as db:
        query = "SELECT nis, postcode, name, kind FROM place WHERE fold = ?"
        return set(db.execute(query, (place_key(name),)).fetchall())


def test_a_street_is_found_by_its_names_and_their_abbreviations(tmp_path: Path) -> None:
    town = Town()
    street = town.street("Sint-Jansstraat", name_fr="Rue Saint-Jean")
    town.address(street, "1", postcode=2811)
    town.address(street, "3", postcode=2812, status=Status.GEHISTOREERD)
    with opened(town, tmp_path) as db:
        found = derived(db)
    keys = ("ruesaintjean", "ruesintjean", "sintjansstraat")
    assert found["street_key"] == [(MECHELEN, key, street) for key in keys]
    assert {word for _, word, _ in found["street_word"]} >= {"sint", "jansstraat", "saint", "jean", "rue"}
    assert found["street_postcode"] == [(street, 2811), (street, 2812)]


@pytest.mark.parametrize(
    ("statuses", "best"),
    [
        (["GEHISTOREERD", "IN_GEBRUIK", "VOORGESTELD"], 1),
        (["GEHISTOREERD", "VOORGESTELD", "AFGEKEURD"], 1),
        (["IN_GEBRUIK", "IN_GEBRUIK", "VOORGESTELD"], 1),
        (["GEHISTOREERD", "GEHISTOREERD"], 1),
        ([], None),
    ],
)
def test_the_parent_of_a_box_is_the_valid_building_address(
    statuses: list[str], best: int | None, tmp_path: Path
) -> None:
    town = Town()
    street, other = town.street("Zandstraat"), town.street("Heide")
    box = town.address(street, "12a", "0101")
    buildings = [town.address(street, "12A", status=Status[name]) for name in statuses]
    town.address(street, "12")
    town.address(other, "12a")
    with opened(town, tmp_path) as db:
        found = db.execute("SELECT parent FROM address WHERE id = ?", (box,)).fetchone()
        own = db.execute("SELECT count(*) FROM address WHERE box IS NULL AND parent IS NOT NULL").fetchone()
    assert found == (None if best is None else buildings[best],)
    assert own == (0,)


def test_a_name_of_a_place_in_every_language_and_of_every_part(tmp_path: Path) -> None:
    assert places(Town(), tmp_path, "MALINES") == {(MECHELEN, 0, "Malines", "municipality")}
    assert places(Town(), tmp_path, "Mechelen") == {(MECHELEN, 0, "Mechelen", "municipality")}
    assert places(Town(), tmp_path, "muizen") == {(MECHELEN, 2812, "Muizen (Mechelen)", "postal")}
    assert places(Town(), tmp_path, "Nergens") == set()


def test_the_download_has_only_dutch_and_we_know_french(tmp_path: Path) -> None:
    town = Town()
    town.municipality(23088, "Vilvoorde")
    assert places(town, tmp_path, "Vilvorde") == {(23088, 0, "Vilvorde", "municipality")}


def test_a_postcode_of_two_municipalities_gives_its_names_to_both(tmp_path: Path) -> None:
    town = Town()
    town.add("postcode", 2812, WILLEBROEK)
    assert {nis for nis, *_ in places(town, tmp_path, "Muizen")} == {MECHELEN, WILLEBROEK}


def test_a_municipality_that_was_merged_away_is_where_its_postcodes_are(tmp_path: Path) -> None:
    town = Town(postal_names={3720: ("Kortessem",), 3724: ("Vliermaal",)}, postcodes={3720: 71072, 3724: 71072})
    town.municipality(71072, "Hasselt")
    town.municipality(73040, "Kortessem", Status.GEHISTOREERD)
    assert places(town, tmp_path, "Kortessem") == {
        (71072, 3720, "Kortessem", "postal"),
        (71072, 3724, "Kortessem", "former"),
    }


def test_before_the_mergers_it_is_a_municipality(tmp_path: Path) -> None:
    town = Town(postal_names={3724: ("Vliermaal",)}, postcodes={3724: 73040})
    town.municipality(73040, "Kortessem")
    assert places(town, tmp_path, "Kortessem") == {(73040, 0, "Kortessem", "municipality")}


def test_the_feed_says_where_a_merged_municipality_went(tmp_path: Path) -> None:
    town = Town()
    town.municipality(99001, "Oud", Status.GEHISTOREERD)
    town.replaced(99001, MECHELEN, kind="municipality")
    assert places(town, tmp_path, "Oud") == {(MECHELEN, 0, "Oud", "former")}


def test_a_name_stands_once_with_all_its_municipalities(tmp_path: Path) -> None:
    town = Town()
    town.street("Kerkstraat", status=Status.VOORGESTELD)
    first = town.street("Kerk-straat", name_fr="Rue de l'Église")
    town.street("Kerkstraat", homonym="Muizen")
    town.street("Kerkstraat", WILLEBROEK)
    town.street("Kerkstraat", 12005, Status.GEHISTOREERD)
    with opened(town, tmp_path) as db:
        found = derived(db)
    assert found["street_name"] == [("kerkstraat", first, 2)]
    assert {(part, start) for part, _, start, _ in found["street_start"]} == {
        (KEY, "kerkstraat"), (KEY, "ruedeleglise"),
        (WORD, "kerkstraat"), (WORD, "kerk"), (WORD, "straat"),
        (WORD, "ruedeleglise"), (WORD, "rue"), (WORD, "de"), (WORD, "leglise"),
    }  # fmt: skip


def test_names_of_many_municipalities_come_first_then_short_ones() -> None:
    ordered = [("kerkstraat", 180), ("hei", 20), ("stationsstraat", 20), ("bruul", 1), ("leuvensesteenweg", 1)]
    ranks = [rank(name, count) for name, count in ordered]
    assert ranks == sorted(set(ranks))
    assert 0 <= rank("a", 10**6) <= rank("a" * 1000, 1) < RANKS


def test_a_street_that_is_gone_leaves_nothing(tmp_path: Path) -> None:
    town = Town()
    street = town.street("Zandstraat")
    town.address(street, "1")
    with opened(town, tmp_path) as db:
        db.execute("DELETE FROM street")
        db.execute("DELETE FROM address")
        derive_street(db, street)
        found = derived(db)
    assert [found[table] for table in OF_STREETS] == [[]] * len(OF_STREETS)


def test_a_new_postcode_brings_its_names(tmp_path: Path) -> None:
    town = Town(postcodes={2800: MECHELEN})
    street = town.street("Zandstraat")
    house = town.address(street, "1")
    with opened(town, tmp_path) as db:
        assert ("leest", MECHELEN, 2811, "Leest", "postal") not in derived(db)["place"]
        db.execute("UPDATE address SET postcode = 2811 WHERE id = ?", (house,))
        derive_addresses(db, street)
        found = derived(db)
    assert ("leest", MECHELEN, 2811, "Leest", "postal") in found["place"]
    assert found["street_postcode"] == [(street, 2811)]


OF_STREET = ("rename", "namesake", "retire", "street gone")
EDIT = st.tuples(st.sampled_from(["house", "box", "postcode", "status", "gone", "new", *OF_STREET]), st.integers(0, 9))


@settings(max_examples=25, deadline=None)
@given(edits=st.lists(EDIT, max_size=8))
def test_one_street_at_a_time_gives_what_the_whole_gives(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]]
) -> None:
    """But for postcodes of a municipality, which only grow: who has lived there may come back."""
    town = Town()
    streets = [town.street(name) for name in ("Sint-Jansstraat", "O.L.V.-straat")]
    town.street("Sint Jansstraat", WILLEBROEK)
    town.add("street_former", streets[0], "Zandstraat", "2026-08-01")
    houses = [town.address(street, house, box) for street in streets for house in "123" for box in (None, "A")]
    with opened(town, tmp_path_factory.mktemp("one")) as db:
        db.execute("BEGIN")
        for what, nth in edits:
            edit(db, what, houses[nth], streets[nth % 2], nth)
            (derive_street if what in OF_STREET else derive_addresses)(db, streets[nth % 2])
            for street in streets:
                derive_addresses(db, street)
        one = derived(db)
        for table in (*OF_STREETS, "place"):
            db.execute(f"DELETE FROM {table}")
        derive_all(db)
        assert derived(db) == one
        derive_places(db)
        assert derived(db) == one


def edit(db: sqlite3.Connection, what: str, house: int, street: int, nth: int) -> None:
    if what == "gone":
        db.execute("DELETE FROM address WHERE id = ?", (house,))
    elif what == "new":
        db.execute(
            "INSERT OR REPLACE INTO address VALUES(?,?,'9',NULL,2830,2,NULL,NULL,0,0,1,NULL,NULL)",
            (9000 + nth + house, street),
        )
    elif what == "rename":
        db.execute("UPDATE street SET name = ? WHERE id = ?", (f"Nieuwe {nth}", street))
    elif what == "namesake":
        db.execute("UPDATE street SET name = 'OLV-straat' WHERE id = ?", (street,))
    elif what == "retire":
        db.execute("UPDATE street SET status = ? WHERE id = ?", (int(Status.GEHISTOREERD), street))
    elif what == "street gone":
        db.execute("DELETE FROM street WHERE id = ?", (street,))
        db.execute("DELETE FROM address WHERE street = ?", (street,))
    else:
        value = {"house": "2", "box": "B", "postcode": 2801, "status": int(Status.GEHISTOREERD)}[what]
        db.execute(f"UPDATE address SET {what} = ? WHERE id = ?", (value, house))
