"""Streets and house numbers as they are compared, and an address as people write it in its parts. No I/O.

`fold_street` gives one spelling for all usual ones within a postcode: without the letters that tell namesakes in a
merged municipality apart (`Heikant(STE)`), accents, punctuation and spaces; with one spelling for words that people
shorten (`St.-Jansstr.`, `O.L.V.-straat`, `Av. Louise`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from services.kbo.domain.words import plain

ADDRESS_MAX = 300
"""Characters of an address that are read."""
RANGE_MAX = 50
"""A building has no more house numbers than this: `12/14` is two houses, `12/101` a box."""
_BRACKETS = re.compile(r"\([^()]*\)?")
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHES = str.maketrans("’‘`´", "''''")
_ANYWHERE = {
    "st": "sint", "ste": "sint", "saint": "sint", "sainte": "sint", "sinte": "sint", "sankt": "sint",
    "dr": "dokter", "docteur": "dokter", "doctor": "dokter", "burg": "burgemeester", "bourg": "bourgmestre",
    "gen": "generaal", "general": "generaal", "prof": "professor", "professeur": "professor", "kard": "kardinaal",
    "kan": "kanunnik", "past": "pastoor", "mgr": "monseigneur", "min": "minister", "kon": "koning",
    "koningin": "koning", "pln": "plein",
}  # fmt: skip
_FIRST = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard",
    "ch": "chaussee", "chee": "chaussee", "chauss": "chaussee", "pl": "place", "r": "rue", "imp": "impasse",
    "all": "allee", "rte": "route", "chem": "chemin", "sq": "square",
}  # fmt: skip
_ENDS = {"straat": "str", "strasse": "str", "steenweg": "stwg", "stw": "stwg", "ln": "laan"}
_END = re.compile("(?:straat|strasse|steenweg|stw|ln)(?![^ ])")
_OUR_LADY = re.compile(r"(?<![^ ])(?:onze|o) ?(?:lieve|l) ?(?:vrouwe?n?|v)(?=straat|str|plein|laan|kerk|dreef|$| )")
_NOTRE_DAME = re.compile(r"(?<![^ ])n ?d(?![^ ])")
_BOX = re.compile(
    r"(?<![a-z])(?:bus|bte|boite|box|app|apt|appt|rdc|rez|gvl|glvl|verd|lok)(?![a-z]).*|(?<=[0-9]) ?b ?[0-9].*"
)
_HOUSE = re.compile(
    r"(?<![0-9])([0-9]{1,6})(?![0-9]) ?(?!(?:en|et|tot)(?![a-z]))([a-z]{0,3})(?![a-z0-9])"
    r"|(?<![0-9])([0-9]{1,6})(?![0-9])"
)
_JOINED = re.compile(r" ?(?:[-/+&,]|en|et|tot|a) ?([0-9]{1,6})(?![0-9])(?: ?([a-z]{0,3})(?![a-z0-9]))?")
_NO_HOUSE = frozenset({"zn", "sn", "znr", "zondernummer", "sansnumero"})
_FOLDED = re.compile(r"([0-9]{1,6})([a-z]*)(?:-([0-9]{1,6})([a-z]*))?")


@lru_cache(maxsize=1 << 16)
def fold_street(text: str) -> str:
    """One spelling of a street without spaces, "" for nothing. Never raises; texts are kept, so bound their length."""
    lower = plain(text.translate(_APOSTROPHES))
    words = _WORD.findall(_BRACKETS.sub(" ", lower)) or _WORD.findall(lower)
    if len(words) > 1:
        words[0] = _FIRST.get(words[0], words[0])
    line = " ".join([_ANYWHERE.get(word, word) for word in words])
    line = _NOTRE_DAME.sub("notre dame", _OUR_LADY.sub("olv", line))
    return _END.sub(lambda end: _ENDS[end[0]], line).replace(" ", "")


@lru_cache(maxsize=1 << 14)
def fold_house_number(text: str) -> str:
    """`12`, `12a`, or from first to last `12-16`, without box; "" for none. Never raises."""
    bare = " ".join(plain(text).translate(str.maketrans("_.", "  ")).split())
    first = _HOUSE.search(_BOX.sub("", bare))
    if first is None:
        compact = "".join(_WORD.findall(bare))
        return "" if compact in _NO_HOUSE else compact
    number, letters, end = int(first[1] or first[3]), first[2] or "", first.end()
    last, last_letters = number, ""
    while more := _JOINED.match(bare, end):
        end = more.end()
        if last < int(more[1]) <= number + RANGE_MAX and not more[1].startswith("0"):
            last, last_letters = int(more[1]), more[2] or ""
    return f"{number}{letters}" + (f"-{last}{last_letters}" if last > number else "")


@lru_cache(maxsize=1 << 14)
def house_fit(asked: str, registered: str) -> float:
    """How well a folded number answers another: 1 the same, less where one is a part of the other, 0 elsewhere.

    `12-16` holds 12, 14 and 16 (0.9); `12` and `12a` may be one building (0.8).
    """
    if asked == registered:
        return 1.0
    one, other = _FOLDED.fullmatch(asked), _FOLDED.fullmatch(registered)
    if one is None or other is None:
        return 0.0
    if one[3] or other[3]:
        return 0.9 if _overlap(_span(one), _span(other)) else 0.0
    return 0.8 if int(one[1]) == int(other[1]) and not (one[2] and other[2]) else 0.0


def house_order(folded: str) -> tuple[int, str]:
    """Sorts folded numbers as they stand in the street."""
    number = _FOLDED.match(folded)
    return int(number[1]) if number else 0, folded


def _span(number: re.Match[str]) -> range:
    """The houses from first to last: one side of the street where both ends are even or odd."""
    first = int(number[1])
    last = int(number[3] or first)
    return range(first, last + 1, 2 if (last - first) % 2 == 0 else 1)


def _overlap(one: range, other: range) -> bool:
    return any(number in other for number in one)


@dataclass(frozen=True, slots=True)
class ParsedAddress:
    """The parts of an address as they were written; "" for what is not there."""

    street: str = ""
    house_number: str = ""
    """With letter or as a range (`12A`, `12-14`), without box."""
    box: str = ""
    postcode: str = ""
    municipality: str = ""


_POSTCODE = re.compile(r"(?<![^\s,;(])(?:BE?[ -]{0,2})?(?P<code>[1-9][0-9]{3})(?![\w/.-])", re.IGNORECASE)
_BOX_WORD = r"(?:bus|bte|bo[iî]te|box|appt?\.?|b\.?)"
_NUMBER = (
    r"[0-9]{1,4}(?![0-9])(?:\s?(?:bis|ter|[A-Za-z](?!\w)))?"
    r"(?:\s?(?:[-/+&]|en(?=\s)|et(?=\s))\s?[0-9]{1,4}(?![0-9])(?:[A-Za-z](?!\w))?)*"
)
_STREET = (
    rf"(?P<street>.*?[^\W\d_].*?)[\s,]+(?:n[r°o]\.?\s?)?(?P<house>{_NUMBER})"
    rf"(?:[\s,]*/?\s?{_BOX_WORD}\s?(?P<box>[\w.-]{{1,10}})|\s?/\s?(?P<slash>\w{{1,6}}))?"
)
_NUMBER_LAST = re.compile(_STREET, re.IGNORECASE)  # tried first, so that `Rue du 4 Août 12` is number 12
_NUMBER_INSIDE = re.compile(rf"{_STREET}(?P<rest>[\s,].*)", re.IGNORECASE)
_HOUSE_FIRST = re.compile(
    rf"(?P<house>{_NUMBER})[\s,]+(?P<street>(?:rue|av(?:enue|\.)|b(?:oulevar)?d|chauss[ée]e|place|chemin|clos|all[ée]e"
    r"|impasse|route|square|quai|sentier|dr[èe]ve|venelle|cours)\b[^,]*)(?:,\s*(?P<rest>.*))?",
    re.IGNORECASE,
)
_TAIL_BOX = re.compile(r"\s?/\s?(\w+)$")
_COUNTRY = re.compile(r"[\s,;(]*\b(?:belgi[ëe]|belgique|belgium|belgien)\W*", re.IGNORECASE)
_TRIM = " ,;-\t\n"


def parse_address(text: str) -> ParsedAddress:
    """The parts of `Kerkstraat 12 bus 3, 2800 Mechelen` and its like. Never raises; what is not seen stays empty."""
    line = _COUNTRY.sub("", " ".join(text[:ADDRESS_MAX].split()))
    where = _find_postcode(line)
    if where is None:
        return _front(line, "")
    front, back = line[: where.start()].strip(_TRIM), line[where.end() :].strip(_TRIM)
    if front:
        return _front(front, where["code"], back.partition(",")[0])
    municipality, _, front = back.partition("," if "," in back else " ")
    return _front(front.strip(_TRIM), where["code"], municipality)


def _find_postcode(line: str) -> re.Match[str] | None:
    """The last number of four digits that stands where a postcode stands."""
    for match in reversed(list(_POSTCODE.finditer(line))):
        front, back = line[: match.start()].rstrip(), line[match.end() :].lstrip(_TRIM)
        if re.search(rf"{_BOX_WORD}$", front, re.IGNORECASE) and not front.endswith(","):
            continue
        named = back[:1].isalpha() and not re.match(rf"{_BOX_WORD}(?!\w)", back, re.IGNORECASE)
        if named or not front or front.endswith(",") or (not back and re.search("[0-9]", front)):
            return match
    return None


def _front(text: str, postcode: str, municipality: str = "") -> ParsedAddress:
    """Street, house number and box; what follows them is the municipality where that is not known."""
    match = _HOUSE_FIRST.fullmatch(text) or _NUMBER_LAST.fullmatch(text) or _NUMBER_INSIDE.fullmatch(text)
    town = _BRACKETS.sub("", municipality).strip(_TRIM)
    if match is None:
        street, _, rest = text.partition(",")
        return ParsedAddress(street.strip(_TRIM), "", "", postcode, town or rest.strip(_TRIM))
    parts = match.groupdict()
    house, box = parts["house"].strip(), parts.get("box") or parts.get("slash") or ""
    tail = _TAIL_BOX.search(house)
    if tail and not box and "-" not in fold_house_number(house):
        house, box = house[: tail.start()], tail[1]
    rest = (parts.get("rest") or "").strip(_TRIM)
    return ParsedAddress(parts["street"].strip(_TRIM), house, box, postcode, town or rest)
