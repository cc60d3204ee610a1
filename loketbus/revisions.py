"""Revisions of state events: they only grow, also after the ledger was restored from an older copy."""

from __future__ import annotations

from datetime import datetime


def next_revision(previous: int, at: datetime) -> int:
    """The revision after `previous` for a change that happened `at`.

    Made from the time (milliseconds since 1970), because a plain counter would start again at the backup's value after
    a restore, and readers would then ignore everything new as old.
    """
    return max(previous + 1, int(at.timestamp() * 1000))
