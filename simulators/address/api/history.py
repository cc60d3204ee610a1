"""How everything that exists came to be: one create per object, as after the migrations of the real register."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from simulators.address.api.registers import GEMEENTE, POSTINFO, Register
from simulators.address.api.shapes import OFFICIAL
from simulators.address.model import Address, Building, BuildingUnit, Change, Municipality, Parcel, PostInfo, StreetName
from simulators.address.world import World

_EVENTS: Mapping[str, str] = {
    "gemeenten": "MunicipalityWasRegistered", "postinfo": "PostalInformationWasRegistered",
    "straatnamen": "StreetNameWasMigratedToMunicipality", "adressen": "AddressWasMigratedToStreetName",
    "gebouwen": "BuildingWasMigrated", "gebouweenheden": "BuildingWasMigrated", "percelen": "ParcelWasMigrated",
}  # fmt: skip
"""`AddressWasMigratedToStreetName` is not in the reference; the others are in the samples."""


class Past:
    """The objects of one register as they were when this was made, by id."""

    def __init__(self, world: World, register: Register) -> None:
        self._world, self._register = world, register
        self._things = [copy.copy(one) for one in sorted(register.things(world).values(), key=register.id_of)]

    def __len__(self) -> int:
        return len(self._things)

    def change(self, at: int) -> Change:
        """The create of the `at`-th of them."""
        one, path = self._things[at], self._register.path
        attributes = tuple((name, None, value) for name, value in _ATTRIBUTES[path](one))
        number = self._register.id_of(one)
        return Change(self._register.kind, "create", _EVENTS[path], one.version, self._nis(one), number, attributes)

    def _nis(self, one: Any) -> tuple[int, ...]:
        """Of the municipality, as far as it can be followed."""
        if self._register in (GEMEENTE, POSTINFO):
            return () if one.nis is None else (one.nis,)
        found = _NIS[self._register.path](self._world, one)
        return () if found is None else (found,)


def _street_nis(world: World, address: Address) -> int | None:
    street = world.streets.get(address.street)
    return None if street is None else street.nis


def _unit_nis(world: World, unit: BuildingUnit) -> int | None:
    known = (world.addresses.get(address) for address in unit.addresses)
    return next((_street_nis(world, one) for one in known if one is not None), None)


def _building_nis(world: World, building: Building) -> int | None:
    return next((world.parcels[one].nis for one in building.parcels if one in world.parcels), None)


_NIS: Mapping[str, Callable[[World, Any], int | None]] = {
    "straatnamen": lambda world, one: int(one.nis),
    "adressen": _street_nis,
    "gebouwen": _building_nis,
    "gebouweenheden": _unit_nis,
    "percelen": lambda world, one: int(one.nis),
}
Pairs = tuple[tuple[str, object], ...]


def _municipality(one: Municipality) -> Pairs:
    return (
        ("status", one.status),
        ("officieleTaal", (OFFICIAL,)),
        *((("faciliteitenTaal", one.facilities),) if one.facilities else ()),
        ("gemeentenaam", dict(one.names)),
    )


def _post(one: PostInfo) -> Pairs:
    place: Pairs = () if one.nis is None else (("isToegekendAan", one.nis),)
    return (("status", one.status), ("postnaam", one.names), *place)


def _street(one: StreetName) -> Pairs:
    homonym: Pairs = (("homoniemToevoeging", one.homonym),) if one.homonym else ()
    return (("isToegekendDoor", one.nis), ("status", one.status), ("straatnaam", dict(one.names)), *homonym)


def _address(one: Address) -> Pairs:
    return (
        ("heeftStraatnaam", one.street),
        ("status", one.status),
        ("huisnummer", one.house),
        *((("heeftPostinfo", one.postcode),) if one.postcode is not None else ()),
        ("officieelToegekend", one.official),
        ("positie.methode", one.method),
        ("positie.specificatie", one.specification),
        ("positie.geometrie", (one.x, one.y)),
        *((("busnummer", one.box),) if one.box else ()),
    )


def _building(one: Building) -> Pairs:
    return (("gebouwStatus", one.status), ("geometrieMethode", one.method), ("gebouwGeometrie", one.ring()))


def _unit(one: BuildingUnit) -> Pairs:
    return (
        ("gebouweenheidStatus", one.status),
        ("gebouweenheidFunctie", one.function),
        ("positieGeometrieMethode", one.method),
        ("gebouweenheidPositie", (one.x, one.y)),
        ("adresIds", one.addresses),
        ("gebouw.id", one.building),
        ("afwijkingVastgesteld", one.deviation),
    )


def _parcel(one: Parcel) -> Pairs:
    return (("perceelStatus", one.status), ("adresIds", one.addresses))


_ATTRIBUTES: Mapping[str, Callable[[Any], Pairs]] = {
    "gemeenten": _municipality, "postinfo": _post, "straatnamen": _street, "adressen": _address,
    "gebouwen": _building, "gebouweenheden": _unit, "percelen": _parcel,
}  # fmt: skip
