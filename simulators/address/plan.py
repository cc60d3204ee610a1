"""Which numbers, postcodes and place on the map each municipality gets, whatever else is asked for.

So Mechelen is the same alone, with its neighbours and in all of Flanders.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from simulators.address.tables import Postcode, Town, postcodes, towns

MECHELEN = 12025
NEIGHBOURS = (11037, 12005, 12035, 12040, 23039, 23088, 23096, 24014)

_ADDRESS_FROM, _STREET_FROM, _STREETS_PER_ADDRESS = 6_000_000, 300_000, 40
_DIVISION_FROM = 403  # Mechelen's first is 12403, the one division that is known (reference, section 1.5)
_OWN_DIVISIONS = 10  # kept free for Mechelen
_ARRONDISSEMENTS = {
    11: (153_000, 212_000), 12: (157_500, 191_000), 13: (190_000, 218_000), 23: (143_000, 172_000),
    24: (175_000, 175_000), 31: (70_000, 212_000), 32: (43_000, 193_000), 33: (45_000, 172_000),
    34: (72_000, 168_000), 35: (48_000, 210_000), 36: (63_000, 182_000), 37: (76_000, 187_000),
    38: (30_000, 200_000), 41: (122_000, 178_000), 42: (130_000, 190_000), 43: (94_000, 208_000),
    44: (105_000, 193_000), 45: (98_000, 168_000), 46: (135_000, 208_000), 71: (215_000, 185_000),
    72: (235_000, 205_000), 73: (228_000, 168_000),
}  # fmt: skip
"""Roughly the middle of each arrondissement, Lambert 72; where a municipality lies around it is made up."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One municipality: where its ids begin, its postcodes, and the municipalities of before 2025 in it."""

    town: Town
    address_from: int
    street_from: int
    division_from: int
    middle: tuple[float, float]
    postcodes: tuple[Postcode, ...]
    parts: tuple[int, ...]
    """NIS codes of before 2025; the own one where nothing merged."""

    @property
    def nis(self) -> int:
        """Its NIS code."""
        return self.town.nis


@cache
def plans() -> dict[int, Plan]:
    """Of the 285 municipalities, by rising NIS code."""
    address, street = _ADDRESS_FROM, _STREET_FROM
    divisions: dict[int, int] = {}
    found: dict[int, Plan] = {}
    codes = postcodes()
    for nth, town in enumerate(town for town in towns().values() if town.merged_into is None):
        own = tuple(code for code in codes if code.nis == town.nis)
        parts = _parts(town)
        area = parts[0] // 1000
        start = divisions.get(area, area * 1000 + _DIVISION_FROM + _OWN_DIVISIONS)
        if town.nis == MECHELEN:
            start = area * 1000 + _DIVISION_FROM
        else:
            divisions[area] = start + len(own)
        found[town.nis] = Plan(town, address, street, start, _middle(town.nis, area, nth), own, parts)
        address += town.size * 2 + 2_000
        street += town.size // _STREETS_PER_ADDRESS * 2 + 400
    return found


def chosen(nis: Iterable[int] | None) -> tuple[Plan, ...]:
    """Plans of these municipalities; None for all of Flanders.

    Raises:
        ValueError: not a Flemish municipality of today; one line.
    """
    if nis is None:
        return tuple(plans().values())
    wanted = tuple(dict.fromkeys(nis))
    unknown = [code for code in wanted if code not in plans()]
    if unknown or not wanted:
        raise ValueError(f"not a Flemish municipality since 1-1-2025: {', '.join(map(str, unknown)) or 'none named'}")
    return tuple(plans()[code] for code in wanted)


def _parts(town: Town) -> tuple[int, ...]:
    merged = tuple(old.nis for old in towns().values() if old.merged_into == town.nis)
    if not merged:
        return (town.nis,)
    lived_on = any(code.part == town.nis for code in postcodes() if code.nis == town.nis)
    return (town.nis, *merged) if lived_on else merged


def _middle(nis: int, area: int, nth: int) -> tuple[float, float]:
    x, y = _ARRONDISSEMENTS[area]
    if nis == MECHELEN:
        return float(x), float(y)
    return x + (nth * 7919 % 17 - 8) * 1500.0, y + (nth * 104729 % 13 - 6) * 1500.0
