"""Which files to apply, in which order: an unbroken chain of deltas, else from the newest full. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.kbo.syndics.reuse.archives import Archive
from services.kbo.syndics.reuse.reading import Head


@dataclass(frozen=True, slots=True)
class Found:
    """A file and what it says that it is."""

    archive: Archive
    head: Head


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps; a `full` first when the state cannot be brought up to date otherwise."""

    full: Found | None
    deltas: tuple[Found, ...]
    missing: int | None = None
    """The sequence number that is missing: there are later files, which cannot be used."""

    @property
    def steps(self) -> tuple[Found, ...]:
        """All of them in order."""
        return (self.full, *self.deltas) if self.full else self.deltas


def plan(state: int | None, found: Sequence[Found]) -> Plan:
    """From the sequence number of what is loaded (None: nothing is) to the latest that can be reached.

    A file whose number is not above the state's is done already: it is not applied again.
    """
    fulls = [one for one in found if one.head.kind == "full" and (state is None or one.head.sequence > state)]
    newest = max(fulls, key=lambda one: one.head.sequence, default=None)
    ways: list[tuple[int, Plan]] = []
    if state is not None:
        chain = _chain(state, found)
        ways.append((state + len(chain), Plan(None, chain)))
    if newest is not None:
        chain = _chain(newest.head.sequence, found)
        ways.append((newest.head.sequence + len(chain), Plan(newest, chain)))
    if not ways:
        return Plan(None, ())
    reached, best = max(ways, key=lambda way: way[0])  # of two ways that reach as far the first: without the full
    later = any(one.head.sequence > reached for one in found)
    return Plan(best.full, best.deltas, reached + 1 if later else None)


def _chain(start: int, found: Sequence[Found]) -> tuple[Found, ...]:
    """The deltas that follow on it without a gap; of two copies one."""
    deltas = {one.head.sequence: one for one in found if one.head.kind == "delta"}
    chain: list[Found] = []
    while (following := deltas.get(start + len(chain) + 1)) is not None:
        chain.append(following)
    return tuple(chain)
