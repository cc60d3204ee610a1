"""What happens to whom on which day after the first Full; everything else in the register stays as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random

from simulators.kbo.anchors import ANCHORS, SCRIPT
from simulators.kbo.figures import PERSON, VME
from simulators.kbo.roll import roll, touched
from simulators.kbo.spec import Spec

# One turn of what happens to enterprises and establishments; the shares are chosen, not measured.
TURN = (
    "gone", "moved", "activities", "unit moved", "renamed", "gone", "contacts", "unit gone", "situation", "moved",
    "gone", "activities", "struck", "unit transferred", "gone", "renamed", "form", "contacts", "unit renamed", "gone",
)  # fmt: skip
# To whom some of it cannot happen: persons have no seat, and a VME stays one.
NEVER = {"moved": {PERSON}, "struck": {PERSON}, "situation": {PERSON}, "form": {PERSON, VME}}


@dataclass(frozen=True, slots=True)
class State:
    """How an entity differs from how it was first drawn: how often it changed, and since which day (0: always).

    `owner` is the position of an establishment's new enterprise; `struck` the day on which its address was struck off.
    """

    present: bool = True
    born: int = 0
    moved: int = 0
    renamed: int = 0
    contacts: int = 0
    activities: int = 0
    situation: int = 0
    form: int = 0
    struck: int = 0
    owner: int | None = None


PRISTINE = State()
Event = tuple[int, str, int]
"""Day, what, and the new owner's position where it applies."""


def _counted(field: str) -> Callable[[State, Event], State]:
    return lambda state, event: replace(state, **{field: getattr(state, field) + 1})


EFFECTS: dict[str, Callable[[State, Event], State]] = {
    "born": lambda state, event: replace(state, present=True, born=event[0]),
    "gone": lambda state, event: replace(state, present=False),
    "moved": lambda state, event: replace(state, moved=state.moved + 1, struck=0),
    "struck": lambda state, event: replace(state, struck=event[0]),
    "transferred": lambda state, event: replace(state, owner=event[2]),
    **{field: _counted(field) for field in ("renamed", "contacts", "activities", "situation", "form")},
}


class Timeline:
    """The days after the first Full (day 0). A state depends on the spec and the day alone."""

    def __init__(self, spec: Spec) -> None:
        self._roll = roll(spec)
        self._events: dict[int, list[Event]] = defaultdict(list)
        self._plan(spec)
        self._dependants = self._find_dependants()
        self._affected = set(self._events).union(*self._dependants.values())

    def state(self, position: int, day: int) -> State:
        """How the entity is in the snapshot of that day; an establishment goes where its enterprise goes."""
        if position not in self._affected:
            return PRISTINE
        state = self._own_state(position, day)
        if position < self._roll.enterprises or not state.present:
            return state
        owner = self._own_state(self.owner(position, state), day)
        if not owner.present:
            return replace(state, present=False)
        return replace(state, born=state.born or owner.born) if state.owner is None else state

    def owner(self, position: int, state: State) -> int:
        """Position of the enterprise of an establishment or branch."""
        if state.owner is not None:
            return state.owner
        at = position - self._roll.enterprises
        return self._roll.owners[at] if at < self._roll.units else self._roll.branch_owners[at - self._roll.units]

    def happened(self, day: int) -> dict[int, tuple[str, ...]]:
        """Positions that may differ from the day before, in order, and what happened to them themselves."""
        found: dict[int, tuple[str, ...]] = {}
        for position, events in self._events.items():
            today = tuple(event[1] for event in events if event[0] == day)
            if today:
                found[position] = today
                for dependant in self._dependants.get(position, ()):
                    found.setdefault(dependant, ())
        return dict(sorted(found.items()))

    def _own_state(self, position: int, day: int) -> State:
        events = self._events.get(position)
        if events is None:
            return PRISTINE
        state = replace(PRISTINE, present=events[0][1] != "born")
        for event in events:
            if event[0] <= day:
                state = EFFECTS[event[1]](state, event)
        return state

    def _plan(self, spec: Spec) -> None:
        for day in range(1, spec.updates + 1):
            for position in (*self._roll.newcomers[day - 1], *self._roll.new_units[day - 1]):
                self._events[position].append((day, "born", 0))
        busy = {position for position, base in enumerate(self._roll.bases) if base in ANCHORS} | set(self._events)
        for day, base, what in SCRIPT:
            if day <= spec.updates:
                self._events[self._roll.bases.index(base)].append((day, what, 0))
        for day in range(1, spec.updates + 1):
            rng = Random(f"{spec.seed}:day {day}")
            for nth in range(touched(spec)):
                position, what = self._choose(rng, TURN[nth % len(TURN)], busy)
                busy.add(position)
                owner = rng.randrange(self._roll.enterprises) if what == "transferred" else 0
                self._events[position].append((day, what, owner))

    def _choose(self, rng: Random, what: str, busy: set[int]) -> tuple[int, str]:
        """An entity to which nothing else happens."""
        is_unit = what.startswith("unit ")
        low, count = (self._roll.enterprises, self._roll.units) if is_unit else (0, self._roll.enterprises)
        never = NEVER.get(what, set())
        while True:
            position = low + rng.randrange(count)
            if position not in busy and (is_unit or self._roll.form(position) not in never):
                return position, what.removeprefix("unit ")

    def _find_dependants(self) -> dict[int, list[int]]:
        """Establishments and branches of enterprises that come or go."""
        moving = {at for at, events in self._events.items() if any(what in ("born", "gone") for _, what, _ in events)}
        found: dict[int, list[int]] = defaultdict(list)
        for position, owner in self._owned():
            if owner in moving:
                found[owner].append(position)
        return found

    def _owned(self) -> Iterator[tuple[int, int]]:
        roll = self._roll
        yield from enumerate(roll.owners, roll.enterprises)
        yield from enumerate(roll.branch_owners, roll.enterprises + roll.units)
        for position, events in list(self._events.items()):
            yield from ((position, owner) for _, what, owner in events if what == "transferred")


@lru_cache(maxsize=1)
def timeline(spec: Spec) -> Timeline:
    """Built once per process."""
    return Timeline(spec)
