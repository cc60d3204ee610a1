"""Names in `search.db` that have the words of a plan; a bounded number of them, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from services.kbo.domain.organisation import VME_FORM
from services.kbo.domain.words import VME, length_mark
from services.kbo.questions.hits import form_of
from services.kbo.questions.planning import Plan
from services.kbo.questions.reading import Reading
from services.kbo.register.schema import ROW_BITS

FOUND_MAX = 200
"""Names that are put in order."""
LOOKED_MAX = 25_000
"""Names that are looked at for those of one postcode."""
LOOKED_FORM_MAX = 2_000
"""The same for those of one legal form, which takes a look at the entity."""
PROBED_MAX = 1_000
"""Names up to which each is asked for its postcode; for more of them all who are in the postcode are read."""
MARKED_MAX = 60_000
"""Names with the rarest word, above which it would take too long to look for those of the right length first."""


class Found(NamedTuple):
    """A name."""

    entity: int
    text: str
    vme: bool
    """It is of a VME, and a VME was asked."""


def matches(
    reading: Reading, plan: Plan, length: int, postcode: str | None, form: str | None
) -> tuple[list[Found], bool]:
    """Names with all words of the plan; and whether there may be more. Of too many, those of `length` words first."""
    needed = [word.choices for word in plan if not word.letter]
    needed += [(VME,)] if form == VME_FORM else []
    whole = [*needed, *((word.asked,) for word in plan if word.letter)]
    search = _Search(reading, postcode, form)
    search.look(whole)
    if search.full and postcode is None and not _probed(form) and (len(plan) == 1 or _rarest(plan) <= MARKED_MAX):
        search.put_first([*whole, (length_mark(length),)], [*whole, (length_mark(length + 1),)])
    if len(whole) > len(needed):
        search.look(needed)
    return _read(reading, search.rows, plan), search.full


class _Search:
    """Rows of names that were found, in order, at most `FOUND_MAX`."""

    def __init__(self, reading: Reading, postcode: str | None, form: str | None) -> None:
        self.rows: list[int] = []
        self.full = False
        """It was ended before everything was seen."""
        self._reading, self._postcode, self._form = reading, postcode, form
        self._limit = LOOKED_FORM_MAX if _probed(form) else FOUND_MAX if postcode is None else LOOKED_MAX

    def look(self, groups: Sequence[Sequence[str]]) -> None:
        """Behind those that were found already."""
        self._keep(self.rows, self._found(groups))

    def put_first(self, *better: Sequence[Sequence[str]]) -> None:
        """Before those that were found already; each is a part of what they were found by."""
        first = [row for groups in better for row in self._found(groups)]
        self._keep(first, self.rows)

    def _keep(self, first: Sequence[int], more: Sequence[int]) -> None:
        rows = list(dict.fromkeys((*first, *more)))
        self.full = self.full or len(rows) > FOUND_MAX
        self.rows = rows[:FOUND_MAX]

    def _found(self, groups: Sequence[Sequence[str]]) -> list[int]:
        query = "SELECT rowid FROM search.name WHERE name MATCH ? LIMIT ?"
        found = [row for (row,) in self._reading.db.execute(query, (_expression(groups), self._limit))]
        self.full = self.full or len(found) == self._limit
        rows = iter(found) if self._postcode is None else self._there(found, self._postcode)
        if _probed(self._form):
            rows = (row for row in rows if form_of(self._reading, row >> ROW_BITS) == self._form)
        return list(islice(rows, FOUND_MAX))

    def _there(self, rows: list[int], postcode: str) -> Iterator[int]:
        if len(rows) <= PROBED_MAX:
            return (row for row in rows if _is_at(self._reading, row >> ROW_BITS, postcode))
        everybody = _at(self._reading, postcode)
        return (row for row in rows if row >> ROW_BITS in everybody)


def _expression(groups: Sequence[Sequence[str]]) -> str:
    """Words are letters and digits only, so that none of them means something to FTS5 between its quotes."""
    return " AND ".join("(" + " OR ".join(f'"{choice}"' for choice in group) + ")" for group in groups)


def _probed(form: str | None) -> bool:
    """The word "vme" is under every VME's names; other forms can only be seen at the entity."""
    return form not in (None, VME_FORM)


def _rarest(plan: Plan) -> int:
    return min(word.names for word in plan)


def _is_at(reading: Reading, entity: int, postcode: str) -> bool:
    """As table `place` has it: not abroad."""
    rows = reading.rows("address", "postcode, country_nl, country_fr", entity)
    return any(at == postcode and not (nl or fr) for at, nl, fr in rows)


def _at(reading: Reading, postcode: str) -> frozenset[int]:
    """Legal persons and their units there."""
    query = "SELECT entity FROM place WHERE postcode = ?"
    return reading.remembered(
        ("at", postcode), lambda: frozenset(entity for (entity,) in reading.db.execute(query, (postcode,)))
    )


def _read(reading: Reading, rows: Iterable[int], plan: Plan) -> list[Found]:
    """With whether they are of a VME, where a VME was asked."""
    asked = any(word.asked == VME for word in plan)
    query = "SELECT name FROM denomination WHERE id = ?"
    return [
        Found(row >> ROW_BITS, reading.one(query, row)[0], asked and form_of(reading, row >> ROW_BITS) == VME_FORM)
        for row in rows
    ]
