"""A register of a handful of streets in memory, obviously right: a `Lookup` for unit tests."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from services.address.domain.folding import place_key, street_keys
from services.address.domain.model import Address, Municipality, Place, Status, Street

MECHELEN, BONHEIDEN, GENT, KATELIJNE = 12025, 12005, 44021, 12035


class SmallRegister:
    """Add what a test needs. `asked` counts the questions, as a replica would get them."""

    def __init__(self) -> None:
        self.municipalities: dict[int, Municipality] = {}
        self.postcodes: dict[int, list[int]] = defaultdict(list)
        self.named: dict[str, list[Place]] = defaultdict(list)
        self.rows: dict[int, Street] = {}
        self.addresses: list[Address] = []
        self.replaced: dict[int, tuple[int, ...]] = {}
        self.streets_replaced: dict[int, tuple[int, ...]] = {}
        self.former: dict[int, str] = {}
        """A name that a street had before, by its id."""
        self.asked = 0

    def add_municipality(self, nis: int, name: str, *postcodes: int, also: Sequence[str] = ()) -> None:
        """`also`: its names in other languages."""
        self.municipalities[nis] = Municipality(nis, name)
        for one in (name, *also):
            self.named[place_key(one)].append(Place(nis, None, name, "municipality"))
        for postcode in postcodes:
            self.postcodes[postcode].append(nis)

    def add_place(self, name: str, nis: int, postcode: int) -> None:
        """A deelgemeente."""
        self.named[place_key(name)].append(Place(nis, postcode, name, "postal"))

    def add_street(
        self, name: str, postcode: int | None = 2800, *numbers: str, nis: int = MECHELEN,
        status: Status = Status.IN_GEBRUIK, homonym: str | None = None,
    ) -> int:  # fmt: skip
        """With its numbers, `12` or `12 bus 3`; the id."""
        street = Street(len(self.rows) + 1, nis, name, homonym, status)
        self.rows[street.id] = street
        for number in numbers:
            self.add_address(street.id, number, postcode)
        return street.id

    def add_address(
        self, street: int, number: str, postcode: int | None = 2800, status: Status = Status.IN_GEBRUIK,
        method: str | None = None,
    ) -> int:  # fmt: skip
        """The id."""
        house, _, box = number.partition(" bus ")
        parent = next(
            (one.id for one in self.addresses if (one.street, one.house, one.box) == (street, house, None)), 0
        )
        one = Address(
            1000 + len(self.addresses), street, house, box or None, postcode, status, parent or None, method=method
        )
        self.addresses.append(one)
        return one.id

    def municipality(self, nis: int) -> Municipality | None:
        """By NIS code."""
        self.asked += 1
        return self.municipalities.get(nis)

    def municipalities_of(self, postcode: int) -> tuple[int, ...]:
        """NIS codes."""
        self.asked += 1
        return tuple(self.postcodes.get(postcode, ()))

    def places(self, fold: str) -> tuple[Place, ...]:
        """By `place_key`."""
        self.asked += 1
        return tuple(self.named.get(fold, ()))

    def streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """By fold or key."""
        self.asked += 1
        return tuple(one for one in self.rows.values() if key in street_keys(one.name) and nis in (None, one.nis))

    def former_streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """The same of names that they had."""
        self.asked += 1
        had = (self.rows[one] for one, name in self.former.items() if key in street_keys(name))
        return tuple(one for one in had if nis in (None, one.nis))

    def street_keys(self, nis: int) -> Mapping[str, tuple[int, ...]]:
        """All of a municipality."""
        found: dict[str, tuple[int, ...]] = {}
        for street in self.rows.values():
            for key in street_keys(street.name) if street.nis == nis else ():
                found[key] = (*found.get(key, ()), street.id)
        return found

    def street(self, street: int) -> Street | None:
        """By id."""
        self.asked += 1
        return self.rows.get(street)

    def postcodes_of(self, street: int) -> tuple[int, ...]:
        """Of its addresses."""
        self.asked += 1
        found = {one.postcode for one in self.addresses if one.street == street and one.postcode}
        return tuple(sorted(found))

    def at(self, street: int, houses: Sequence[str]) -> tuple[Address, ...]:
        """Of any status."""
        self.asked += 1
        wanted = {house.upper() for house in houses}
        return tuple(one for one in self.addresses if one.street == street and one.house.upper() in wanted)

    def numbers_near(self, street: int, number: int, limit: int = 6) -> tuple[Address, ...]:
        """By the number that they begin with."""
        self.asked += 1
        near = [one for one in self.addresses if one.street == street and one.box is None and one.house[:1].isdecimal()]
        return tuple(sorted(near, key=lambda one: abs(int(re.split(r"\D", one.house)[0]) - number))[:limit])

    def successors(self, address: int) -> tuple[Address, ...]:
        """One step is enough here."""
        return tuple(one for one in self.addresses if one.id in self.replaced.get(address, ()))

    def street_successors(self, street: int) -> tuple[Street, ...]:
        """The same."""
        return tuple(self.rows[one] for one in self.streets_replaced.get(street, ()))


def mechelen() -> SmallRegister:
    """Streets of Mechelen and one neighbour; Gent is known, its streets are not."""
    register = SmallRegister()
    register.add_municipality(MECHELEN, "Mechelen", 2800, 2801, 2811, 2812, also=["Malines"])
    register.add_municipality(BONHEIDEN, "Bonheiden", 2820)
    register.add_municipality(KATELIJNE, "Sint-Katelijne-Waver", 2860, 2861)
    register.add_municipality(GENT, "Gent", 9000, also=["Gand"])
    for name, postcode in (("Walem", 2800), ("Heffen", 2801), ("Hombeek", 2811), ("Leest", 2811), ("Muizen", 2812)):
        register.add_place(name, MECHELEN, postcode)
    register.add_place("Onze-Lieve-Vrouw-Waver", KATELIJNE, 2861)
    register.add_street("Grote Markt", 2800, "10", "21", "21 bus 1", "21 bus 2")
    register.add_street("Bruul", 2800, "1", "12", "14")
    register.add_street("Kerkstraat", 2812, "5", "8")
    register.add_street("Kerkstraat", 2820, "5", "7", nis=BONHEIDEN)
    register.add_street("Steenweg op Blaasveld", 2801, "12")
    register.add_street("Elf-novemberstraat", 2800, "5", "11")
    register.add_street("Frans Stormsstraat", 2800, "3")
    register.add_street("Stationsstraat", 2800, "45")
    register.add_street("Leuvensesteenweg", 2812, "582")
    register.add_street("Vinkstraat", 2811, "4")
    register.add_street("'t Leitje", 2800, "4")
    return register
