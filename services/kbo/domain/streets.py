"""Streets and house numbers as they are compared, and an address as people write it in its parts. No I/O.

`fold_street` gives one spelling for all usual ones within a postcode: without the letters that tell namesakes in a
merged municipality apart (`Heikant(STE)`), accents, punctuation and spaces; with one spelling for words that people
shorten (`St.-Jansstr.`, `O.L.V.-straat`, `Av. Louise`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from loketbus.characters import plain
from services.kbo.domain.address_lines import BOX_WORD, Line, read_line

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
_UNTIL = re.compile(r"(?<=[0-9a-z]) (?:t ?e ?m|t/m|tot en met|a) ?(?=[0-9])")
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
    bare = _UNTIL.sub("-", " ".join(plain(text).translate(str.maketrans("_.–", "  -")).split()))
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
_COUNTRY = re.compile(
    r"(?:^|(?<!\bde)(?<!\bvan)[\s,]+)(?:belgi[ëe]|belgique|belgium|belgien)(?=\W*(?:,|$))", re.IGNORECASE
)
_SEPARATOR = re.compile(r"[\n\r;|]|(?<=\w)\s[-/]\s(?=[^\W\d_]{2})")
_ASIDE_BRACKETS = re.compile(r"\s\(([^()]*)\)?")
_AT = re.compile(r"\s(?:te|in|[àa])\s(?=(?:BE?[ -]{0,2})?[1-9][0-9]{3}(?![0-9]))", re.IGNORECASE)
_MONTH = (
    r"(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|janvier|f[ée]vrier"
    r"|mars|avril|mai|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre)"
    r"(?:straat|str|laan|plein|dreef|lei|park|wijk|weg)?(?![^\W_])"
)
_YEAR = r"(?:1[5-9]|20)[0-9]{2}(?![0-9])"
_IN_A_NAME = re.compile(
    rf"(?<!\w)[0-9]{{1,2}}(?:er)?[\s-]{_MONTH}(?:\s{_YEAR})?"
    rf"|(?<!\w)[0-9]{{1,3}}(?:e|de|ste|er|[èe]re|[èe]me)\s(?!{BOX_WORD})[^\W\d_]{{3}}"
    rf"|(?<=[^\W\d_]\s){_YEAR}(?=\s[0-9]{{1,3}}(?![0-9]))"
    r"|(?:(?<=\bdes\s)|(?<=\bles\s)|(?<=\bde\s))[0-9]{1,2}(?=\s[^\W\d_]{3})"
    r"|(?<!\S)(?!b)[a-z]\.?[0-9]{1,2}(?![0-9])(?=[-\s][^\W\d_]{3})",
    re.IGNORECASE,
)
"""`4 Août`, `11 Novembre 1918`, `5e Linie`, `Plein 1944` before a number, `Z.1 Doornveld`: no house number."""
_HIDE = {ord(str(digit)): 0xE000 + digit for digit in range(10)}
_SHOW = {hidden: digit for digit, hidden in _HIDE.items()}
_NO_NAME = re.compile(rf"(?:{BOX_WORD}|bis|ter|[a-z])(?!\w)", re.IGNORECASE)
_TOWN = re.compile(r"(?:(?:de|den|het|la|le|sint|saint)\s)?\S+", re.IGNORECASE)
_TAIL_BOX = re.compile(r"\s?/\s?(\w+)$")
_TRIM = " ,-"


def parse_address(text: str) -> ParsedAddress:
    """The parts of `Kerkstraat 12 bus 3, 2800 Mechelen` and its like. Never raises; what is in doubt stays empty."""
    line = _IN_A_NAME.sub(lambda name: name[0].translate(_HIDE), _tidy(text[:ADDRESS_MAX]))
    codes = _postcodes(line)
    if len({code["code"] for code in codes}) > 1:
        return ParsedAddress()
    if not codes:
        return _parsed(read_line(_parts(line), town_known=False))
    front, back = line[: codes[0].start()].strip(_TRIM), line[codes[0].end() :].strip(_TRIM)
    town, *behind = _parts(back) or [""]
    if not front and not behind and (first := _TOWN.match(town)):
        town, behind = first[0], [town[first.end() :].strip()]
    found = read_line(_parts(front), town_known=bool(town))
    if not found.house_number:
        found = read_line([*_parts(front), *behind], town_known=bool(town))
    return _parsed(found, codes[0]["code"], _BRACKETS.sub("", town).strip(_TRIM))


def _tidy(text: str) -> str:
    """One line with commas between its parts, without the country and what stands in brackets."""
    lines = _SEPARATOR.sub(",", text.strip().translate(str.maketrans("–—", "--")))
    line = _ASIDE_BRACKETS.sub(_in_brackets, " ".join(lines.split()))
    return _COUNTRY.sub("", _AT.sub(", ", line))


def _in_brackets(brackets: re.Match[str]) -> str:
    return f", {brackets[1]}," if re.search("[0-9]", brackets[1]) else ""


def _parts(line: str) -> list[str]:
    return [part for part in (piece.strip(_TRIM) for piece in line.split(",")) if part]


def _postcodes(line: str) -> list[re.Match[str]]:
    """Those numbers of four digits that stand best where a postcode stands; several: which, is not to be seen."""
    ranked = [(_rank(line, match), match) for match in _POSTCODE.finditer(line)]
    best = max((rank for rank, _ in ranked), default=0)
    return [match for rank, match in ranked if rank == best and rank]


def _rank(line: str, match: re.Match[str]) -> int:
    """How surely it is a postcode; 0: it is a house number or a box."""
    front, back = line[: match.start()].rstrip(), line[match.end() :].lstrip()
    if re.search(rf"{BOX_WORD}$", front, re.IGNORECASE):
        return 0
    apart, numbered = not front or front.endswith(","), bool(re.search("[0-9]", front))
    town = back.lstrip(_TRIM) if apart or numbered else back
    named = town[:1].isalpha() and not _NO_NAME.match(town)
    if named and (apart or numbered):
        return 4
    return 3 if apart else 2 if named else int(numbered and not back)


def _parsed(found: Line, postcode: str = "", municipality: str = "") -> ParsedAddress:
    house, box = found.house_number, found.box
    tail = _TAIL_BOX.search(house)
    if tail and not box and "-" not in fold_house_number(house):
        house, box = house[: tail.start()], tail[1]
    parts = (found.street, house, box, postcode, municipality or re.sub("^te ", "", found.rest))
    return ParsedAddress(*(part.translate(_SHOW).strip(_TRIM) for part in parts))
