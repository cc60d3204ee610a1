"""The rows of one entity in each table, as text; "" where it has none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from simulators.kbo import names, numbers
from simulators.kbo.activities import SYNDIC_ROWS, activities
from simulators.kbo.addresses import Addresses, Place
from simulators.kbo.anchors import ANCHORS
from simulators.kbo.contacts import PERCENT_BRANCH, PERCENT_ENTERPRISE, PERCENT_UNIT, contacts
from simulators.kbo.dialect import dated, quoted
from simulators.kbo.dice import Dice, wheel
from simulators.kbo.figures import PERSON, VME, figures, start_years
from simulators.kbo.roll import roll
from simulators.kbo.spec import Spec
from simulators.kbo.timeline import State, timeline

_MONTHS = wheel({int(month): count for month, count in figures()["start_month_B"].items()}, 512)
_ADAPTED = {"015": "610", "006": "706", "016": "702", "508": "706"}  # form "as to be read" until the statutes follow
# Some 3.5 % of legal persons is in liquidation or bankruptcy (VKBO); a VME hardly ever.
_SITUATIONS = wheel(
    {"000": 965.0, "012": 15, "050": 13, "013": 2, "010": 1.5, "091": 1, "048": 0.6, "014": 0.5, "100": 0.5, "020": 0.3,
     "888": 0.2}, 4096)  # fmt: skip
_CHANGED_SITUATIONS = ("012", "050", "091", "013")
_ACTIVE_PERCENT = {PERSON: 58.0, VME: 0.0}
_SHORT_PERCENT, _TRADE_PERCENT, _UNIT_NAME_PERCENT, _BRANCH_NAME_PERCENT = 8.6, 4.3, 73.0, 2.7
_CLUBS, _PUBLIC = (
    frozenset({"017", "026", "125", "124", "721", "029"}),
    frozenset({"411", "412", "416", "417", "418", "420"}),
)
_FORM_AFTER = {"015": "610", "014": "610", "610": "014", "012": "612", "011": "610"}


class Tables:
    """Rows by table, position and state; `PER_TABLE` names which tables which entities have."""

    def __init__(self, spec: Spec) -> None:
        self._spec, self._seed = spec, spec.seed
        self._roll, self._timeline = roll(spec), timeline(spec)
        self._addresses = Addresses(spec.seed, self._roll)
        self._activities = activities(spec.seed)
        self._rows: dict[str, Callable[[int, State], str]] = {
            "enterprise": self._enterprise,
            "establishment": self._establishment,
            "denomination": self._denomination,
            "address": self._address,
            "contact": self._contact,
            "activity": self._activity,
            "branch": self._branch,
        }

    def span(self, table: str) -> tuple[int, int]:
        """First and past-the-last position of those who can have rows in it."""
        ends = (0, self._roll.enterprises, self._roll.enterprises + self._roll.units, self._roll.total)
        whole = {"enterprise": (0, 1), "establishment": (1, 2), "branch": (2, 3)}
        first, last = whole.get(table, (0, 3))
        return ends[first], ends[last]

    def rows(self, table: str, position: int, day: int) -> str:
        """Whole lines."""
        state = self._timeline.state(position, day)
        return self._rows[table](position, state) if state.present else ""

    def number(self, position: int) -> str:
        """With its dots."""
        return numbers.written(self._roll.base(position))

    def _enterprise(self, position: int, state: State) -> str:
        form = self._form(position, state)
        start = dated(self._start(position, state))
        if form == PERSON:
            return f'"{self.number(position)}","AC","000","1",,,{start}\n'
        dice = Dice(f"{self._seed}:situation:", position)
        situation = "000" if form == VME and not dice.chance(1.2) else "012" if form == VME else dice.pick(_SITUATIONS)
        if state.situation:
            situation = _CHANGED_SITUATIONS[0 if form == VME else dice.below(len(_CHANGED_SITUATIONS))]
        adapted = f'"{_ADAPTED[form]}"' if form in _ADAPTED and dice.chance(60) else ""
        return f'"{self.number(position)}","AC","{situation}","2","{form}",{adapted},{start}\n'

    def _establishment(self, position: int, state: State) -> str:
        owner = self.number(self._timeline.owner(position, state))
        return f'"{self.number(position)}",{dated(self._start(position, state))},"{owner}"\n'

    _branch = _establishment

    def _denomination(self, position: int, state: State) -> str:
        at = f'"{self.number(position)}","'
        dice = Dice(f"{self._seed}:name {state.renamed}:", position)
        if position >= self._roll.enterprises:
            return self._trade_name(at, dice, position, state)
        form = self._roll.form(position)
        if form == PERSON:
            return f'{at}0","001",{quoted(names.person(dice))}\n'
        place = self._addresses.seat(position, state)
        language, name = names.language(dice, place.region), quoted(self._name(dice, position, form, place, state))
        rows = f'{at}{language}","001",{name}\n'
        if place.region == "brussels" and dice.chance(2):
            rows += f'{at}{"1" if language == "2" else "2"}","001",{name}\n'
        if dice.chance(_SHORT_PERCENT):
            rows += f'{at}{language}","002",{quoted(names.coined(dice)[:4].upper())}\n'
        if dice.chance(_TRADE_PERCENT) and form != VME:
            rows += f'{at}{language}","003",{quoted(names.shop(dice))}\n'
        return rows

    def _trade_name(self, at: str, dice: Dice, position: int, state: State) -> str:
        branch = position >= self._roll.enterprises + self._roll.units
        if not dice.chance(_BRANCH_NAME_PERCENT if branch else _UNIT_NAME_PERCENT):
            return ""
        language = names.language(dice, self._addresses.unit_region(position, state))
        return f'{at}{language}","{"004" if branch else "003"}",{quoted(names.shop(dice))}\n'

    def _address(self, position: int, state: State) -> str:
        legal = position < self._roll.enterprises
        if legal and self._roll.form(position) == PERSON:
            return ""
        place = self._addresses.seat(position, state) if legal else self._addresses.unit(position, state)
        branch = position >= self._roll.enterprises + self._roll.units
        kind = "REGO" if legal else "ABBR" if branch else "BAET"
        return f'"{self.number(position)}","{kind}",{place.columns(self._struck(position, state))}\n'

    def _struck(self, position: int, state: State) -> str:
        if state.struck:
            return dated(self._spec.day(state.struck))
        if state.moved or position >= self._roll.enterprises or self._anchored(position):
            return ""
        if not self._addresses.struck(position):
            return ""
        return dated(self._spec.snapshot - timedelta(days=30 + position % 2000))

    def _contact(self, position: int, state: State) -> str:
        dice = Dice(f"{self._seed}:contact {state.contacts}:", position)
        part = self._part(position)
        percent = (PERCENT_ENTERPRISE, PERCENT_UNIT, PERCENT_BRANCH)[part]
        if not (state.contacts or dice.chance(percent)):
            return ""
        at = f'"{self.number(position)}","{("ENT", "EST", "BRA")[part]}","'
        return "".join(f'{at}{kind}",{quoted(value)}\n' for kind, value in contacts(dice, names.coined(dice)))

    def _activity(self, position: int, state: State) -> str:
        part = self._part(position)
        if part == 2:
            return ""
        anchor = ANCHORS.get(self._roll.base(position))
        dice = Dice(f"{self._seed}:activity {state.activities}:", position)
        if anchor is not None and anchor.syndic:
            rows: tuple[str, ...] = SYNDIC_ROWS
        elif part == 1:
            rows = self._activities.of_unit(dice)
        elif dice.chance(_ACTIVE_PERCENT.get(self._roll.form(position), 77.0)):
            rows = self._activities.of_enterprise(dice)
        else:
            return ""
        at = f'"{self.number(position)}",'
        return f"{at}{(chr(10) + at).join(rows)}\n"

    def _part(self, position: int) -> int:
        """0 enterprise, 1 establishment, 2 branch."""
        beyond = position - self._roll.enterprises
        return 0 if beyond < 0 else 1 if beyond < self._roll.units else 2

    def _anchored(self, position: int) -> bool:
        return self._roll.base(position) in ANCHORS

    def _form(self, position: int, state: State) -> str:
        form = self._roll.form(position)
        return _FORM_AFTER.get(form, "610") if state.form and form != PERSON else form

    def _name(self, dice: Dice, position: int, form: str, place: Place, state: State) -> str:
        anchor = ANCHORS.get(self._roll.base(position))
        if anchor is not None:
            return f"{anchor.name} (nieuw)" if state.renamed else anchor.name
        if form == VME:
            return names.vme(dice, place)
        if form in _CLUBS:
            return names.association(dice, place)
        return names.public(form, place) if form in _PUBLIC else names.firm(dice, place)

    def _start(self, position: int, state: State) -> date:
        """Newcomers start on the day of the snapshot, many a day later; the others by the published histogram."""
        dice = Dice(f"{self._seed}:start:", position)
        if state.born:
            return self._spec.day(state.born) + timedelta(days=1 if dice.chance(45) else -dice.below(12))
        if dice.chance(0.3):
            return date(1800, 1, 1)  # nobody knows
        part = self._part(position)
        low, count = ((0, self._roll.enterprises), (self._roll.enterprises, self._roll.units))[min(part, 1)]
        years = start_years()
        at = (position - low) * len(years) // count if part < 2 else dice.below(400)
        return self._within(years[max(0, min(len(years) - 1, at + dice.below(41) - 20))], dice)

    def _within(self, year: int, dice: Dice) -> date:
        month = dice.pick(_MONTHS)
        start = date(year, month, 1 if dice.chance(45) else 1 + dice.below(28))
        if year == 1968 and dice.chance(80):
            return date(1968, 1, 1)
        return (
            min(start, self._spec.snapshot - timedelta(days=dice.below(200))) if start > self._spec.snapshot else start
        )


@lru_cache(maxsize=1)
def tables(spec: Spec) -> Tables:
    """Built once per process."""
    return Tables(spec)
