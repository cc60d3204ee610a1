from __future__ import annotations

import binascii
import re
from email.message import Message
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing import Oddity, parse, transfer
from tests.unit.mail_ingest.parsing.mails import multipart, part

BASE64 = st.lists(
    st.sampled_from([b"QUJD", b"QQ==", b"QUI=", b"Q", b"QU", b"=", b"==", b"!", b"\r\n", b" ", b"-- ", b"\xff"])
)
QUOTED = st.lists(
    st.sampled_from([b"a", b"=", b"=\n", b"=\r\n", b"=\r", b"\n", b"\r", b"=C3", b"==", b"=Z", b" ", b"=\ra"])
)
WELL_FORMED = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
UU_LINES = b"begin 644 a|begin 7|begin 9 x|#0V%T|#0V%T===|`| |end|end |x|M" + b"A" * 60
UUENCODED = st.lists(
    st.sampled_from([*(line + b"\n" for line in UU_LINES.split(b"|")), b"#0V%T\r\n", b"end", b"\n", b"\r"])
)
PLACES = st.lists(st.integers(0, 60))


def pieces(data: bytes, places: list[int]) -> list[bytes]:
    """The data cut at these places."""
    at = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[start:end] for start, end in pairwise(at)]


@given(BASE64, PLACES)
def test_strict_base64_takes_whole_groups_and_padding_at_the_end(tokens: list[bytes], places: list[int]) -> None:
    """RFC 4648, section 4."""
    data = b"".join(tokens)
    packed = data.translate(None, b" \t\r\n")
    if WELL_FORMED.fullmatch(packed):
        assert b"".join(transfer.strict_base64(pieces(data, places))) == binascii.a2b_base64(packed)
    else:
        with pytest.raises(binascii.Error):
            b"".join(transfer.strict_base64(pieces(data, places)))


@given(BASE64, PLACES)
def test_loose_base64_decodes_every_run_for_itself(tokens: list[bytes], places: list[int]) -> None:
    data = b"".join(tokens)
    runs = re.findall(rb"[A-Za-z0-9+/]+", data.translate(None, b" \t\r\n"))
    whole = (run[:-1] if len(run) % 4 == 1 else run for run in runs)
    expected = b"".join(binascii.a2b_base64(run + b"=" * (-len(run) % 4)) for run in whole)
    assert b"".join(transfer.loose_base64(pieces(data, places))) == expected


@settings(max_examples=200)
@given(UUENCODED, PLACES)
def test_uuencode_is_what_the_standard_library_makes_of_it(tokens: list[bytes], places: list[int]) -> None:
    data = b"".join(tokens)
    theirs = Message()
    theirs["Content-Transfer-Encoding"] = "x-uuencode"
    theirs.set_payload(data.decode("ascii"))
    try:
        decoded = b"".join(transfer.uuencoded(pieces(data, places)))
    except binascii.Error:
        decoded = data  # what the standard library gives then
    assert decoded == theirs.get_payload(decode=True)


def test_a_part_in_uuencode() -> None:
    body = "begin 644 foto.jpg\r\n#0V%T\r\n`\r\nend"
    raw = multipart("mixed", part(body, "Content-Type: image/jpeg", "Content-Transfer-Encoding: X-UUencode"))
    assert parse(raw).attachments[0].read() == b"Cat"


def test_broken_uuencode_stays_as_it_is() -> None:
    raw = multipart("mixed", part("M0V%T", "Content-Type: image/jpeg", "Content-Transfer-Encoding: uuencode"))
    parsed = parse(raw)
    assert parsed.attachments[0].read() == b"M0V%T"
    assert Oddity.MIME_BROKEN in parsed.warnings


@given(QUOTED, PLACES)
def test_quoted_printable_does_not_depend_on_the_pieces(tokens: list[bytes], places: list[int]) -> None:
    data = b"".join(tokens)
    assert b"".join(transfer.quoted_printable(pieces(data, places))) == binascii.a2b_qp(data)
