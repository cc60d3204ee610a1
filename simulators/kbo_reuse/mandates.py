"""Who is syndic of which VME from when to when. Two of three VMEs have none registered; other shares are chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from simulators.demo.cast import FIRMS
from simulators.demo.places import BUILDINGS
from simulators.kbo.dice import Dice
from simulators.kbo.names import person as invented
from simulators.kbo_reuse.register import Day, Register, Vme

DIRECTOR, SYNDIC, PROVISIONAL = "10002", "10098", "10099"
"""10002 stands on real records (bestuurder); the code of a syndic is nowhere published: these two are invented."""
REGISTERED = 34  # percent
LAW = date(2017, 4, 1)  # since when a syndic must be registered
TURN = ("ends", "replaced", "registered")
TOUCHED_SHARE = 500


@dataclass(frozen=True, slots=True)
class Mandate:
    """A function; an enterprise or a person holds it, who may have a business of that."""

    code: str
    begin: date
    end: date | None = None
    enterprise: str | None = None
    person: tuple[str, str] | None = None
    """Surname, first name."""
    business: str | None = None


Mandates = dict[str, tuple[Mandate, ...]]


class Clerk:
    """Keeps the mandates of all VMEs."""

    def __init__(self, register: Register, seed: int) -> None:
        self._register = register
        self._seed = seed
        self.mandates: Mandates = {}

    def open(self, day: Day) -> None:
        """The mandates on the first day."""
        for vme in day.vmes.values():
            self.mandates[vme.number] = self._first(vme)
        for at, building in enumerate(BUILDINGS):
            if building.number in self.mandates:
                firm = FIRMS["syndicus"][at % len(FIRMS["syndicus"])]
                held = (Mandate(SYNDIC, date(2022, 4, 1), enterprise=firm.number),)
                self.mandates[building.number] = () if at % 3 else held

    def follow(self, day: Day) -> set[str]:
        """What happens on a day; the numbers whose mandates change."""
        for number in day.gone:
            self.mandates.pop(number)
        new = {number: day.vmes[number] for number in day.vmes if number not in self.mandates}
        self.mandates |= {number: self._first(vme) for number, vme in new.items()}
        rng = Random(f"{self._seed}:{day.extract}")
        touched = {number: what for what in TURN for number in self._chosen(rng, what, day)}
        for number, what in touched.items():
            self._happen(number, what, day.snapshot)
        return set(touched) | set(new)

    def _chosen(self, rng: Random, what: str, day: Day) -> list[str]:
        """Only who has a syndic can lose one."""
        numbers = [number for number in sorted(day.vmes) if self._held(number) != (what == "registered")]
        return rng.sample(numbers, min(len(numbers), max(1, len(day.vmes) // TOUCHED_SHARE)))

    def _held(self, number: str) -> bool:
        return any(one.end is None for one in self.mandates[number])

    def _happen(self, number: str, what: str, day: date) -> None:
        dice = Dice(f"{self._seed}:{what}:{day}", int(number))
        before = self.mandates[number]
        if what == "registered":
            ended = before
        else:
            ended = tuple(replace(one, end=one.end or day - timedelta(days=1)) for one in before)
        self.mandates[number] = ended if what == "ends" else (*ended, self._mandate(dice, day))

    def _first(self, vme: Vme) -> tuple[Mandate, ...]:
        dice = Dice(f"{self._seed}:syndic", int(vme.number))
        begin = max(vme.start, LAW) + timedelta(days=dice.below(2500))
        begin = min(begin, self._register.days[0].snapshot - timedelta(days=30))
        registered = dice.chance(REGISTERED)
        former = dice.chance(12)
        earlier = replace(self._mandate(dice, begin - timedelta(days=400)), end=begin - timedelta(days=1))
        return (*((earlier,) if former else ()), *((self._mandate(dice, begin),) if registered else ()))

    def _mandate(self, dice: Dice, begin: date) -> Mandate:
        code = PROVISIONAL if dice.chance(8) else SYNDIC
        companies, persons = self._register.companies, self._register.persons
        kind = dice.below(10)
        if kind < 6 and companies:
            return Mandate(code, begin, enterprise=dice.pick(companies))
        surname, _, first = invented(dice).partition(", ")
        business = dice.pick(persons) if kind < 8 and persons else None
        return Mandate(code, begin, person=(surname, first), business=business)
