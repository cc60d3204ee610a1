from __future__ import annotations

import pytest

from services.mail_ingest.parsing import Oddity, parse
from services.mail_ingest.parsing.invitation import summary
from services.mail_ingest.parsing.model import Notes
from tests.unit.mail_ingest.parsing.mails import file, multipart, part

START, END = "DTSTART:20261102T090000Z", "DTEND:20261102T100000Z"
WHEN = "van maandag 2 november 2026 10:00 tot 11:00"
ZONE = (
    "BEGIN:VTIMEZONE", "TZID:Romance Standard Time", "BEGIN:STANDARD", "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "END:DAYLIGHT", "END:VTIMEZONE",
)  # fmt: skip


def calendar(*event: str, method: str | None = "REQUEST", before: tuple[str, ...] = ()) -> bytes:
    lines = ["BEGIN:VCALENDAR", "PRODID:x", "VERSION:2.0", *([f"METHOD:{method}"] if method else []), *before]
    return "\r\n".join([*lines, "BEGIN:VEVENT", "UID:1@x", *event, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def say(data: bytes) -> str | None:
    return summary(data, "utf-8", Notes())


@pytest.mark.parametrize(
    ("method", "event", "expected"),
    [
        ("REQUEST", ("SUMMARY:Huisbezoek", "LOCATION:Grote Markt 1\\, Mechelen", START, END),
         f"Uitnodiging: Huisbezoek, {WHEN}, Grote Markt 1, Mechelen"),
        ("request", ("SUMMARY:Huisbezoek", START, END), f"Uitnodiging: Huisbezoek, {WHEN}"),
        ("CANCEL", ("SUMMARY:Huisbezoek", START, END), f"Afgelast: Huisbezoek, {WHEN}"),
        ("REPLY", ("SUMMARY:Huisbezoek", START, END, "ATTENDEE;PARTSTAT=ACCEPTED:mailto:an@x"),
         f"Antwoord op uitnodiging (aanvaard): Huisbezoek, {WHEN}"),
        ("REPLY", ("SUMMARY:Huisbezoek", "ATTENDEE;PARTSTAT=DECLINED:mailto:an@x"),
         "Antwoord op uitnodiging (afgewezen): Huisbezoek"),
        ("REPLY", ("SUMMARY:Huisbezoek", "ATTENDEE:mailto:an@x"), "Antwoord op uitnodiging: Huisbezoek"),
        ("COUNTER", ("SUMMARY:Huisbezoek",), "Tegenvoorstel: Huisbezoek"),
        (None, ("SUMMARY:Infoavond", START), "Agenda: Infoavond, op maandag 2 november 2026 10:00"),
        ("REQUEST", (START, "DURATION:PT1H"), f"Uitnodiging: zonder onderwerp, {WHEN}"),
        ("REQUEST", ("SUMMARY:x", "DTSTART:20261102T100000", "DTEND:20261102T110000"), f"Uitnodiging: x, {WHEN}"),
        ("REQUEST", ("SUMMARY:x", START, "DTEND:20261103T100000Z"),
         "Uitnodiging: x, van maandag 2 november 2026 10:00 tot dinsdag 3 november 2026 11:00"),
        ("REQUEST", ("SUMMARY:x", "DTSTART;VALUE=DATE:20261102", "DTEND;VALUE=DATE:20261103"),
         "Uitnodiging: x, op maandag 2 november 2026"),
        ("REQUEST", ("SUMMARY:x", "DTSTART;VALUE=DATE:20261102", "DTEND;VALUE=DATE:20261104"),
         "Uitnodiging: x, van maandag 2 november 2026 tot en met dinsdag 3 november 2026"),
    ],
)  # fmt: skip
def test_one_line(method: str | None, event: tuple[str, ...], expected: str) -> None:
    assert say(calendar(*event, method=method)) == expected


def test_the_time_zone_of_outlook() -> None:
    times = ("DTSTART;TZID=Romance Standard Time:20261102T100000", "DTEND;TZID=Romance Standard Time:20261102T110000")
    assert say(calendar("SUMMARY:x", *times, before=ZONE)) == f"Uitnodiging: x, {WHEN}"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"geen agenda",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VEVENT\r\n",
        calendar("SUMMARY:x" + "y" * 300_000),
    ],
)
def test_nothing_to_say(data: bytes) -> None:
    assert say(data) is None


def test_broken_times_leave_the_rest() -> None:
    assert say(calendar("SUMMARY:Huisbezoek", "DTSTART:gisteren")) in (None, "Uitnodiging: Huisbezoek")


class TestInAMail:
    PLAIN = "Content-Type: text/plain; charset=utf-8"
    INVITATION = part(
        calendar("SUMMARY:Huisbezoek bij José", START, END),
        "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
    )

    def test_it_speaks_for_a_mail_without_words(self) -> None:
        parsed = parse(multipart("alternative", part("\r\n", self.PLAIN), self.INVITATION))
        assert parsed.text == parsed.new_text == f"Uitnodiging: Huisbezoek bij José, {WHEN}"
        assert [(one.name, one.type) for one in parsed.attachments] == [("uitnodiging-1.ics", "text/calendar")]
        assert Oddity.CALENDAR in parsed.warnings

    def test_it_is_silent_beside_words(self) -> None:
        parsed = parse(multipart("alternative", part("Komt u?", self.PLAIN), self.INVITATION))
        assert parsed.text == "Komt u?"
        assert Oddity.CALENDAR in parsed.warnings

    def test_a_file_called_ics(self) -> None:
        named = "Content-Type: application/octet-stream; name=afspraak.ics"
        parsed = parse(multipart("mixed", file(calendar("SUMMARY:Huisbezoek", START, END), named)))
        assert parsed.text == f"Uitnodiging: Huisbezoek, {WHEN}"
        assert parsed.attachments[0].name == "afspraak.ics"
