from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.mail_ingest.parsing import Address, ParsedMail, parse
from services.mail_ingest.parsing.dates import read_written
from services.mail_ingest.parsing.forwarded import find, is_forward
from tests.unit.mail_ingest.parsing.forward_samples import DEVELOP, HELD_OUT, Expected, Sample
from tests.unit.mail_ingest.parsing.mails import file, mail, multipart, part

PLAIN = "Content-Type: text/plain; charset=utf-8"
COLLEAGUE = ("From: Bart Maes <bart.maes@stad.example>", "To: loket@stad.example")
CITIZENS = mail(PLAIN, "", "Dag, komt mijn dak in aanmerking?")
"""From `mails.HEAD`: An Peeters, 2 November 2026, 10:15."""


def read(sample: Sample) -> ParsedMail:
    kind = "html" if sample.html else "plain"
    lines = (f"Content-Type: text/{kind}; charset=utf-8", "", *sample.body.split("\n"))
    return parse(mail(*lines, head=(*COLLEAGUE, f"Subject: {sample.subject}")))


def seen(parsed: ParsedMail) -> Expected | None:
    found = parsed.original
    if found is None:
        return None
    return Expected(
        email=found.from_.email,
        name=found.from_.name,
        date=found.date.isoformat() if found.date else None,
        subject=found.subject,
        begins=found.text.split("\n")[0].strip(),
        evidence=found.evidence,
        behind=found.behind.from_.email if found.behind else None,
    )


@pytest.mark.parametrize("sample", [*DEVELOP, *HELD_OUT], ids=lambda sample: sample.name)
def test_samples(sample: Sample) -> None:
    assert seen(read(sample)) == sample.expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("FW: x", True),
        ("Fwd: x", True),
        ("TR : x", True),
        ("WG: x", True),
        ("Doorst: x", True),
        ("[EXTERN] FW: x", True),
        ("FW: RE: x", True),
        ("RE: FW: x", False),
        ("Antw: Fwd: x", False),
        ("Forwarder gezocht: x", False),
        ("", False),
    ],
)
def test_what_a_subject_says(subject: str, expected: bool) -> None:
    assert is_forward(subject) is expected


class TestAttached:
    def test_a_mail_that_is_attached_to_a_forward(self) -> None:
        head = (*COLLEAGUE, "Subject: FW: Vraag over isolatie")
        raw = multipart("mixed", part("Voor jullie", PLAIN), part(CITIZENS, "Content-Type: message/rfc822"), head=head)
        found = parse(raw).original
        assert found is not None
        assert found.from_ == Address("An Peeters", "an@burger.example")
        assert found.date == datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
        assert (found.message_id, found.subject) == ("<1@burger.example>", "Vraag over isolatie")
        assert (found.text, found.evidence) == ("Dag, komt mijn dak in aanmerking?", "attached")

    def test_a_file_called_eml_counts_too(self) -> None:
        named = 'Content-Disposition: attachment; filename="vraag.eml"'
        raw = multipart("mixed", file(CITIZENS, "Content-Type: application/octet-stream", named), head=COLLEAGUE)
        found = parse(raw).original
        assert found is not None
        assert found.from_.email == "an@burger.example"

    def test_words_of_ones_own_under_another_subject_make_it_no_forward(self) -> None:
        attached = part(CITIZENS, "Content-Type: message/rfc822")
        assert parse(multipart("mixed", part("Zie dit eens", PLAIN), attached, head=COLLEAGUE)).original is None

    @pytest.mark.parametrize(
        "head",
        [
            ("From: Loket <LOKET@stad.example>", "Subject: Vraag van een huurder"),
            ("From: bart.maes@stad.example", "References: <0@x> <1@burger.example>"),
            ("From: bart.maes@stad.example", "In-Reply-To: <1@burger.example>"),
        ],
    )
    def test_a_mail_that_its_sender_had_received_is_forwarded_whatever_is_said(self, head: tuple[str, ...]) -> None:
        attached = part(CITIZENS, "Content-Type: message/rfc822")
        found = parse(multipart("mixed", part("Zie dit eens", PLAIN), attached, head=head)).original
        assert found is not None
        assert (found.from_.email, found.evidence) == ("an@burger.example", "attached")

    def test_of_two_attached_mails_none_is_the_one(self) -> None:
        attached = part(CITIZENS, "Content-Type: message/rfc822")
        head = (*COLLEAGUE, "Subject: FW: twee vragen")
        assert parse(multipart("mixed", attached, attached, head=head)).original is None

    def test_a_mail_that_came_back_is_no_forward(self) -> None:
        returned = part(CITIZENS, "Content-Type: message/rfc822")
        report = multipart("report; report-type=delivery-status", part("Niet bezorgd", PLAIN), returned)
        assert parse(report).original is None

    def test_an_attached_forward_shows_who_is_behind_it(self) -> None:
        inner = read(DEVELOP[0])
        raw = mail(PLAIN, "", *DEVELOP[0].body.split("\n"), head=("From: bart.maes@stad.example", "Subject: FW: Vraag"))
        found = parse(multipart("mixed", part(raw, "Content-Type: message/rfc822"), head=COLLEAGUE)).original
        assert found is not None
        assert found.from_.email == "bart.maes@stad.example"
        assert found.behind == inner.original


