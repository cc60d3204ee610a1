"""What was asked, split into street, number, postcode and place: all splits that make sense, likeliest first.

Only the register knows which one is right (`Steenweg op Blaasveld 12` is no place Blaasveld, `11 novemberstraat 5` no
house number 11), so nothing is decided here. No I/O but the lookup's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.address.domain.belgian_places import known_place
from services.address.domain.boxes import floor
from services.address.domain.folding import place_key
from services.address.domain.house_numbers import NUMBER_AT, number_alone
from services.address.domain.leftovers import Left, weigh
from services.address.domain.model import Asked, Lookup
from services.address.domain.numbers_written import Numbers
from services.address.domain.parsing_lines import BIS_WORDS, BOX_WORD, Line, box_like, lines
from services.address.domain.parsing_postcode import Located, first_places, located, only_postcode
from services.address.domain.parsing_text import cut, parts, tidy, without_po_box
from services.address.domain.places import find_place
from services.address.domain.readings import numbers

SPLITS_MAX = 24
_DIGIT = re.compile("[0-9]")
_SPREADSHEET = re.compile(r"(?P<thousands>[1-9])\.(?P<rest>[0-9]{3})$|(?P<whole>[0-9]{1,4})\.0$")
_NOTHING = frozenset({"0", "-", "/", "onbekend", "nvt", "n.v.t.", "null", "geen"})
"""What stands in a field that nobody filled in."""
_LETTERS = re.compile(r"[^\W\d_]{2}")
_PLACE_WORDS_MAX = 6
_PLACE_MAX = 40


@dataclass(frozen=True, slots=True)
class Split:
    """One way to read what was asked."""

    street: str
    numbers: Numbers
    postcode: str = ""
    places: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """Parts that belong to no address: the name of a building, of a person."""
    beside: str = ""
    """What the text says instead of giving its number: `naast`, `tegenover`."""
    open: bool = False
    """Another split of the same text may be meant as well: a second number, or a second address."""
    twice: bool = False
    """It has two numbers, which together are a house number and a box, or are not."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was asked, before it is read."""

    parts: tuple[str, ...]
    po_box: str
    """A PO box in it, as it was written."""
    postcode: str = ""
    places: tuple[str, ...] = ()
    """From fields of their own."""
    street: str = ""
    house_number: str = ""
    box: str = ""
    cut: bool = False
    """There was more than is read."""


def written(asked: Asked) -> Written:
    """The texts of all fields, tidied. Never raises."""
    pieces, po_box = without_po_box(parts(asked.text))
    street, po_box_too = without_po_box(parts(asked.street))
    code, beside = only_postcode(_field(asked.postcode))
    code_too, name = only_postcode(_field(asked.municipality))
    names = tuple(filter(None, (name, beside if code else "")))
    house, box = _field(asked.house_number), _line(asked.box)
    return Written(
        street or pieces, po_box or po_box_too, code or code_too or (beside and _field(asked.postcode)), names,
        ", ".join(street), house, box, cut(asked.text) or cut(asked.street),
    )  # fmt: skip


def splits(lookup: Lookup, asked: Written) -> Iterator[Split]:
    """Likeliest first, at most `SPLITS_MAX`, none twice."""
    seen: set[Split] = set()
    for split in _all(lookup, asked):
        if split not in seen and _LETTERS.search(split.street):
            seen.add(split)
            yield split
        if len(seen) >= SPLITS_MAX:
            return


def _all(lookup: Lookup, asked: Written) -> Iterator[Split]:
    house = number_alone(asked.house_number) or asked.house_number
    if asked.street and _DIGIT.match(house):
        yield Split(asked.street, numbers(house, asked.box), asked.postcode, asked.places)
    if asked.house_number and not _DIGIT.match(house) and asked.parts:  # a house field that only holds the box
        pieces = (*asked.parts[:-1], f"{asked.parts[-1]} {asked.house_number}")
        asked = replace(asked, parts=pieces)
        house = ""
    for place in _places(lookup, asked):
        for line in lines(place.parts):
            yield from _split(place, _with_field(line, house), asked.box)


def _with_field(line: Line, house: str) -> Line:
    """The number of the text and that of the field are one where one begins with the other, or one is missing."""
    if not house or (line.number and _longer(line.number, house)):
        return line
    if not line.number or _longer(house, line.number):
        return replace(line, number=house)
    return replace(line, number=f"{line.number} {house}", spare=house, open=True)


def _longer(one: str, other: str) -> bool:
    """`5A` says more than `5`; `51` is another number."""
    return one[: len(other)].lower() == other.lower() and not (one[len(other) :][:1].isdigit() and other[-1:].isdigit())


