"""Addresses in running text: precise rather than complete, because each is matched afterwards. No I/O.

An address begins where a street stands right before a house number, or right before a place. Which words are a street
and which a place says the register (`Knows`); words that only look like a street (`Verzonnenlei 400`) count too, to be
able to say that there is no such address, and places elsewhere count too: a street of another town is none of ours.
Dates, amounts, times, measures and telephone numbers are left alone. So many words are looked up at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple, Protocol

from loketbus.characters import Folded, fold
from services.address.domain.finding_numbers import HOUSE_AT, Numbers, numbers_at
from services.address.domain.finding_places import KnowsPlaces, Place, Places
from services.address.domain.finding_streets import WINDOW, Street, street_before

FOUND_MAX = 50
LOOKED_AT_MAX = 2_000
"""Numbers and places in one text that may belong to an address."""


class Knows(KnowsPlaces, Protocol):
    """What the register says of words."""

    def street(self, words: str) -> bool:
        """There is a street of this name."""


@dataclass(frozen=True, slots=True)
class Found:
    """`text[start:end]` is the address as it was written; those of one list (`12, 14 en 16`) share it."""

    start: int
    end: int
    line: str
    """Street and number in plain characters, on one line."""
    beside: str
    """Postcode and place as they stand beside it; "" for none."""
    numbered: bool
    """With a house number."""
    street_like: bool
    """It ends as streets do: `...straat`, `...laan`."""
    postcode: int | None
    place: str | None
    """A place in Belgium, or one that is said to be one (`te Breda`)."""

    @property
    def query(self) -> str:
        """All of it, street and place parted by a comma."""
        return ", ".join(filter(None, (self.line, self.beside)))


_POSTCODE = re.compile(r"(?<![\w.,/+-])(?:BE?[ ]?-[ ]?)?(?P<postcode>[1-9][0-9]{3})(?![\w]|[.,/-][0-9])")
_NAMED = re.compile(r"(?:(?<=,)|(?<=, )|(?<![^\W_])(?:te|in)[ ])[ ]{0,2}(?=[A-Z'])")
_PREPOSITION = re.compile(r"(?<!\w)(?:te|in|à)$")
_JOINED = re.compile(r"[ ]?(?:,|,?[ ]?(?:en|of|&|\+)(?=[ ]))[ ]?(?:(?:in|op|aan)[ ])?(?:(?:de|het|den)[ ])?")
_NUMBER_FIRST = re.compile(r"(?<![\w.,/+-])(?<![0-9][ ])(?P<number>[1-9][0-9]{0,2}[A-Za-z]?(?:bis)?),?[ ]$")


class _Hit(NamedTuple):
    """`start` to `middle` is the street with its numbers."""

    start: int
    middle: int
    street: str
    numbers: tuple[str, ...]
    """House numbers with their boxes; () for a street alone."""
    street_like: bool
    place: Place

    @property
    def end(self) -> int:
        """Of the address as it was written."""
        return max(self.middle, self.place.end) if self.place.found else self.middle

    @property
    def begin(self) -> int:
        """Of the address as it was written: a place may stand before the street."""
        return min(self.start, self.place.start) if self.place.found else self.start


def find_addresses(text: str, knows: Knows) -> list[Found]:
    """In the order of the text; apart from each other, but for those of one list. Never raises."""
    folded = fold(text)
    reading = _Reading(folded.text, knows)
    hits = sorted((*reading.numbered(), *reading.unnumbered()), key=lambda one: (one.begin, -one.end))
    found: list[Found] = []
    last = 0
    for hit in hits:
        if hit.begin >= last:
            found += _found(folded, hit)
            last = hit.end
    return found[:FOUND_MAX]


def _found(folded: Folded, hit: _Hit) -> Iterator[Found]:
    start, end = folded.origin(hit.begin, hit.end)
    beside = " ".join(folded.text[hit.place.start : hit.place.end].split())
    for number in hit.numbers or ("",):
        line = f"{hit.street} {number}".rstrip()
        yield Found(start, end, line, beside, bool(number), hit.street_like, hit.place.postcode, hit.place.name)


class _Reading:
    """One text; what the register said of its words is remembered."""

    def __init__(self, text: str, knows: Knows) -> None:
        self._text = text
        self._street = lru_cache(maxsize=None)(knows.street)
        self._places = Places(text, knows)

    def numbered(self) -> list[_Hit]:
        """Streets with house numbers, and the place beside them."""
        hits: list[_Hit] = []
        last = 0
        for at in islice(HOUSE_AT.finditer(self._text), LOOKED_AT_MAX):
            street = street_before(self._text, at.start(), self._street) if at.start() >= last else None
            numbers = self._numbers(at.start()) if street else None
            if street and numbers:
                hit = self._numbered(street, at.start(), numbers, last)
                if hit.place.found or not street.plain:
                    hits.append(hit)
                    last = hit.end
        return self._sharing(hits)

    def unnumbered(self) -> Iterator[_Hit]:
        """Streets right before a place."""
        anchors = sorted(one.start() for pattern in (_POSTCODE, _NAMED) for one in pattern.finditer(self._text))
        for at in anchors[:LOOKED_AT_MAX]:
            window = max(0, at - WINDOW)
            before = self._text[window:at].rstrip(" \t,;(\n-")
            begin = window + len(_PREPOSITION.sub("", before).rstrip(" \t"))
            place = self._places.behind(begin)
            if place.postcode is None and (place.name is None or not self._places.known(place.name)):
                continue
            street = street_before(self._text, begin, self._street)
            if street is not None:
                yield self._unnumbered(street, place)

    def _numbers(self, at: int) -> Numbers | None:
        """A house number, or a list; a postcode is none."""
        code = _POSTCODE.match(self._text, at)
        if code is not None and self._places.city(code.end() + 1, any_case=True) is not None:
            return None
        return numbers_at(self._text, at, self._places.right_behind)

    def _numbered(self, street: Street, at: int, numbers: Numbers, last: int) -> _Hit:
        place = self._places.behind(numbers.end)
        if not place.found:
            place = self._places.before(street.start, last)
        # What introduces the number (`nr.`, `naast`) stays where there is one number, for the matcher to read.
        name = " ".join(self._text[street.start : at if len(numbers.items) == 1 else street.end].split())
        return _Hit(street.start, numbers.end, name, numbers.items, street.like, place)

    def _unnumbered(self, street: Street, place: Place) -> _Hit:
        name = " ".join(self._text[street.start : street.end].split())
        line = max(self._text.rfind("\n", 0, street.start) + 1, street.start - 12)
        first = _NUMBER_FIRST.search(self._text[line : street.start])
        start = street.start if first is None else line + first.start()
        return _Hit(start, street.end, name, (first["number"],) if first else (), street.like, place)

    def _sharing(self, hits: list[_Hit]) -> list[_Hit]:
        """`Bruul 12 en Kouter 14, 2500 Lier`: both lie in Lier."""
        for at in range(len(hits) - 2, -1, -1):
            one, other = hits[at], hits[at + 1]
            behind = other.place.found and other.place.start >= other.middle
            joined = behind and _JOINED.fullmatch(self._text, one.middle, other.start)
            if not one.place.found and joined and self._places.elsewhere(other.place):
                hits[at] = one._replace(place=other.place)
        return hits
