"""By address: a street in either language, a house number or a range that holds it, within a postcode."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from services.kbo.domain.organisation import Hits
from services.kbo.domain.streets import fold_house_number, fold_street, house_fit, house_order
from services.kbo.questions.hits import Match, answer
from services.kbo.questions.lists import distinct
from services.kbo.questions.reading import Reading

PART_MAX = 200
"""Characters of a street that are read, as many as the register has room for."""
ALIKE_MIN = 86.0
"""How alike (of 100) a street must be to be taken for another one: one letter in seven."""
ALIKE_SHARE = 0.95
"""Score of what was found in a street that was spelled otherwise."""


_STREET = "FROM place WHERE postcode = ? AND street = ?"
_HOUSE = f"SELECT entity {_STREET} AND house_number = ? ORDER BY entity"


def at_address(reading: Reading, address: tuple[str, str, str], form: str | None, limit: int) -> Hits:
    """Street, house number, postcode. Never raises."""
    written, postcode = address[0][:PART_MAX], address[2]
    street, house = fold_street(written), fold_house_number(address[1][:PART_MAX])
    found = _in_street(reading, postcode, street, house)
    if found or not street or _is_street(reading, postcode, street):
        return answer(reading, found, form, limit)
    other = _nearest(reading, postcode, street)
    found = _in_street(reading, postcode, other, house) if other else []
    alike = [match._replace(score=round(match.score * ALIKE_SHARE, 4)) for match in found]
    read = (f"{written} -> {_spelled(reading, found[0].entity, other)}",) if other and found else ()
    return answer(reading, alike, form, limit, corrected=read)


def _in_street(reading: Reading, postcode: str, street: str, house: str) -> list[Match]:
    """Best first, then by house number; the whole street without house number."""
    houses = [one for (one,) in reading.db.execute(f"SELECT DISTINCT house_number {_STREET}", (postcode, street))]
    fits = [(house_fit(house, registered) if house else 1.0, registered) for registered in houses]
    return [
        Match(entity, fit)
        for fit, registered in sorted(fits, key=lambda one: (-one[0], house_order(one[1])))
        if fit
        for (entity,) in reading.db.execute(_HOUSE, (postcode, street, registered))
    ]


def _is_street(reading: Reading, postcode: str, street: str) -> bool:
    """Somebody is there, at whatever number: then it is no other street that was meant."""
    return reading.one(f"SELECT 1 {_STREET} LIMIT 1", postcode, street) is not None


def _nearest(reading: Reading, postcode: str, street: str) -> str | None:
    streets = reading.remembered(
        ("streets", postcode), lambda: distinct(reading, "place", "street", "postcode = ?", postcode)
    )
    best = process.extractOne(street, streets, scorer=fuzz.ratio, score_cutoff=ALIKE_MIN)
    return best[0] if best else None


def _spelled(reading: Reading, entity: int, street: str) -> str:
    """The street as the register writes it."""
    streets = [name for at in reading.addresses(entity) for name in (at.street_nl, at.street_fr) if name]
    return next((name for name in streets if fold_street(name) == street), street)