def _split(place: Located, line: Line, box: str) -> Iterator[Split]:
    unused = tuple(part for at, part in enumerate(place.parts) if at not in line.used)
    unclear = line.open or place.open or any(weigh(part) is Left.NUMBER for part in unused)
    first = Split(line.street, numbers(line.number, box), place.postcode, place.places, unused, line.beside, unclear)
    if line.spare:
        yield replace(first, twice=True)
        yield replace(first, numbers=numbers(line.spare, box), left_out=(*unused, line.number.partition(" ")[0]))
    else:
        yield first


def _places(lookup: Lookup, asked: Written) -> Iterator[Located]:
    """With the postcode and the names of the fields, and those in the text where a field is empty."""
    for found in located(lookup, asked.parts):
        if asked.postcode or asked.places:
            postcode, names = asked.postcode or found.postcode, (*asked.places, *found.places)
            found = replace(found, postcode=postcode, places=names)
        yield from _more_places(lookup, found)


def _more_places(lookup: Lookup, found: Located) -> Iterator[Located]:
    """Names of places among the parts, and behind or before the street in one part."""
    found = _without_place_parts(lookup, found)
    if found.places:
        yield found
        return
    foreign = False
    for at, part in enumerate(found.parts):
        number = NUMBER_AT.search(part)
        words = _last_words(part[number.end() :]) if number else part.split()[1:]
        for first in range(max(0, len(words) - _PLACE_WORDS_MAX), len(words)):
            name = " ".join(words[first:])
            if find_place(lookup, name):
                yield replace(found, parts=_put(found.parts, at, part[: -len(name)].rstrip(" ,(-/")), places=(name,))
        name = " ".join(_foreign(words)) if number and number.start() and not found.postcode else ""
        if name:
            foreign = True
            yield replace(found, parts=_put(found.parts, at, part[: -len(name)].rstrip(" ,(-/")), places=(name,))
    if not foreign:
        yield from _unplaced(lookup, found)


def _last_words(text: str) -> list[str]:
    """The words at the end that hold no digit."""
    words = text.split()
    last = next((at for at in range(len(words), 0, -1) if _DIGIT.search(words[at - 1])), 0)
    return words[last:]


def _unplaced(lookup: Lookup, found: Located) -> Iterator[Located]:
    """Without a place that is known: what follows the street and its number is a place that is not known here."""
    *before, last = found.parts or ("",)
    numbered = any(_DIGIT.search(part) and _LETTERS.search(part) for part in before)
    if numbered and not found.postcode and not _DIGIT.search(last) and not box_like(last):
        yield replace(found, parts=tuple(before), places=(last,))
        return
    yield found
    for at, part in enumerate(found.parts):
        for name, rest in first_places(lookup, part):
            yield replace(found, parts=_put(found.parts, at, rest), places=(name,))


def _without_place_parts(lookup: Lookup, found: Located) -> Located:
    """Parts that are a place as a whole stand with the names, as long as a street remains."""
    if len(found.parts) < 2:
        return found
    words = [part for part in found.parts if not _DIGIT.search(part) and len(part) <= _PLACE_MAX]
    names = [part for part in words if find_place(lookup, part)]
    if not names and not found.places:  # a town that is not kept here
        names = [part for part in words if known_place(place_key(part))]
    kept = tuple(part for part in found.parts if part not in names)
    return replace(found, parts=kept, places=(*found.places, *names)) if names and kept else found


def _foreign(words: Sequence[str]) -> Sequence[str]:
    """Words behind a house number that are neither box nor floor: a place that nobody knows here."""
    while words and (BOX_WORD.match(words[0]) or len(words[0].strip(".,")) < 3 or words[0].lower() in BIS_WORDS):
        words = words[2:] if BOX_WORD.match(words[0]) else words[1:]
    return () if floor(" ".join(words)) else words


def _put(pieces: tuple[str, ...], at: int, rest: str) -> tuple[str, ...]:
    return (*pieces[:at], *((rest,) if rest else ()), *pieces[at + 1 :])


def _line(text: str) -> str:
    return " ".join(tidy(text).split()) if text else ""


def _field(text: str) -> str:
    """One of few words, as a spreadsheet may spoil it (`2800.0`, `2.800`); "" where it says that nobody knows."""
    if not text:
        return ""
    line = _SPREADSHEET.sub(r"\g<thousands>\g<rest>\g<whole>", _line(text))
    return "" if line.lower() in _NOTHING else line