def test_a_mail_that_was_redirected_whole() -> None:
    raw = mail("Resent-From: bart.maes@stad.example", PLAIN, "", "Dag, mijn dak?")
    found = parse(raw).original
    assert found is not None
    assert (found.from_.email, found.message_id, found.evidence) == (
        "an@burger.example",
        "<1@burger.example>",
        "resent",
    )


def test_automatic_mail_has_nobody_behind_it() -> None:
    lines = (*COLLEAGUE, "Subject: FW: x", "Auto-Submitted: auto-replied", PLAIN, "", *DEVELOP[0].body.split("\n"))
    assert parse(mail(*lines, head=())).original is None


def test_forwards_of_forwards_end() -> None:
    block = "Van: B <b@x.example>\nVerzonden: maandag 2 november 2026 10:15\nAan: C\nOnderwerp: FW: x\n\n"
    found, depth = find("FW: x", block * 50 + "Dag"), 0
    while found is not None:
        found, depth = found.behind, depth + 1
    assert depth == 4


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "text", ["Van: a\n" * 300_000, "Op " * 300_000 + "schreef", "Aan: x\n\n" * 200_000, "-" * 900_000, "> " * 400_000]
)
def test_costly_text_ends(text: str) -> None:
    assert find("FW: x", text) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("maandag 2 november 2026 10:15", (2026, 11, 2, 9, 15)),
        ("maandag 3 augustus 2026 10:15:30", (2026, 8, 3, 8, 15, 30)),
        ("ma 2 nov 2026 om 10:15", (2026, 11, 2, 9, 15)),
        ("dinsdag 3 maart 2026 9:05", (2026, 3, 3, 8, 5)),
        ("mercredi 5 juin 2026 14 h 20", (2026, 6, 5, 12, 20)),
        ("mardi 1er août 2028 10h15", (2028, 8, 1, 8, 15)),
        ("lun. 2 nov. 2026 à 10:15", (2026, 11, 2, 9, 15)),
        ("Monday, November 2, 2026 10:15 AM", (2026, 11, 2, 9, 15)),
        ("Mon, Nov 2, 2026 at 12:15 AM", (2026, 11, 1, 23, 15)),
        ("Montag, 2. März 2026 10:15", (2026, 3, 2, 9, 15)),
        ("Mo., 2. Dez. 2026 um 10:15 Uhr", (2026, 12, 2, 9, 15)),
        ("Mon, 2 Nov 2026 10:15:00 -0500", (2026, 11, 2, 15, 15)),
        ("2 novembre 2026 à 10:15:00 UTC+2", (2026, 11, 2, 8, 15)),
        ("02-11-2026 10:15 (GMT+01:00)", (2026, 11, 2, 9, 15)),
        ("Thu, 1 Jan 2026 08:00:00 GMT", (2026, 1, 1, 8, 0)),
        ("2026-11-02 10:15", (2026, 11, 2, 9, 15)),
        ("02/11/2026 10:15", (2026, 11, 2, 9, 15)),
        ("11/22/2026 1:15 PM", (2026, 11, 22, 12, 15)),
    ],
)
def test_written_dates(written: str, expected: tuple[int, ...]) -> None:
    assert read_written(written) == datetime(*expected, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    "written",
    ["", "gisteren", "maandag 2 november 2026", "10:15", "11/2/2026 10:15 AM", "31 november 2026 10:15",
     "2 november 2026 25:15", "2 blub 2026 10:15", "Mon, 99 Nov 2026 10:15:00 +0100"],
)  # fmt: skip
def test_dates_that_are_not_clear(written: str) -> None:
    assert read_written(written) is None


def test_a_block_with_two_senders_is_not_read_from_its_middle() -> None:
    two = "Van: A <a@x.example>\nVan: B <b@x.example>\nVerzonden: maandag 2 november 2026 10:15\nOnderwerp: x\n\nDag"
    assert find("FW: x", two) is None
