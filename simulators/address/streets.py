"""Which streets a municipality gets, how long they are and which postcodes they have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from simulators.address.anchors import (
    CROSSING,
    DENSE,
    DISTRICTS,
    PINNED_STREETS,
    Anchor,
    anchors,
    demo_streets,
    extra_streets,
)
from simulators.address.names import TWICE, drawn, french
from simulators.address.plan import MECHELEN, Plan
from simulators.address.tables import mechelen_streets, towns

_PER_STREET = 58  # addresses; Mechelen has 63
_CROSSING = 0.03
_OVERHEAD = 1.3  # addresses for each number of a dense street: letters, boxes, retired ones
_NUMBERS = 120  # a crossing lies somewhere below


@dataclass(slots=True)
class Draft:
    """A street to be filled: up to number `until` it has the first postcode, beyond it the second."""

    id: int
    name: str
    postcode: int
    part: int
    weight: float
    target: int = 0
    until: int | None = None
    beyond: int | None = None
    homonym: str | None = None
    french: str | None = None
    dense: int = 0
    anchors: tuple[Anchor, ...] = field(default=())

    def postcode_at(self, number: int) -> int:
        """Of a house number."""
        return self.postcode if self.until is None or self.beyond is None or number <= self.until else self.beyond


def drafts(plan: Plan, rng: Random, scale: float) -> list[Draft]:
    """All streets of a municipality, with ids; those that rows and the demo name always."""
    found = list(_mechelen(plan, rng) if plan.nis == MECHELEN else _made_up(plan, rng, scale))
    real = len(found)
    names = {draft.name for draft in found}
    for name, postcode in extra_streets(plan.nis).items():
        if name not in names:
            found.append(Draft(plan.street_from + real + len(found), name, postcode, plan.parts[0], _weight(rng)))
    _fixed(plan, found, scale)
    _measured(found, plan.town.size * scale)
    return found


def _mechelen(plan: Plan, rng: Random) -> Iterator[Draft]:
    """The 822 real streets; their ids rise in the order of the list, so that Liersesteenweg has its own."""
    names = [name for name, _ in mechelen_streets()]
    first = PINNED_STREETS[MECHELEN, "Liersesteenweg"] - names.index("Liersesteenweg")
    for nth, (name, district) in enumerate(mechelen_streets()):
        draft = Draft(first + nth, name, DISTRICTS[district], plan.nis, _weight(rng))
        if name in CROSSING:
            draft.until, draft.postcode, draft.beyond = CROSSING[name]
        yield draft


def _made_up(plan: Plan, rng: Random, scale: float) -> Iterator[Draft]:
    """By part of before 2025; namesakes of different parts get a homonym addition."""
    number, seen = plan.street_from, set[str]()
    for part in plan.parts:
        for name in _names(plan, part, rng, scale):
            number += 1
            draft = Draft(number, name, rng.choice(_codes(plan, part)), part, _weight(rng))
            if name in seen:
                draft.homonym = towns()[part].names["nl"][:2].upper()
            seen.add(name)
            if "fr" in plan.town.facilities:
                draft.french = french(name)
            _crossed(plan, draft, rng)
            yield draft


def _names(plan: Plan, part: int, rng: Random, scale: float) -> list[str]:
    share = len(_codes(plan, part)) / sum(len(_codes(plan, one)) for one in plan.parts)
    count = max(4, round(plan.town.size * scale * share / _PER_STREET))
    return list(dict.fromkeys([*TWICE.get(plan.nis, ()), *drawn(rng, count)]))


def _codes(plan: Plan, part: int) -> list[int]:
    return [code.postcode for code in plan.postcodes if not code.guest and code.part in (None, part)]


def _crossed(plan: Plan, draft: Draft, rng: Random) -> None:
    """Some streets go on in the next postcode, also in one that belongs to the municipality next door."""
    others = [code.postcode for code in plan.postcodes if code.postcode != draft.postcode]
    if others and rng.random() < _CROSSING:
        draft.until, draft.beyond = rng.randint(8, _NUMBERS), rng.choice(others)


def _fixed(plan: Plan, found: list[Draft], scale: float) -> None:
    """What rows and the demo ask of a street; a made-up street moves to the postcode that they name."""
    rows, dense = anchors().get(plan.nis, {}), demo_streets().get(plan.nis, {})
    wanted = extra_streets(plan.nis)
    for draft in found:
        draft.id = PINNED_STREETS.get((plan.nis, draft.name), draft.id)
        draft.anchors = rows.get(draft.name, ())
        if draft.name in dense:
            draft.dense = round(DENSE * min(scale, 1))
        if draft.name in wanted:
            draft.postcode, draft.until, draft.beyond = wanted[draft.name], None, None


def _measured(found: list[Draft], total: float) -> None:
    """Shares out the addresses; dense streets take theirs first."""
    dense = sum(draft.dense for draft in found) * _OVERHEAD
    weights = sum(draft.weight for draft in found if not draft.dense)
    for draft in found:
        draft.target = round(draft.dense * _OVERHEAD if draft.dense else max(0, total - dense) * draft.weight / weights)


def _weight(rng: Random) -> float:
    return 0.15 + rng.expovariate(1)
