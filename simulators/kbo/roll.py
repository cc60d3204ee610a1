"""Everybody in the register and everybody who will be: numbers, legal forms, and who owns which establishment.

Positions are what the rest speaks of: enterprises first, then establishments, then branches, each by rising number, as
in the files. Arrays of machine words, so that the real size takes some 25 MB.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from simulators.kbo import numbers
from simulators.kbo.anchors import ANCHORS, UNIT_BASE, UNIT_OWNER
from simulators.kbo.figures import VME, figures, forms
from simulators.kbo.spec import Spec

FORMS = tuple(forms())
_VME, _FOREIGN = FORMS.index(VME), FORMS.index("030")
NEW_SERIES_SHARE = 0.12
NEWCOMERS_AT_THE_END = 0.7  # the others come back under an old number
WORKING_DAY = 2_000
UNITS_AT_THE_END = 0.3  # new establishments per touched enterprise


@dataclass(frozen=True, slots=True)
class Roll:
    """The arrays. `newcomers[day]` and `new_units[day]` are positions that appear in the day's update."""

    bases: array[int]
    forms: bytes
    unit_bases: array[int]
    owners: array[int]
    branch_bases: array[int]
    branch_owners: array[int]
    newcomers: tuple[tuple[int, ...], ...]
    new_units: tuple[tuple[int, ...], ...]

    @property
    def enterprises(self) -> int:
        """How many positions are enterprises."""
        return len(self.bases)

    @property
    def units(self) -> int:
        """How many are establishments."""
        return len(self.unit_bases)

    @property
    def total(self) -> int:
        """All positions."""
        return len(self.bases) + len(self.unit_bases) + len(self.branch_bases)

    def form(self, position: int) -> str:
        """Legal form of an enterprise, or `figures.PERSON`."""
        return FORMS[self.forms[position]]

    def base(self, position: int) -> int:
        """The first eight digits of any number."""
        if position < self.enterprises:
            return self.bases[position]
        position -= self.enterprises
        return self.unit_bases[position] if position < self.units else self.branch_bases[position - self.units]

    def previous_vme(self, position: int) -> int:
        """The nearest VME with a lower number, or the position itself."""
        found = self.forms.rfind(_VME, 0, position)
        return position if found < 0 else found


def touched(spec: Spec) -> int:
    """Enterprises that an update touches; by default some 2,000 of the real register, at least 12."""
    return spec.changes if spec.changes is not None else min(max(12, spec.count(WORKING_DAY)), room(spec))


def room(spec: Spec) -> int:
    """The most that an update may touch, so that over all updates most of the register stays as it is."""
    return spec.count(figures()["rows_A"]["enterprise"]) // (4 * max(1, spec.updates))


@lru_cache(maxsize=1)
def roll(spec: Spec) -> Roll:
    """Built once per process, in some seconds at the real size.

    Raises:
        ValueError: more changes than the register can bear; one line.
    """
    if touched(spec) > room(spec):
        raise ValueError(f"at this scale an update can touch at most {room(spec)} enterprises")
    rng = Random(f"{spec.seed}:roll")
    real = figures()["rows_A"]
    new_per_day = [max(2, touched(spec) // 5)] * spec.updates
    bases, late = _enterprise_bases(spec, rng, spec.count(real["enterprise"]), sum(new_per_day))
    kinds = _forms(rng, bases)
    units, new_units = _unit_bases(spec, rng, spec.count(real["establishment"]))
    owners = _owners(rng, kinds, len(units))
    branches = array("I", _spread(rng, *numbers.BRANCHES, spec.count(real["branch"])))
    hosts = [position for position, kind in enumerate(kinds) if kind == _FOREIGN] or [0]
    owners[bisect_left(units, UNIT_BASE)] = bisect_left(bases, int(UNIT_OWNER[:8]))
    return Roll(
        bases,
        kinds,
        units,
        owners,
        branches,
        array("I", rng.choices(hosts, k=len(branches))),
        _dealt(late, new_per_day),
        _dealt([len(bases) + at for at in new_units], [len(new_units) // max(1, spec.updates)] * spec.updates),
    )


def _enterprise_bases(spec: Spec, rng: Random, count: int, newcomers: int) -> tuple[array[int], list[int]]:
    """Bases in order, and the positions that are not there yet in the first Full."""
    last = round(newcomers * NEWCOMERS_AT_THE_END)
    recent = round((count + newcomers - last) * NEW_SERIES_SHARE)
    known = [
        *_spread(rng, *numbers.ENTERPRISES_OLD, count + newcomers - last - recent),
        *_spread(rng, *numbers.ENTERPRISES_NEW, recent),
    ]
    fresh = [numbers.ENTERPRISES_NEW[1] + 3 * n + rng.randrange(3) for n in range(last)]
    bases = array("I", sorted({*known, *fresh, *ANCHORS}))
    back = set(rng.sample(known, newcomers - last))
    late = [bisect_left(bases, base) for base in sorted(back | set(fresh))]
    rng.shuffle(late)
    return bases, late


def _unit_bases(spec: Spec, rng: Random, count: int) -> tuple[array[int], list[int]]:
    known = [*_spread(rng, *numbers.UNITS, count), UNIT_BASE]
    fresh = round(touched(spec) * UNITS_AT_THE_END) * spec.updates
    bases = sorted(set(known))
    end = len(bases)
    bases += [numbers.UNITS[1] + 3 * n + rng.randrange(3) for n in range(fresh)]
    return array("I", bases), list(range(end, len(bases)))


def _spread(rng: Random, low: int, high: int, count: int) -> list[int]:
    """So many different numbers, rising, evenly over the range with some play."""
    step = (high - low) / max(1, count)
    edges = [low + int(step * n) for n in range(count + 1)]
    play = rng.random
    return [edges[n] + int(play() * (edges[n + 1] - edges[n])) for n in range(count)]


def _forms(rng: Random, bases: array[int]) -> bytes:
    kinds = bytearray(rng.choices(range(len(FORMS)), weights=list(forms().values()), k=len(bases)))
    for base, anchor in ANCHORS.items():
        kinds[bisect_left(bases, base)] = FORMS.index(anchor.form)
    return bytes(kinds)


def _owners(rng: Random, kinds: bytes, count: int) -> array[int]:
    """Whose each establishment is: nearly everybody has one (a VME hardly ever), firms may have many."""
    first = [at for at, kind in enumerate(kinds) if rng.random() < (0.01 if kind == _VME else 0.72)]
    firms = [at for at, kind in enumerate(kinds) if kind not in (0, _VME)]
    owners = array("I", first[:count])
    rng.shuffle(owners)
    owners.extend(firms[int(len(firms) * rng.random() ** 3)] for _ in range(count - len(owners)))
    return owners


def _dealt(positions: list[int], sizes: list[int]) -> tuple[tuple[int, ...], ...]:
    dealt, at = [], 0
    for size in sizes:
        dealt.append(tuple(positions[at : at + size]))
        at += size
    return tuple(dealt)
