"""The seven change feeds: what was before, what happened since, in pages of a hundred; and the positions in them.

One act of an editor may touch several registers. All registers count in one sequence, so the ids of one feed rise with
gaps, as those of the real feeds do. The event id in a download's metadata is a number of that sequence too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from simulators.address.api.events import Event, cause_of, render
from simulators.address.api.history import Past
from simulators.address.api.registers import BY_KIND, BY_PATH, REGISTERS, Register
from simulators.address.model import EVENT_BASE, Change
from simulators.address.world import World

PAGE = 100


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events, oldest first; nothing is added any more to one that is complete."""

    events: list[Event]
    complete: bool


class Feed:
    """One register's: its past, with ids up to `EVENT_BASE`, and then what came."""

    def __init__(self, past: Past | None) -> None:
        self._past = past
        self._since: list[Event] = []

    def append(self, event: Event) -> None:
        """At the end."""
        self._since.append(event)

    def page(self, number: int) -> FeedPage:
        """The `number`-th, from 1; empty and not complete after the last."""
        start = (number - 1) * PAGE
        events = [self._event(at) for at in range(start, min(start + PAGE, len(self)))]
        return FeedPage(events, len(events) == PAGE)

    def last(self, position: int) -> tuple[int, int] | None:
        """(event id, page) of the last event up to `position`."""
        found = [at for at in range(len(self)) if self._id(at) <= position]
        return (self._id(found[-1]), found[-1] // PAGE + 1) if found else None

    def __len__(self) -> int:
        return self._before + len(self._since)

    @property
    def _before(self) -> int:
        return 0 if self._past is None else len(self._past)

    def _id(self, at: int) -> int:
        if at < self._before:
            return EVENT_BASE - self._before + at + 1
        return int(self._since[at - self._before]["id"])

    def _event(self, at: int) -> Event:
        if self._past is None or at >= self._before:
            return self._since[at - self._before]
        sequence = self._id(at)
        return render(self._past.change(at), sequence, cause_of(sequence))


class Feeds:
    """All of them, kept up with a world."""

    def __init__(self, world: World, *, history: bool) -> None:
        """Without `history` the feeds begin with what happens from now on."""
        self._world = world
        self._feeds: Mapping[str, Feed] = {one.path: Feed(Past(world, one) if history else None) for one in REGISTERS}
        self._taken, self._last = 0, EVENT_BASE
        self.follow()

    def of(self, register: Register) -> Feed:
        """Up to this moment."""
        self.follow()
        return self._feeds[register.path]

    def follow(self) -> list[Event]:
        """Append what editors did to the world since the last time; those are the events of one act."""
        new = self._world.changes[self._taken :]
        self._taken += len(new)
        cause = cause_of(self._last + 1)
        return [self._append(change, cause) for change in new]

    def put(self, register: Register, events: Iterable[Event], *, keep_ids: bool) -> list[str]:
        """Append events as they are given, under fresh ids or their own; the ids."""
        put = []
        for event in events:
            self._last = max(self._last, int(event["id"])) if keep_ids else self._last + 1
            own = event["id"] if keep_ids else str(self._last)
            self._feeds[register.path].append({**event, "id": own})
            put.append(own)
        return put

    def _append(self, change: Change, cause: UUID) -> Event:
        self._last += 1
        event = render(change, self._last, cause)
        self._feeds[BY_KIND[change.kind].path].append(event)
        return event


def register_of(text: str) -> Register | None:
    """By the name that `register=` takes: `Adressen`, whatever its letter case."""
    return BY_PATH.get(text.lower())
