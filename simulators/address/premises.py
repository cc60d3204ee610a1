"""Puts addresses into a world with their units, building and parcel (link model: reference, section 1.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from simulators.address.model import (
    VALID,
    Address,
    AddressStatus,
    Building,
    BuildingStatus,
    BuildingUnit,
    Parcel,
    UnitStatus,
)
from simulators.address.plan import Plan
from simulators.address.world import World

UNIT_OFFSET, BUILDING_OFFSET = 10_000_000, 30_000_000
"""The unit of an address and the building of a house number have its id plus this."""
_BRUSSELS = ZoneInfo("Europe/Brussels")
_VERSIONS = 512
_METHODS = (*("aangeduidDoorBeheerder",) * 31, *("afgeleidVanObject",) * 8, "geinterpoleerd")
_SPECIFICATIONS = {
    "aangeduidDoorBeheerder": (*("gebouweenheid",) * 7, "ingang", "perceel", "lot"),
    "afgeleidVanObject": ("gebouweenheid", "perceel", "gebouw"),
    "geinterpoleerd": ("wegsegment", "straat"),
}
_SECTIONS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EXPONENTS = ("00A000", "00B000", "00C002", "02D000", "00_000", "00E003")
_SHARED = 0.02  # house numbers that stand in the building of the one before
_LINKED = 0.6  # common parts that have the house-number address
_DIRECT = 0.5  # parcels that have the box addresses too


@cache
def versions() -> tuple[str, ...]:
    """versieIds to draw from: many of the day the register began, the others until autumn 2026."""
    rng = Random("versions")
    first = datetime(2011, 4, 29, 14, 50, 10, tzinfo=_BRUSSELS)
    days = [rng.randrange(15 * 365) if rng.random() < 0.7 else 0 for _ in range(_VERSIONS)]
    return tuple((first + timedelta(days=day, seconds=day and rng.randrange(28_000))).isoformat() for day in days)


@dataclass(slots=True)
class Premises:
    """Fills one municipality's world; ids rise from where its plan says."""

    plan: Plan
    world: World
    rng: Random
    pinned: dict[tuple[int, str], int] = field(default_factory=dict)
    """Ids of house-number addresses by street and house number."""
    _next: int = 0
    _parcels: dict[int | None, int] = field(default_factory=dict)
    _last: Building | None = None

    def address(
        self,
        street: int,
        house: str,
        box: str | None,
        postcode: int | None,
        status: AddressStatus,
        at: tuple[float, float],
        parent: int | None = None,
    ) -> Address:
        """A new address, without links."""
        pool, throw = versions(), self.rng.random
        method = _METHODS[int(throw() * len(_METHODS))]
        choices = _SPECIFICATIONS[method]
        one = Address(
            self._id(street, house, box), street, house, box, postcode, pool[int(throw() * _VERSIONS)], *at,
            status, parent, method, choices[int(throw() * len(choices))], throw() > 0.002,
        )  # fmt: skip
        self.world.addresses[one.id] = one
        return one

    def built(self, house: Address | None, boxes: Sequence[Address]) -> None:
        """Building, units and parcel of a house number and its boxes; nothing for what is not valid."""
        valid = [box for box in boxes if box.status in VALID]
        whole = house if house is not None and house.status in VALID else None
        anchor = whole or (valid[0] if valid else None)
        if anchor is None:
            return
        if whole and not boxes and self._last is not None and self.rng.random() < _SHARED:
            self._joined(whole, self._last)
            return
        parcel = self._parcel(anchor, whole, valid)
        status: BuildingStatus = "gerealiseerd" if anchor.status == "inGebruik" else "inAanbouw"
        building = self._building(anchor, parcel, status)
        for box in valid:
            self._unit(box.id + UNIT_OFFSET, building, (box.id,), box)
        if boxes and whole:
            linked = (whole.id,) if self.rng.random() < _LINKED else ()
            self._unit(whole.id + UNIT_OFFSET, building, linked, whole, function="gemeenschappelijkDeel")
        elif whole:
            self._unit(whole.id + UNIT_OFFSET, building, (whole.id,), whole)
        self._last = building

    def of_street(self, street: int) -> list[Address]:
        """What was made last, as far as it is in this street."""
        found: list[Address] = []
        for one in reversed(self.world.addresses.values()):
            if one.street != street:
                break
            found.append(one)
        return found[::-1]

    def _id(self, street: int, house: str, box: str | None) -> int:
        if box is None and (street, house) in self.pinned:
            return self.pinned.pop((street, house))
        self._next += 1
        return self.plan.address_from + self._next

    def _joined(self, address: Address, building: Building) -> None:
        """In the same building as the one before: an own unit, or one unit with both addresses."""
        unit = self.world.units.get(building.id - BUILDING_OFFSET + UNIT_OFFSET)
        if unit is not None and unit.function == "nietGekend" and self.rng.random() < 0.5:
            unit.addresses = (*unit.addresses, address.id)
        else:
            self._unit(address.id + UNIT_OFFSET, building, (address.id,), address)
        parcel = self.world.parcels[building.parcels[0]]
        parcel.addresses = (*parcel.addresses, address.id)

    def _unit(
        self, number: int, building: Building, addresses: tuple[int, ...], at: Address, function: str = "nietGekend"
    ) -> None:
        status: UnitStatus = "gerealiseerd" if at.status == "inGebruik" else "gepland"
        self.world.units[number] = BuildingUnit(
            number, building.id, addresses, at.version, at.x, at.y, status, function
        )

    def _building(self, at: Address, parcel: Parcel, status: BuildingStatus) -> Building:
        throw = self.rng.random()
        method = "ingeschetst" if throw < 0.03 else "ingemetenGRB"
        size = 6 + int(throw * 60) / 10
        building = Building(
            at.id + BUILDING_OFFSET, (parcel.id,), at.version, at.x, at.y, size, size + 4, status, method
        )
        self.world.buildings[building.id] = building
        return building

    def _parcel(self, at: Address, house: Address | None, boxes: Sequence[Address]) -> Parcel:
        """The next parcel of the cadastral division of this postcode, with the house number and maybe the boxes."""
        links = (house.id,) if house else ()
        if boxes and (not links or self.rng.random() < _DIRECT):
            links = (*links, *(box.id for box in boxes))
        parcel = Parcel(self._key(at.postcode), links, at.version, self.plan.nis)
        self.world.parcels[parcel.id] = parcel
        return parcel

    def _key(self, postcode: int | None) -> str:
        """caPaKey with `-`: division, section, number, bis number, exponents."""
        codes = [code.postcode for code in self.plan.postcodes]
        division = self.plan.division_from + (codes.index(postcode) if postcode in codes else 0)
        nth = self._parcels.get(division, 0)
        self._parcels[division] = nth + 1
        number, exponent = divmod(nth, len(_EXPONENTS))
        section, number = divmod(number, 1_500)
        letter = _SECTIONS[section % 26]
        return f"{division:05}{letter}{section // 26 * 1_500 + number + 1:04}-{_EXPONENTS[exponent]}"
