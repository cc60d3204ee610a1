"""Which streets of the register a written name may be: the same, an abbreviation, or one mistake away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.address.domain import verdicts
from services.address.domain.folding import key_words, street_fold, street_key, words
from services.address.domain.model import Lookup, Note, Status, Street
from services.address.domain.places import Scope, find_place
from services.address.domain.spelling import (
    Mistake,
    Near,
    ends_with,
    initials,
    likely_slip,
    near,
    similar,
    written_out,
)

_BRACKETS = re.compile(r"\s?\(([^()]{0,40})\)?")
_NUMBER_WORDS = {
    "1": "een", "2": "twee", "3": "drie", "4": "vier", "5": "vijf", "6": "zes", "7": "zeven", "8": "acht", "9": "negen",
    "10": "tien", "11": "elf", "12": "twaalf", "18": "achttien", "20": "twintig", "21": "eenentwintig",
}  # fmt: skip
"""Of days and dozens in names: `11 Novemberstraat`, `Twaalf-Apostelenstraat`."""
_DIGITS = {word: digits for digits, word in _NUMBER_WORDS.items()}
_RULERS = ("koning", "koningin")
_FIRST_DIGITS = re.compile("[0-9]+(?=[a-z]{3})")
_FIRST_WORD = re.compile(f"(?:{'|'.join(sorted(_DIGITS, key=len, reverse=True))})(?=[a-z]{{5}})")


@dataclass(frozen=True, slots=True)
class Named:
    """A street that may be meant, and what had to be read otherwise to see it."""

    street: Street
    changes: tuple[Note, ...] = ()
    hint: str = ""
    """What stood in brackets behind it: the part of the municipality."""
    elsewhere: bool = False
    """It was read with a mistake, and a street elsewhere has the name as it was written."""


def find(lookup: Lookup, text: str, where: Scope) -> tuple[Named, ...]:
    """Streets with this name, or one that it abbreviates; or else had it before; () when the place has none."""
    if found := tuple(_same(lookup, text, text, where)):
        return found
    bare = _BRACKETS.sub("", text)
    hint = _BRACKETS.search(text)
    if hint and bare:
        notes = () if find_place(lookup, hint[1]) else (verdicts.suffix_left_out(hint[0].strip()),)
        return tuple(Named(one.street, (*notes, *one.changes), hint[1]) for one in _same(lookup, bare, bare, where))
    other_words = (tuple(_same(lookup, other, text, where)) for other in _other_words(text))
    return next(filter(None, other_words), ()) or tuple(_formerly(lookup, text, where))


def misspelt(lookup: Lookup, text: str, where: Scope) -> tuple[Named, ...]:
    """Streets that it is but for initials or one mistake; several: nobody knows which one is meant."""
    bare = _BRACKETS.sub("", text)
    found = tuple(_in_full(lookup, bare, where))
    return found or tuple(_mistaken(lookup, bare, where))


def suggestions(lookup: Lookup, text: str, where: Scope) -> tuple[Street, ...]:
    """Other streets with a name that looks like it."""
    found = (street for nis in where.nis for street in similar(street_key(text), lookup.street_keys(nis)))
    return tuple(_usable(filter(None, map(lookup.street, found))))[:5]


def _same(lookup: Lookup, text: str, shown: str, where: Scope) -> Iterator[Named]:
    fold, key = street_fold(text), street_key(text)
    if not fold:
        return
    found = list(_usable(_streets(lookup, fold, where)))
    if len(fold) < len(key) or fold != key:
        exact = [street for street in found if street_fold(street.name) == fold]
        found = exact or found or list(_usable(_streets(lookup, key, where)))
    else:
        found = [street for street in found if street_fold(street.name) == fold] or found
    for street in found:
        same = street_fold(street.name) == fold
        if not same and _king_for_queen(text, street.name):
            continue
        same = same and text == shown
        as_written = same or street_key(street.name) != key  # its name in another language
        yield Named(street, () if as_written else (verdicts.abbreviation(shown, street.name),))


def _formerly(lookup: Lookup, text: str, where: Scope) -> Iterator[Named]:
    """Streets of a given place that had this name before they were renamed."""
    keys = dict.fromkeys(filter(None, (street_fold(text), street_key(text))))
    for street in _usable(one for nis in where.nis for key in keys for one in lookup.former_streets(key, nis)):
        yield Named(street, (verdicts.former_name(text, street.name),))


def _streets(lookup: Lookup, key: str, where: Scope) -> Iterator[Street]:
    if where.anywhere:
        yield from lookup.streets(key)
    for nis in where.nis:
        yield from lookup.streets(key, nis)


def _other_words(text: str) -> Iterator[str]:
    """With a number in letters or digits, and with `'t` for `het`."""
    fold = street_fold(text)
    if fold.startswith("het"):
        yield fold[2:]
    if (digits := _FIRST_DIGITS.match(fold)) and digits[0] in _NUMBER_WORDS:
        yield _NUMBER_WORDS[digits[0]] + fold[digits.end() :]
    if word := _FIRST_WORD.match(fold):
        yield _DIGITS[word[0]] + fold[word.end() :]


def _in_full(lookup: Lookup, text: str, where: Scope) -> Iterator[Named]:
    short = initials(text)
    if short is None:
        return
    names, rest = short
    for nis in where.nis:
        for street_id in dict.fromkeys(ends_with(rest, names[0], lookup.street_keys(nis))):
            street = lookup.street(street_id)
            if street and street.status.valid and written_out(names, rest, street.name):
                yield Named(street, (verdicts.initials(text, street.name),))


def _mistaken(lookup: Lookup, text: str, where: Scope) -> Iterator[Named]:
    key = street_key(text)
    found = [(one, street) for nis in where.nis for one, street in _near(lookup, key, nis)]
    if any(one.how is Mistake.RIVAL for one, _ in found):
        return
    elsewhere = bool(found) and any(street_fold(street.name) == key for street in lookup.streets(key))
    for one, street in found:
        likely = one.how is Mistake.SURE or not elsewhere
        if likely and street.status.valid and not _king_for_queen(text, street.name):
            yield Named(street, (verdicts.spelling(text, street.name),), elsewhere=elsewhere)


def _near(lookup: Lookup, key: str, nis: int) -> Iterator[tuple[Near, Street]]:
    """What is nearly called so, but for wrong letters that are no slip."""
    keys = lookup.street_keys(nis)
    for one in near(key, keys):
        street = lookup.street(one.street)
        if street is not None:
            parts = words(street.name) if one.key == street_fold(street.name) else key_words(street.name)
            if one.how is not Mistake.UNSURE or likely_slip(one, key, parts, keys):
                yield one, street


def _king_for_queen(text: str, name: str) -> bool:
    """Both are short for `K.`; written in full they are two names."""
    written, registered = set(words(text)), set(words(name))
    return any(one in written and other in registered for one, other in (_RULERS, _RULERS[::-1]))


def _usable(streets: Iterator[Street]) -> Iterator[Street]:
    """Each once; rejected names were never given."""
    seen: set[int] = set()
    for street in streets:
        if street.id not in seen and street.status is not Status.AFGEKEURD:
            seen.add(street.id)
            yield street
