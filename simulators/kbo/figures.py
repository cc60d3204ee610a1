"""The published figures that the register follows; where each comes from stands in the file."""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

_DATA = Path(__file__).with_name("data")
PERSON = "person"
VME = "070"
FOREIGN_FORMS = ("030", "235")


@cache
def figures() -> dict[str, Any]:
    """The whole file."""
    return dict(json.loads((_DATA / "figures.json").read_text(encoding="utf-8")))


def codes() -> str:
    """code.csv: of the real one all but most NACE codes, in its own dialect."""
    return (_DATA / "codes.csv").read_text(encoding="utf-8")


@cache
def forms() -> dict[str, int]:
    """Legal forms and `PERSON`, with how many enterprises have them; `PERSON` stands first."""
    real = figures()
    return {PERSON: real["persons_B"]["natural"], **real["forms_B"]}


@cache
def start_years() -> tuple[int, ...]:
    """A thousand years in which enterprises started, oldest first; years without a figure lie on the line between."""
    known = {int(year): count for year, count in figures()["start_year_B"].items()}
    legacy = known.pop(1968)  # 01-01-1968 stands for "before the register": a peak, no point of the line
    counts: dict[int, float] = {}
    ordered = sorted(known)
    for low, high in pairwise(ordered):
        for year in range(low, high):
            counts[year] = known[low] + (known[high] - known[low]) * (year - low) / (high - low)
    counts[1968] += legacy
    counts[ordered[-1]] = known[ordered[-1]]
    total = sum(counts.values())
    years: list[int] = []
    passed = 0.0
    for year, count in counts.items():
        passed += count
        years += [year] * (round(1000 * passed / total) - len(years))
    return tuple(years)
