"""Legal persons by form and by postcode, and syndics: pages of a list, by number."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge

from services.kbo.domain.numbers import valid_digits
from services.kbo.domain.organisation import Hits
from services.kbo.questions.hits import Match, answer
from services.kbo.questions.reading import Reading
from services.kbo.register.schema import ROW_BITS
from services.kbo.register.search_schema import UNITS

_SYNDICS = f"""
WITH one AS (
    SELECT entity AS number FROM syndic WHERE entity < {UNITS}
    UNION SELECT u.enterprise FROM syndic s CROSS JOIN establishment u ON u.number = s.entity
) SELECT e.number, coalesce((
    SELECT iif(country_nl IS NULL AND country_fr IS NULL, postcode, '') FROM address
    WHERE id BETWEEN e.number << {ROW_BITS} AND (e.number << {ROW_BITS}) + {(1 << ROW_BITS) - 1} AND kind = 'REGO'
), '') FROM one CROSS JOIN enterprise e ON e.number = one.number AND e.type = '2' ORDER BY e.number
"""  # noqa: S608 - numbers of ours
_SKIP = """
WITH RECURSIVE one(value) AS (
    SELECT min({column}) FROM {table} WHERE {where}
    UNION ALL SELECT (SELECT min({column}) FROM {table} WHERE {where} AND {column} > value) FROM one
    WHERE value IS NOT NULL
) SELECT value FROM one WHERE value IS NOT NULL
"""
"""The different values of a column that an index has in order, without reading every row."""


def distinct(reading: Reading, table: str, column: str, where: str = "1", *values: object) -> list[str]:
    """`where` fixes the columns of the index before this one."""
    query = _SKIP.format(table=table, column=column, where=where)
    return [value for (value,) in reading.db.execute(query, values * 2)]


def forms(reading: Reading) -> list[str]:
    """Codes of the legal forms that somebody has, in order; "" for who has none."""
    return reading.remembered("forms", lambda: distinct(reading, "seat", "form"))


def by_form(reading: Reading, form: str, postcode: str | None, after: str | None, limit: int) -> Hits:
    """By postcode of the seat, then by number."""
    if postcode is not None:
        numbers = _seated(reading, form, postcode, _number(after))
    else:
        numbers = _of_form(reading, form, after)
    return answer(reading, map(Match, numbers), form, limit)


def by_postcode(reading: Reading, postcode: str, form: str | None, after: str | None, limit: int) -> Hits:
    """By number."""
    each = [_seated(reading, one, postcode, _number(after)) for one in ([form] if form else forms(reading))]
    return answer(reading, map(Match, merge(*each)), form, limit)


def syndics(reading: Reading, postcode: str | None, after: str | None, limit: int) -> Hits:
    """By number of the enterprise; a unit's own activity makes its enterprise one."""
    known = reading.remembered("syndics", lambda: _syndics(reading))
    last = _number(after)
    there = (Match(number) for number, seat in known if number > last and postcode in (None, seat))
    return answer(reading, there, None, limit)


def _syndics(reading: Reading) -> list[tuple[int, str]]:
    """Enterprise and postcode of its seat ("" abroad), by number."""
    return reading.db.execute(_SYNDICS).fetchall()


def _of_form(reading: Reading, form: str, after: str | None) -> Iterator[int]:
    last = _number(after)
    postcode = _postcode(reading, last) if last else ""
    query = "SELECT number FROM seat WHERE form = ? AND (postcode, number) > (?, ?) ORDER BY postcode, number"
    return (number for (number,) in reading.db.execute(query, (form, postcode, last)))


def _seated(reading: Reading, form: str, postcode: str, after: int) -> Iterator[int]:
    query = "SELECT number FROM seat WHERE form = ? AND postcode = ? AND number > ? ORDER BY number"
    return (number for (number,) in reading.db.execute(query, (form, postcode, after)))


def _postcode(reading: Reading, number: int) -> str:
    """As table `seat` has it: "" abroad and for who has no seat."""
    seats = (address for address in reading.addresses(number) if address.kind.code == "REGO")
    return next((address.postcode or "" for address in seats if not (address.country_nl or address.country_fr)), "")


def _number(text: str | None) -> int:
    """0, before every number, for what is no number."""
    return int(text) if text and valid_digits(text) else 0
