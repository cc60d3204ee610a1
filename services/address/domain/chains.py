"""What stands in the place of something that was replaced: mergers and renumbering follow each other. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

LIMIT = 200
"""How many steps one question may take. Real chains have one or two; a street split into hundreds is no answer."""

Step = tuple[int, str | None]
"""Id of what came in the place of something, and when (ISO 8601 with offset, as the register writes it)."""


def ends(old: int, next_of: Callable[[int], Iterable[Step]], in_use: Callable[[int], bool]) -> tuple[int, ...]:
    """Ids at the end of every chain that leaves from `old`, ascending, without `old` itself; () when there is none.

    Args:
        old: what was replaced; it is followed whatever `in_use` says of it.
        next_of: what the register put in its place: none, one (renumbered, merged), or several (split).
        in_use: whether an id is valid today. A chain ends there, also when it was replaced once: readdressing there and
            back makes a loop, and who is in use now is the answer.

    A step only follows an earlier one: when 10 becomes 12 and 12 becomes 14 in one readdressing, 10 has not become 14.
    A chain that ends in something that is not in use (or not known here) ends there; who asks decides what that is
    worth. A loop without anybody in use has no end. More than `LIMIT` steps: (), since half of them would mislead.
    """
    found: set[int] = set()
    ahead: list[tuple[int, datetime | None]] = [(new, _moment(at)) for new, at in next_of(old)]
    seen = {(old, None), *ahead}
    while ahead:
        one, arrived = ahead.pop()
        if len(seen) > LIMIT:
            return ()
        if one == old:
            continue
        further = [] if in_use(one) else _later(next_of(one), arrived)
        if not further:
            found.add(one)
        ahead += (step for step in dict.fromkeys(further) if step not in seen)
        seen.update(further)
    return tuple(sorted(found))


def _later(steps: Iterable[Step], than: datetime | None) -> list[tuple[int, datetime | None]]:
    """Those that were certainly taken after that moment."""
    known = ((new, _moment(at)) for new, at in steps)
    return [(new, at) for new, at in known if at is not None and than is not None and at > than]


def _moment(at: str | None) -> datetime | None:
    """None: it does not say when."""
    try:
        moment = datetime.fromisoformat(at or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
