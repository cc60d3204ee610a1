"""Which number of four digits is the postcode, and which names stand with it. No I/O but the lookup's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from services.address.domain.boxes import BOX_WORDS, floor
from services.address.domain.model import Lookup
from services.address.domain.places import find_place

_CODE = re.compile(
    r"(?<![\w./-])(?:(?P<mark>BE?)(?P<apart>[\s-]?))?(?P<code>[1-9][0-9]{3})(?:(?=[^\W\d_]{3})|(?![\w/]|[.,-][0-9]))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\w)[0-9]")
_NAME = re.compile(rf"\W*(?!(?:{BOX_WORDS}|verd\w*|bis)(?!\w))[^\W\d_]{{2}}", re.IGNORECASE)
_BOX_BEFORE = re.compile(rf"(?<!\w)(?:{BOX_WORDS})\W*$", re.IGNORECASE)
_STANDS_WELL = 3
_PLACE_WORDS_MAX = 4
_CODES_MAX = 4
"""Numbers of four digits that are tried as postcode."""
_TRIM = " ,.-/:()"
_AT = re.compile(r"(?:^|(?<=[\s,]))(?:te|in|à)$", re.IGNORECASE)
"""`12 te 2800 Mechelen`."""
_HOUSE_BEFORE = re.compile(r"[0-9]\s*(?:b\s*)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Located:
    """The parts of an address without its postcode and the names behind that."""

    parts: tuple[str, ...]
    postcode: str = ""
    places: tuple[str, ...] = ()
    open: bool = False
    """The `B` before the postcode may also belong to the number before it: `20 B 2800 Mechelen`."""


def located(lookup: Lookup, parts: tuple[str, ...]) -> Iterator[Located]:
    """All ways to see a postcode in it, likeliest first; also none, unless one stands where only a postcode stands."""
    ranked = sorted(_ranked(lookup, parts), key=lambda found: -found[0])[:_CODES_MAX]
    for _, at, code in ranked:
        yield from _with_mark(lookup, parts, at, code)
    others = sum(len(_NUMBER.findall(part)) for part in parts) > len(ranked)
    sure = any(
        rank > _STANDS_WELL + 1 or (rank >= _STANDS_WELL and (others or code["mark"])) for rank, _, code in ranked
    )
    if not sure:
        yield Located(parts)


def only_postcode(text: str) -> tuple[str, str]:
    """A postcode in a field of its own (or beside a name), and the rest of that field."""
    found = _CODE.search(text)
    return (found["code"], f"{text[: found.start()]} {text[found.end() :]}".strip(_TRIM)) if found else ("", text)


def first_places(lookup: Lookup, text: str) -> Iterator[tuple[str, str]]:
    """Names of places that the text begins with, longest first, and the rest of it."""
    words = text.split()
    before = next((at for at, word in enumerate(words) if _NUMBER.search(word)), len(words) - 1)
    for length in range(min(before, _PLACE_WORDS_MAX), 0, -1):
        name = " ".join(words[:length])
        if find_place(lookup, name):
            yield name, " ".join(words[length:])


def _ranked(lookup: Lookup, parts: Sequence[str]) -> Sequence[tuple[int, int, re.Match[str]]]:
    """How well each stands where a postcode stands (5 best), the part it is in, and where; known ones, if any is."""
    found: dict[bool, list[tuple[int, int, re.Match[str]]]] = {True: [], False: []}
    numbered = False
    for at, part in enumerate(parts):
        for code in _CODE.finditer(part):
            before = part[: code.start()]
            rank = _rank(lookup, before, part[code.end() :], numbered or _NUMBER.search(before) is not None)
            known = bool(lookup.municipalities_of(int(code["code"])))
            box = _box_before(before, code) or (_letter_before(before, code) and not known)
            if not box and (rank or known or code["mark"]):
                found[known].append((rank + known + bool(code["mark"]), at, code))
        numbered = numbered or _NUMBER.search(part) is not None
    return found[True] or found[False]


def _rank(lookup: Lookup, before: str, after: str, numbered: bool) -> int:
    apart, named = not before.strip(_TRIM), _NAME.match(after) is not None
    if named:
        return 4 if apart or numbered else 2
    if after.strip(_TRIM):
        return int(apart)
    if apart or (not _NUMBER.search(before) and find_place(lookup, before.strip(_TRIM))):
        return 3
    return 2 if numbered else 0


def _letter_before(before: str, code: re.Match[str]) -> bool:
    """`20 B 2800`: the letter stands between a number and the code."""
    return bool(code["mark"]) and code["apart"] != "-" and _HOUSE_BEFORE.search(before) is not None


def _box_before(before: str, code: re.Match[str]) -> bool:
    """It is the number of a box: `bus 2800`, `bus B2800`, and not `bus B 2800 Mechelen`."""
    return not (code["mark"] and code["apart"]) and _BOX_BEFORE.search(before) is not None


def _with_mark(lookup: Lookup, parts: tuple[str, ...], at: int, code: re.Match[str]) -> Iterator[Located]:
    before = parts[at][: code.start()]
    if code["apart"] == " " and _BOX_BEFORE.search(before):
        yield from _around(lookup, parts, at, code, f"{before}{code['mark']}")
        return
    if not _letter_before(before, code):
        yield from _around(lookup, parts, at, code, before)
        return
    for text in (before, f"{before}{code['mark']}"):
        yield from (replace(found, open=True) for found in _around(lookup, parts, at, code, text))


def _around(lookup: Lookup, parts: tuple[str, ...], at: int, code: re.Match[str], text: str) -> Iterator[Located]:
    """With `text` before the code."""
    before, after = _AT.sub("", text.strip(_TRIM)).rstrip(_TRIM), parts[at][code.end() :].strip(" ,.-/:")
    front, back, postcode = (*parts[:at], before), parts[at + 1 :], code["code"]
    elsewhere = _some(*front, *back)
    if not after:
        yield Located(elsewhere, postcode)
        return
    if not _NUMBER.search(after) and elsewhere:
        yield Located(elsewhere, postcode, (after,))
        return
    numbered = _NUMBER.search(" ".join(front)) is not None
    for name, rest in first_places(lookup, after):
        unclear = numbered and _NUMBER.match(rest) is not None and floor(rest) is None  # `2800 Mechelen 3`
        yield Located(_some(*front, f"{name} {rest}" if unclear else rest, *back), postcode, (name,))
    number = _NUMBER.search(after)
    if number and numbered:
        name, rest = after[: number.start()].strip(_TRIM), after[number.start() :]
        unclear = bool(name) and _BOX_BEFORE.search(name) is None and floor(rest) is None
        yield Located(_some(*front, after if unclear else rest, *back), postcode, _some(name))
    elif number or not find_place(lookup, after):
        yield Located(_some(*front, after, *back), postcode)


def _some(*parts: str) -> tuple[str, ...]:
    return tuple(part for part in parts if part)
