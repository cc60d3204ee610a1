"""What is kept out of the parser's sight changes nothing: the same mail with and without cuts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing import parse, source
from services.mail_ingest.parsing.source import CHUNK_BYTES, CUT_BYTES, Cuts, Source
from tests.unit.mail_ingest.parsing.mails import file, mail, multipart, part

TEXT = "Content-Type: text/plain; charset=utf-8"
PDF = "Content-Type: application/pdf"
SAMPLE = multipart(
    "mixed",
    part("Dag =C3=A9\r\n-- \r\nAn\r\nOp ma schreef Jan:\r\n> oud", TEXT, "Content-Transfer-Encoding: quoted-printable"),
    file(bytes(range(200)), PDF, "Content-Disposition: attachment; filename=a.pdf"),
    part("From: x@y\r\nSubject: binnen\r\n\r\n--grens?\r\ntekst", "Content-Type: message/rfc822"),
    multipart("alternative", part("een", TEXT), part("<p>een</p>", "Content-Type: text/html"), boundary="binnen"),
)
SPLINTERS = [
    *(
        b"\r",
        b"\n",
        b"\r\n",
        b"\n\n",
        b"\r\r",
        b"\n\r",
        b"\r\r\n",
        b"--",
        b"\n--",
        b"-- \n",
        b" ",
        b":",
        b"=",
        b"=\r",
        b"\xff",
    ),
    *(b"--grens\r\n", b"--grens--", b"--binnen\n", b"\n--grens \n", b"From x\n", b"X: y\n", b"QUJD\r\n" * 9, b"A" * 40),
    b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: message/rfc822\n",
    b"Content-Type: multipart/mixed; boundary=q\n\n--q\n",
]


@contextmanager
def sizes(cut: int, chunk: int = CHUNK_BYTES, header: int = source.HEADER_BYTES) -> Iterator[None]:
    """Cut, read and look for headers in other sizes."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("CUT_BYTES", cut), ("CHUNK_BYTES", chunk), ("HEADER_BYTES", header)):
            patch.setattr(source, name, value)
        yield


def everything(raw: bytes) -> dict[str, Any]:
    """All that `parse` says, with the bytes of the attachments."""
    parsed = parse(raw)
    shown = {one.name: getattr(parsed, one.name) for one in dataclasses.fields(parsed)}
    return shown | {"bytes": [b"".join(attachment.chunks()) for attachment in parsed.attachments]}


def same_with_cuts(raw: bytes, cut: int = 1, chunk: int = CHUNK_BYTES, header: int = source.HEADER_BYTES) -> None:
    """The promise."""
    with sizes(cut=len(raw) + 1):
        whole = everything(raw)
    with sizes(cut, chunk, header):
        assert everything(raw) == whole


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n", b"\r"])
@pytest.mark.parametrize("chunk", [1, 2, 3, 7, CHUNK_BYTES])
def test_line_ends_and_places_where_reading_stops(line_end: bytes, chunk: int) -> None:
    same_with_cuts(SAMPLE.replace(b"\r\n", line_end), chunk=chunk)


@pytest.mark.parametrize(
    "raw",
    [
        mail("", "tekst zonder einde")[:-2],
        mail("geen lege regel", "tekst"),
        mail("X-Kapot", "Content-Type: text/html", "", "<p>tekst"),
        mail(TEXT, "", "", "", "tekst", "", ""),
        mail(TEXT, "", "--grens", "tekst", "--grens--", ""),
        multipart("mixed", part("", TEXT), part("een", TEXT), part("\r\n\r\n", TEXT)),
        multipart("mixed", part("QUJD\r\n\r\n", PDF, "Content-Transfer-Encoding: base64")),
        multipart("mixed", b"QUJD\r\nQUJD", b"\r\nQUJD", b""),
        multipart("mixed", part("x" * 90, TEXT)).replace(b"--grens--", b""),
        b"Subject: a\rIn\n\n-Reply-To: <x@y>\rFrom: b\r\rtekst",
        b"\r\n\r\ntekst",
        b"--\n--\n--",
        b"",
    ],
)
def test_odd_places(raw: bytes) -> None:
    for cut in (1, 5, 40):
        same_with_cuts(raw, cut)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_mutated_mails(data: st.DataObject) -> None:
    raw = bytearray(SAMPLE.replace(b"\r\n", data.draw(st.sampled_from([b"\r\n", b"\n", b"\r"]))))
    for _ in range(data.draw(st.integers(0, 10))):
        start = data.draw(st.integers(0, len(raw)))
        length = data.draw(st.sampled_from([0, 0, 0, 1, 2, 20]))
        raw[start : start + length] = data.draw(st.sampled_from(SPLINTERS))
    cut, chunk = data.draw(st.sampled_from([1, 2, 20, 100])), data.draw(st.sampled_from([2, 5, 64, CHUNK_BYTES]))
    same_with_cuts(bytes(raw), cut, chunk, data.draw(st.sampled_from([10, 100, 262_144])))


def test_long_bodies_are_not_fed() -> None:
    raw = multipart("mixed", part("kort", TEXT), file(bytes(10 * CUT_BYTES), PDF), file(bytes(10 * CUT_BYTES), PDF))
    fed = b"".join(Cuts(Source.of(raw)).fed(0))
    assert len(fed) < 2_000
    assert fed.count(b"cut.") == 2


def test_the_line_that_stands_for_a_body_cannot_be_forged() -> None:
    raw = multipart("mixed", part("cut.00000000000000000000000000000000.0", TEXT), file(bytes(10 * CUT_BYTES), PDF))
    assert parse(raw).text == "cut.00000000000000000000000000000000.0"


@pytest.mark.parametrize("size", [0, 10, CHUNK_BYTES, 3 * CHUNK_BYTES + 1])
def test_a_source_reads_what_it_was_given(size: int, tmp_path: Path) -> None:
    data = bytes(number % 251 for number in range(size))
    path = tmp_path / "mail"
    path.write_bytes(data)
    with path.open("rb") as opened:
        for one in (Source.of(data), Source.spooled(data[at : at + 99] for at in range(0, size, 99)), Source(opened)):
            assert one.size == size
            assert b"".join(one.chunks()) == data
            assert b"".join(one.chunks(5, 8)) == data[5:8]
            assert one.read(size, 10) == b""


def test_a_file_that_became_shorter_ends() -> None:
    one = Source.of(b"abc")
    one.size = 10
    assert b"".join(one.chunks()) == b"abc"
