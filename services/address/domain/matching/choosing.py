"""The answer that goes out when a text can be read in several ways, or not to its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from services.address.domain import verdicts
from services.address.domain.house_numbers import NUMBER_AT, street_before
from services.address.domain.labels import candidate_label
from services.address.domain.matching import answers
from services.address.domain.matching.answers import Asking
from services.address.domain.matching.houses import at_street
from services.address.domain.matching.streets import find
from services.address.domain.model import Address, Candidate, Match, Note, Verdict
from services.address.domain.readings import numbers

_ORDER: dict[Verdict, int] = {
    "exact": 5, "corrected": 4, "ambiguous": 3, "building_only": 2, "street_only": 1, "unknown": 0,
}  # fmt: skip
_TAIL_WORDS_MAX = 5
_TAIL_NUMBERS_MAX = 3


@dataclass(frozen=True, slots=True)
class Result:
    """The answer for one split."""

    asking: Asking
    found: Match


def best(results: Sequence[Result]) -> Result:
    """The best verdict, of equal ones the likeliest split; two different addresses are no answer."""
    if len(results) == 1 and results[0].found.address:
        return results[0]
    first = max(results, key=lambda result: _ORDER[result.found.verdict])
    rivals = {address.id: address for address in _rivals(first, results)}
    return first if len(rivals) < 2 else Result(first.asking, _either(first, list(rivals.values())))


def certain(result: Result, *, cut: bool) -> Match:
    """The same, unless something that was not read may say that it is another address."""
    found, asking = result.found, result.asking
    if found.address is None or found.street is None or found.municipality is None:
        return replace(found, reasons=(*found.reasons, verdicts.too_long(""))) if cut else found
    one = Candidate(found.street, found.municipality, found.address, found.address.postcode)
    boxes = _boxes_like(asking.po_box, found)
    reason = verdicts.po_box_or_box(asking.po_box) if boxes else _doubt(asking, candidate_label(one), cut=cut)
    if reason is None:
        return found
    kept = (one, *boxes)
    return replace(found, verdict="ambiguous", reasons=(reason,), address=None, building=None, candidates=kept)


def at_the_end(asking: Asking, text: str) -> Iterator[Address]:
    """Addresses that words at the end of a text are: `Apotheek Bruul 30`. To choose from, never to be sure of."""
    for number in islice(NUMBER_AT.finditer(text), _TAIL_NUMBERS_MAX):
        words = street_before(text[: number.start()])[0].split()[-_TAIL_WORDS_MAX:]
        streets = (find(asking.lookup, " ".join(words[first:]), asking.where) for first in range(len(words)))
        for named in next(filter(None, streets), ()):
            found = at_street(asking.lookup, named.street, numbers(text[number.start() :]))
            if there := found.address or found.building:
                yield there


def _rivals(first: Result, results: Sequence[Result]) -> Iterator[Address]:
    """What else the text may mean, the best first."""
    if first.found.verdict == "building_only" and first.found.building:  # `12 en Kerkstraat 5`
        yield first.found.building
        yield from at_the_end(first.asking, first.asking.split.numbers.written)
    if not first.asking.split.open:
        same = (one.found.address for one in results if one.found.verdict == first.found.verdict)
        yield from filter(None, same)
    elif first.found.verdict != "ambiguous":
        for one in (first, *results):
            if one.asking.split.open and (there := one.found.address or one.found.building):
                yield there
        for text in first.asking.split.left_out:
            yield from at_the_end(first.asking, text)


def _either(first: Result, addresses: Sequence[Address]) -> Match:
    kept = answers.candidates(first.asking.lookup, addresses)
    one = kept[0] if len({candidate.street.id for candidate in kept}) == 1 else None
    house = addresses[0].house if len({address.house for address in addresses}) == 1 else None
    return Match(
        first.found.input, "ambiguous", (verdicts.several_in_text(len(kept)),), street=one.street if one else None,
        municipality=one.municipality if one else None, house_number=house, candidates=kept,
    )  # fmt: skip


def _boxes_like(po_box: str, found: Match) -> tuple[Candidate, ...]:
    """Boxes of the building with the number of the PO box."""
    number = po_box.rpartition(" ")[2]
    return tuple(one for one in found.candidates if one.address and po_box and one.address.box == number)


def _doubt(asking: Asking, address: str, *, cut: bool) -> Note | None:
    """The text was cut, or a name in it may be the municipality that lacks."""
    if cut:
        return verdicts.too_long(address)
    if asking.split.twice:
        return verdicts.number_twice(address)
    names = (part for part in asking.split.left_out if not any(character.isdigit() for character in part))
    name = next(names, "") if asking.where.anywhere else ""
    return verdicts.place_or_not(name, address) if name else None
