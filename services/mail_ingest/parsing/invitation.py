"""A calendar part (RFC 5545, 5546) in one Dutch line, for a mail that has no other text."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from services.mail_ingest.parsing.charset import clean, decode
from services.mail_ingest.parsing.dates import BRUSSELS, say, say_day
from services.mail_ingest.parsing.model import Notes

BYTES = 200_000
_WHAT = {
    "REQUEST": "Uitnodiging",
    "CANCEL": "Afgelast",
    "REPLY": "Antwoord op uitnodiging",
    "COUNTER": "Tegenvoorstel",
    "DECLINECOUNTER": "Tegenvoorstel geweigerd",
}
_ANSWERS = {"ACCEPTED": "aanvaard", "DECLINED": "afgewezen", "TENTATIVE": "onder voorbehoud"}


def summary(data: bytes, charset: str | None, notes: Notes) -> str | None:
    """`Uitnodiging: Huisbezoek, van maandag 2 november 2026 10:00 tot 11:00, Grote Markt 1`.

    None when there is no event in it, or nothing that can be read.
    """
    # Loading it takes a tenth of a second, and few mails have a calendar and nothing else to read.
    from icalendar import Calendar

    if len(data) > BYTES:
        return None
    try:
        calendar = Calendar.from_ical(decode(data, charset or "utf-8", notes).text)
        event = next(iter(calendar.walk("VEVENT")), None)
        return None if event is None else clean(_line(str(calendar.get("METHOD", "")).upper(), event))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError, RecursionError):
        return None


def _line(method: str, event: Any) -> str:
    what = _WHAT.get(method, "Agenda")
    if method == "REPLY" and (answer := _answer(event)):
        what = f"{what} ({answer})"
    pieces = [_text(event, "SUMMARY") or "zonder onderwerp", _when(event), _text(event, "LOCATION")]
    return f"{what}: {', '.join(filter(None, pieces))}"


def _answer(event: Any) -> str | None:
    attendee = event.get("ATTENDEE")
    first = attendee[0] if isinstance(attendee, list) else attendee
    return _ANSWERS.get(str(getattr(first, "params", {}).get("PARTSTAT", "")).upper())


def _text(event: Any, name: str) -> str:
    value = event.get(name)
    return " ".join(str(value[0] if isinstance(value, list) else value).split()) if value else ""


def _when(event: Any) -> str:
    start = _moment(event, "DTSTART")
    if start is None:
        return ""
    end = _moment(event, "DTEND")
    duration = getattr(event.get("DURATION"), "dt", None)
    if end is None and isinstance(duration, timedelta):
        end = start + duration
    if not isinstance(start, datetime):
        return _days(start, end)
    start = _local(start)
    if not isinstance(end, datetime):
        return f"op {say(start)}"
    end = _local(end)
    return f"van {say(start)} tot {f'{end:%H:%M}' if end.date() == start.date() else say(end)}"


def _days(start: date, end: date | None) -> str:
    """Whole days; the end is the day after the last (RFC 5545, 3.6.1)."""
    last = end - timedelta(days=1) if end is not None and not isinstance(end, datetime) else start
    return f"op {say_day(start)}" if last <= start else f"van {say_day(start)} tot en met {say_day(last)}"


def _moment(event: Any, name: str) -> date | None:
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, date) else None


def _local(moment: datetime) -> datetime:
    return moment.astimezone(BRUSSELS) if moment.tzinfo else moment
