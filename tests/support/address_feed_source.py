"""A change feed in memory, in pages as the register serves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from loketbus.leases import Lease
from services.address.domain.feed_events import Register
from services.address.remote.feed import FeedPage, Position
from tests.support.address_feed import Event


class MemoryFeed:
    """Events by register. `asked` tells what was asked, in order; `before` runs before a page is given."""

    def __init__(self, events: Mapping[str, list[Event]] | None = None, page_size: int = 100) -> None:
        self.events: dict[str, list[Event]] = {name: list(found) for name, found in (events or {}).items()}
        self.page_size = page_size
        self.asked: list[tuple[str, int]] = []
        self.downloads: list[tuple[str, int | None]] = []
        self.before: Callable[[str, int], None] = lambda register, number: None
        self.places: dict[str, Position] = {}

    def add(self, register: Register, *events: Event) -> None:
        """At the end."""
        self.events.setdefault(register, []).extend(events)

    async def page(self, register: Register, number: int) -> FeedPage:
        """See `FeedSource`."""
        self.asked.append((register, number))
        self.before(register, number)
        start = (number - 1) * self.page_size
        found = self.events.get(register, [])[start : start + self.page_size]
        return FeedPage(tuple(found), len(found) == self.page_size)

    async def position(self, register: Register, *, download: int | None = None) -> Position:
        """The last event up to the download's, and its page."""
        self.downloads.append((register, download))
        if register in self.places:
            return self.places[register]
        ids = [int(one["id"]) for one in self.events.get(register, []) if int(one["id"]) <= (download or 0)]
        if not ids:
            return Position(None, None, None)
        return Position(download, ids[-1], (len(ids) - 1) // self.page_size + 1)


def lease() -> Lease:
    """One that lasts."""
    return Lease("test", 1, ttl_seconds=600)
