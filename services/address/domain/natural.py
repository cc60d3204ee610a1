"""The order in which people look for house numbers and boxes. No I/O.

Keys only order: what differs in the register has different keys, so that an order never depends on what came first.
"""

from __future__ import annotations

import re

Token = tuple[int, int, str]
"""A number as (0, n, ""), letters as (1, 0, letters)."""
Key = tuple[int, tuple[Token, ...], str]
HouseKey = tuple[int, int, tuple[Token, ...], str]

NO_NUMBER = 10**18
"""House numbers without a number (`ZN`) come last."""
_HOUSE = re.compile(r"\s*([0-9]{1,18})(.*)", re.DOTALL)
_PART = re.compile(r"[0-9]{1,18}|[^\W\d_]+")
_LATIN = {"bis": 1, "ter": 2, "quater": 3, "quinquies": 4}
_LETTERS, _BIS, _RANGE = 1, 2, 3
_GROUND = re.compile(r"(?:glvl?|gvl?|gel|gl|gelijkvloers|rc|rdc|rez|rch)(?![^\W\d_]{2})|0+$")
_CELLAR = re.compile(r"-[0-9]|kelder|kel(?![^\W\d_])")
_NUMBER = re.compile(r"([0-9]{1,18})[^\W\d_]*")


def house_key(house: str) -> HouseKey:
    """`2`, `2A`, `2_1` or `2BIS`, `10`, `12`, `12A`, `12-14`, `100`, `ZN`."""
    found = _HOUSE.fullmatch(house)
    if found is None:
        return NO_NUMBER, 0, _tokens(house), house
    rest = found[2].strip().lower()
    return int(found[1]), *_suffix(rest), house


def box_key(box: str) -> Key:
    """Cellar, ground floor (`GLV`, `0`), `1` to `99`, `001` or `101`, `0101`, floors apart (`1.02`, `1/1`), `A1`.

    Floors are in the first digits of a number (reference section 5), so the order of numbers is that of floors within
    one way of numbering; a building that mixes them shows them one after the other.
    """
    text = box.strip().lower()
    return _style(text), _cellar_tokens(text) if _CELLAR.match(text) else _tokens(text), box


def _suffix(rest: str) -> tuple[int, tuple[Token, ...]]:
    if not rest:
        return 0, ()
    if rest in _LATIN:
        return _BIS, ((0, _LATIN[rest], ""),)
    if rest.startswith("_"):
        return _BIS, _tokens(rest)
    return (_LETTERS if rest.isalpha() else _RANGE), _tokens(rest)


def _style(text: str) -> int:
    if _CELLAR.match(text):
        return 0
    if _GROUND.match(text):
        return 1
    if found := _NUMBER.fullmatch(text):
        return min(max(len(found[1]), 2), 4)
    return 5 if text[:1].isdigit() else 6


def _tokens(text: str) -> tuple[Token, ...]:
    return tuple(_token(part) for part in _PART.findall(text.lower()))


def _token(part: str) -> Token:
    return (0, int(part), "") if part[0] in "0123456789" else (1, 0, part)


def _cellar_tokens(text: str) -> tuple[Token, ...]:
    """The deepest first."""
    return tuple((kind, -number, letters) for kind, number, letters in _tokens(text))
