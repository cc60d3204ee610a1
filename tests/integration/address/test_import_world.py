"""A made-up register, written as the register and BeSt publish it, comes back as it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from services.address.domain.model import CODES
from services.address.register import schema
from services.address.register.importing import import_download
from services.address.register.parcels import parcel_id
from services.address.register.state import replica_state
from simulators.address import MECHELEN, NEIGHBOURS, make_world
from simulators.address.best import write_best_csv
from simulators.address.dbf import write_dbf_extract
from simulators.address.model import Address
from simulators.address.world import World

NIS = [str(MECHELEN), str(NEIGHBOURS[0])]
ADDRESS = "SELECT id, street, house, box, postcode, status, parent, version, official, x, y FROM address ORDER BY id"


@pytest.fixture(scope="module")
def world() -> World:
    """Mechelen and its neighbours, a fiftieth of them."""
    return make_world(1, (MECHELEN, *NEIGHBOURS), 0.02)


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("world")


@pytest.fixture(scope="module")
def extract(world: World, folder: Path) -> Iterator[sqlite3.Connection]:
    write_dbf_extract(world, folder / "GRAR.zip")
    with imported(folder / "extract", folder / "GRAR.zip") as db:
        yield db


@pytest.fixture(scope="module")
def best(world: World, folder: Path) -> Iterator[sqlite3.Connection]:
    write_best_csv(world, folder / "openaddress-bevlg.zip")
    with imported(folder / "best", folder / "openaddress-bevlg.zip") as db:
        yield db


def imported(folder: Path, path: Path) -> closing[sqlite3.Connection]:
    assert import_download(folder, path, nis=NIS).notes == ()
    state = replica_state(folder)
    assert state is not None
    return closing(sqlite3.connect(f"{state.file.as_uri()}?mode=ro", uri=True))


def mine(world: World) -> list[Address]:
    return [one for _, one in sorted(world.addresses.items()) if str(world.streets[one.street].nis) in NIS]


def row(one: Address) -> tuple[object, ...]:
    status = next(status for status, code in CODES.items() if code == one.status)
    return (
        one.id, one.street, one.house, one.box, one.postcode, status, one.parent, one.version, int(one.official),
        one.x, one.y,
    )  # fmt: skip


def test_every_address_with_its_building_address_and_position(world: World, extract: sqlite3.Connection) -> None:
    assert extract.execute(ADDRESS).fetchall() == [row(one) for one in mine(world)]
    found = extract.execute("SELECT id, method, specification FROM address ORDER BY id")
    told = [(id, schema.METHODS[method], schema.SPECIFICATIONS[specification]) for id, method, specification in found]
    assert told == [(one.id, one.method, one.specification) for one in mine(world)]
    assert any(one.box for one in mine(world))


def test_streets_with_their_postcodes(world: World, extract: sqlite3.Connection) -> None:
    streets = [one for _, one in sorted(world.streets.items()) if str(one.nis) in NIS]
    found = extract.execute("SELECT id, nis, name, homonym, version FROM street ORDER BY id").fetchall()
    assert found == [(one.id, one.nis, one.name, one.homonym, one.version) for one in streets]
    pairs = {(one.street, one.postcode) for one in mine(world) if one.postcode}
    assert set(extract.execute("SELECT street, postcode FROM street_postcode")) == pairs


def test_units_buildings_and_parcels_of_the_addresses(world: World, extract: sqlite3.Connection) -> None:
    kept = {one.id for one in mine(world)}
    links = {(address, unit.id) for unit in world.units.values() for address in unit.addresses if address in kept}
    assert set(extract.execute("SELECT address, unit FROM unit_address")) == links
    buildings = {world.units[unit].building for _, unit in links}
    assert {id for (id,) in extract.execute("SELECT id FROM building")} == buildings
    units = {one.id for one in world.units.values() if one.building in buildings}
    assert {id for (id,) in extract.execute("SELECT id FROM unit")} == units
    parcels = {
        (address, parcel_id(one.id)) for one in world.parcels.values() for address in one.addresses if address in kept
    }
    assert set(extract.execute("SELECT address, parcel FROM parcel_address")) == parcels
    assert {key for (key,) in extract.execute("SELECT capakey FROM parcel")} == {
        one.capakey for one in world.parcels.values() if not kept.isdisjoint(one.addresses)
    }


def test_postcodes_of_all_municipalities(world: World, extract: sqlite3.Connection) -> None:
    valid = [one for one in world.addresses.values() if one.postcode and one.status in ("voorgesteld", "inGebruik")]
    pairs = {(one.postcode, world.streets[one.street].nis) for one in valid}
    assert set(extract.execute("SELECT postcode, nis FROM postcode")) == pairs


def test_best_has_the_same_addresses(world: World, best: sqlite3.Connection) -> None:
    in_best = [one for one in mine(world) if one.status != "afgekeurd"]
    known = {one.id for one in in_best}
    found = best.execute(ADDRESS).fetchall()
    assert [one[:6] for one in found] == [row(one)[:6] for one in in_best]
    assert [one[6] for one in found] == [one.parent if one.parent in known else None for one in in_best]
    assert [one[9:] for one in found] == [(round(one.x, 2), round(one.y, 2)) for one in in_best]
