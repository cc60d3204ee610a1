"""Parcels as the replica keeps them: the number of a parcel is its caPaKey, so that links need no look-up."""

from __future__ import annotations

import re
from functools import lru_cache

_ORDER = "0ABCDEFGHIJKLMNOPQRSTUVWXYZ_"
_LETTERS = {letter: at for at, letter in enumerate(_ORDER)}
_HEAD = re.compile(r"([0-9]{5})([A-Z])")
_TAIL = re.compile(r"[/-]([0-9]{2})([A-Z_0])([0-9]{3})")
_POWERS, _LETTER = 1000, len(_LETTERS)
_GROUND = 100 * _LETTER * _POWERS
_SECTION = 10_000 * _GROUND


def parcel_id(key: str) -> int:
    """Number of a parcel by its caPaKey (`21683D0265/02R020`) or object id (with `-`), in the order of the keys.

    Raises:
        ValueError: this is neither (reference 1.5).
    """
    ground = key[6:10]
    if not (ground.isdigit() and ground.isascii()):
        raise ValueError("no caPaKey")
    return _head(key[:6]) + int(ground) * _GROUND + _tail(key[10:])


def object_id(number: int) -> str:
    """The object id of a parcel by its number: the inverse of `parcel_id`."""
    rest, power = divmod(number, _POWERS)
    rest, letter = divmod(rest, _LETTER)
    rest, bis = divmod(rest, 100)
    rest, ground = divmod(rest, 10_000)
    division, section = divmod(rest, _LETTER)
    return f"{division:05d}{_ORDER[section]}{ground:04d}-{bis:02d}{_ORDER[letter]}{power:03d}"


def capakey(object_id: str) -> str:
    """The form that the replica keeps: `13013C0384/02H003`."""
    return object_id.replace("-", "/")


@lru_cache(maxsize=1 << 15)
def _head(text: str) -> int:
    """Division and section."""
    match = _HEAD.fullmatch(text)
    if match is None:
        raise ValueError("no caPaKey")
    return (int(match[1]) * _LETTER + _LETTERS[match[2]]) * _SECTION


@lru_cache(maxsize=1 << 15)
def _tail(text: str) -> int:
    """Bis number and both exponents."""
    match = _TAIL.fullmatch(text)
    if match is None:
        raise ValueError("no caPaKey")
    return (int(match[1]) * _LETTER + _LETTERS[match[2]]) * _POWERS + int(match[3])
