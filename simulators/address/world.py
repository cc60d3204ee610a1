"""The register as it is now, in memory: objects by id, and by what they belong to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from simulators.address.model import (
    VALID,
    Address,
    Building,
    BuildingUnit,
    Change,
    Kind,
    Municipality,
    Parcel,
    PostInfo,
    StreetName,
)

Thing = Municipality | PostInfo | StreetName | Address | BuildingUnit | Building | Parcel


@dataclass(slots=True)
class World:
    """Objects by id; `replaced` and `removed` keep what the register remembers of the gone.

    Who adds, removes or re-links objects other than through `editing.Editor` calls `forget` afterwards.
    """

    municipalities: dict[int, Municipality] = field(default_factory=dict)
    postinfos: dict[int, PostInfo] = field(default_factory=dict)
    streets: dict[int, StreetName] = field(default_factory=dict)
    addresses: dict[int, Address] = field(default_factory=dict)
    units: dict[int, BuildingUnit] = field(default_factory=dict)
    buildings: dict[int, Building] = field(default_factory=dict)
    parcels: dict[str, Parcel] = field(default_factory=dict)
    replaced: dict[Kind, dict[int | str, tuple[int | str, ...]]] = field(default_factory=dict)
    """Successors of retired objects by kind and id, one step."""
    removed: dict[Kind, dict[int | str, Thing]] = field(default_factory=dict)
    """What answers 410, as it was when it was removed."""
    changes: list[Change] = field(default_factory=list)
    """Everything that an `Editor` did, in order."""
    _index: dict[str, Mapping[object, list[object]]] = field(default_factory=dict, repr=False)

    def forget(self) -> None:
        """Drop the look-up tables; the next question builds them again."""
        self._index.clear()

    def streets_of(self, nis: int) -> list[StreetName]:
        """Of a municipality, by id."""
        return self._grouped("streets_of", ((street.nis, street) for street in self.streets.values()), nis)

    def streets_named(self, name: str, nis: int | None = None) -> list[StreetName]:
        """By exact name in any language, letter case aside."""
        pairs = ((text.lower(), one) for one in self.streets.values() for text in dict.fromkeys(one.names.values()))
        found: list[StreetName] = self._grouped("streets_named", pairs, name.lower())
        return [street for street in found if nis is None or street.nis == nis]

    def addresses_of(self, street: int) -> list[Address]:
        """All addresses of a street, whatever their status, by id."""
        return self._grouped("addresses_of", ((one.street, one) for one in self.addresses.values()), street)

    def boxes_of(self, address: int) -> list[Address]:
        """The box addresses of a house-number address."""
        pairs = ((one.parent, one) for one in self.addresses.values() if one.parent is not None)
        return self._grouped("boxes_of", pairs, address)

    def units_of_address(self, address: int) -> list[BuildingUnit]:
        """The units to which an address belongs."""
        pairs = ((link, unit) for unit in self.units.values() for link in unit.addresses)
        return self._grouped("units_of_address", pairs, address)

    def units_of_building(self, building: int) -> list[BuildingUnit]:
        """The units of a building."""
        return self._grouped("units_of_building", ((unit.building, unit) for unit in self.units.values()), building)

    def parcels_of_address(self, address: int) -> list[Parcel]:
        """The parcels to which an address is linked directly; of a box address often none."""
        pairs = ((link, parcel) for parcel in self.parcels.values() for link in parcel.addresses)
        return self._grouped("parcels_of_address", pairs, address)

    def buildings_of_parcel(self, parcel: str) -> list[Building]:
        """The buildings on a parcel (its id with `-`)."""
        pairs = ((link, building) for building in self.buildings.values() for link in building.parcels)
        return self._grouped("buildings_of_parcel", pairs, parcel)

    def postcodes_of(self, street: int) -> list[int]:
        """Postcodes of the valid addresses of a street, rising."""
        found = {one.postcode for one in self.addresses_of(street) if one.status in VALID}
        return sorted(code for code in found if code is not None)

    def find(
        self, street: str, house: str, box: str | None = None, *, postcode: int | None = None, nis: int | None = None
    ) -> list[Address]:
        """Addresses written exactly so (letter case aside), of any status."""
        wanted = house.lower(), (box or "").lower()
        found = (one for street_name in self.streets_named(street, nis) for one in self.addresses_of(street_name.id))
        return [
            one
            for one in found
            if (one.house.lower(), (one.box or "").lower()) == wanted and postcode in (None, one.postcode)
        ]

    def written(self, address: Address) -> str:
        """volledigAdres in Dutch: `{street} {house}[ bus {box}], {postcode} {municipality}`."""
        street = self.streets[address.street]
        box = f" bus {address.box}" if address.box else ""
        postcode = f"{address.postcode} " if address.postcode else ""
        return f"{street.name} {address.house}{box}, {postcode}{self.municipalities[street.nis].name}"

    def successors(self, kind: Kind, thing: int | str) -> tuple[int | str, ...]:
        """What came directly in its place."""
        return self.replaced.get(kind, {}).get(thing, ())

    def _grouped(self, name: str, pairs: Iterable[tuple[object, object]], key: object) -> list:  # type: ignore[type-arg]
        if name not in self._index:
            table: defaultdict[object, list[object]] = defaultdict(list)
            for one, thing in pairs:
                table[one].append(thing)
            self._index[name] = dict(table)
        return self._index[name].get(key, [])


def joined(parts: Iterator[World]) -> World:
    """One world of several (of different municipalities)."""
    whole = World()
    for part in parts:
        for name in ("municipalities", "postinfos", "streets", "addresses", "units", "buildings", "parcels"):
            getattr(whole, name).update(getattr(part, name))
        for kind, pairs in part.replaced.items():
            whole.replaced.setdefault(kind, {}).update(pairs)
        for kind, things in part.removed.items():
            whole.removed.setdefault(kind, {}).update(things)
    return whole
