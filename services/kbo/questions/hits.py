"""From an entity that was found to what is shown of it. Natural persons end here, whatever found them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.kbo.domain.organisation import Hit, Hits
from services.kbo.domain.verdicts import address_text
from services.kbo.questions.codes import official
from services.kbo.questions.reading import Reading, ten
from services.kbo.register.search_schema import BRANCHES, UNITS

_LEGAL = "SELECT situation, form FROM enterprise WHERE number = ? AND type = '2'"


class Match(NamedTuple):
    """An enterprise or unit that was found. Without `matched`, its address."""

    entity: int
    score: float = 1.0
    matched: str | None = None


def answer(
    reading: Reading,
    matches: Iterable[Match],
    form: str | None,
    limit: int,
    *,
    more: bool = False,
    corrected: tuple[str, ...] = (),
) -> Hits:
    """The first `limit` of them, each enterprise once."""
    found: dict[str, Hit] = {}
    for hit in _hits(reading, matches, form):
        if hit.number in found:
            continue
        if len(found) == limit:
            more = True
            break
        found[hit.number] = hit
    return Hits(tuple(found.values()), reading.source, more, corrected)


def owner(reading: Reading, entity: int) -> int | None:
    """The enterprise of a unit or branch; an enterprise itself."""
    if entity < UNITS:
        return entity
    table = "establishment" if entity < BRANCHES else "branch"
    row = reading.one(f"SELECT enterprise FROM {table} WHERE number = ?", entity)  # noqa: S608 - our own words
    return int(row[0]) if row else None


def form_of(reading: Reading, entity: int) -> str | None:
    """Of the enterprise itself, or of the one whose unit it is."""
    number = owner(reading, entity)
    row = reading.one(_LEGAL, number) if number is not None else None
    return row[1] if row else None


def _hits(reading: Reading, matches: Iterable[Match], form: str | None) -> Iterator[Hit]:
    for match in matches:
        number = owner(reading, match.entity)
        row = reading.one(_LEGAL, number) if number is not None else None
        if number is not None and row is not None and (not form or row[1] == form):
            yield _hit(reading, match, number, row[0], row[1])


def _hit(reading: Reading, match: Match, number: int, situation: str | None, form: str | None) -> Hit:
    names = reading.rows("denomination", "language, kind, name", number)
    addresses = reading.addresses(number)
    unit = match.entity != number
    where = reading.addresses(match.entity) if unit and match.matched is None else addresses
    return Hit(
        number=ten(number),
        name=official(names, ten(number)),
        matched=match.matched if match.matched is not None else next(map(address_text, where), ""),
        form=reading.codes.optional("JuridicalForm", form),
        situation=reading.codes.label("JuridicalSituation", situation),
        seat=next((address for address in addresses if address.kind.code == "REGO"), None),
        unit=ten(match.entity) if unit else None,
        score=match.score,
    )
