"""Who is in every register, whatever its scale: the buildings and firms of the demo's mails."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.demo.cast import FIRMS
from simulators.demo.places import BUILDINGS
from simulators.kbo.figures import VME

UNIT_BASE = 21_345_678  # the establishment that a demo mail names
UNIT_OWNER = FIRMS["aannemer"][1].number


@dataclass(frozen=True, slots=True)
class Anchor:
    """An enterprise with a fixed number, name, legal form and address (street, house number, postcode)."""

    base: int
    name: str
    form: str
    street: str
    house: str
    zipcode: str
    syndic: bool = False


def _form(name: str) -> str:
    if name.startswith("OCMW"):
        return "412"
    return "014" if name.endswith(" nv") else "610"


def _anchors() -> dict[int, Anchor]:
    found = [
        Anchor(int(b.number[:8]), b.name, VME, b.address.street, b.address.house_number, b.address.postcode)
        for b in BUILDINGS
    ]
    for role, firms in FIRMS.items():
        for firm in firms:
            street, _, town = firm.where.partition(",")
            street, _, house = street.rpartition(" ")
            name = firm.name.removesuffix(" bv").removesuffix(" nv")
            base, zipcode = int(firm.number[:8]), town.split()[0]
            found.append(Anchor(base, name, _form(firm.name), street, house, zipcode, role == "syndicus"))
    return {anchor.base: anchor for anchor in sorted(found, key=lambda anchor: anchor.base)}


ANCHORS = _anchors()
# What happens to some of them, by day after the first Full; `timeline` knows the words.
SCRIPT = (
    (1, int(FIRMS["aannemer"][0].number[:8]), "renamed"),
    (1, int(BUILDINGS[3].number[:8]), "contacts"),
    (2, int(BUILDINGS[1].number[:8]), "struck"),
    (2, int(FIRMS["bureau"][0].number[:8]), "moved"),
    (3, int(BUILDINGS[4].number[:8]), "situation"),
    (4, int(FIRMS["architect"][0].number[:8]), "gone"),
)
