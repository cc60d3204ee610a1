"""Values of attributes in the change feed (reference section 3.2) as columns of the replica. No I/O.

Each reader takes the JSON of `nieuweWaarde` or `oudeWaarde` and gives columns with values. `ValueError`: it is not what
this attribute can hold, as far as this version knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from services.address.domain.model import STATUSES, Status

Scalar = int | float | str | None
Columns = Mapping[str, Scalar]
Reader = Callable[[object], Columns]

TEXT_MAX = 250
LINKS_MAX = 5_000
"""Addresses of one unit or parcel."""
LAMBERT_72 = "31370"
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_ID = re.compile(r"(?!0+$)[0-9]{1,18}", re.ASCII)
_NIS = re.compile(r"[1-9][0-9]{4}", re.ASCII)
_POSTCODE = re.compile(r"(?!0000)[0-9]{4}", re.ASCII)
_POSITION = re.compile(r"<(?:\w+:)?pos\b[^>]*>\s*(-?[0-9.]{1,20})\s+(-?[0-9.]{1,20})\s*<")


def number(value: object) -> int:
    """Object id, from 1 on: the last part of a URI, or bare."""
    return _last(value, _ID)


def nis(value: object) -> int:
    """NIS code of a municipality, five digits; the same way."""
    return _last(value, _NIS)


def postcode(value: object) -> int:
    """Four digits, the first may be 0 (0612); the same way."""
    return _last(value, _POSTCODE)


def text(value: object) -> str:
    """A line that SQLite takes: not blank, no control characters, no half of a surrogate pair."""
    if not isinstance(value, str) or len(value) > TEXT_MAX or not value.strip() or _CONTROL.search(value):
        raise ValueError("no text")
    return value


def numbers(value: object, read: Callable[[object], int] = number) -> tuple[int, ...]:
    """Object ids of a list, ascending, each once; null is an empty list."""
    items = _items(value)
    if len(items) > LINKS_MAX:
        raise ValueError("too many")
    return tuple(sorted({read(item) for item in items}))


def names(value: object) -> tuple[tuple[str, str], ...]:
    """(name, language) of `[{"@value", "@language"}]`, as the register lists them; null is an empty list."""
    return tuple(_name(item) for item in _items(value))


def one(column: str, read: Callable[[object], Scalar], *, empty: bool = False) -> Reader:
    """One column; null is only allowed when it may be `empty`."""

    def columns(value: object) -> Columns:
        return {column: None if value is None and empty else read(value)}

    return columns


def status(allowed: Collection[Status]) -> Callable[[object], int]:
    """One of these, of a URI or a bare code."""

    def read(value: object) -> int:
        found = STATUSES.get(code(value).lower())
        if found is None or found not in allowed:
            raise ValueError("unknown status")
        return int(found)

    return read


def flag(value: object) -> int:
    """A boolean."""
    if not isinstance(value, bool):
        raise ValueError("no boolean")
    return int(value)


def code(value: object) -> str:
    """The last part of a URI, or what stands there bare: `afgeleidVanObject`."""
    return text(text(value).rpartition("/")[2])


def named(value: object) -> Columns:
    """`name` is Dutch where there is Dutch, else the first language (Brussels, facilities); nothing has no name."""
    by_language = _by_language(value)
    if not by_language:
        raise ValueError("no name")
    return {
        "name": by_language.get("nl", next(iter(by_language.values()))),
        "name_fr": by_language.get("fr"),
        "name_de": by_language.get("de"),
    }


def homonym(value: object) -> Columns:
    """The Dutch addition, else the first; none: no addition."""
    by_language = _by_language(value)
    return {"homonym": by_language.get("nl", next(iter(by_language.values()), None))}


def point(value: object) -> Columns:
    """Lambert 72 of a list of geometries, or of one as the schema has it; null or another projection: unknown."""
    shapes = value if isinstance(value, list) else [value]
    for shape in shapes:
        gml = shape.get("gml") if isinstance(shape, Mapping) else None
        if isinstance(gml, str) and LAMBERT_72 in gml[:TEXT_MAX] and (found := _POSITION.search(gml)):
            return {"x": float(found[1]), "y": float(found[2])}
    return {"x": None, "y": None}


def _last(value: object, shape: re.Pattern[str]) -> int:
    last = text(value).rpartition("/")[2]
    if not shape.fullmatch(last):
        raise ValueError("no code of this kind")
    return int(last)


def _by_language(value: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, language in names(value):
        found.setdefault(language, name)
    return found


def _name(item: object) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        raise ValueError("no name")
    return text(item.get("@value")), text(item.get("@language")).lower()


def _items(value: object) -> list[object]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("no list")
    return value
