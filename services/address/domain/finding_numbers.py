"""House numbers in running text: one, a list of them, and what only looks like one. No I/O.

Patterns are tried at one place, and what they take is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

LIST_MAX = 20
"""Addresses that one list of numbers stands for."""
HOUSE_AT = re.compile(r"(?:(?<=[^\W\d_]{4})|(?<!\w)(?<![0-9][./,-])(?<![+@#/]))[1-9][0-9]{0,3}(?![0-9])")
"""Where a house number may begin, also where the space is lacking."""

_UNITS = (
    r"%|€|°|[²³]|(?:eur|euro|uur|u|u[0-9]{2}|h|h[0-9]{2}|min|minuten|km|m|m2|m²|cm|mm|meter|kg|k?wh|mwh|kwp?|kva|wp|liter"
    r"|jaar|jaren|maand|maanden|dag|dagen|week|weken|keer|x|ste|personen|mensen|gezinnen|bewoners|eigenaars|stuks|graden"
    r"|procent|appartementen|wooneenheden|woningen|huizen|panden|units|kamers|verdiepingen|bussen(?![ ][0-9])|ramen"
    r"|panelen|zonnepanelen|dossiers)(?!\w)"
)
_MONTHS = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
    r"|jan|feb|mrt|apr|jun|jul|aug|sept?|okt|nov|dec)(?!\w)"
)
_QUANTITY = re.compile(
    rf"[0-9]{{1,4}}(?:[.,:][0-9]|[/.-][0-9]{{1,2}}[/.-][0-9]{{2}}|[ ]?(?:{_UNITS}|de(?![ ]?verd)(?!\w)|{_MONTHS})"
    r"|[ ]?(?:-|tot)[ ]?[0-9]{1,4}[ ]?(?:%|€|(?:uur|u|h|euro|eur)(?!\w)))",
    re.IGNORECASE,
)
_FILE = re.compile(r"(?:19|20)[0-9]{2}[/-][0-9]{2}")
"""`2024/0145` numbers a dossier."""
_PHONE = r"\+?0[0-9]{1,3}[ ./-]{1,2}(?:[0-9]{6}|[0-9]{2,3}(?:[ ./]{1,2}[0-9]{2,3}){1,3})(?![0-9])"
_CODE_AND_NAME = r"[ ]?[-/]?[ ]?(?:BE?[ -]?)?[1-9][0-9]{3}[ ]+[^\W\d_]"

_BOX_VALUE = (
    r"(?:[0-9][0-9A-Za-z]{0,4}(?:[./-][0-9A-Za-z]{1,4}){0,2}|[A-Z]{1,4}[./-]?[0-9]{0,4}(?:[./-][0-9A-Za-z]{1,4})?|[a-z]"
    r"|(?i:links|rechts))(?!\w)(?![ ](?:tot|t/m|t\.?e\.?m)(?!\w))"
)
_MARK = (
    r"(?i:bus(?:sen|nr|nummer)?|brievenbus|box|bte|bo[iî]te|bt|bu|bs|app(?:artement|t)?|apt|flat|studio|kamer|kot|unit|lokaal)"
    r"(?![^\W\d_])\.?[ ]?(?:(?i:nr|no|nummer)\.?|n?[°º]|:|[#])?[ ]?"
)
_B = rf"[Bb]\.?(?!{_CODE_AND_NAME})(?:[ ]?(?=[0-9])|[ ](?=[A-Z]))"
_ORDINALS = "eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende"
_STOREY = r"(?:verdieping|verdiep|verd|etage)"
_PART = (
    rf"(?i:(?:[0-9]{{1,2}}[ ]?(?:e|de|ste|°)?|{_ORDINALS})[ ]?{_STOREY}|{_STOREY}\.?[ ]?[0-9]{{1,2}}|[0-9][ ]hoog"
    r"|gelijkvloers|glvl|glv|begane[ ]grond|links|rechts|achterhuis|achterbouw|voorhuis|zolder|kelder|duplex|penthouse)"
    r"(?!\w)\.?"
)
_BREAK = r"(?:[ ]?[,(/-]?[ ]?|[ \t]{0,4},?\r?\n[ \t]{0,4})"
_HOUSE = re.compile(
    r"(?P<digits>[1-9][0-9]{0,3})"
    r"(?P<letter>[ ]?(?:bis|ter|quater)(?!\w)|[A-Za-z](?!\w)|(?P<apart>[ ][A-Z](?![\w.']))|[A-Za-z](?=[/-]))?"
    rf"(?P<second>(?!{_CODE_AND_NAME})(?![ ]?[-/+][ ]?{_PHONE})(?:[ ]?[-/][ ]?{_PART}"
    r"|(?:[-/+_](?:[0-9]{1,2}[./][0-9]{1,3}|[0-9]{1,4}[A-Za-z]?|[A-Za-z]{1,2}[0-9]{0,3}|[A-Z]{3,4})(?!\w)){1,2}"
    r"|[ ][-/+][ ]?(?!(?:19|20)[0-9]{2}(?!\w))[0-9]{1,4}[A-Za-z]?(?!\w)(?![ ]?(?:" + _UNITS + "|" + _MONTHS + "))"
    r"|[ ](?:t/m|t\.?e\.?m\.?|tot(?:[ ]en[ ]met)?)[ ](?:nr\.?[ ])?[0-9]{1,4}[A-Za-z]?(?!\w)))?"
    rf"(?P<extra>(?:{_BREAK}(?:{_MARK}{_BOX_VALUE}|{_PART})[)]?|(?:[ ]?[,(]?[ ]?){_B}{_BOX_VALUE}[)]?){{1,3}})?"
)
_AND = re.compile(
    r"(?P<by>[ ]?[;&+][ ]?|[ ]?,[ ]?(?:(?P<word>en|of|alsook)[ ])?|[ ](?:en|of|alsook)[ ])"
    r"(?:(?i:(?:huis)?n(?:umme)?rs?)\.?[ ])?"
)
_NEXT_BOX = re.compile(rf"{_MARK}(?P<value>{_BOX_VALUE})|(?P<bare>[0-9]{{1,4}}[A-Za-z]?|[A-Z])(?!\w)(?![/-][0-9])")
_NEXT_LETTER = re.compile(r"[A-Za-z](?!\w)")
_ENDS = re.compile(
    r"[ \t]*(?:$|[,;.:)(!?\n\r|&+-]|(?:en|of|te|in|zijn|is|staan|liggen|werden|worden|hebben|heeft|van|voor|moet|moeten"
    r"|alsook|naar|op)(?!\w))"
)
_NAME_BEHIND = re.compile(r"[ ][A-Z][a-z]")

IsPlace = Callable[[int], bool]
"""A place (postcode or name) stands right behind this position."""


class Numbers(NamedTuple):
    """House numbers with their boxes, each as it is asked, and where the last ends."""

    items: tuple[str, ...]
    end: int


class _Item(NamedTuple):
    base: str
    """The house number that a later box belongs to."""
    by: str
    """What parts it from its box: ` bus `, `/` or "" (no box)."""
    text: str
    end: int


def numbers_at(text: str, at: int, is_place: IsPlace) -> Numbers | None:
    """The number that begins here, and those that it stands in a list with (`12, 14 en 16`, `18 bus 2 en 3`)."""
    first = None if _no_house(text, at) else _item(text, at, is_place)
    if first is None:
        return None
    items, commas = [first], 0
    while len(items) < LIST_MAX and (joint := _AND.match(text, items[-1].end)):
        item = _next(text, joint.end(), items[-1], is_place)
        if item is None:
            break
        commas += joint["by"].strip() == ","
        items.append(item)
    if commas == len(items) - 1 == 1:  # `5, 3` may be a box: the register must say
        return Numbers((_one_line(text[at : items[-1].end]),), items[-1].end)
    return Numbers(tuple(item.text for item in items), items[-1].end)


def is_quantity(text: str, at: int) -> bool:
    """A measure, an amount, a time or a date."""
    return _QUANTITY.match(text, at) is not None


def _no_house(text: str, at: int) -> bool:
    return is_quantity(text, at) or _FILE.match(text, at) is not None


def _item(text: str, at: int, is_place: IsPlace) -> _Item | None:
    house = _HOUSE.match(text, at)
    if house is None:
        return None
    if house["apart"] and house.end() == house.end("apart") and _is_name(text, house.end(), is_place):
        return _Item(house["digits"], "", house["digits"], house.end("digits"))
    base = house["digits"] + (house["letter"] or "")
    second, extra = house["second"] or "", house["extra"] or ""
    by = " bus " if extra else "/" if second.startswith("/") else ""
    return _Item(base + second if extra else base, by, _one_line(house[0]), house.end())


def _one_line(text: str) -> str:
    return " ".join(text.replace("bussen", "bus").split())


def _is_name(text: str, at: int, is_place: IsPlace) -> bool:
    """`20 C Janssens`."""
    return _NAME_BEHIND.match(text, at) is not None and not is_place(at)


def _next(text: str, at: int, last: _Item, is_place: IsPlace) -> _Item | None:
    """What follows in a list: a box of the same house, or another house number."""
    if is_place(at) or is_quantity(text, at):
        return None
    ways = (_box(text, at, last), _letter(text, at, last), _another(text, at, is_place))
    return next((item for item in ways if item and (_ENDS.match(text, item.end) or is_place(item.end))), None)


def _box(text: str, at: int, last: _Item) -> _Item | None:
    box = _NEXT_BOX.match(text, at)
    if box is None or (box["bare"] and not last.by):
        return None
    by = last.by or " bus "
    return _Item(last.base, by, f"{last.base}{by}{box['value'] or box['bare']}", box.end())


def _letter(text: str, at: int, last: _Item) -> _Item | None:
    """`12A en B`."""
    letter = _NEXT_LETTER.match(text, at) if last.text[-1:].isalpha() and not last.by else None
    if letter is None:
        return None
    base = last.base.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") + letter[0]
    return _Item(base, "", base, letter.end())


def _another(text: str, at: int, is_place: IsPlace) -> _Item | None:
    house = HOUSE_AT.match(text, at)
    return _item(text, at, is_place) if house and len(house[0]) < 4 else None
