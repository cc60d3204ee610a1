"""Streets for somebody who is still typing.

Two passes along an index, and the second only when the first leaves room: the names that begin with what was typed, by
`street_key`; then the names of which every typed word begins a word, by `street_word`. In one municipality both are
exact. Without any both go by `street_start`, the likeliest names first, and the second pass looks at so many at most;
a third one fills the room that is left with other streets of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from services.address.domain.folding import key_words, street_fold, words
from services.address.questions import rows
from services.address.questions.places import municipalities_of
from services.address.questions.reader import Reader
from services.address.questions.shapes import StreetHit
from services.address.questions.streets import postcodes_of_each
from services.address.register.deriving_names import KEY, RANKS, WORD

TYPED_MAX = 100
"""Characters that count; no street has a longer name."""
WORDS_MAX = 6
"""Words that count, the longest ones."""
LIMIT_MAX = 500
ANYWHERE_MAX = 200
"""Names that the second pass looks at when it is about the whole country."""
KEYS_PER_STREET = 4
"""How many keys of one street may begin alike: two in each of two languages."""
_AFTER_ALL = "\U0010ffff"
_VALID = f"s.status IN {rows.VALID}"
_IN_POSTCODE = "EXISTS (SELECT 1 FROM street_postcode p WHERE p.street = k.street AND p.postcode = ?)"
_HAS_WORD = "EXISTS (SELECT 1 FROM street_word WHERE street = k.street AND nis = k.nis AND word >= ? AND word < ?)"
_FROM_KEYS = f"SELECT {rows.STREET}, 1 FROM street_key k CROSS JOIN street s ON s.id = k.street"  # noqa: S608
_FROM_WORDS = _FROM_KEYS.replace("street_key", "street_word")
_NAMES = f"""
WITH RECURSIVE ranks(rank) AS (SELECT 0 UNION ALL SELECT rank + 1 FROM ranks WHERE rank < {RANKS - 1})
SELECT {rows.STREET}, n.municipalities FROM (
    SELECT t.fold FROM ranks CROSS JOIN street_start t ON t.rank = ranks.rank
    WHERE t.part = ? AND t.start >= ? AND t.start < ? LIMIT ?
) f CROSS JOIN street_name n ON n.fold = f.fold CROSS JOIN street s ON s.id = n.street
"""  # noqa: S608
_NAME_HAS_WORD = f"""
EXISTS (SELECT 1 FROM street_start WHERE fold = f.fold AND part = {WORD} AND start >= ? AND start < ?)
"""  # noqa: S608

Area = tuple[Sequence[int], int | None]
"""Municipalities, and the postcode in them."""
Reading = tuple[str, ...]
"""Words."""
Row = tuple[Any, ...]
"""The columns of a street, and in how many municipalities its name is one that it speaks for."""


def suggest(reader: Reader, typed: str, postcode: int | None, nis: int | None, limit: int) -> tuple[StreetHit, ...]:
    """At most `limit` valid streets; nothing typed gives the first ones of the area, and none without area."""
    text, most = typed[:TYPED_MAX], max(0, min(limit, LIMIT_MAX))
    area, readings = _area(reader, postcode, nis), _readings(text)
    if area is None:
        found = _anywhere(reader, readings, most) if words(text) else iter(())
    else:
        found = _inside(reader, readings, area, most)
    chosen: dict[int, Row] = {}
    for row in found:
        if len(chosen) == most:
            break
        chosen.setdefault(row[0], row)
    return _hits(reader, chosen)


def _area(reader: Reader, postcode: int | None, nis: int | None) -> Area | None:
    if postcode is None:
        return None if nis is None else ((nis,), None)
    return [one for one in municipalities_of(reader, postcode) if nis in (None, one)], postcode


def _inside(reader: Reader, readings: Sequence[Reading], area: Area, limit: int) -> Iterator[Row]:
    nises, postcode = area
    for reading in readings:
        begin = "".join(reading)
        yield from _by_name(row for nis in nises for row in _begin_with(reader, begin, nis, postcode, limit))
    for reading in filter(None, readings):
        wanted = _longest(reading)
        yield from _by_name(row for nis in nises for row in _have_words(reader, wanted, nis, postcode))


def _anywhere(reader: Reader, readings: Sequence[Reading], limit: int) -> Iterator[Row]:
    """Every name once, then its namesakes."""
    begins = ["".join(reading) for reading in readings]
    for begin in begins:
        yield from reader.all(_NAMES, KEY, begin, begin + _AFTER_ALL, limit * KEYS_PER_STREET)
    for wanted in map(_longest, readings):
        first, *more = [(word, word + _AFTER_ALL) for word in wanted]
        query = _NAMES + "".join(f"{' AND' if nth else 'WHERE'} {_NAME_HAS_WORD} " for nth in range(len(more)))
        yield from reader.all(query, WORD, *first, ANYWHERE_MAX, *chain.from_iterable(more))
    query = f"{_FROM_KEYS} WHERE k.key >= ? AND k.key < ? AND {_VALID} ORDER BY k.key LIMIT ?"
    for begin in begins:
        yield from _by_name(reader.all(query, begin, begin + _AFTER_ALL, limit * KEYS_PER_STREET))


def _begin_with(reader: Reader, begin: str, nis: int, postcode: int | None, limit: int) -> list[Row]:
    where, values = _where(postcode)
    query = f"{_FROM_KEYS} WHERE k.nis = ? AND k.key >= ? AND k.key < ? AND {where} ORDER BY k.key LIMIT ?"
    return reader.all(query, nis, begin, begin + _AFTER_ALL, *values, limit * KEYS_PER_STREET)


def _have_words(reader: Reader, wanted: Sequence[str], nis: int, postcode: int | None) -> list[Row]:
    """All of the municipality: they lie in the order of their words."""
    where, values = _where(postcode)
    first, *more = [(word, word + _AFTER_ALL) for word in wanted]
    query = " AND ".join(
        [f"{_FROM_WORDS} WHERE k.nis = ? AND k.word >= ? AND k.word < ?", where, *[_HAS_WORD] * len(more)]
    )
    return reader.all(query, nis, *first, *values, *chain.from_iterable(more))


def _where(postcode: int | None) -> tuple[str, tuple[int, ...]]:
    return (_VALID, ()) if postcode is None else (f"{_IN_POSTCODE} AND {_VALID}", (postcode,))


def _by_name(found: Iterable[Row]) -> list[Row]:
    """By what is shown: a key may be an abbreviation or French, and a postcode may lie in several municipalities."""
    return sorted(found, key=lambda row: (street_fold(row[2]), row[0]))


def _readings(text: str) -> list[Reading]:
    """The words as typed; with abbreviations written out, but for the last one (`dr. van st`); and with all of them."""
    typed = words(text)
    first = key_words(" ".join(typed[:-1]))
    return list(dict.fromkeys((typed, (*first, *typed[-1:]), key_words(text))))


def _longest(reading: Sequence[str]) -> list[str]:
    return sorted(set(reading), key=len, reverse=True)[:WORDS_MAX]


def _hits(reader: Reader, chosen: Mapping[int, Row]) -> tuple[StreetHit, ...]:
    postcodes = postcodes_of_each(reader, chosen)
    return tuple(
        StreetHit(rows.street(row), municipality, postcodes.get(row[0], ()), row[5] - 1)
        for row in chosen.values()
        if (municipality := reader.municipality(row[1])) is not None
    )
