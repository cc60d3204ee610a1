from __future__ import annotations

import pytest

from services.mail_ingest.parsing import Oddity, parse
from tests.unit.mail_ingest.parsing.mails import headers, multipart, part

PERSON = "From: An <an@burger.example>"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([PERSON], None),
        ([PERSON, "Auto-Submitted: no"], None),
        # Outlook writes it on mail of people (sisimai #491)
        ([PERSON, "X-Auto-Response-Suppress: All"], None),
        ([PERSON, "Precedence: first-class"], None),
        # a colleague's redirect rule on a citizen's mail; Exchange empties the Return-Path then
        ([PERSON, "X-MS-Exchange-Inbox-Rules-Loop: collega@stad.example", "Return-Path: <>"], None),
        ([PERSON, "Auto-Submitted: auto-replied"], "auto_reply"),
        ([PERSON, "Auto-Submitted: auto-generated (vacation)"], "auto_reply"),
        ([PERSON, "Auto-Submitted: Auto-Replied; owner-email=x"], "auto_reply"),
        ([PERSON, "X-Autoreply: yes"], "auto_reply"),
        ([PERSON, "Precedence: auto_reply"], "auto_reply"),
        ([PERSON, "Precedence: junk"], "auto_reply"),
        ([PERSON, "X-Loop: loket"], "auto_reply"),
        ([PERSON, "Return-Path: <>"], "auto_reply"),
        ([PERSON, "Auto-Submitted: auto-replied", "Precedence: bulk"], "auto_reply"),
        ([PERSON, "List-Unsubscribe: <mailto:x@y>"], "list"),
        ([PERSON, "List-Id: nieuws <n.x.be>"], "list"),
        ([PERSON, "Precedence: Bulk"], "list"),
        ([PERSON, "Auto-Submitted: auto-generated", "List-Id: <n.x.be>"], "list"),
        (["From: Mail Delivery <MAILER-DAEMON@x.be>"], "bounce"),
        (["From: postmaster@x.be", "Return-Path: <>"], "bounce"),
        (["From: postmaster@x.be"], None),
        ([PERSON, "X-Failed-Recipients: a@b"], "bounce"),
    ],
)
def test_by_headers(lines: list[str], expected: str | None) -> None:
    assert parse(headers(*lines)).automatic == expected


@pytest.mark.parametrize(
    ("report", "expected"),
    [("delivery-status", "bounce"), ("disposition-notification", "auto_reply"), ("feedback-report", "bounce")],
)
def test_by_report_type(report: str, expected: str) -> None:
    raw = multipart(f"report; report-type={report}", part("Niet bezorgd", "Content-Type: text/plain"))
    assert parse(raw).automatic == expected


def test_a_delivery_status_inside_another_multipart() -> None:
    status = part("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; a@b", "Content-Type: message/delivery-status")
    assert parse(multipart("mixed", part("x", "Content-Type: text/plain"), status)).automatic == "bounce"


def test_the_loop_header_of_exchange_is_noted() -> None:
    assert Oddity.LOOP_HEADER in parse(headers(PERSON, "X-MS-Exchange-Inbox-Rules-Loop: x@y")).warnings
