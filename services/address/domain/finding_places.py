"""The place that stands with a street in running text, behind or before it, kept here or not. No I/O."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple, Protocol

from services.address.domain.belgian_places import known_place
from services.address.domain.finding_numbers import is_quantity
from services.address.domain.folding import place_key

_WINDOW = 90
"""Characters before a street in which its place stands."""
_PARTS_BETWEEN = 2
_CODE = r"(?:BE?[ ]?-?[ ]?)?(?P<postcode>[1-9][0-9]{3})(?![0-9])"
_BEHIND = re.compile(
    r"[ \t]*+(?:[,;(/|.-](?=[ \t(])[ \t]*+|[,;(/|-])?(?P<line>(?:\r?\n[ \t]*+){0,2})"
    r"(?P<said>(?i:te|in|à|stad|gemeente)[ ]{1,2}){0,2}"
    r"(?:(?P<abroad>(?!BE?[ -])[A-Z]{1,2}[ ]?-[ ]?[0-9]{4,5}(?![0-9])|[0-9]{5}(?=[ ]+[A-Z]))"
    rf"|{_CODE})?"
    r"[ \t]*[-,(]?[ \t]*"
)
_BETWEEN = re.compile(
    r"[ \t]*+\([^()\r\n]{2,60}+\)(?=[ ,;])"
    r"|[ \t]*+(?:[,;|(]|\r?\n|[-–](?=[ ]))[ \t]*+[^\d\n\r,;|()@:]{2,40}+(?=[,;|\r\n)-])[)]?"
)
_WHOLE_PART = re.compile(r"[ \t]*(?:$|[,;.)|\r\n])")
_DATE_LINE = re.compile(r",?[ ]{1,2}(?:de[ ]|op[ ])?[0-9]{1,2}[ ./-]")
_WORDS = re.compile(r"'?[^\W\d_][\w'.-]{0,40}(?:[ ](?:- )?'?[^\W\d_][\w'.-]{0,40}){0,3}")
_WORD = re.compile(r"'?[^\W\d_][\w'-]{0,40}")
_LEAD_IN = re.compile(
    r"(?:(?<![^\s,:;(|-])(?:in|op|aan|langs|te)[ ]{1,2})?(?:(?<![^\s,:;(|-])(?:de|het|den|'t)[ ]{1,2})?$", re.IGNORECASE
)
_PARTED = re.compile(r"[ \t,:;(|/-]*$")
_CODE_LAST = re.compile(r"(?<![\w.,/+-])" + _CODE + r"$")
_CODE_BEFORE = re.compile(r"(?<![\w.,/+-])" + _CODE + r"[ \t]*[-,]?[ \t]*$")
_CODE_AND_WORDS = re.compile(r"(?<![\w.,/+-])" + _CODE + r"[ \t]+(?P<words>[A-Z][^\d\n,;:]{1,40})$")
_LAST_WORDS_MAX = 5
_FAMILY = re.compile(r"(?:Van|Vande|De|Ver)[ ]$")
"""`Jan Van Mol`."""
_YEARS = frozenset(str(year) for year in range(1990, 2040)) - {"2000", "2018", "2020", "2030"}
"""Numbers that are a postcode only with a name behind them."""
_WORDS_TOO = frozenset({
    "aan", "appels", "as", "balen", "beek", "berg", "bergen", "bever", "boom", "essen", "geel", "hal", "halle",
    "ham", "handzame", "haren", "heks", "hove", "kapellen", "landen", "leest", "lint", "lo", "lot", "mal",
    "mater", "meer", "melden", "mere", "mol", "namen", "paal", "peer", "perk", "reet", "sluizen", "spa",
    "staden", "vorst", "weelde", "werken",
})  # fmt: skip
"""Places that are common words when written small."""


class KnowsPlaces(Protocol):
    """What the register says of words."""

    def place(self, words: str) -> bool:
        """There is a municipality or deelgemeente of this name."""


class Place(NamedTuple):
    """`start` is where postcode or name begin; `start == end` for none."""

    start: int
    end: int
    postcode: int | None = None
    name: str | None = None

    @property
    def found(self) -> bool:
        """There is one."""
        return self.start < self.end


class Places:
    """Places in one text; what the register said of its words is remembered."""

    def __init__(self, text: str, knows: KnowsPlaces) -> None:
        self._text = text
        self._here = lru_cache(maxsize=None)(knows.place)
        self.known = lru_cache(maxsize=None)(lambda name: knows.place(name) or known_place(place_key(name)))

    def elsewhere(self, place: Place) -> bool:
        """The name that stands there is no place that the register has."""
        return place.name is not None and not self._here(place.name)

    def behind(self, at: int) -> Place:
        """What stands behind a house number or street; a line or part that says something else may stand between."""
        place = self._right_behind(at)
        for _ in range(_PARTS_BETWEEN):
            between = None if place.found else _BETWEEN.match(self._text, at)
            if between is None:
                break
            at = between.end()
            place = self._right_behind(at, whole=True)
        return place

    def right_behind(self, at: int) -> bool:
        """A place stands here, with nothing between."""
        return self._right_behind(at).found

    def before(self, at: int, last: int) -> Place:
        """A place in front of the street at `at`, unless it belongs to what ends at `last`."""
        begin = max(last, at - _WINDOW)
        window = self._text[begin:at]
        lead = _LEAD_IN.search(window)
        text = window[: lead.start()] if lead else window
        rest = _PARTED.sub("", text)
        line = rest.endswith("\n")
        if line:
            rest = _PARTED.sub("", rest.rstrip("\r\n"))
        code = _CODE_LAST.search(rest)
        if code is not None:
            name = self._last_name(rest[: code.start()].rstrip(" \t,(-"))
            if name is not None:
                return Place(begin + name, begin + len(rest), int(code["postcode"]), _tidy(rest[name : code.start()]))
            return Place(at, at)
        return self._named_before(rest, begin, at, line=line, parted=text[len(rest) :].strip() != "")

    def _named_before(self, rest: str, begin: int, at: int, *, line: bool, parted: bool) -> Place:
        name = self._last_name(rest)
        if name is not None:
            code = _CODE_BEFORE.search(rest[:name])
            start = name if code is None else code.start()
            alone = not rest[:start].rpartition("\n")[2].strip()
            if not line or code or alone:
                postcode = None if code is None else int(code["postcode"])
                return Place(begin + start, begin + len(rest), postcode, _tidy(rest[name:]))
        elif (code := _CODE_AND_WORDS.search(rest)) and code["postcode"] not in _YEARS and (line or parted):
            return Place(begin + code.start(), begin + len(rest), int(code["postcode"]), None)
        return Place(at, at)

    def city(self, at: int, *, any_case: bool = False) -> tuple[int, str] | None:
        """The longest name of a place that begins here: where it ends, and the name."""
        words = _WORDS.match(self._text, at)
        if words is None:
            return None
        name = words[0]
        while name:
            bare = name.rstrip(" .'-")
            if (self.known(bare) or self._joined(bare)) and (any_case or self._meant(bare, at)):
                return at + len(bare), bare.replace("-", " - ") if not self.known(bare) else bare
            name = name.rpartition(" ")[0]
        return None

    def _right_behind(self, at: int, *, whole: bool = False) -> Place:
        """`whole`: a name alone is a place only when it is all that its part holds."""
        lead = _BEHIND.match(self._text, at)
        if lead is None:
            return Place(at, at)
        city = self.city(lead.end(), any_case=bool(lead["postcode"]))
        if lead["abroad"]:
            end = city[0] if city else lead.end("abroad")
            return Place(lead.start("abroad"), end, None, self._text[lead.start("abroad") : end])
        if lead["postcode"]:
            return self._coded(lead, city)
        if "." in lead[0] or lead["line"].count("\n") > 1:
            return Place(at, at)
        if city is not None and self._stands_alone(lead, city[0], whole=whole):
            return Place(lead.end(), city[0], None, city[1])
        if lead["said"] and (word := _WORD.match(self._text, lead.end())) and word[0][0].isupper():
            return Place(word.start(), word.end(), None, word[0])
        return Place(at, at)

    def _coded(self, lead: re.Match[str], city: tuple[int, str] | None) -> Place:
        start, code = lead.start("postcode"), lead["postcode"]
        if city is not None:
            return Place(start, city[0], int(code), city[1])
        if is_quantity(self._text, start) or (code in _YEARS and not lead["said"]):
            return Place(start, start)
        return Place(start, lead.end("postcode"), int(code))

    def _stands_alone(self, lead: re.Match[str], end: int, *, whole: bool) -> bool:
        if whole and _WHOLE_PART.match(self._text, end) is None:
            return False
        return not (lead["line"] and _DATE_LINE.match(self._text, end))

    def _joined(self, name: str) -> bool:
        """`Mechelen-Muizen`, `Lier-Noord`."""
        first, dash, _ = name.partition("-")
        return bool(dash) and self.known(first)

    def _meant(self, name: str, at: int) -> bool:
        """Written as names are; or small, where it can hardly be another word."""
        if name.lstrip("'")[:1].isupper():
            return True
        return name not in _WORDS_TOO or _WHOLE_PART.match(self._text, at + len(name)) is not None

    def _last_name(self, text: str) -> int | None:
        """Where the longest name of a place at the end begins."""
        line = text.rpartition("\n")[2]
        words = list(re.finditer(r"[^\s,;:()|]+", line))
        for word in words[-_LAST_WORDS_MAX:]:
            name = line[word.start() :]
            if name.lstrip("'")[:1].isupper() and name[-1] not in ",." and (self.known(name) or self._joined(name)):
                at = len(text) - len(line) + word.start()
                return None if _FAMILY.search(text[:at]) else at
        return None


def _tidy(name: str) -> str:
    return " ".join(name.split()).strip(" ,(-")
