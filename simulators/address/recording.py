"""Writes one change at a time into a world and into its record of changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from typing import Any

from simulators.address.model import (
    Address,
    BuildingUnit,
    Change,
    Kind,
    Municipality,
    Parcel,
    PostInfo,
    StreetName,
    Transformation,
)
from simulators.address.world import Thing, World

FRESH = 50_000_000
"""New ids of addresses and streets begin here: nothing that was generated is so high."""
_NAMES: Mapping[type, Mapping[str, str]] = {
    Address: {
        "street": "heeftStraatnaam", "status": "status", "house": "huisnummer", "box": "busnummer",
        "postcode": "heeftPostinfo", "official": "officieelToegekend", "method": "positie.methode",
        "specification": "positie.specificatie",
    },
    StreetName: {
        "nis": "isToegekendDoor", "status": "status", "names": "straatnaam", "homonym": "homoniemToevoeging",
    },
    Municipality: {"status": "status", "names": "gemeentenaam"},
    PostInfo: {"nis": "isToegekendAan", "status": "status"},
    BuildingUnit: {"addresses": "adresIds", "status": "gebouweenheidStatus"},
    Parcel: {"addresses": "adresIds", "status": "perceelStatus"},
}  # fmt: skip
"""Fields as attributes of the feeds."""
_KINDS: Mapping[type, Kind] = {
    Address: "address", StreetName: "street", Municipality: "municipality", PostInfo: "postinfo",
    BuildingUnit: "unit", Parcel: "parcel",
}  # fmt: skip


def described(street: int, house: str, box: str | None) -> tuple[int, str, str]:
    """What no two valid addresses may share; letter case aside."""
    return street, house.lower(), (box or "").lower()


class Recorder:
    """The ways to change a world; all use one version (moment) per act."""

    def __init__(self, world: World, clock: Callable[[], datetime]) -> None:
        self._world, self._clock = world, clock
        self._version = ""
        self._last: dict[Kind, int] = {}
        self._holders: dict[int, list[BuildingUnit | Parcel]] | None = None

    @contextmanager
    def act(self) -> Iterator[list[Change]]:
        """Fills the list with what was recorded between; look-ups are fresh afterwards, also when it failed."""
        self._version = self._clock().isoformat(timespec="seconds")
        first, done = len(self._world.changes), list[Change]()
        try:
            yield done
        finally:
            done += self._world.changes[first:]
            self._last, self._holders = {}, None
            self._world.forget()

    def version(self) -> str:
        """Of this act."""
        return self._version

    def fresh(self, things: Mapping[int, Thing], kind: Kind) -> int:
        """An id that nothing of this kind has or had."""
        if kind not in self._last:
            gone = (number for number in self._world.removed.get(kind, {}) if isinstance(number, int))
            self._last[kind] = max(FRESH, max(things, default=0), max(gone, default=0))
        self._last[kind] += 1
        return self._last[kind]

    def created(self, thing: Thing, event: str) -> None:
        """New, or back after its removal."""
        thing.version = self._version
        kind = _KINDS[type(thing)]
        _table(self._world, kind)[_id(thing)] = thing
        self._note(thing, "create", event, tuple((name, None, value) for name, value in _all(thing)))

    def updated(self, thing: Thing, event: str, **fields: Any) -> None:
        """Fields get other values; without fields it is only a new version."""
        names = _NAMES[type(thing)]
        attributes = tuple((names[field], getattr(thing, field), value) for field, value in fields.items())
        for field, value in fields.items():
            setattr(thing, field, value)
        thing.version = self._version
        self._note(thing, "update", event, attributes)

    def moved(self, one: Address, x: float, y: float) -> None:
        """Another position."""
        before, one.x, one.y, one.version = (one.x, one.y), x, y, self._version
        self._note(one, "update", "AddressPositionWasChanged", (("positie.geometrie", before, (x, y)),))

    def deleted(self, thing: Thing, event: str) -> None:
        """Gone; it stays in `world.removed`."""
        kind = _KINDS[type(thing)]
        self._note(thing, "delete", event, ())
        self._world.removed.setdefault(kind, {})[_id(thing)] = copy(thing)
        del _table(self._world, kind)[_id(thing)]

    def transformed(
        self, kind: Kind, event: str, pairs: Sequence[tuple[Thing, Thing]], nis: tuple[int, ...] | None = None
    ) -> None:
        """What came in place of what."""
        if not pairs:
            raise ValueError("nothing to replace")
        successors = self._world.replaced.setdefault(kind, {})
        for old, new in pairs:
            successors[_id(old)] = (*successors.get(_id(old), ()), _id(new))
        told = tuple(Transformation(_id(old), _id(new)) for old, new in pairs)
        codes = nis if nis is not None else self._nis(pairs[0][0])
        self._world.changes.append(Change(kind, "transform", event, self._version, codes, None, (), told))

    def detached(self, one: Address) -> None:
        """Units and parcels let go of an address."""
        self._linked(one, "WasDetachedV2", ())

    def relinked(self, old: Address, new: Address, why: str) -> None:
        """Units and parcels go over to its successor."""
        self._linked(old, f"WasReplaced{why}", (new.id,))

    def _linked(self, one: Address, what: str, instead: tuple[int, ...]) -> None:
        for holder in self._held().pop(one.id, []):
            kept = tuple(link for link in holder.addresses if link != one.id)
            subject = "BuildingUnitAddress" if isinstance(holder, BuildingUnit) else "ParcelAddress"
            self.updated(holder, subject + what, addresses=(*kept, *instead))
            for link in instead:
                self._held().setdefault(link, []).append(holder)

    def _held(self) -> dict[int, list[BuildingUnit | Parcel]]:
        """Who has which address; the look-ups of the world are stale in the middle of an act."""
        if self._holders is None:
            self._holders = {}
            every: list[BuildingUnit | Parcel] = [*self._world.units.values(), *self._world.parcels.values()]
            for holder in every:
                for link in holder.addresses:
                    self._holders.setdefault(link, []).append(holder)
        return self._holders

    def _note(self, thing: Thing, action: Any, event: str, attributes: tuple[tuple[str, object, object], ...]) -> None:
        kind = _KINDS[type(thing)]
        self._world.changes.append(Change(kind, action, event, self._version, self._nis(thing), _id(thing), attributes))

    def _nis(self, thing: Thing) -> tuple[int, ...]:
        """Of the municipality."""
        if isinstance(thing, Address):
            return (self._world.streets[thing.street].nis,)
        if isinstance(thing, BuildingUnit):
            return self._of_unit(thing)
        nis = getattr(thing, "nis", None)
        return () if nis is None else (nis,)

    def _of_unit(self, unit: BuildingUnit) -> tuple[int, ...]:
        """By its addresses, or by the parcels of its building."""
        for link in unit.addresses:
            if link in self._world.addresses:
                return (self._world.streets[self._world.addresses[link].street].nis,)
        return tuple(self._world.parcels[one].nis for one in self._world.buildings[unit.building].parcels[:1])


def _id(thing: Thing) -> Any:
    """Its key in the tables of the world."""
    if isinstance(thing, Municipality):
        return thing.nis
    return thing.postcode if isinstance(thing, PostInfo) else thing.id


def _table(world: World, kind: Kind) -> dict[Any, Any]:
    tables: dict[Kind, dict[Any, Any]] = {
        "address": world.addresses, "street": world.streets, "municipality": world.municipalities,
        "postinfo": world.postinfos, "unit": world.units, "building": world.buildings, "parcel": world.parcels,
    }  # fmt: skip
    return tables[kind]


def _all(thing: Thing) -> Iterator[tuple[str, object]]:
    """Every attribute that has a value, the position last."""
    for field, name in _NAMES[type(thing)].items():
        value = getattr(thing, field)
        if value is not None:
            yield name, value
    if isinstance(thing, Address):
        yield "positie.geometrie", (thing.x, thing.y)
