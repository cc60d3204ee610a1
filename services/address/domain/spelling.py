"""Streets that differ by a typing error, by initials, or only seem alike. No I/O.

Tight on purpose: a street that does not exist must not become another one. `Statiestraat` is not `Stationsstraat`,
`Bergenstraat` not `Bergstraat`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from services.address.domain.belgian_places import place_letters
from services.address.domain.folding import words

STEM_MIN = 7
"""One letter may be wrong (for one beside it or like it) only in a name this long without its ending (`straat`)."""
_SOUND_MIN = 5
"""The same for old spelling and doubled letters: `Manstraat` may well not be `Maanstraat`."""
_WORD_MIN = 6
"""A letter may be missing in a word this long, when the name is as long as `STEM_MIN`."""
_SHORT_MIN = 3
_BARE_E_MIN = 6
"""An `e` before the ending is only forgotten in a name this long: `Walstraat` is not `Walestraat`."""
_EDITS_MAX = 3
"""Old spelling can change more than one letter (`Antwerpschesteenweg`)."""
_ALIKE = 72.0
_ENDINGS = (
    "straatje", "straat", "steenweg", "baan", "laan", "lei", "plein", "dreef", "weg", "pad", "vest", "markt", "kaai",
    "hof", "hoef", "park", "dijk", "vaart", "veld", "berg", "burg", "brug", "kouter", "heide", "dorp", "steeg", "gang",
    "poort", "bos", "kant", "hoek", "beek", "dal", "wijk", "kerk", "vliet", "donk", "akker", "meers", "molen",
)  # fmt: skip
_LONG_ENDINGS = frozenset({"straat", "steenweg"})
"""Long enough to be known with a letter wrong: `Kerkstrat`."""
_KNOWN_ENDINGS = frozenset({"laan", "plein", "dreef", "markt"})
"""Known with a mistake in the middle: nothing else is called so."""
_LIKE = (
    ("sch", "s"), ("ck", "k"), ("gh", "g"), ("ae", "a"), ("ij", "i"), ("y", "i"), ("th", "t"), ("dt", "t"),
    ("ds", "ts"), ("c", "k"),
    ("z", "s"),
)  # fmt: skip
"""Old and new spelling (reference section 6)."""
_DOUBLE = re.compile(r"(.)\1+")
_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "mn", "bp", "dt", "fv", "gh", "ei")
_MISTAKEN = frozenset(frozenset(pair) for row in _ROWS for pair in pairwise(row))
"""Letters that lie side by side on a keyboard, or sound alike: one is typed for the other."""
_VOWELS = frozenset("aeiouy")
_DIGITS = re.compile("[0-9]+")
_INITIAL = re.compile(r"[\s-]*([^\W\d_]{1,4}\.|[^\W\d_](?=[\s-]))")


class Difference(NamedTuple):
    """Where in the registered key the one difference stands, and which it is."""

    at: int
    kind: Literal["doubled", "missing", "wrong", "swapped"]
    letters: str
    mistakable: bool = True
    """Of a wrong letter: it lies beside the right one on a keyboard, or sounds like it."""
    vowels: bool = False
    """Of a wrong letter: it is a vowel for a vowel, which gives another name too easily (`Vuldersstraat`)."""


class Mistake(Enum):
    """How far one name is from another."""

    SURE = 1
    """Spelling or typing that gives no other name: doubled letters, old spelling, a letter between two words."""
    UNSURE = 2
    """A letter is wrong: it may be the name of a street elsewhere."""
    RIVAL = 3
    """It may well be another name. It is never given, but nor is another street then."""


@dataclass(frozen=True, slots=True)
class Near:
    """A street that differs by one mistake from what was asked."""

    street: int
    how: Mistake
    key: str
    """Of the street, that is nearly what was asked."""
    difference: Difference | None
    """None: several letters that sound alike."""


def near(asked: str, keys: Mapping[str, tuple[int, ...]]) -> tuple[Near, ...]:
    """Streets whose name becomes the one that was asked by one mistake that people make; ascending.

    `asked` is a `street_key`. With several, nobody knows which one is meant; those that are not sure only count where
    none is.
    """
    bone = _bone(asked)
    found: dict[int, Near] = {}
    for key, _, _ in process.extract_iter(asked, keys.keys(), scorer=OSA.distance, score_cutoff=_EDITS_MAX):
        difference = _difference(asked, key)
        if (how := _mistake(asked, bone, key, difference)) is not None:
            every = (Near(street, how, key, difference) for street in keys[key])
            found |= {one.street: one for one in every if _closer(one, found.get(one.street))}
    sure = any(one.how is Mistake.SURE for one in found.values())
    return tuple(one for _, one in sorted(found.items()) if not sure or one.how is not Mistake.UNSURE)


def _closer(one: Near, other: Near | None) -> bool:
    return other is None or one.how.value < other.how.value


def likely_slip(one: Near, asked: str, name_words: Sequence[str], keys: Iterable[str]) -> bool:
    """One letter in a long word may be a slip; in a short one only when no name is written so.

    `name_words` are those of the key. `Sint-Marta` may well not be `Sint-Maria`, nor `Korte Weide` `Korte Heide`.
    """
    difference, begin = one.difference, 0
    for word in name_words if difference else ():
        if difference and begin < difference.at < begin + len(word):
            stem = len(_parted(word)[0])
            written = asked[begin : begin + stem + len(asked) - len(one.key)]
            odd = _odd(written, difference.at - begin, keys)
            wild = difference.kind == "wrong" and not difference.mistakable
            if stem < (STEM_MIN if difference.kind == "wrong" else _WORD_MIN):
                return odd > wild and not (wild and difference.vowels)
            return not wild or (odd > 0 and not difference.vowels)
        begin += len(word)
    return False


def similar(asked: str, keys: Mapping[str, tuple[int, ...]], limit: int = 5) -> tuple[int, ...]:
    """Streets with a name that looks like it, best first: only to suggest."""
    if not asked:
        return ()
    found = process.extract(asked, keys.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE, limit=limit * 2)
    return tuple(dict.fromkeys(street for key, _, _ in found for street in keys[key]))[:limit]


def initials(text: str) -> tuple[tuple[str, ...], str] | None:
    """First names that were shortened, and the rest of the street: `F. Stormsstraat`; None when none is."""
    names: list[str] = []
    while found := _INITIAL.match(text):
        names.append(words(found[1])[0])
        text = text[found.end() :]
    rest = "".join(words(text))
    return (tuple(names), rest) if names and len(rest) >= _SOUND_MIN else None


def ends_with(rest: str, first: str, keys: Mapping[str, tuple[int, ...]]) -> Iterator[int]:
    """Streets whose key begins and ends so."""
    for key, streets in keys.items():
        if key.endswith(rest) and key.startswith(first) and len(key) > len(rest):
            yield from streets


def written_out(names: Sequence[str], rest: str, registered: str) -> bool:
    """The registered name is the same with its first names in full."""
    full = words(registered)
    if len(full) <= len(names) or "".join(full[len(names) :]) != rest:
        return False
    return all(word.startswith(short) for short, word in zip(names, full, strict=False))


def _mistake(asked: str, bone: str, key: str, difference: Difference | None) -> Mistake | None:
    """None when there is more than one mistake."""
    sounds = _bone(key) == bone
    if not sounds and (asked[:1] != key[:1] or abs(len(asked) - len(key)) > 1):
        return None
    stem, ending = _parted(key)
    if _DIGITS.findall(asked) != _DIGITS.findall(key) or len(stem) < _SHORT_MIN:
        return None
    if difference is not None and _in_ending(difference, stem, ending):
        return Mistake.SURE
    if ending and (other := _parted(asked)[1]) and ending != other:
        return None
    if difference is not None and _other_vowel(difference, asked, key) and len(stem) < STEM_MIN:
        return Mistake.RIVAL
    if sounds and (len(stem) >= _SOUND_MIN or (difference is not None and difference.kind == "doubled")):
        return Mistake.SURE
    return None if difference is None else _usual(difference, stem, ending)


def _in_ending(one: Difference, stem: str, ending: str) -> bool:
    """It is in an ending that is known with a letter wrong: no other name comes of that."""
    if ending in _LONG_ENDINGS:
        return one.at > len(stem) + 1 or (one.at >= len(stem) and one.kind in ("wrong", "swapped"))
    inside = len(stem) < one.at < len(stem) + len(ending) - 1
    return ending in _KNOWN_ENDINGS and inside


def _other_vowel(one: Difference, asked: str, key: str) -> bool:
    """A consonant is single or double between two vowels: `Mollenstraat` is not `Molenstraat`."""
    longer = max(asked, key, key=len)
    before, behind = longer[max(0, one.at - 2) : one.at], longer[one.at + 1 : one.at + 2]
    return one.kind == "doubled" and before[-1:] == one.letters and before[:1] in _VOWELS and behind in _VOWELS


def _usual(one: Difference, stem: str, ending: str) -> Mistake | None:
    if one.at > len(stem):
        careless = one.kind != "wrong" and len(stem) >= _SOUND_MIN  # no other ending comes of it, or it had been seen
        return Mistake.SURE if careless or ending in _LONG_ENDINGS else None
    if one.kind == "doubled":
        return Mistake.SURE
    if one.kind == "swapped":
        return Mistake.SURE if len(stem) >= _SOUND_MIN else Mistake.RIVAL
    if one.kind == "missing" and one.letters in "sne" and ending and one.at >= len(stem) - 1 and len(stem) > _SHORT_MIN:
        return Mistake.SURE if one.letters != "e" or len(stem.removesuffix("e")) >= _BARE_E_MIN else Mistake.RIVAL
    return Mistake.UNSURE if len(stem) >= STEM_MIN else Mistake.RIVAL


def _odd(stem: str, at: int, keys: Iterable[str]) -> int:
    """How many groups of three letters around a place in it stand in no name of a street here or of a Belgian town."""
    around = (stem[first : first + 3] for first in range(max(0, at - 2), min(at + 1, len(stem) - 2)))
    return sum(three not in place_letters() and not any(three in key for key in keys) for three in around)


def _difference(asked: str, key: str) -> Difference | None:
    """The one difference between both; None when there are more."""
    start = _shared(asked, key)
    end = _shared(asked[start:][::-1], key[start:][::-1])
    one, other = asked[start : len(asked) - end], key[start : len(key) - end]
    if len(one) + len(other) == 1:
        letter = one or other
        twice = letter in (key[start - 1 : start], key[start + len(other) : start + len(other) + 1])
        return Difference(start, "doubled" if twice and letter not in "aeiou" else "missing", letter)
    if len(one) == len(other) == 1:
        return Difference(start, "wrong", one, {one, other} in _MISTAKEN, {one, other} <= _VOWELS)
    if len(one) == 2 and one == other[::-1]:
        return Difference(start, "swapped", one)
    return None


def _shared(one: str, other: str) -> int:
    """Letters that both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _parted(key: str) -> tuple[str, str]:
    """A name and its ending, "" when it has none of the usual ones."""
    ending = next((ending for ending in _ENDINGS if key.endswith(ending) and len(key) > len(ending)), "")
    return key[: len(key) - len(ending)], ending


@lru_cache(maxsize=1 << 16)
def _bone(key: str) -> str:
    """What is left when old spelling, doubled letters and letters that sound alike no longer count."""
    for old, new in _LIKE:
        key = key.replace(old, new)
    return _DOUBLE.sub(r"\1", key)
