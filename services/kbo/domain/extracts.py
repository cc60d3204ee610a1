"""Which archives must be loaded, and in which order, to bring a register up to date with what is on offer.

Numbers of extracts rise by one per publication, but a day or a number can be skipped: a number is never computed from a
date (reference 1.1). An Update holds what changed since the Full before it, so updates go in unbroken order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

CHAIN_MAX = 14
"""More updates than this one after the other are slower to load than a Full (some 4 s each beside some 50 s)."""
CHAIN_MAX_SHARE = 0.05
"""Of the bytes of a Full: a row of an update costs several times a row of a Full, because it is sought and replaced.

The Update of extract 140 was 33 MB with 7.28 million rows, beside a Full of 430 MB with 46.8 million (reference 1.1).
"""
CHAIN_ALWAYS_BYTES = 10_000_000
"""A chain below this is never too large: a small register's updates are mostly its code table."""
NAMED = 5
"""Missing extracts that a message names."""

NAME = re.compile(r"KboOpenData_(\d{4,9})_(\d{4})_(\d\d)(?:_(\d\d))?_(Full|Update)\.zip", re.ASCII)
"""Monthly era `KboOpenData_0137_2025_07_Full.zip`; daily era, since extract 0140, with the day."""


class Kind(StrEnum):
    """What an archive holds, as its name says; the importer believes meta.csv."""

    FULL = "Full"
    UPDATE = "Update"


class Why(StrEnum):
    """Why a plan is what it is."""

    NOTHING_NEW = "nothing_new"
    UPDATES = "updates"
    FIRST = "first"
    GAP = "gap"
    FULL_IS_QUICKER = "full_is_quicker"
    STUCK = "stuck"


@dataclass(frozen=True, slots=True)
class Offered:
    """A file in the drop; `size` in bytes, None where the drop does not tell."""

    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """An archive by its name; those of the monthly era are dated on the first."""

    number: int
    kind: Kind
    day: date
    name: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is odd or impossible: a stable code, and a Dutch sentence that says what to do."""

    code: str
    message: str


Steps = tuple[Extract, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps` lead from the register to `newest`, or as far as they can.

    `fallbacks`: other ways, for when an archive of the steps turns out to be bad; what reaches furthest first.
    `missing`: extracts after the register's own (or after the oldest on offer) without an Update.
    """

    why: Why
    steps: Steps = ()
    fallbacks: tuple[Steps, ...] = ()
    newest: int | None = None
    missing: tuple[int, ...] = ()
    problem: Trouble | None = None


def read_name(name: str, size: int | None = None) -> Extract | None:
    """The extract that a file name stands for; None for any other name."""
    found = NAME.fullmatch(name)
    if found is None:
        return None
    number, year, month, day, kind = found.groups()
    try:
        return Extract(int(number), Kind(kind), date(int(year), int(month), int(day or 1)), name, size)
    except ValueError:
        return None


