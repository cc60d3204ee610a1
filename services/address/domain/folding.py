"""Names of streets and places as they are compared. No I/O.

Two strengths. `street_fold` only takes away how it is typed: case, accents, hyphens, apostrophes, dots, spaces: what is
equal then is the same name. `street_key` also reads abbreviations (`St.`, `O.L.V.`, `stwg.`, `Burg.`, `Dr.`; reference
section 2 and 6): what is equal then is the same name written shorter, unless a municipality has two streets with it.
The replica keeps both as keys of a street, so a change here needs a new import (`register.schema.FORMAT`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from loketbus.characters import plain

REMEMBERED_MAX = 100
"""Characters: longer than any name. Whole mails are split in words too, and would fill the memory."""
_APOSTROPHES = re.compile("['’‘`´]")
_BRACKETS = re.compile(r"\([^()]*\)?")
_WORD = re.compile(r"[^\W_]+")
_KINDS = "straat|str|plein|laan|dreef|markt|kerkhof|kaai|vest|poort|berg|lei|park|hof|weg|baan|kerk|veld|pad|steeg"
_OUR_LADY = re.compile(rf"(?<![^ ])(?:onze|o) ?(?:lieve|l) ?(?:vrouwe?|v)(?:(?={_KINDS})|(?![^ ]))")
_OUR_LADY_GLUED = re.compile(rf"(?<![^ ])olvrouwe?(?={_KINDS}|$| )")
_WORDS = {
    "st": "sint", "ste": "sint", "sinte": "sint", "saint": "sint", "sainte": "sint",
    "dr": "dokter", "doctor": "dokter", "burg": "burgemeester", "gen": "generaal", "prof": "professor",
    "kard": "kardinaal", "kan": "kanunnik", "past": "pastoor", "mgr": "monseigneur", "min": "minister",
    "gebr": "gebroeders",
    "kon": "koning", "koningin": "koning", "k": "koning", "heilige": "heilig", "h": "heilig", "pln": "plein",
    "jos": "jozef", "ln": "laan", "av": "avenue", "bd": "boulevard", "bld": "boulevard",
    "blvd": "boulevard", "ch": "chaussee", "pl": "place", "sq": "square", "str": "straat", "stwg": "steenweg",
    "stw": "steenweg", "stnwg": "steenweg", "stg": "steenweg", "cdt": "commandant", "lt": "luitenant",
}  # fmt: skip
_END = re.compile(r"(?<=[^\W_]{3})(?:stwg|stnwg|stw|str|ln|pln)$")
_ENDS = {"str": "straat", "stwg": "steenweg", "stnwg": "steenweg", "stw": "steenweg", "ln": "laan", "pln": "plein"}


def words(text: str) -> tuple[str, ...]:
    """Lower-case words without accents; an apostrophe parts nothing (`'t Leitje` gives `t leitje`). Never raises."""
    return remembered_words(text) if len(text) <= REMEMBERED_MAX else _words(text)


@lru_cache(maxsize=1 << 15)
def remembered_words(text: str) -> tuple[str, ...]:
    """The words of a name; `words` asks it for no text that is too long to be one."""
    return _words(text)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(plain(_APOSTROPHES.sub("", text))))


def street_fold(text: str) -> str:
    """One spelling for all ways to type the same name, without spaces; "" for nothing."""
    return "".join(words(text))


def street_key(text: str) -> str:
    """One spelling for a name and its usual abbreviations, without spaces; "" for nothing."""
    return "".join(key_words(text))


def key_words(text: str) -> tuple[str, ...]:
    """The words of `street_key`."""
    line = _OUR_LADY_GLUED.sub("olv", _OUR_LADY.sub("olv", " ".join(words(text))))
    return tuple(_END.sub(_ended, _WORDS.get(word, word)) for word in line.split())


def street_keys(name: str) -> frozenset[str]:
    """All keys under which a registered name is found."""
    return frozenset({street_fold(name), street_key(name)} - {""})


def search_words(name: str) -> frozenset[str]:
    """All words of a registered name that the beginning of can be typed to find it."""
    return frozenset((*words(name), *key_words(name), street_fold(name)))


def place_key(text: str) -> str:
    """One spelling of a municipality or deelgemeente: `Sint-Katelijne-Waver`, `st. katelijne waver`; "" for nothing.

    What stands in brackets does not count: `Muizen (Mechelen)`.
    """
    bare = words(_BRACKETS.sub(" ", text)) or words(text)
    return "".join("sint" if word in ("st", "ste", "sinte") else word for word in bare)


def _ended(end: re.Match[str]) -> str:
    return _ENDS[end[0]]
