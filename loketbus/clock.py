"""Time, in one place so that tests can turn it: aware UTC datetimes for people, seconds for waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC datetime."""


def utc_now() -> datetime:
    """The present, aware, UTC."""
    return datetime.now(UTC)
