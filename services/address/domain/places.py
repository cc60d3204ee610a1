"""Which municipality is meant: by postcode, by name, by both, or by neither. No I/O but the lookup's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from services.address.domain.belgian_places import known_place
from services.address.domain.folding import place_key, words
from services.address.domain.model import Lookup, Place

_JOINTS = re.compile(r"\s[-/]\s|[/()]|,")
_AT = re.compile(r"^(?:te|in|à|a|bij|gem\.|gemeente|stad)\s+", re.IGNORECASE)
_SHORT = {"olv": ("onze", "lieve", "vrouw"), "kat": ("katelijne",), "skw": ("sint", "katelijne", "waver")}
_NAME_WORDS_MAX = 5


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the street is looked for."""

    nis: tuple[int, ...] = ()
    """Municipalities; () is nowhere, or with `anywhere` all that the register has."""
    anywhere: bool = False
    """Neither a postcode nor a name was given."""
    conflict: bool = False
    """Postcode and name point to different municipalities; both are in `nis`."""
    code: str = ""
    """The postcode as given."""
    postcode: int | None = None
    """The same where it can be one."""
    name: str = ""
    """As given."""
    named: tuple[Place, ...] = ()
    """What the name stands for, within `nis`."""
    elsewhere: bool = False
    """The name is that of a town of which nothing is kept here; with a postcode that is a conflict."""

    @property
    def postcodes(self) -> frozenset[int]:
        """Of the part of the municipality (deelgemeente) that was named; empty when the whole was."""
        parts = [place.postcode for place in self.named if place.nis in self.nis]
        return frozenset() if None in parts else frozenset(filter(None, parts))


def scope(lookup: Lookup, postcode: str, names: Sequence[str]) -> Scope:
    """What a postcode ("" for none) and the names behind it point to."""
    name = ", ".join(filter(None, names))
    if not postcode and not name:
        return Scope(anywhere=True)
    code = int(postcode) if re.fullmatch("[1-9][0-9]{3}", postcode) else None
    by_code = lookup.municipalities_of(code) if code else ()
    named = _named(lookup, names)
    by_name = tuple(dict.fromkeys(place.nis for place in named))
    common = tuple(nis for nis in by_code if nis in by_name)
    if common:
        nis, named = common, tuple(place for place in named if place.nis in common)
    elif by_code:
        nis = (*by_code, *by_name)
    else:
        nis = by_name if code is None or _mistyped(code, named) else ()
    elsewhere = not named and any(known_place(place_key(one)) for one in names)
    conflict = bool(by_code and not common and (by_name or elsewhere))
    return Scope(nis, False, conflict, postcode, code, name, named, elsewhere)


def find_place(lookup: Lookup, text: str) -> tuple[Place, ...]:
    """What a text as a whole names; () when it is no place that the register has."""
    for key in _keys(text):
        if found := lookup.places(key):
            return found
    return ()


def _named(lookup: Lookup, names: Sequence[str]) -> tuple[Place, ...]:
    """All names together: `Mechelen - Walem` is Walem in Mechelen."""
    found = [places for name in names for places in _places(lookup, name) if places]
    if not found:
        return ()
    shared = set.intersection(*({place.nis for place in places} for places in found))
    kept = [[place for place in places if place.nis in shared] for places in found] if shared else found
    parts = [place for places in kept for place in places if all(one.postcode for one in places)]
    return tuple(dict.fromkeys(parts or [place for places in kept for place in places]))


def _places(lookup: Lookup, name: str) -> list[tuple[Place, ...]]:
    whole = find_place(lookup, name)
    if whole and "(" not in name:
        return [whole]
    pieces = [_AT.sub("", piece.strip()) for piece in _JOINTS.split(name) if piece.strip()]
    if len(pieces) < 2 and "-" in name and not whole:  # `Mechelen-Muizen`
        glued = [find_place(lookup, piece) for piece in name.split("-")]
        pieces = name.split("-") if all(glued) else pieces
    if len(pieces) < 2:
        return [whole or _first_words(lookup, name)]
    return [find_place(lookup, piece) or _first_words(lookup, piece) for piece in pieces[:4]]


def _first_words(lookup: Lookup, name: str) -> tuple[Place, ...]:
    """`Mechelen Noord` begins with a place."""
    line = name.split()
    for length in range(min(len(line) - 1, _NAME_WORDS_MAX), 0, -1):
        if found := find_place(lookup, " ".join(line[:length])):
            return found
    return ()


@lru_cache(maxsize=4096)
def _keys(text: str) -> tuple[str, ...]:
    """How the place may stand in the register: as written, and with `O.L.V.` and `Kat.` in full."""
    bare = _AT.sub("", text.strip())
    line = "".join(words(bare)) if re.match(r"o\W{0,2}l\W{0,2}v", bare, re.IGNORECASE) else ""
    full = [part for word in words(bare) for part in _SHORT.get(word, (word,))]
    if line.startswith("olv"):
        full = ["onzelievevrouw", line[3:]]
    return tuple(dict.fromkeys(filter(None, (place_key(bare), place_key(" ".join(full))))))


def _mistyped(code: int, named: Sequence[Place]) -> bool:
    """A postcode that nobody knows is a typing error where the name is a municipality's, or the code is nearly its own.

    Names of deelgemeenten are not unique: `3891 Muizen` is not `2812 Muizen`.
    """
    if any(place.kind == "municipality" for place in named):
        return True
    return any(place.postcode and OSA.distance(str(code), str(place.postcode)) <= 1 for place in named)
