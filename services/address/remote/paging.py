"""Lists in pages (reference, section 1.3): what stands on one, and where the next begins. No I/O.

`volgende` is an absolute address. Only its offset is used, and only when it points to the same list on the same server:
our key goes nowhere else, and a list that points back at itself ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import httpx

from services.address.remote.shapes import Json, UnexpectedAnswer, objects

Item = TypeVar("Item")

LIMIT = 500
"""The register's maximum; more was never tried."""
REQUESTS_MAX = 60
"""For one list: 20,000 addresses in one street would fit, also after a few answers that were too large."""
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Which list is read, and how far."""

    base: httpx.URL
    path: str
    """Under `base`, with version."""
    field: str
    """Where the items stand."""
    offset: int = 0


def read_page(answer: Json, place: ListPlace, read: Callable[[Json], Item]) -> tuple[list[Item], int | None]:
    """The items of a page, and the offset of the next one; None on the last.

    Raises:
        UnexpectedAnswer: no list, or a next page that is not one.
    """
    if place.field not in answer:
        raise UnexpectedAnswer(place.field)
    return [read(one) for one in objects(answer, place.field)], _next(answer.get("volgende"), place)


def _next(following: object, place: ListPlace) -> int | None:
    if following is None:
        return None
    try:
        url = httpx.URL(str(following))
    except httpx.InvalidURL:
        raise UnexpectedAnswer("volgende") from None
    offset = url.params.get("offset", "")
    if _origin(url) != _origin(place.base) or url.path != place.base.path.rstrip("/") + place.path:
        raise UnexpectedAnswer("volgende: another server or list")
    if not (offset.isascii() and offset.isdigit() and len(offset) <= 9) or int(offset) <= place.offset:
        raise UnexpectedAnswer("volgende: not further on")
    return int(offset)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or _DEFAULT_PORTS.get(url.scheme)
