"""Moments as people in Belgium write and read them. No I/O."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


def shown(moment: datetime) -> str:
    """`20/11 om 13:05`."""
    return f"{moment.astimezone(BRUSSELS):%d/%m om %H:%M}"


def read(value: str | date) -> datetime:
    """An aware moment: a date is its first minute, and a time without a zone is Belgian.

    Raises:
        ValueError: a Dutch sentence; the text is neither a date nor a moment.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)  # reads a date alone, too
        except ValueError:
            raise ValueError("een datum of een tijdstip, zoals 2027-01-04 of 2027-01-04T08:00") from None
    moment = value if isinstance(value, datetime) else datetime.combine(value, time.min)
    return moment if moment.tzinfo else moment.replace(tzinfo=BRUSSELS)
