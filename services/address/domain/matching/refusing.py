"""The answer when nothing that was asked is in the register: why, and what may be meant all the same."""

from __future__ import annotations

from collections.abc import Sequence

from services.address.domain import verdicts
from services.address.domain.matching import answers
from services.address.domain.matching.answers import Asking
from services.address.domain.matching.choosing import Result, at_the_end
from services.address.domain.matching.streets import suggestions
from services.address.domain.model import Lookup, Match, Note
from services.address.domain.numbers_written import Numbers
from services.address.domain.parsing import Split, Written
from services.address.domain.places import Scope

_NO_SPLIT = Split("", Numbers(""))


def refused(lookup: Lookup, line: str, parsed: Written, tried: Sequence[Asking]) -> Result:
    """`unknown`, by the likeliest split of what was asked that can be decided."""
    if not tried:
        asking = Asking(lookup, line, _NO_SPLIT, Scope())
        return Result(asking, answers.unknown(asking, _nothing(line, parsed)))
    kept = [asking for asking in tried if asking.where.anywhere or any(map(lookup.street_keys, asking.where.nis))]
    asking = next((one for one in kept if one.decidable), tried[0])
    where = asking.where
    if parsed.po_box and not asking.split.numbers.house:
        return Result(asking, answers.unknown(asking, verdicts.po_box_only(parsed.po_box)))
    if asking not in kept and not where.conflict:
        place = " ".join(filter(None, (where.code, where.name)))
        return Result(asking, answers.unknown(asking, verdicts.outside_area(place)))
    return Result(asking, _no_street(asking))


def _no_street(asking: Asking) -> Match:
    """With streets that look like it, and the address that the last words of it are."""
    lookup, where, street = asking.lookup, asking.where, asking.split.street
    inside = tuple(at_the_end(asking, f"{street} {asking.split.numbers.written}"))
    if where.conflict:
        return answers.unknown(asking, verdicts.place_conflict(where.code, where.name), inside=inside)
    municipality = lookup.municipality(where.nis[0]) if where.nis else None
    suggested = suggestions(lookup, street, where)
    reasons = [verdicts.street_unknown(street, municipality.name if municipality else "")]
    if suggested:
        reasons.append(verdicts.similar(", ".join(dict.fromkeys(one.name for one in suggested))))
    return answers.unknown(asking, *reasons, suggested=suggested, inside=inside)


def _nothing(line: str, parsed: Written) -> Note:
    if parsed.po_box:
        return verdicts.po_box_only(parsed.po_box)
    return verdicts.no_street(line) if line else verdicts.nothing_asked()
