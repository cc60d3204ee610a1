"""Reading the register's JSON, in the ways that v2 and v3 share. No I/O.

`UnexpectedAnswer` names the field that is not as documented, never what stands in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from loketbus.errors import Rejected
from services.address.domain import feed_values
from services.address.domain.model import STATUSES, Status
from services.address.domain.parcels import read_capakey

R = TypeVar("R")
Json = Mapping[str, Any]

CODE = re.compile(r"[A-Za-z]{1,40}")
CAPAKEY_LENGTH = 17


class UnexpectedAnswer(ValueError):
    """An answer of another shape than the register documents."""


class UnknownStatusError(UnexpectedAnswer):
    """A status that this version of Loketbus does not know: whether the object may be used cannot be said."""

    def __init__(self, code: str) -> None:
        super().__init__(f"unknown status {code}")
        self.code = code


def dig(value: object, *names: str) -> Any:
    """What stands under these names; None where one is absent."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def text(value: object, *names: str) -> str:
    """A line that must be there."""
    with _at(*names):
        return feed_values.text(dig(value, *names))


def optional_text(value: object, *names: str) -> str | None:
    """A line, or None where it is absent, null or (as v1 wrote it) empty."""
    return None if dig(value, *names) in (None, "") else text(value, *names)


def number(value: object, *names: str) -> int:
    """An object id, NIS code or postcode: digits, or a URI that ends in them."""
    with _at(*names):
        return feed_values.number(dig(value, *names))


def flag(value: object, *names: str) -> bool:
    """A boolean that must be there."""
    found = dig(value, *names)
    if not isinstance(found, bool):
        raise UnexpectedAnswer(".".join(names))
    return found


def objects(value: object, *names: str) -> tuple[Json, ...]:
    """A list of objects; () where it is absent."""
    found = dig(value, *names)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise UnexpectedAnswer(".".join(names))
    return tuple(found)


def code(value: object, *names: str) -> str:
    """A code of the register's lists, bare or as the URI of its concept."""
    last = text(value, *names).rpartition("/")[2]
    if not CODE.fullmatch(last):
        raise UnexpectedAnswer(".".join(names))
    return last


def status(value: object, *names: str) -> Status:
    """Of any kind of object.

    Raises:
        UnknownStatusError: not one of the register's statuses as we know them.
    """
    found = code(value, *names)
    known = STATUSES.get(found.lower())
    if known is None:
        raise UnknownStatusError(found)
    return known


def point(value: object) -> tuple[float | None, float | None]:
    """X and Y in Lambert 72, of one geometry or the one among several; (None, None) where it has none."""
    with _at("geometrie"):
        columns = feed_values.point(value)
    x, y = columns["x"], columns["y"]
    return (x, y) if isinstance(x, float) and isinstance(y, float) else (None, None)


def capakey(value: object, *names: str) -> str:
    """caPaKey with a slash, of one with a slash or a dash, bare or at the end of a URI."""
    try:
        return read_capakey(text(value, *names)[-CAPAKEY_LENGTH:]).text
    except Rejected:
        raise UnexpectedAnswer(".".join(names)) from None


def dutch(names: Mapping[str, str], field: str) -> str:
    """The Dutch one of names by language, else the first (Brussels, municipalities with facilities)."""
    if not names:
        raise UnexpectedAnswer(field)
    return names.get("nl") or next(iter(names.values()))


def each(items: tuple[Json, ...], read: Callable[[Json], R]) -> tuple[R, ...]:
    """Every item read, in order, each outcome once."""
    return tuple(dict.fromkeys(read(item) for item in items))


@contextmanager
def _at(*names: str) -> Iterator[None]:
    try:
        yield
    except UnexpectedAnswer:
        raise
    except ValueError:
        raise UnexpectedAnswer(".".join(names)) from None
