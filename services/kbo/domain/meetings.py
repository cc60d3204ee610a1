"""When a VME is due for another look: once a year, after the month of its algemene vergadering. No I/O."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def next_recheck(month: int, after: datetime) -> datetime:
    """Midnight in Brussels of the first day after `month` (1 to 12) that comes later than `after`; in UTC."""
    local = after.astimezone(BRUSSELS)
    for year in (local.year, local.year + 1):
        turned, following = divmod(month, 12)
        due = datetime(year + turned, following + 1, 1, tzinfo=BRUSSELS)
        if due > after:
            break
    return due.astimezone(UTC)


def month_name(month: int) -> str:
    """In Dutch."""
    return MONTHS[month - 1]
