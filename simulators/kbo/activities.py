"""What entities do: some thousands of ready sets of activity rows, from which each entity takes one.

Real entities have 12.4 rows on average, half of them at most 6, one 957; each activity usually stands there under
NACE-BEL 2008 and 2025. Enterprises carry the VAT group (001), establishments the general one (003).
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from random import Random

from simulators.kbo.dice import Dice
from simulators.kbo.figures import codes, figures

SETS = 6_000
LARGEST = 957
SYNDIC_ROWS = ('"001","2008","68321","MAIN"', '"001","2025","68321","MAIN"')
# Median and spread of the log-normal number of rows: together they give the published mean and median.
_ENTERPRISE, _UNIT = (3.7, 0.9), (8.8, 1.15)
_SECONDARY = 0.195
_ANCILLARY = 0.00014
_SOCIAL_SECURITY = 0.12  # of the sets begin with the main activity for the RSZ (006)
_RARE_GROUPS = {"006": 0.018, "007": 0.0009, "005": 0.0002, "004": 0.0001}


@dataclass(frozen=True, slots=True)
class Activities:
    """Two pools of sets; a set holds rows without the entity's number."""

    enterprise: tuple[tuple[str, ...], ...]
    unit: tuple[tuple[str, ...], ...]

    def of_enterprise(self, dice: Dice) -> tuple[str, ...]:
        """A set for an enterprise."""
        return dice.pick(self.enterprise)

    def of_unit(self, dice: Dice) -> tuple[str, ...]:
        """A set for an establishment."""
        return dice.pick(self.unit)


@cache
def activities(seed: int) -> Activities:
    """Both pools, the same for the same seed."""
    rng = Random(f"{seed}:activities")
    enterprises = tuple(_set(rng, "001", _size(rng, *_ENTERPRISE)) for _ in range(SETS))
    units = tuple(_set(rng, "003", _size(rng, *_UNIT)) for _ in range(SETS - 1))
    return Activities(enterprises, (*units, _set(rng, "003", LARGEST)))


@cache
def _nace() -> dict[str, tuple[str, ...]]:
    """Codes of five and seven digits by version."""
    found: dict[str, list[str]] = {"2003": [], "2008": [], "2025": []}
    for category, code, language, _ in csv.reader(codes().splitlines()):
        if category.startswith("Nace") and language == "NL":
            found[category[4:]].append(code)
    return {version: tuple(listed) for version, listed in found.items()}


def _size(rng: Random, median: float, spread: float) -> int:
    return min(LARGEST, max(1, round(median * math.exp(spread * rng.gauss(0.0, 1.0)))))


def _set(rng: Random, group: str, size: int) -> tuple[str, ...]:
    """No activity stands there twice."""
    found: dict[str, str] = {}
    groups = ["006"] * 2 if rng.random() < _SOCIAL_SECURITY else []
    while len(found) < size:
        for version in _versions(rng, size - len(found)):
            activity = (
                f'"{groups.pop() if groups else _group(rng, group)}","{version}","{rng.choice(_nace()[version])}"'
            )
            found.setdefault(activity, f'{activity},"{_kind(rng)}"')
    return tuple(found.values())


def _versions(rng: Random, count: int) -> list[str]:
    counts = figures()["activity_A"]["nace_version"]
    return sorted(rng.choices(list(counts), weights=list(counts.values()), k=count))


def _group(rng: Random, usual: str) -> str:
    thrown = rng.random()
    for group, share in _RARE_GROUPS.items():
        if thrown < share:
            return group
        thrown -= share
    return usual


def _kind(rng: Random) -> str:
    thrown = rng.random()
    return "ANCI" if thrown < _ANCILLARY else "SECO" if thrown < _SECONDARY else "MAIN"