def plan(state: int | None, listing: Iterable[Offered]) -> Plan:
    """How to bring a register that stands at extract `state` (None: there is none) as far as the listing reaches."""
    shelf = _Shelf.of(listing)
    if shelf.newest is None:
        return Plan(Why.NOTHING_NEW)
    missing = shelf.missing(state)
    if state is not None and state >= shelf.newest:
        return Plan(Why.NOTHING_NEW, newest=shelf.newest, problem=_newer(state, shelf.newest))
    chain = shelf.updates_after(state) if state is not None else ()
    ways = shelf.ways_with_full(state)
    why = _choose(state, chain, ways)
    steps = ways[0] if why in (Why.FIRST, Why.GAP, Why.FULL_IS_QUICKER) else chain
    reached = steps[-1].number if steps else state
    return Plan(
        why,
        steps,
        _fallbacks(steps, ways, chain),
        shelf.newest,
        missing,
        None if reached == shelf.newest else _unreachable(reached, shelf.newest, missing),
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What is on offer, by kind and number."""

    fulls: Mapping[int, Extract] = field(default_factory=dict)
    updates: Mapping[int, Extract] = field(default_factory=dict)

    @classmethod
    def of(cls, listing: Iterable[Offered]) -> _Shelf:
        """Other files are passed over; of two names for one archive the one with the later date counts."""
        found = filter(None, (read_name(one.name, one.size) for one in listing))
        by_kind: dict[Kind, dict[int, Extract]] = {Kind.FULL: {}, Kind.UPDATE: {}}
        for one in sorted(found, key=lambda extract: (extract.day, extract.name)):
            by_kind[one.kind][one.number] = one
        return cls(by_kind[Kind.FULL], by_kind[Kind.UPDATE])

    @property
    def newest(self) -> int | None:
        return max((*self.fulls, *self.updates), default=None)

    def updates_after(self, number: int) -> Steps:
        """The unbroken chain."""
        return tuple(self._chain(number))

    def _chain(self, number: int) -> Iterator[Extract]:
        while (number := number + 1) in self.updates:
            yield self.updates[number]

    def ways_with_full(self, state: int | None) -> tuple[Steps, ...]:
        """The newest Full with the updates above it, then that Full alone; none if it is not newer than the state."""
        newest = max(self.fulls, default=None)
        if newest is None or (state is not None and newest <= state):
            return ()
        full = self.fulls[newest]
        return tuple(dict.fromkeys([(full, *self.updates_after(newest)), (full,)]))

    def missing(self, state: int | None) -> tuple[int, ...]:
        """Numbers after the state without an Update; without a state, those after the oldest on offer with nothing."""
        if self.newest is None:
            return ()
        if state is None:
            present = self.fulls.keys() | self.updates.keys()
            return tuple(number for number in range(min(present), self.newest) if number not in present)
        return tuple(number for number in range(state + 1, self.newest + 1) if number not in self.updates)


def _choose(state: int | None, chain: Steps, ways: tuple[Steps, ...]) -> Why:
    if not ways:
        return Why.UPDATES if chain else Why.STUCK
    if state is None:
        return Why.FIRST
    if ways[0][-1].number > (chain[-1].number if chain else state):
        return Why.GAP
    return Why.FULL_IS_QUICKER if _is_heavy(chain, ways[0][0]) else Why.UPDATES


def _fallbacks(steps: Steps, ways: tuple[Steps, ...], chain: Steps) -> tuple[Steps, ...]:
    """All other ways; of the chain also what comes before a bad update. Of two that reach as far, the Full first.

    Above a Full not every update is left out in turn: each try loads it anew, and the next round has the chain on top.
    """
    shorter = (chain[:end] for end in range(len(chain), 0, -1))
    others = (way for way in (*ways, *shorter) if way != steps)
    return tuple(sorted(others, key=lambda way: -way[-1].number))


def _is_heavy(chain: Steps, full: Extract) -> bool:
    known = sum(one.size or 0 for one in chain)
    too_large = full.size is not None and known > max(full.size * CHAIN_MAX_SHARE, CHAIN_ALWAYS_BYTES)
    return len(chain) > CHAIN_MAX or too_large


def _newer(state: int, newest: int) -> Trouble | None:
    if state == newest:
        return None
    return Trouble(
        "kbo_register_newer",
        f"Het register staat op uittreksel {state}, maar het nieuwste in het aanbod is {newest}. "
        "Kijk na of de juiste bron is ingesteld (LOKETBUS_KBO_DROP).",
    )


def _unreachable(reached: int | None, newest: int, missing: tuple[int, ...]) -> Trouble:
    if reached is None:
        return Trouble(
            "kbo_no_full",
            "Er is nog geen register en in het aanbod staat geen volledig bestand (Full). "
            "Haal zelf een Full op en laad het met: loketbus kbo import BESTAND.zip.",
        )
    absent = [str(number) for number in missing if number > reached]
    lacking = ", ".join(absent[:NAMED]) + (" ..." if len(absent) > NAMED else "")
    return Trouble(
        "kbo_gap",
        f"Het register komt niet verder dan uittreksel {reached} van {newest}: de Update van {lacking} ontbreekt en "
        "er is geen nieuwer volledig bestand (Full). "
        "Haal zelf een Full op en laad het met: loketbus kbo import BESTAND.zip.",
    )
