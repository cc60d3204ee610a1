"""Which part of an address is the street, which the house number and the box, and which only a building. No I/O.

A line comes in parts (what stood between commas and line breaks). What has two readings gets none: the part in doubt
stays empty, so that it can be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

BOX_WORD = r"(?:(?:bus|bte|bo[iî]te|box|appartement|appt?|apt|flat)(?![^\W\d_])\.?|b(?=\.?\s?[0-9])\.?)"
_ONE = r"[0-9]{1,4}(?![0-9])(?:\s?(?:bis|ter)\b|\s?(?!b\.?\s?[0-9]|a\s[0-9])[a-z](?![\w'’]|[./]\s?[a-z]))?"
_JOIN = r"\s?(?:[-/+&]|t\.?\s?e\.?\s?m\.?|t/m|tot(?:\sen\smet)?|en|et|[aà])\s?"
_NUMBER = rf"(?:n[r°o]\.?\s?|nummer\s|num[ée]ro\s)?(?P<house>{_ONE}(?:{_JOIN}(?!0){_ONE})*)"
_BOX = rf"(?:(?:\s?[-/]?\s?{BOX_WORD}\s?|\s?/\s?|\s?-\s?(?=0)|\s(?=0[0-9]))(?P<box>\w[\w.-]{{0,9}}))"
_SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        rf"(?:{BOX_WORD}\s?|(?=0))(?P<box>\w[\w.-]{{0,9}})",  # bus 3
        rf"{_NUMBER}{_BOX}?",  # 12 bus 3
        rf"{_NUMBER}\s(?P<street>[^\W\d_][^0-9]*?)(?:\s{BOX_WORD}\s?(?P<box>\w[\w.-]{{0,9}}))?",  # 12 Markt
        rf"(?P<street>[^0-9]*?[^\W\d_][^0-9]*?)\s{BOX_WORD}\s?(?P<box>[0-9][\w.-]{{0,9}})",  # Markt bus 3
        rf"(?P<street>[^0-9]*?[^\W\d_][^0-9]*?)\s{_NUMBER}{_BOX}?(?:\s(?P<rest>.+))?",  # Markt 12 bus 3
    )
)
_UNNUMBERED = re.compile(r"\s(?:z\.?/?nr?\.?|s\.?/?n\.?|zonder nummer|sans num[ée]ro)$", re.IGNORECASE)
_VME = re.compile(r"(?:v\.?m\.?e\.?|a\.?c\.?p\.?)\s", re.IGNORECASE)
_POST_BOX = re.compile(
    r"(?:postbus|post\s?box|p\.?\s?o\.?\s?box|bo[iî]te\spostale|[bp]\.?[pb]\.?)\s?[0-9]", re.IGNORECASE
)
_ASIDE = re.compile(
    r"(?:residentie|residence|résidence|residenz|res(?:id)?\.?|gebouw|blo[kc]|b[âa]timent|b[âa]t\.|immeuble|building|complex"
    r"|ingang|entrée|hoek|coin|vereniging|association|immo|syndicus|syndic|p/a|c/o|t\.?a\.?v\.?|postbus|tel\.?"
    rf"|{BOX_WORD})(?!\w)"
    r"|.*(?<!\w)(?:verd(?:ieping)?|gelijkvloers|glvl?|[ée]tage|rdc|rez|bvb?a?|nv|vzw|sprl|srl|asbl)(?!\w)",
    re.IGNORECASE,
)
"""Begins, or holds, what is no street: a building, a floor, a firm."""
_STREET_KIND = re.compile(
    r"(?:straat|str\.?|laan|ln\.?|lei|plein|weg|dreef|kaai|markt)$"
    r"|(?<!\w)(?:rue|av(?:enue|e?\.)|boulevard|bd|chauss[ée]e|place|quai|chemin|route|square|clos)(?!\w)",
    re.IGNORECASE,
)
_SMALL_WORD = re.compile(r"(?<!\w)(?:du|de[nrs]?|l[ae]|les|het|van)(?!\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """The parts of an address without its postcode; "" for what is not there or has two readings."""

    street: str = ""
    house_number: str = ""
    box: str = ""
    rest: str = ""
    """What follows: the municipality, where no postcode says which."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """One part of the line, or two that belong together."""

    street: str = ""
    house: str = ""
    box: str = ""
    rest: str = ""
    doubtful: bool = False
    """It holds numbers that are not understood."""
    joined: bool = False
    """Its street and its number stood apart."""

    @property
    def aside(self) -> bool:
        return _ASIDE.match(self.street) is not None


def read_line(parts: Iterable[str], *, town_known: bool) -> Line:
    """The one street with its number among the parts. Never raises."""
    pieces = _together([_piece(part) for part in parts if part and not _POST_BOX.match(part)])
    streets = [piece for piece in pieces if piece.street and not piece.aside]
    places = [piece for piece in streets if piece.house]
    if len(places) > 1:
        return Line()
    if any((piece.doubtful and not piece.aside) or (piece.house and not piece.street) for piece in pieces):
        return Line()
    if not places:
        return _without_number(streets, pieces, town_known)
    behind = streets[streets.index(places[0]) + 1 :]
    if places[0].joined and town_known and behind:  # `Zon, 12, Kerkstraat`: whose number is it?
        return Line()
    place = places[0]
    rest = "" if _ASIDE.match(place.rest) else place.rest
    return Line(place.street, place.house, place.box, rest or (behind[0].street if behind else ""))


def _without_number(streets: Sequence[_Piece], pieces: Sequence[_Piece], town_known: bool) -> Line:
    """No street with a number: a street alone, or one that is called after a building (`Résidence du Parc 5`)."""
    if not streets:
        buildings = [piece for piece in pieces if piece.street and piece.house and not piece.doubtful]
        if len(buildings) != 1:
            return Line()
        only = buildings[0]
        return Line("" if _two_names(only.street) else only.street, only.house, only.box, only.rest)
    if len(streets) > 1 and town_known:
        return Line()
    return Line(streets[0].street, rest=streets[1].street if len(streets) > 1 else "")


def _two_names(street: str) -> bool:
    """`Residentie Park Kerkstraat`: where the name of the building ends, nobody can see."""
    return len(_SMALL_WORD.sub("", street).split()) > 2 or _STREET_KIND.search(street) is not None


def _piece(part: str) -> _Piece:
    text = _UNNUMBERED.sub("", part[front.end() :] if (front := _VME.match(part)) else part)
    for shape in _SHAPES:
        if match := shape.fullmatch(text):
            found = match.groupdict(default="")
            street, house, box, rest = (found.get(name, "").strip() for name in ("street", "house", "box", "rest"))
            piece = _Piece(street, house, box, rest)
            unread = re.search("[0-9]", piece.rest) and not _ASIDE.match(piece.rest)
            return replace(piece, house="", doubtful=True) if unread else piece
    return _Piece(text, doubtful=bool(re.search("[0-9]", text)))


def _together(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Numbers and boxes that stood between commas, with the street that they belong to."""
    found: list[_Piece] = []
    for piece in pieces:
        both = _pair(found[-1], piece) if found else None
        if both is None:
            found.append(piece)
        else:
            found[-1] = both
    return found


def _pair(first: _Piece, second: _Piece) -> _Piece | None:
    """`Kerkstraat` and `12`, `Kerkstraat 12` and `bus 3`, `12` and `Kerkstraat`; None where each stands alone."""
    if first.doubtful or second.doubtful:
        return None
    if not second.street:
        if first.street and not first.house and second.house and not first.aside:
            return replace(first, house=second.house, box=second.box, joined=True)
        if first.house and not first.box:
            house = f"{first.house}, {second.house}" if second.house else first.house
            return replace(first, house=house, box=second.box)
        return None
    if first.house and not first.street and not second.house and not second.aside:
        return replace(second, house=first.house, box=first.box or second.box)
    return None
