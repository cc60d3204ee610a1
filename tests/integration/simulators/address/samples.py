"""The real answers and events, where that folder is, and a world with just the objects that they show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulators.address.model import (
    Address,
    AddressStatus,
    Building,
    BuildingUnit,
    Municipality,
    Parcel,
    PostInfo,
    StreetName,
)
from simulators.address.world import World

FOLDER = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "address"
REAL = "https://api.basisregisters.vlaanderen.be"
needs_samples = pytest.mark.skipif(not FOLDER.is_dir(), reason="the sample folder is not here")


def answer(name: str, base: str) -> Any:
    """A real v2 answer, as a simulator at `base` would give it."""
    return json.loads((FOLDER / "api-v2" / f"{name}.json").read_text().replace(REAL, base))


def events() -> dict[str, list[dict[str, Any]]]:
    """The 21 batches by file."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((FOLDER / "change-feed").glob("*.json"))}


def schema(name: str) -> Any:
    """Of an event's data: `adres`, `adres-transform`, ..."""
    [path] = (FOLDER / "schemas").glob(f"*__{name}.json")
    return json.loads(path.read_text())


def sample_world() -> World:
    """What the real answers show."""
    moment = "2011-04-29T14:50:10+02:00"
    made = "2026-01-01T00:00:00+01:00"
    towns = [
        Municipality(11001, {"nl": "Aartselaar"}, "2002-08-13T16:33:18+02:00"),
        Municipality(44021, {"nl": "Gent"}, "2002-08-13T16:33:18+02:00"),
        Municipality(21004, {"nl": "Brussel"}, "2002-08-13T16:33:18+02:00"),
    ]
    posts = [
        PostInfo(1000, (("BRUSSEL", "nl"),), 21004, "2020-02-10T12:44:14+01:00"),
        PostInfo(1020, (("Laken", "nl"),), 21004, "2020-02-10T12:44:14+01:00"),
        PostInfo(2630, (("AARTSELAAR", "nl"),), 11001, "2020-02-10T12:44:14+01:00"),
        PostInfo(9000, (("GENT", "nl"),), 44021, "2020-02-10T12:44:14+01:00"),
        PostInfo(9050, (("Gentbrugge", "nl"), ("Ledeberg", "nl")), 44021, "2020-02-10T12:44:14+01:00"),
        PostInfo(612, (("Sinterklaas", "nl"),), None, "2020-02-10T12:44:14+01:00"),
    ]
    streets = [
        StreetName(1, 11001, {"nl": "Acacialaan"}, "2011-04-29T13:34:14+02:00"),
        StreetName(2, 11001, {"nl": "Adriaan Sanderslei"}, "2011-04-29T13:34:14+02:00"),
        StreetName(748, 44021, {"nl": "Teststraat"}, made, homonym="UK"),
        StreetName(69683, 44021, {"nl": "Bellevue"}, moment),
        StreetName(71608, 44021, {"nl": "Sint-Jansvest"}, moment),
    ]
    addresses = [
        Address(59, 748, "42", None, 9000, made, 140252.76, 198794.27),
        Address(60, 748, "42", "5B", 9000, made, 140252.76, 198794.27, parent=59),
        Address(307106, 1, "4", None, 2630, moment, 150000.0, 200000.0),
        Address(
            900746, 71608, "50", None, 9000, "2016-12-19T15:23:28+01:00", 105052.34, 193542.11, specification="perceel"
        ),
        Address(2550151, 69683, "1", None, 9050, "2023-11-01T14:50:05+01:00", 105600.61, 192113.19),
    ]
    world = World(
        municipalities={one.nis: one for one in towns},
        postinfos={one.postcode: one for one in posts},
        streets={one.id: one for one in streets},
        addresses={one.id: one for one in addresses},
        parcels={
            "13013C0384-02H003": Parcel("13013C0384-02H003", (200001,), "2004-02-13T05:34:17+01:00", 13013),
            "11001B0008-00G002": Parcel("11001B0008-00G002", (59,), made, 11001),
        },
        buildings={6: Building(6, ("11001B0008-00G002", "11001B0008-00G003"), made, 101702.5, 193552.5, 59, 65)},
        units={
            1: BuildingUnit(1, 6, (59,), made, 140252.76, 198794.27),
            2: BuildingUnit(2, 6, (60, 59), made, 140252.76, 198794.27, function="gemeenschappelijkDeel"),
        },
    )
    gone = Address(61, 748, "42", "6", 9000, made, 140252.76, 198794.27, parent=59)
    world.removed = {"address": {gone.id: gone}}
    return world


def busy_world(count: int = 1200) -> World:
    """The same, and a street of so many houses: more than two pages of a client."""
    world = sample_world()
    moment = "2020-01-01T00:00:00+01:00"
    world.streets[5000] = StreetName(5000, 44021, {"nl": "Lange Lei"}, moment)
    for house in range(1, count + 1):
        status: AddressStatus = "gehistoreerd" if house % 10 == 0 else "inGebruik"
        number = 10_000 + house
        world.addresses[number] = Address(
            number, 5000, str(house), None, 9000, moment, 105_000.0, 193_000.0, status=status
        )
    return world
