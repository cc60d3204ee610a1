"""`match`: every split of what was asked against the register, and the best answer of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from services.address.domain import verdicts
from services.address.domain.folding import street_fold
from services.address.domain.house_numbers import BESIDE
from services.address.domain.matching import answers
from services.address.domain.matching.answers import Asking, Found
from services.address.domain.matching.choosing import Result, best, certain
from services.address.domain.matching.desk import Kind, Outcome
from services.address.domain.matching.houses import at_street
from services.address.domain.matching.refusing import refused
from services.address.domain.matching.streets import Named, find, misspelt
from services.address.domain.model import Asked, Lookup, Match, Status
from services.address.domain.parsing import Written, splits, written
from services.address.domain.parsing_text import one_line
from services.address.domain.places import Scope, find_place, scope

STREETS_MAX = 60
"""Streets of one name of which the numbers are looked at when no municipality was given."""
_MISSPELT_MAX = 6
"""Splits that are tried with a typing error."""


def match(lookup: Lookup, asked: Asked) -> Match:
    """What the register has for it. Never raises for what was asked, and looks at a bounded part of it."""
    line, parsed = one_line(" ".join(filter(None, _texts(asked)))), written(asked)
    tried: list[Asking] = []
    results: list[Result] = []
    for asking in _askings(lookup, line, parsed):
        tried.append(asking)
        if found := _read(asking):
            results.append(Result(asking, found))
            if found.verdict == "exact" and not asking.split.open:
                break
    chosen = best(results) if results else _misspelt(tried[:_MISSPELT_MAX])
    return certain(chosen or refused(lookup, line, parsed, tried), cut=parsed.cut)


def _askings(lookup: Lookup, line: str, parsed: Written) -> Iterator[Asking]:
    """Every split with the place that it points to."""
    scopes: dict[tuple[str, tuple[str, ...]], Scope] = {}
    for split in splits(lookup, parsed):
        place = (split.postcode, split.places)
        if place not in scopes:
            scopes[place] = scope(lookup, *place)
        yield Asking(lookup, line, split, scopes[place], parsed.po_box)


def _texts(asked: Asked) -> Iterable[str]:
    return (asked.text, asked.street, asked.house_number, asked.box, asked.postcode, asked.municipality)


def _read(asking: Asking) -> Match | None:
    """The answer for one split; None when there is no such street."""
    named = find(asking.lookup, asking.split.street, asking.where) if asking.decidable else ()
    return _decide(asking, _narrowed(asking, named)) if named else None


def _decide(asking: Asking, named: Sequence[Named]) -> Match | None:
    founds = [Found(one, _at(asking, one)) for one in named[:STREETS_MAX]]
    kind = max(found.outcome.kind for found in founds)
    founds = _fitting(asking, [found for found in founds if found.outcome.kind is kind])
    if not founds:
        return None
    if kind is Kind.STREET and len(founds) > 1:
        return answers.several_streets(asking, named)
    if kind is Kind.SEVERAL or len({_same(found.outcome) for found in founds}) > 1:
        return answers.several(asking, founds)
    return answers.one(asking, founds[0])


def _at(asking: Asking, named: Named) -> Outcome:
    """What a street has; when it was replaced, what its successor has."""
    numbers = asking.split.numbers
    left_out = asking.split.left_out
    found = at_street(asking.lookup, named.street, numbers, left_out)
    if found.kind is Kind.STREET and named.street.status is Status.GEHISTOREERD:
        new = asking.lookup.street_successors(named.street.id)
        if len(new) == 1 and new[0].status.valid:
            note = verdicts.street_renamed(named.street.name, new[0].name)
            found = at_street(asking.lookup, new[0], numbers, left_out)
            found = replace(found, changes=(note, *found.changes))
    if found.kind is Kind.ADDRESS and asking.split.beside.lower() not in ("", BESIDE):
        return _beside(asking, named, found)
    return found


def _beside(asking: Asking, named: Named, found: Outcome) -> Outcome:
    """`tegenover nr 30` says where it is, not which number it has."""
    reason = verdicts.nearby(named.street.name, f"{asking.split.beside} {asking.split.numbers.written}")
    around = (found.address,) if found.address else ()
    return Outcome(Kind.STREET, found.street, found.house, candidates=around, reasons=(reason,))


def _narrowed(asking: Asking, named: Sequence[Named]) -> Sequence[Named]:
    """Of namesakes in one municipality those in the part that was named."""
    if len(named) < 2 or asking.where.conflict or asking.where.anywhere:
        return named
    wanted = _postcodes(asking, named)
    for fits in (
        [one for one in named if one.hint and (one.street.homonym or "").lower() == one.hint.lower()],
        [one for one in named if not wanted.isdisjoint(asking.lookup.postcodes_of(one.street.id))] if wanted else [],
    ):
        if fits:
            return fits
    return named


def _postcodes(asking: Asking, named: Sequence[Named]) -> frozenset[int]:
    """Those that were asked for: given, of the deelgemeente, or of what stood in brackets behind the street."""
    where = asking.where
    hints = {one.hint for one in named if one.hint}
    hinted = {place.postcode for hint in hints for place in find_place(asking.lookup, hint) if place.nis in where.nis}
    return frozenset(filter(None, hinted)) or where.postcodes or frozenset(filter(None, (where.postcode,)))


def _fitting(asking: Asking, founds: list[Found]) -> list[Found]:
    """Of several addresses those under the postcode that was asked for; what goes against both its postcode and its
    municipality was not asked for."""
    where = asking.where
    if where.conflict:
        return [one for one in founds if _half_right(where, one.outcome)]
    if len(founds) < 2:
        return founds
    wanted = _postcodes(asking, [found.named for found in founds])
    return [one for one in founds if one.outcome.address and one.outcome.address.postcode in wanted] or founds


def _half_right(where: Scope, outcome: Outcome) -> bool:
    postcode = outcome.address.postcode if outcome.address else None
    named = any(place.nis == outcome.street.nis for place in where.named)
    return named or postcode in (None, where.postcode)


def _same(outcome: Outcome) -> tuple[int | None, int | None]:
    return outcome.address.id if outcome.address else None, outcome.street.id if not outcome.address else None


def _misspelt(tried: Sequence[Asking]) -> Result | None:
    """The one street that differs by a mistake and has the number; two such streets are candidates."""
    for asking in tried:
        if not asking.where.nis or not asking.decidable:
            continue
        named = misspelt(asking.lookup, asking.split.street, asking.where)
        founds = [found for one in named if _holds(asking, found := Found(one, _at(asking, one)))]
        names = {street_fold(one.street.name) for one in named}
        if len(names) == len(founds) == 1 and founds[0].outcome.kind is not Kind.SEVERAL:
            one = answers.to_confirm if named[0].elsewhere else answers.one
            return Result(asking, one(asking, founds[0]))
        if len(founds) > 1 or (founds and len(names) == 1):
            return Result(asking, answers.several(asking, founds))
    return None


def _holds(asking: Asking, found: Found) -> bool:
    """It has the number, and under the postcode that was given."""
    outcome, postcode = found.outcome, asking.where.postcode
    at = outcome.address or outcome.building
    return outcome.kind > Kind.STREET and (at is None or None in (postcode, at.postcode) or at.postcode == postcode)
