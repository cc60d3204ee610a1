"""Box numbers as they are compared. No I/O.

Municipalities write the same box in many ways (`2`, `02`, `0102`, `1.02`, `GLV`; reference sections 5 and 6), and one
building can hold several of them as different boxes. So a box is first looked for as it is written; what is only
equivalent makes a candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

from loketbus.characters import plain

BOX_WORDS = (
    "(?:brieven)?bus(?: ?(?:nummer|num|nr|no|n(?=[°º])))?|bte|bo[iî]te|box|bt|bs|bu|pf|appartement|appt|app|apt|flat"
    "|studio|kamer|kot|unit|lokaal"
)
"""Pattern of what announces a box, in lower case; what follows is no letter."""
GLUED_WORDS = "bus|bte|bo[iî]te|box"
"""Pattern of those that no other word begins with, so that a box of one letter can stand right behind: `busD`."""
NO_BOX = re.compile(
    r"(?:het )?hele gebouw(?: \(?zonder bus\)?)?|(?:zonder|geen|sans) (?:bus(?:nummer)?|bo[iî]te|box)", re.I
)
"""Words that say that there is no box."""
_MARK = re.compile(
    rf"\s*(?:(?:{BOX_WORDS}|ap(?=[\s.]?[0-9]))(?![a-z])[.:°º\s]*|(?:{GLUED_WORDS})(?=[a-z][0-9]{{0,3}}$)|#\s*(?=[0-9]))"
)
_MARK_OR_B = re.compile(rf"(?:{_MARK.pattern}|\s*b[.\s]*(?=[0-9]))")
_INNER_MARK = re.compile(rf"(?<![a-z0-9])(?:{BOX_WORDS})(?![a-z])[.:\s]*", re.IGNORECASE)
_GROUP = re.compile("[0-9]+|[a-z]+")
_GROUND = (
    r"gelijkvloers(?:e verdieping)?|gelijkvl|glvl|glv|gvl|gv|gel|begane grond|rez(?:[ -]de[ -]chaussee)?|r\.?d\.?c|rc"
)
_STOREY = r"verdieping|verdiep|verd|ver|vdp|vd|etage|et|v"
_GROUND_FLOOR = re.compile(rf"(?<![a-z])(?:{_GROUND})(?![a-z])\.?")
_UPPER_FLOOR = re.compile(
    rf"(?<![a-z0-9])(?:(?P<before>[0-9]{{1,2}})\s?(?:e|de|ste|er|eme)?\s?(?:{_STOREY})(?![a-z0-9])\.?"
    rf"|(?:{_STOREY})\.?\s?(?P<behind>[0-9]{{1,2}})(?![a-z0-9]))"
)
_SIDES = {"links": "l", "rechts": "r", "gauche": "l", "droite": "r", "midden": "m"}
_SIDE = re.compile("(?<![a-z])(?:" + "|".join(_SIDES) + ")(?![a-z])")

_GROUND_SIDE = re.compile("(?<![a-z])(?:glv|gvl|gel|gv)[ .-]?([a-z0-9]|links|rechts)(?![a-z0-9])")

Key = tuple[str, ...]
Likeness = Literal["written", "notation", "floor"]


class Floor(NamedTuple):
    """What a text says about the storey, and what else it says about the box."""

    number: int
    rest: str


@lru_cache(maxsize=1 << 14)
def compact(box: str) -> str:
    """A box without its marker, case and spaces: registered `bus 1`, `Bus1` and `1` are written alike."""
    return _unmarked(box).replace(" ", "")


def without_marker(box: str, mark: re.Pattern[str] = _MARK_OR_B) -> str:
    """`bus 3` and `b3` give `3`; what has no marker stays."""
    found = mark.match(plain(box))
    return box[found.end() if found else 0 :].strip(" .,:-/")


@lru_cache(maxsize=1 << 14)
def keys(box: str) -> frozenset[Key]:
    """The equivalence classes of a box; two boxes may be the same when they share one.

    `02` is `2`; `0102`, `102` and `1.02` are floor 1, number 2; `1.0` is `1`; `GLV` is `0`; `A-01` is `A1`.
    """
    groups = tuple(_GROUP.findall(_SIDE.sub(lambda side: _SIDES[side[0]], _floors_short(_unmarked(box)))))
    bare = tuple(_unpadded(group) for group in groups)
    return frozenset({bare, *_more(groups, bare)} - {()})


@lru_cache(maxsize=4096)
def floor(text: str) -> Floor | None:
    """The storey that a text names in words; None when it names none, or several."""
    bare = plain(text)
    found = [*_GROUND_FLOOR.finditer(bare), *_UPPER_FLOOR.finditer(bare)]
    if len(found) != 1:
        return None
    only = found[0]
    number = 0 if only.re is _GROUND_FLOOR else int(only["before"] or only["behind"])
    rest = f"{bare[: only.start()]} {bare[only.end() :]}"
    return Floor(number, _INNER_MARK.sub(" ", rest).strip(" .,:-/"))


def alike(written: str, registered: Iterable[str]) -> tuple[Likeness, tuple[str, ...]]:
    """Which registered boxes may be the one that was written, and how alike the best of them are."""
    boxes = tuple(registered)
    if same := tuple(box for box in boxes if plain(box) == plain(written)):
        return "written", same
    if same := tuple(box for box in boxes if compact(box) == compact(written)):
        return "notation", same
    storey = floor(written)
    mine = keys(written)
    equal = tuple(box for box in boxes if not mine.isdisjoint(keys(box)) or (storey and _there(box, storey)))
    return ("floor" if storey else "notation"), equal


def _unmarked(box: str) -> str:
    text = plain(box)
    mark = _MARK.match(text)
    return text[mark.end() :] if mark else text


def _floors_short(text: str) -> str:
    text = _GROUND_FLOOR.sub(" glv ", _GROUND_SIDE.sub(r" glv \1 ", text))
    return _UPPER_FLOOR.sub(lambda storey: f" v {int(storey['before'] or storey['behind'])} ", text)


def _more(groups: Key, bare: Key) -> Iterator[Key]:
    if bare in (("glv",), ("glv", "l")):  # `GLVL` is the word, or the left one where there is a right one
        yield from (("0",), ("glv",))
    if len(groups) == 1 and groups[0].isdecimal() and len(groups[0]) in (3, 4):
        yield _unpadded(groups[0][:-2]), _unpadded(groups[0][-2:])
    if len(bare) == 2 and bare[1] == "0" and bare[0].isdecimal():
        yield bare[:1]


def _unpadded(group: str) -> str:
    return group.lstrip("0") or "0" if group.isdecimal() else group


def _there(box: str, storey: Floor) -> bool:
    """The registered box lies on that floor; when the rest names a box, it is that one."""
    wanted, named = str(storey.number), keys(storey.rest)
    behind = {place[1:] for key in keys(box) if (place := _place(key)) and place[0] == wanted}
    if not storey.rest:
        return bool(behind)
    return not named.isdisjoint(behind) or compact(box) == compact(storey.rest)


def _place(key: Key) -> Key:
    """Floor, and what stands behind it; () where a box says nothing about its floor."""
    if key[0] == "v":
        return key[1:]
    if key[0] == "glv":
        return "0", *key[1:]
    return key if len(key) > 1 and key[0].isdecimal() else ()
