from __future__ import annotations

import json
import re
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing import Limits, Oddity, ParsedMail, mail, parse
from services.mail_ingest.parsing.tree import Part
from tests.unit.mail_ingest.parsing.mails import file, multipart, part

SAMPLE = multipart(
    "mixed",
    multipart(
        "alternative",
        part("Dag =C3=A9\r\n\r\nOp ma schreef Jan:\r\n> oud", "Content-Type: text/plain; charset=utf-8"),
        part("<p>Dag</p><img src='cid:a'>", "Content-Type: text/html; charset=utf-8"),
        boundary="binnen",
    ),
    file(b"%PDF", "Content-Type: application/pdf", "Content-Disposition: attachment; filename*=utf-8''caf%C3%A9.pdf"),
    part("From: x@y\r\n\r\nbinnen", "Content-Type: message/rfc822"),
)
SPLINTERS = [
    *(bytes([byte]) for byte in b'\r\n\x00\xff \t:;="<>@(&'),
    b"\r\n",
    b"\n\n",
    b"\xc3\xa9",
    b"--grens\r\n",
    b"--grens--",
    b"--binnen",
    b"=?utf-8?Q?=C3?=",
    b"=?utf-8?B?w?=",
    b"=?x?q?",
    b"Content-Type: multipart/mixed; boundary=grens\r\n",
    b"Content-Type: multipart/digest; boundary=b\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: text/html; charset=utf-7\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: x-uuencode\r\n",
    b"begin 644 x\n",
    b"charset*0*=",
    b"filename*1*=''%",
    b"From: (((\r\n",
    b"To: a:b;,<>\r\n",
    b"Date: 1 2 3 4 5\r\n",
    b"Message-ID: <[x]@y>\r\n",
    b"<b><table><p>",
    b"<!--",
    b"&#x110000;",
    b"From x\n",
    b"Van: a\nVerzonden: b\n",
    b"________________________________\n",
]


def check(raw: bytes) -> ParsedMail:
    """Everything that callers rely on, whatever the bytes; returns the parsed mail."""
    parsed = parse(raw)
    assert Oddity.UNPARSABLE not in parsed.warnings
    assert parse(raw).content_hash == parsed.content_hash
    shown = {one.name: getattr(parsed, one.name) for one in fields(parsed) if one.name != "attachments"}
    assert "\\u0000" not in json.dumps(shown, default=str)
    for attachment in parsed.attachments:
        assert len(attachment.read()) == attachment.size
        assert not re.search(r"[/\\\x00-\x1f]", attachment.name)
    for words in (parsed.text, parsed.new_text, parsed.html or "", parsed.subject):
        words.encode()
    assert bool(parsed.new_text.strip()) == bool(parsed.text.strip())
    return parsed


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=600))
def test_random_bytes(raw: bytes) -> None:
    check(raw)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(SPLINTERS), st.binary(max_size=6)), max_size=60))
def test_mail_like_bytes(pieces: list[bytes]) -> None:
    check(b"".join(pieces))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_mutated_mail(data: st.DataObject) -> None:
    raw = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 12))):
        start = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.sampled_from([0, 0, 1, 2, 10, 100]))
        raw[start : start + length] = data.draw(st.sampled_from(SPLINTERS))
    check(bytes(raw))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SAMPLE)))
def test_truncated_mail(end: int) -> None:
    check(SAMPLE[:end])


HEADERS = "From To Subject Date Message-ID References Thread-Index Auto-Submitted Return-Path".split()  # noqa: SIM905 - a list of words
CONTENT = "Content-Type Content-Disposition Content-ID Content-Transfer-Encoding".split()  # noqa: SIM905 - a list of words


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(HEADERS + CONTENT), st.one_of(st.binary(max_size=40), st.sampled_from(SPLINTERS)))
    )
)
def test_any_header_values(pairs: list[tuple[str, bytes]]) -> None:
    check(b"".join(name.encode() + b": " + value + b"\r\n" for name, value in pairs) + b"\r\nTekst")


COSTLY = {
    "header of semicolons": b"Content-Type: text/plain" + b";" * 300_000,
    "header lines": b"X-A: b\n" * 50_000,
    "boundary lines": b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
    "nested messages": b"Content-Type: message/rfc822\n\n" * 10_000,
    "nested multiparts": b"".join(b"Content-Type: multipart/a; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 5_000 + b"\n\n",
    "open encoded words": b"Subject: " + b"=?a?q?" * 12_000 + b"\n\n",
    "address without end": b"To: " + b"a" * 60_000 + b" @\n\n",
    "comments": b"To: " + b"(" * 60_000 + b"\n\n",
    "headers in the text": b"\n" + b"Van: b\n" * 20_000,
    "cubic quote pattern": b"\n" + (b"2024/1/1 " + b" <@" * 5_000 + b"\n") * 50,
    "blanks": b"\n" + b" " * 1_000_000 + b"x",
    "unpadded base64": b"Content-Transfer-Encoding: base64\nContent-Type: image/png\n\n" + b"QUJD=\n" * 50_000,
    "unclosed tags": b"Content-Type: text/html\n\n" + b"<a" * 500_000,
    "content ids": b"Content-Type: text/html\n\n" + b"cid:" * 200_000,
}


@pytest.mark.parametrize("name", COSTLY)
@pytest.mark.timeout(20)
def test_costly_mail_ends(name: str) -> None:
    """Each took minutes with a straightforward reading; the time-out of the test stands for the worker's."""
    check(COSTLY[name])


def test_our_own_defect_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Part:
        raise ZeroDivisionError

    monkeypatch.setattr(mail, "read_tree", broken)
    parsed = parse(b"Subject: x\r\n\r\nTekst \xe9", Limits())
    assert parsed.warnings == (Oddity.UNPARSABLE,)
    assert parsed.text == "Subject: x\n\nTekst é"
