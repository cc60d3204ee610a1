"""A text that is too large to be held whole."""

from __future__ import annotations

import pytest

from services.mail_ingest.parsing import TEXT_ONLY, Limits, Oddity, parse
from tests.unit.mail_ingest.parsing.mails import mail, multipart, part

PLAIN = "Content-Type: text/plain; charset=utf-8"
LINE = "Dag één twee drie"
LIMITS = Limits(text_bytes=20_000, text_chars=10_000)
COPIES = 2_000


@pytest.mark.parametrize(("kind", "name"), [("plain", "bijlage-1.txt"), ("html", "bijlage-1.html")])
def test_its_beginning_is_shown_and_it_is_an_attachment(kind: str, name: str) -> None:
    lines = [LINE] * COPIES
    parsed = parse(mail(f"Content-Type: text/{kind}; charset=utf-8", "", *lines), LIMITS)
    assert parsed.text.startswith(LINE)
    assert 5_000 < len(parsed.text) <= 10_000
    assert set(parsed.text.replace("\n", " ").split()) == set(LINE.split())
    assert Oddity.TEXT_CUT in parsed.warnings
    (attachment,) = parsed.attachments
    assert attachment.name == name
    assert attachment.read().split(b"\r\n") == [*(line.encode() for line in lines), b""]


def test_its_identity_follows_all_of_it() -> None:
    hashes = {parse(mail(PLAIN, "", *[LINE] * COPIES, last), LIMITS).content_hash for last in ("een", "twee", "een")}
    assert len(hashes) == 2


def test_line_ends_do_not_matter_to_its_identity() -> None:
    raw = mail(PLAIN, "", *[LINE] * COPIES)
    assert parse(raw, LIMITS).content_hash == parse(raw.replace(b"\r\n", b"\n"), LIMITS).content_hash


def test_a_second_try_gives_the_same_identity() -> None:
    raw = mail(PLAIN, "", *["x" * 70] * 80_000)
    assert parse(raw).attachments
    assert parse(raw, TEXT_ONLY).content_hash == parse(raw).content_hash


def test_one_line_without_end_is_shown_too() -> None:
    parsed = parse(mail(PLAIN, "", "x" * 50_000), LIMITS)
    assert parsed.text == "x" * 10_000


def test_the_other_texts_are_not_touched() -> None:
    parsed = parse(multipart("mixed", part("kort", PLAIN), part("lang\r\n" * 9_000, PLAIN)), LIMITS)
    assert parsed.text.startswith("kort\n\nlang")
    assert len(parsed.attachments) == 1
