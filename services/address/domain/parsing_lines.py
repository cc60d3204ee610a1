"""Streets with their numbers in the parts of an address. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.address.domain.boxes import BOX_WORDS, GLUED_WORDS, NO_BOX, floor
from services.address.domain.house_numbers import NUMBER_AT, UNNUMBERED, number_alone, street_before

_POSITIONS_MAX = 4
BOX_WORD = re.compile(rf"(?:(?:{BOX_WORDS})(?!\w)|(?:{GLUED_WORDS})(?=[a-z][0-9]{{0,3}}(?!\w))|#)\.?", re.IGNORECASE)
_BOX_LAST = re.compile(rf"(?<!\w)(?:{BOX_WORDS}|b)\W*$", re.IGNORECASE)
_BOX_ALONE = re.compile(
    r"(?!(?:nl|fr?|de?|lu?)-[0-9]{4}|[0-9]{5})(?:[a-z]{0,4}[./-]?[0-9][\w./-]{0,7}|[a-z]{1,3})", re.IGNORECASE
)
"""Not the postcode of another country, nor one with a digit too many."""
_HEAD = re.compile(r"(?P<house>[0-9]+)[\s,.]+(?P<street>.+)")
_LONG_HEAD = re.compile(
    rf"(?P<house>[0-9]+(?:[-/+_][0-9]+|(?:[-/+_][0-9]+)?\s?(?:bis|ter|[a-z]))?(?:\s(?:{BOX_WORDS}|b)\.?\s?[0-9]\w{{0,5}})?)"
    r"(?!\w)[\s,.]+(?P<street>.+)",
    re.IGNORECASE,
)
"""`10bis Kerkstraat`, `5 bus 2 Kerkstraat`; only where `7 Ter Doncklaan` is no street as it stands."""
_LIST = re.compile(
    r"[0-9]{1,4}[a-z]?(?:\s?[,&+/]\s?[0-9]{1,4}[a-z]?|\s(?:en|of|et|ou)\s[0-9]{1,4}[a-z]?)*", re.IGNORECASE
)
"""House numbers that go on behind a comma: `Kerkstraat 12, 14 en 16`."""
BIS_WORDS = frozenset({"bis", "ter", "quater"})
_DIGIT = re.compile("[0-9]")
_LETTERS = re.compile(r"[^\W\d_]{2}")
_BOX_MAX = 40
"""Characters of a part that is a box."""


@dataclass(frozen=True, slots=True)
class Line:
    """A street and its number, as far as the parts tell."""

    street: str
    number: str = ""
    used: frozenset[int] = frozenset()
    beside: str = ""
    spare: str = ""
    """Another number that it may have instead."""
    open: bool = False


def lines(pieces: tuple[str, ...]) -> Iterator[Line]:
    """Street and number in the parts: those with a number first."""
    numbered = [at for at, piece in enumerate(pieces) if _DIGIT.search(piece)]
    for at in numbered:
        if not (at and box_like(pieces[at]) and at - 1 in numbered):
            yield from _numbered(pieces, at)
    for at, piece in enumerate(pieces):
        if at not in numbered:
            if unnumbered := UNNUMBERED.search(piece):
                yield Line(piece[: unnumbered.start()], "zn", frozenset({at}))
            elif not numbered:
                yield Line(piece, "", frozenset({at}))


def _numbered(pieces: tuple[str, ...], at: int) -> Iterator[Line]:
    tail, used = _continued(pieces, at)
    piece = pieces[at]
    alone = number_alone(piece)
    if alone and not _street_like(alone):
        for other in (at - 1, at + 1):
            if 0 <= other < len(pieces) and not _DIGIT.search(pieces[other]):
                street, beside = street_before(pieces[other])
                yield Line(street, alone + tail, used | {other}, beside)
        return
    for found in list(NUMBER_AT.finditer(piece))[:_POSITIONS_MAX]:
        street, beside = street_before(piece[: found.start()])
        if _LETTERS.search(street) and not _BOX_LAST.search(street):
            yield Line(street, piece[found.start() :] + tail, used, beside)
    for head in (_HEAD.fullmatch(alone), _LONG_HEAD.fullmatch(alone)):
        if head:
            yield from _number_first(head, tail, used)


def _number_first(head: re.Match[str], tail: str, used: frozenset[int]) -> Iterator[Line]:
    """`10 Grote Markt`, `10bis Kerkstraat bus 3`."""
    number = NUMBER_AT.search(head["street"])
    if number is None:
        yield Line(head["street"], head["house"] + tail, used)
        return
    before, last = head["street"][: number.start()], head["street"][number.start() :]
    street = _BOX_LAST.sub("", before).rstrip(" ,.-/")
    spare = "" if _BOX_LAST.search(before) else last + tail  # `5 Bruul 2` is 5 bus 2, or 2
    joined = " " if spare else " bus "
    yield Line(street, f"{head['house']}{joined}{last}{tail}", used, spare=spare, open=bool(spare))


def _continued(pieces: tuple[str, ...], at: int) -> tuple[str, frozenset[int]]:
    """What later parts add to the number: `bus 3`, `2e verdieping`, or right behind it a box alone."""
    tail, used = "", {at}
    for other in range(at):
        if BOX_WORD.match(pieces[other]) and not any(_numbered_street(piece) for piece in pieces[:at]):
            tail += f", {pieces[other]}"
            used.add(other)
    for other in range(at + 1, len(pieces)):
        right_behind = other - 1 in used and (_BOX_ALONE.fullmatch(pieces[other]) or _LIST.fullmatch(pieces[other]))
        if box_like(pieces[other]) or (right_behind and (other == at + 1 or _LIST.fullmatch(pieces[other]))):
            tail += f", {pieces[other]}"
            used.add(other)
        elif NUMBER_AT.search(pieces[other]):
            break
    return tail, frozenset(used)


def box_like(piece: str) -> bool:
    """A part that is a box, a storey, or says that there is none."""
    said = BOX_WORD.match(piece) or floor(piece) or NO_BOX.fullmatch(piece)
    return len(piece) <= _BOX_MAX and said is not None


def _numbered_street(piece: str) -> bool:
    return NUMBER_AT.search(piece) is not None and not box_like(piece)


def _street_like(text: str) -> bool:
    """A part that begins with a number also has words that are neither box nor floor."""
    words = re.findall(r"[^\W\d_]{3,}", text)
    return floor(text) is None and any(not BOX_WORD.fullmatch(word) and word.lower() not in BIS_WORDS for word in words)
