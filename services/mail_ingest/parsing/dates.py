"""Dates as people and mail programs write them in nl, fr, en and de, and as we say them in Dutch."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")
_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
_STEMS = {
    "jan": 1, "feb": 2, "fev": 2, "maa": 3, "mrt": 3, "mar": 3, "apr": 4, "avr": 4, "mei": 5, "mai": 5, "may": 5,
    "jun": 6, "juin": 6, "jul": 7, "juil": 7, "aug": 8, "aou": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11,
    "dec": 12, "dez": 12,
}  # fmt: skip
"""How the months begin, without accents."""
_CHARS = 100
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
_NUMBERS = re.compile(r"\b(?P<first>\d{1,2})[/.-](?P<second>\d{1,2})[/.-](?P<year>\d{4})\b")
_DAY_FIRST = re.compile(
    r"\b(?P<day>\d{1,2})(?:\.|er|st|nd|rd|th)?\s+(?:de\s+)?(?P<name>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})\b"
)
_MONTH_FIRST = re.compile(r"\b(?P<name>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})\b")
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2})\s?[:h.]\s?(?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?:\s?(?P<half>[ap])\.?m\b)?"
)
_OFFSET = re.compile(r"\b(?:utc|gmt)(?:(?P<hours>[+-][01]?\d)(?::?00)?)?\b")
_RFC = re.compile(r"\d{2}:\d{2}(?::\d{2})?\s[+-]\d{4}\b")


def read_written(text: str) -> datetime | None:
    """The moment a written date and time stand for, in UTC; one that names no zone is taken as Belgian.

    None when there is no date, no time, or a choice between day and month (`03/04/2026` with am or pm).
    """
    plain = _without_accents(text[:_CHARS].lower())
    if _RFC.search(plain):
        return _read_rfc(text[:_CHARS])
    day = _read_date(plain)
    if day is None:
        return None
    found, start, end = day
    clock = _read_time(plain[:start] + " " + plain[end:])
    if clock is None:
        return None
    try:
        return datetime.combine(found, clock, _zone(plain)).astimezone(UTC)
    except OverflowError:
        return None


def say(moment: datetime) -> str:
    """`maandag 2 november 2026 10:15`, in Belgian time unless it has no zone."""
    local = moment.astimezone(BRUSSELS) if moment.tzinfo else moment
    return f"{say_day(local)} {local:%H:%M}"


def say_day(day: date) -> str:
    """`maandag 2 november 2026`."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))


def _zone(text: str) -> tzinfo:
    found = _OFFSET.search(text)
    return timezone(timedelta(hours=int(found["hours"] or 0))) if found else BRUSSELS


def _read_rfc(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _read_date(text: str) -> tuple[date, int, int] | None:
    """The first date, and where it stands."""
    for pattern in (_ISO, _NUMBERS, _DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            try:
                year, month, day = _parts(match, english_clock=bool(re.search(r"\d\s?[ap]\.?m\b", text)))
                return date(year, month, day), match.start(), match.end()
            except (ValueError, KeyError):
                continue
    return None


def _parts(match: re.Match[str], *, english_clock: bool) -> tuple[int, int, int]:
    """Year, month, day (raises `KeyError` for a word that is no month, `ValueError` for what is not clear)."""
    groups = match.groupdict()
    if "first" in groups:
        first, second = int(groups["first"]), int(groups["second"])
        if english_clock and first <= 12 and second <= 12 and first != second:
            raise ValueError("an American or a European date")
        return int(groups["year"]), *((first, second) if second > 12 else (second, first))
    month = int(groups["month"]) if "month" in groups else _month(groups["name"])
    return int(groups["year"]), month, int(groups["day"])


def _month(name: str) -> int:
    return _STEMS.get(name[:4]) or _STEMS[name[:3]]


def _read_time(text: str) -> time | None:
    match = _TIME.search(text)
    if match is None:
        return None
    hour, half = int(match["hour"]), match["half"]
    if half is not None:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match["minute"]), int(match["second"] or 0))
    except ValueError:
        return None
