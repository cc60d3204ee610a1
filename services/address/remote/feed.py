"""The change feed of v3 (reference, section 3.2): CloudEvents in pages, and where to begin after a download.

An event is not read here: one that is odd must not hold up the others (`register/applying.py` keeps it aside).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from services.address.remote.connection import Answer, RegisterConnection
from services.address.remote.problems import unexpected

Register: TypeAlias = Literal[
    "gemeenten", "postinfo", "straatnamen", "adressen", "gebouwen", "gebouweenheden", "percelen"
]

PAGE = "/v3/feeds/wijzigingen/{register}"
POSITIONS = "/v3/feeds/posities"
CLOUD_EVENTS = "application/cloudevents-batch+json, application/json;q=0.9"
PAGE_MAX_BYTES = 30_000_000
"""A hundred events; those of buildings carry two polygons before and after."""
EVENTS_MAX = 1_000
PAGE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in their order."""

    events: tuple[Any, ...]
    """Items of the batch as they came, not looked at."""
    complete: bool
    """Nothing is added to this page any more: read the next one."""
    unsaid: bool = False
    """It does not say whether it is complete."""


@dataclass(frozen=True, slots=True)
class Position:
    """One place in the feeds of a register; what the register does not say is None."""

    feed: int | None
    """Event of the older Atom feed."""
    event: int | None
    """`id` of the last event of the change feed up to here."""
    page: int | None
    """Page of that event."""


class ChangeFeed:
    """Asks for pages; needs a key.

    All raise:
        Unavailable: no answer, or none that can be read.
        Denied: no key, or one that is refused.
    """

    def __init__(self, connection: RegisterConnection) -> None:
        self._connection = connection

    async def page(self, register: Register, number: int) -> FeedPage:
        """Page `number`, from 1 on. The one after the last complete page may be empty."""
        answer = await self._connection.ask(
            PAGE,
            path={"register": register},
            params={"pagina": str(number)},
            accept=CLOUD_EVENTS,
            max_bytes=PAGE_MAX_BYTES,
            total_seconds=PAGE_SECONDS,
        )
        said = answer.headers.get("X-Page-Complete", "").strip().lower()
        return FeedPage(_events(answer), said == "true", said not in ("true", "false"))

    async def position(
        self, register: Register, *, download: int | None = None, feed: int | None = None, event: int | None = None
    ) -> Position:
        """Where the feeds stand at one of: a download (its `_metadata.dbf`), the Atom feed, an event of this feed."""
        given = {"download": download, "feed": feed, "wijzigingFeedId": event}
        known = {name: str(value) for name, value in given.items() if value is not None}
        if len(known) != 1:
            raise ValueError("ask for a position by exactly one of download, feed and event")
        params = {"register": register, **known}
        answer = await self._connection.ask(POSITIONS, params=params, accept="application/json")
        return _position(answer)


def _events(answer: Answer) -> tuple[Any, ...]:
    batch = answer.json() if answer.outcome == "found" else None
    if not isinstance(batch, list) or len(batch) > EVENTS_MAX:
        raise unexpected(PAGE, "no batch of events")
    return tuple(batch)


def _position(answer: Answer) -> Position:
    body = answer.json() if answer.outcome == "found" else None
    if not isinstance(body, dict):
        raise unexpected(POSITIONS, "no position")
    places = [body.get(name) for name in ("feed", "wijzigingenFeedId", "wijzigingenFeedPagina")]
    if not all(one is None or (isinstance(one, int) and not isinstance(one, bool) and one >= 0) for one in places):
        raise unexpected(POSITIONS, "a position that is no number")
    return Position(*places)
