"""What happens in the register of its own accord: first what the demo's CRM follows, then here and there."""

from __future__ import annotations

import asyncio
import string
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from simulators.address.api.acts import Acts
from simulators.address.model import VALID, Address
from simulators.address.world import World

TRIES = 50
"""Draws before a pulse passes without anything."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One act upon an address, or upon a street where `house` is empty."""

    act: str
    street: str
    postcode: int
    house: str = ""
    box: str | None = None
    to: str = ""
    """The new number, box or name."""

    def of(self, world: World) -> dict[str, Any]:
        """What the act is given.

        Raises:
            LookupError: there is nothing to do it to (any more).
        """
        street = _street(world, self.street, self.postcode)
        if self.act == "rename_street":
            return {"street": street, "name": self.to}
        if self.act == "propose":
            return {"street": street, "house": self.house, "box": self.box}
        proposed = self.act == "approve"
        address = _address(world, street, self.house, self.box, "voorgesteld" if proposed else "inGebruik")
        names = {"renumber": "house", "correct_house": "house", "correct_box": "box"}
        return {"address": address, **({names[self.act]: self.to} if self.act in names else {})}


SCRIPT = (
    Happening("renumber", "Lange Ridderstraat", 2800, "28", to="28A"),
    Happening("correct_box", "Liersesteenweg", 2800, "190", "8", to="08"),
    Happening("retire", "Leopoldstraat", 2800, "3"),
    Happening("rename_street", "Mechelseveldstraat", 2801, to="Heffense Veldstraat"),
    Happening("correct_house", "Arsenaalstraat", 2800, "2", to="2A"),
    Happening("propose", "Auwegemvaart", 2800, "61", "303"),
    Happening("approve", "Auwegemvaart", 2800, "61", "303"),
    Happening("remove", "Brusselsesteenweg", 2800, "3"),
)
"""In this order; each once, since afterwards there is nothing left to do it to."""


class Happenings:
    """One at a time; the same world, with the same things done to it, goes on in the same way."""

    def __init__(self, world: World, acts: Acts) -> None:
        self._world, self._acts = world, acts

    async def every(self, seconds: float) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(seconds)
            self.next()

    def next(self) -> str | None:
        """The act that was done; None when nothing could be."""
        for act, given in (*self._script(), *self._drawn()):
            try:
                self._acts.do(act, given)
            except (LookupError, ValueError):
                continue
            return act
        return None

    def _script(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for one in SCRIPT:
            try:
                yield one.act, one.of(self._world)
            except LookupError:
                continue

    def _drawn(self) -> Iterator[tuple[str, dict[str, Any]]]:
        rng = Random(len(self._world.changes))
        houses = [one for one in self._world.addresses.values() if one.box is None and one.status == "inGebruik"]
        for one in rng.choices(houses, k=TRIES) if houses else ():
            act = rng.choice(("renumber", "correct_house", "retire"))
            yield act, {"address": one.id, **({} if act == "retire" else {"house": _lettered(one, rng)})}


def _lettered(one: Address, rng: Random) -> str:
    return one.house.rstrip(string.ascii_letters) + rng.choice("ABCDEFGH")


def _street(world: World, name: str, postcode: int) -> int:
    for street in world.streets_named(name):
        if street.status in VALID and postcode in world.postcodes_of(street.id):
            return street.id
    raise LookupError(f"no street {name} in {postcode}")


def _address(world: World, street: int, house: str, box: str | None, status: str) -> int:
    for one in world.addresses_of(street):
        if (one.house, one.box, one.status) == (house, box, status):
            return one.id
    raise LookupError(f"no address {house} {box or ''} that is {status}")
