"""Whether a page of the change feed can be what comes next (reference section 3.2). No I/O.

A feed that was made anew, of another environment or behind a proxy would else be followed as one in which nothing
happens, for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

from services.address.domain.feed_events import event_id

FULL = 100
"""Different events of a page that is complete."""


def ids(events: Iterable[object]) -> frozenset[int]:
    """Those that can be read."""
    return frozenset(number for event in events if (number := event_id(event)) is not None)


def joins(last: int, here: frozenset[int], *, first: bool, begun: bool) -> bool | None:
    """Does a page go on where we were? None: that depends on the page before it (`joins_before`).

    Args:
        last: the event that counted last; 0: none yet.
        here: the events of the page.
        first: it is page 1.
        begun: it is where the feed itself said to begin; nothing of it counted yet.
    """
    if last == 0 or last in here or (begun and here):
        return True
    return False if first else None


def joins_before(last: int, before: frozenset[int], *, begun: bool) -> bool:
    """The same by the page before it, which is complete and so ends with the event that counted last."""
    return last in before or (begun and bool(before))


def is_open(events: Iterable[object], *, complete: bool, unsaid: bool) -> bool:
    """There may be more than what was given, though no page was left: it does not say whether the page is complete, or
    says of a full one that it is not."""
    return unsaid or (not complete and len(ids(events)) >= FULL)
