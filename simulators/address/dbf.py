"""The register's own download: all extracts in one zip (reference, section 3.3).

Names, order and widths of the columns are those of the register's published schemas; texts such as `InGebruik` have a
capital there, unlike in the API.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from simulators.address.dbase import LEVEL, Field, Points, Table, logical, number, text
from simulators.address.model import EVENT_BASE, VALID
from simulators.address.world import World

DAY = date(2026, 11, 20)
ROOT = "https://data.vlaanderen.be/id"
CREATED = "2011-04-29T14:50:10+02:00"
FIELDS: dict[str, tuple[Field, ...]] = {
    "Adres": (
        text("id", 50), number("adresid"), text("creatieid", 25), text("versieid", 25), text("posspec", 20),
        text("posgeommet", 30), text("straatnmid", 10), text("straatnm", 80), text("huisnr", 11), text("busnr", 35),
        text("postcode", 4), text("gemeenteid", 5), text("gemeentenm", 40), text("status", 20), logical("offtoegknd"),
        text("voladres", 254),
    ),
    "Straatnaam": (
        text("id", 50), number("straatnmid"), text("creatieid", 25), text("versieid", 25), text("gemeenteid", 5),
        text("straatnm", 80), text("homoniemtv", 5), text("status", 50),
    ),
    "Gemeente": (
        text("id", 50), text("gemeenteid", 5), text("versieid", 25), text("gemeentenm", 40), text("status", 50),
    ),
    "Postinfo": (
        text("id", 254), text("postinfoid", 4), text("versieid", 25), text("postnaam", 254), text("status", 50),
    ),
    "PostcodeStraatnaamKoppelingen": (text("postcode", 4), text("straatnmid", 10)),
    "Gebouw": (text("id", 50), number("gebouwid"), text("versieid", 25), text("geommet", 20), text("status", 20)),
    "Gebouweenheid": (
        text("id", 55), number("gebouwehid"), text("versieid", 25), text("gebouwid", 10), text("functie", 30),
        text("status", 20), text("posgeommet", 30), logical("afwijking"),
    ),
    "Perceel": (text("id", 254), text("perceelid", 30), text("versieid", 25), text("status", 50)),
    "Adreskoppelingen": (text("objecttype", 20), text("adresobjid", 30), number("adresid")),
    "Adreskoppelingen_1": (text("objecttype", 20), text("adresobjid", 30), number("adresid")),
}  # fmt: skip
WITH_METADATA = ("Adres", "Straatnaam", "Gemeente", "Postinfo", "Gebouw", "Gebouweenheid", "Perceel")
_METADATA = (text("metadata", 50), text("waarde", 50))
Row = tuple[object, ...]


def write_dbf_extract(worlds: World | Iterable[World], path: Path, day: date = DAY) -> dict[str, int]:
    """Write the zip; rows per table. Worlds are used one by one and not kept.

    The file appears under its name when it is whole. `Adres_metadata.dbf` and its kin tell the last event that counted.
    """
    part, event = path.with_name(path.name + ".part"), EVENT_BASE
    with ExitStack() as stack:
        stack.callback(part.unlink, missing_ok=True)
        tables = {name: stack.enter_context(closing(Table(name, fields))) for name, fields in FIELDS.items()}
        points = stack.enter_context(closing(Points("Adres")))
        for world in (worlds,) if isinstance(worlds, World) else worlds:
            for name, rows in _ROWS.items():
                tables[name].add(rows(world))
            points.add((one.x, one.y) for one in world.addresses.values())
            event += len(world.changes)
        with ZipFile(part, "w", ZIP_DEFLATED, compresslevel=LEVEL) as zip_file:
            for table in (*tables.values(), *_metadata(event)):
                table.save(zip_file, day)
            points.save(zip_file, day)
        os.replace(part, path)
        return {name: table.count for name, table in tables.items()}


def _metadata(event: int) -> Iterator[Table]:
    for name in WITH_METADATA:
        table = Table(f"{name}_metadata", _METADATA)
        table.add([("latest_event_id", event)])
        yield table


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _addresses(world: World) -> Iterator[Row]:
    places = {
        street.id: (street.name, town.nis, town.name)
        for street in world.streets.values()
        for town in (world.municipalities[street.nis],)
    }
    capitals = {word: _capital(word) for one in world.addresses.values() for word in (one.specification, one.method)}
    capitals.update({one: _capital(one) for one in ("voorgesteld", "inGebruik", "gehistoreerd", "afgekeurd")})
    for one in world.addresses.values():
        street, nis, town = places[one.street]
        postcode, bus = one.postcode or "", f" bus {one.box}" if one.box else ""
        yield (
            f"{ROOT}/adres/{one.id}", one.id, CREATED, one.version, capitals[one.specification], capitals[one.method],
            one.street, street, one.house, one.box or "", postcode, nis, town, capitals[one.status],
            "T" if one.official else "F", f"{street} {one.house}{bus}, {f'{postcode} ' if postcode else ''}{town}",
        )  # fmt: skip


def _streets(world: World) -> Iterator[Row]:
    for one in world.streets.values():
        yield (
            f"{ROOT}/straatnaam/{one.id}", one.id, CREATED, one.version, one.nis, one.name, one.homonym or "",
            _capital(one.status),
        )  # fmt: skip


def _municipalities(world: World) -> Iterator[Row]:
    for one in world.municipalities.values():
        yield f"{ROOT}/gemeente/{one.nis}", one.nis, one.version, one.name, _capital(one.status)


def _postinfos(world: World) -> Iterator[Row]:
    """A row per name."""
    for one in world.postinfos.values():
        for name, _ in one.names:
            yield f"{ROOT}/postinfo/{one.postcode}", one.postcode, one.version, name, _capital(one.status)


def _postcodes(world: World) -> Iterator[Row]:
    pairs = {
        (one.postcode, one.street): None for one in world.addresses.values() if one.postcode and one.status in VALID
    }
    return iter(pairs)


def _buildings(world: World) -> Iterator[Row]:
    for one in world.buildings.values():
        yield f"{ROOT}/gebouw/{one.id}", one.id, one.version, _capital(one.method), _capital(one.status)


def _units(world: World) -> Iterator[Row]:
    for one in world.units.values():
        yield (
            f"{ROOT}/gebouweenheid/{one.id}", one.id, one.version, one.building, _capital(one.function),
            _capital(one.status), _capital(one.method), "T" if one.deviation else "F",
        )  # fmt: skip


def _parcels(world: World) -> Iterator[Row]:
    for one in world.parcels.values():
        yield f"{ROOT}/perceel/{one.id}", one.id, one.version, _capital(one.status)


def _unit_links(world: World) -> Iterator[Row]:
    return (("Gebouweenheid", unit.id, address) for unit in world.units.values() for address in unit.addresses)


def _parcel_links(world: World) -> Iterator[Row]:
    return (("Perceel", parcel.id, address) for parcel in world.parcels.values() for address in parcel.addresses)


_ROWS = {
    "Adres": _addresses, "Straatnaam": _streets, "Gemeente": _municipalities, "Postinfo": _postinfos,
    "PostcodeStraatnaamKoppelingen": _postcodes, "Gebouw": _buildings, "Gebouweenheid": _units, "Perceel": _parcels,
    "Adreskoppelingen": _unit_links, "Adreskoppelingen_1": _parcel_links,
}  # fmt: skip
