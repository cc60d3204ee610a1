"""What stands in the register by hand: `data/anchors.csv`, and what the demo's mails name (`data/demo.csv`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from simulators.address.plan import MECHELEN, NEIGHBOURS
from simulators.address.tables import mechelen_streets, postcodes, rows
from simulators.demo.places import STREETS

FILES = ("anchors.csv", "demo.csv")
ABSENT = "absent"
STATUSES = ("inGebruik", "voorgesteld", "gehistoreerd", "afgekeurd", ABSENT)
DENSE = 240
"""Up to here each street of the demo has every number: the demo draws them."""
CROSSING = {
    "Leuvensesteenweg": (350, 2800, 2812),
    "Hombeeksesteenweg": (120, 2800, 2811),
    "Bergstraat": (200, 2800, 2812),
}
"""Streets of Mechelen in two postcodes: (last number in the first, first, second)."""
DISTRICTS = {"Mechelen": 2800, "Walem": 2800, "Heffen": 2801, "Hombeek": 2811, "Leest": 2811, "Muizen": 2812}
PINNED_STREETS = {(MECHELEN, "Liersesteenweg"): 10_769, (44021, "Sint-Jansvest"): 71_608, (44021, "Bellevue"): 69_683}
"""Real ids of streets (reference, section 8)."""
PINNED = {
    (MECHELEN, "Moensstraat", "19"): 3_201_926, (11001, "Acacialaan", "4"): 307_106,
    (44021, "Sint-Jansvest", "50"): 900_746, (44021, "Bellevue", "1"): 2_550_151,
}  # fmt: skip
"""Real ids of house-number addresses."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row; `successor` is (house, box) in the same street."""

    house: str
    box: str | None
    postcode: int
    status: str
    successor: tuple[str, str | None] | None


@cache
def anchors() -> dict[int, dict[str, tuple[Anchor, ...]]]:
    """By NIS code and street.

    Raises:
        ValueError: a row that cannot be right; one line that names it.
    """
    found: dict[int, dict[str, dict[Anchor, None]]] = {}
    for name in FILES:
        for row in rows(name):
            anchor = _anchor(name, row)
            nis = _municipality(name, row)
            found.setdefault(nis, {}).setdefault(row["street"], {})[anchor] = None
    for nis, street, house in PINNED:
        postcode = next(code.postcode for code in postcodes() if code.nis == nis)
        if nis != MECHELEN:
            found.setdefault(nis, {}).setdefault(street, {})[Anchor(house, None, postcode, "inGebruik", None)] = None
    return {nis: {street: tuple(some) for street, some in streets.items()} for nis, streets in found.items()}


@cache
def demo_streets() -> dict[int, dict[str, int]]:
    """Streets of the demo in Mechelen and its neighbours with their postcode, by NIS code."""
    found: dict[int, dict[str, int]] = {}
    homes = {code.postcode: code.nis for code in postcodes() if code.nis in (MECHELEN, *NEIGHBOURS)}
    for (postcode, _), streets in STREETS.items():
        nis = homes[int(postcode)]
        if nis is not None:
            found.setdefault(nis, {}).update(dict.fromkeys(streets, int(postcode)))
    return found


def extra_streets(nis: int) -> dict[str, int]:
    """Streets that the rows and the demo name, with a postcode; in Mechelen only those that the real list lacks."""
    named = {street: some[0].postcode for street, some in anchors().get(nis, {}).items()}
    named.update(demo_streets().get(nis, {}))
    real = {name for name, _ in mechelen_streets()} if nis == MECHELEN else set()
    return {street: postcode for street, postcode in named.items() if street not in real}


def leading(house: str) -> int:
    """The number that a house number begins with; 0 when it has none."""
    match = re.match(r"\d+", house)
    return int(match[0]) if match else 0


def reserved(some: tuple[Anchor, ...]) -> frozenset[int]:
    """Numbers at which nothing is drawn, because rows say what is there: both ends of a range too."""
    ends = (int(end) for anchor in some for end in re.findall(r"\d+", anchor.house) if "_" not in anchor.house)
    return frozenset((*ends, *(leading(anchor.house) for anchor in some)))


def _anchor(name: str, row: dict[str, str]) -> Anchor:
    status = row["status"] or "inGebruik"
    if status not in STATUSES or not row["house"]:
        raise ValueError(f"{name}: {';'.join(row.values())}: no such status, or no house number")
    house, _, box = row.get("successor", "").partition("|")
    return Anchor(
        row["house"], row["box"] or None, int(row["postcode"]), status, (house, box or None) if house else None
    )


def _municipality(name: str, row: dict[str, str]) -> int:
    nis = next((code.nis for code in postcodes() if code.postcode == int(row["postcode"]) and not code.guest), None)
    if nis is None:
        raise ValueError(f"{name}: {';'.join(row.values())}: no municipality has this postcode")
    if nis == MECHELEN and row["street"] not in _known():
        raise ValueError(f"{name}: {';'.join(row.values())}: Mechelen has no such street")
    return nis


@cache
def _known() -> frozenset[str]:
    return frozenset((*(name for name, _ in mechelen_streets()), *demo_streets()[MECHELEN]))
