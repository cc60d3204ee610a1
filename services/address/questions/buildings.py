"""From one address to everything in its building.

There is no direct link from address to building (reference section 1.5): an address has gebouweenheden, these are in a
gebouw. A house number with boxes often has no unit of its own, or only the common part, and a box often no parcel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.address.domain.model import Address, Note, Status
from services.address.domain.natural import box_key, house_key
from services.address.questions.addresses import address, at
from services.address.questions.numbers import building_address
from services.address.questions.parcels import parcels_of
from services.address.questions.reader import Reader
from services.address.questions.shapes import Building, BuildingView, Unit, Via

_KEPT = f"u.status IN ({Status.GEPLAND:d}, {Status.GEREALISEERD:d})"
_BUILDINGS = f"""
SELECT DISTINCT u.building FROM unit_address l CROSS JOIN unit u ON u.id = l.unit
WHERE l.address = ? AND {_KEPT} AND u.building IS NOT NULL ORDER BY u.building
"""  # noqa: S608
_UNITS = f"""
SELECT u.id, u.function, u.status, l.address FROM unit u LEFT JOIN unit_address l ON l.unit = u.id
WHERE u.building = ? AND {_KEPT} ORDER BY u.id, l.address
"""  # noqa: S608
_NO_HOUSE_NUMBER = "Het register heeft voor dit adres geen huisnummer zonder bus."
_NO_BUILDING = "Het register koppelt dit adres, zijn huisnummer en de andere bussen niet aan een gebouw."
_NO_PARCEL = "Het register koppelt dit adres, zijn huisnummer en zijn gebouw niet aan een perceel."


def building_of(reader: Reader, address_id: int) -> BuildingView | None:
    """None: there is no such address. It may be of any status; what is found around it is what is there today."""
    asked = address(reader, address_id)
    if asked is None:
        return None
    here = [one for one in at(reader, asked.street, [asked.house]) if one.status.valid]
    whole = _building_address(reader, asked, here)
    buildings = _buildings(reader, asked, whole, here)
    units = tuple(unit for one in buildings for unit in _units(reader, one.id))
    linked = _linked(reader, units)
    parcels = parcels_of(reader, (*_ways(asked, whole), ("units", linked)))
    together = {**linked, **{one.id: one for one in (asked, *filter(None, [whole]), *here)}}
    notes = _notes(whole, bool(buildings), bool(parcels))
    return BuildingView(asked, whole, _in_order(together.values()), units, buildings, parcels, notes)


def _building_address(reader: Reader, asked: Address, here: Sequence[Address]) -> Address | None:
    if asked.box is None:
        return asked
    parent = None if asked.parent is None else address(reader, asked.parent)
    return parent or building_address(here)


def _ways(asked: Address, whole: Address | None) -> list[tuple[Via, list[int]]]:
    ways: list[tuple[Via, list[int]]] = [("address", [asked.id])]
    if whole is not None and whole.id != asked.id:
        ways.append(("building_address", [whole.id]))
    return ways


def _buildings(reader: Reader, asked: Address, whole: Address | None, here: Sequence[Address]) -> tuple[Building, ...]:
    """By the first way that leads to one; a house number without box is in all buildings that its boxes are in."""
    found: dict[int, Via] = {}
    for via, addresses in (*_ways(asked, whole), ("units", [one.id for one in here if one.box is not None])):
        if found and asked.box is not None:
            break
        for one in addresses:
            for building in reader.column(_BUILDINGS, one):
                found.setdefault(building, via)
    return tuple(Building(building, _status(reader, building), via) for building, via in found.items())


def _status(reader: Reader, building: int) -> Status | None:
    row = reader.one("SELECT status FROM building WHERE id = ?", building)
    return None if row is None else Status(row[0])


def _units(reader: Reader, building: int) -> list[Unit]:
    found: dict[int, Unit] = {}
    for unit, function, status, linked in reader.all(_UNITS, building):
        before = found[unit].addresses if unit in found else ()
        addresses = before if linked is None else (*before, linked)
        found[unit] = Unit(unit, building, function, Status(status), addresses)
    return list(found.values())


def _linked(reader: Reader, units: Iterable[Unit]) -> dict[int, Address]:
    """Valid addresses of units by id, and then the house numbers without box of those."""
    own = [found for unit in units for one in unit.addresses if (found := address(reader, one)) is not None]
    parents = (address(reader, one.parent) for one in own if one.parent is not None)
    return {one.id: one for one in (*own, *parents) if one is not None and one.status.valid}


def _in_order(found: Iterable[Address]) -> tuple[Address, ...]:
    """Streets, house numbers, and at each the one without box first."""

    def place(one: Address) -> tuple[object, ...]:
        return one.street, house_key(one.house), one.box is not None, box_key(one.box or ""), one.id

    return tuple(sorted(found, key=place))


def _notes(whole: Address | None, building: bool, parcel: bool) -> tuple[Note, ...]:
    lacking = (
        (whole is not None, Note("no_building_address", _NO_HOUSE_NUMBER)),
        (building, Note("no_building", _NO_BUILDING)),
        (parcel, Note("no_parcel", _NO_PARCEL)),
    )
    return tuple(note for there, note in lacking if not there)
