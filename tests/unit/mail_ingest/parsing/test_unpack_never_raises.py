"""Whatever stands in a container, the mail is read and every byte of it stays within reach."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing import Oddity, parse
from services.mail_ingest.parsing.as_json import as_json
from services.mail_ingest.parsing.forwarded import find
from services.mail_ingest.parsing.invitation import summary
from services.mail_ingest.parsing.mapi import BrokenError
from services.mail_ingest.parsing.model import Notes
from services.mail_ingest.parsing.rtf import read
from services.mail_ingest.parsing.sealed import open_smime, readable
from tests.unit.mail_ingest.parsing import outlook_files as outlook
from tests.unit.mail_ingest.parsing.mails import file, multipart

WORDS = [outlook.text(0x0037, "Vraag"), outlook.text(0x1000, "Dag"), outlook.binary(0x1013, b"<p>Dag</p>")]
INNER = outlook.tnef(WORDS, outlook.file("b.pdf", b"%PDF"))
CONTAINERS = {
    "application/ms-tnef": outlook.tnef(WORDS, outlook.file("a.pdf", b"%PDF"), outlook.message_file(INNER)),
    "application/vnd.ms-outlook": outlook.msg(WORDS, [[outlook.text(0x3001, "An")]], [outlook.file("a.pdf", b"%PDF")]),
    "message/rfc822": b"From: An <an@x>\r\nSubject: x\r\n\r\nDag",
    "text/calendar": b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nDTSTART:20261102T090000Z\r\n"
    b"DTEND;TZID=Europe/Brussels:20261102T110000\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "application/pkcs7-mime": b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01\x31\0"
    b"\x30\x80\x06\x01\x01\xa0\x80\x24\x80\x04\x06\r\n\r\nDa\x04\x01g\0\0\0\0\0\0\0\0\0\0\0\0",
}
SPLINTERS = [
    b"",
    b"\0",
    b"\xff" * 4,
    b"\x7f\xff\xff\xff",
    b"\1\0\0\0",
    b"\x80",
    b"\r\n",
    b":",
    b"\x1e\x10",
    b"\x02\x10",
]


def check(kind: str, data: bytes) -> None:
    raw = multipart("mixed", file(data, f"Content-Type: {kind}"))
    parsed = parse(raw)
    assert Oddity.UNPARSABLE not in parsed.warnings
    assert parsed.content_hash == parse(raw).content_hash
    orjson.dumps(as_json("x", parsed))
    for attachment in parsed.attachments:
        assert len(attachment.read()) == attachment.size
    opened = Oddity.TNEF in parsed.warnings or Oddity.SIGNED in parsed.warnings
    assert opened or data in [attachment.read() for attachment in parsed.attachments]


@pytest.mark.parametrize("kind", CONTAINERS)
def test_whole(kind: str) -> None:
    check(kind, CONTAINERS[kind])
    raw = multipart("mixed", file(CONTAINERS[kind], f"Content-Type: {kind}"))
    assert parse(raw).text.strip(), "the samples are worth damaging"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(CONTAINERS)))
    raw = bytearray(CONTAINERS[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        start, length = data.draw(st.integers(0, len(raw))), data.draw(st.sampled_from([0, 1, 2, 4, 100]))
        raw[start : start + length] = data.draw(st.one_of(st.sampled_from(SPLINTERS), st.binary(max_size=4)))
    check(kind, bytes(raw))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CONTAINERS)), st.floats(0, 1))
def test_truncated(kind: str, share: float) -> None:
    whole = CONTAINERS[kind]
    check(kind, whole[: int(len(whole) * share)])


RTF = [b"{", b"}", rb"\*", rb"\htmltag1 ", rb"\htmlrtf ", rb"\htmlrtf0", rb"\u8364", rb"\u-10179", rb"\'e", rb"\'e9",
       rb"\par", rb"\fromhtml1", rb"\uc99999999 ", rb"\ansicpg99 ", b"\\", b"x", rb"\ansicpg65001 ", b"\n"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(RTF), st.binary(max_size=3)), max_size=60))
def test_rtf(pieces: list[bytes]) -> None:
    read(b"{\\rtf1" + b"".join(pieces)).encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60))
def test_ber(data: bytes) -> None:
    try:
        open_smime(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80" + data)
    except BrokenError:
        return


LINES = ["Van: An <an@x.be>", "Van:", "Verzonden: 2 nov 2026 10:15", "Onderwerp: FW: x", "Aan: a@b.c,", "", "> ", "Dag",
         "Begin doorgestuurd bericht:", "Op ma schreef An:", "-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----",
         "-----BEGIN PGP SIGNED MESSAGE-----", "Date: Mon, 99 Nov 2026 10:15:00 +9900", "BEGIN:VEVENT"]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.text(max_size=8)), max_size=25))
def test_text(lines: list[str]) -> None:
    text = "\n".join(lines)
    readable(text)
    summary(text.encode("utf-8", "replace"), None, Notes())
    found = find("FW: x", text)
    assert found is None or found.from_.email or found.from_.name


@pytest.mark.timeout(20)
def test_costly_rtf_ends() -> None:
    with pytest.raises(BrokenError):
        read(b"{" * 20_000)
    assert read(b"{\\rtf1 " + b"\\u8364 ?" * 50_000 + b"}").count("€") == 50_000
