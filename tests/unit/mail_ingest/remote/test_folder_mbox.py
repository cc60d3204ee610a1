"""mbox: what was put in comes out, byte for byte."""

from __future__ import annotations

import io
import mailbox
import re
from email import message_from_bytes
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.remote._folder_mbox import LINE_BYTES, Place, contents, places

FROM = b"From jan@burger.example Mon Nov  2 09:15:00 2026\n"
MAIL = b"Subject: een\n\nTekst.\n"


def mboxrd(*mails: bytes, end: bytes = b"\n") -> bytes:
    """As RFC 4155 and mboxrd say it is written."""
    return b"".join(FROM + re.sub(rb"(?m)^(>*From )", rb">\1", mail) + end for mail in mails)


def found(raw: bytes) -> list[bytes]:
    file = io.BytesIO(raw)
    return [b"".join(contents(file, place)) for place in list(places(file))]


LINES = st.lists(
    st.sampled_from(
        [
            b"Subject: x",
            b"",
            b"From hier tot daar",
            b">From toen",
            b">>From x",
            b"From a 10:15 2026",
            b"te\xff kst",
            b"\r",
        ]
    ),
    min_size=1,
).map(lambda lines: b"\n".join(lines).strip(b"\r\n") + b"\n")


@given(st.lists(LINES.filter(lambda mail: mail.strip(b"\r\n")), min_size=1, max_size=5))
def test_what_was_put_in_comes_out(mails: list[bytes]) -> None:
    assert found(mboxrd(*mails)) == mails


@given(st.binary(max_size=2000))
def test_no_bytes_break_it(raw: bytes) -> None:
    file = io.BytesIO(raw)
    spots = list(places(file))
    assert all(0 <= spot.offset < spot.offset + spot.length <= len(raw) for spot in spots)
    assert all(b"".join(contents(file, spot)) is not None for spot in spots)


def test_an_independent_writer(tmp_path: Path) -> None:
    mails = [b"Subject: een\n\nVan\n\nFrom hier\n", b"Subject: twee\n\nDag.\n"]
    box = mailbox.mbox(tmp_path / "x.mbox")
    for mail in mails:
        box.add(message_from_bytes(mail))
    box.close()
    assert found((tmp_path / "x.mbox").read_bytes()) == mails


@pytest.mark.parametrize("end", [b"\n", b"", b"\r\n"])
def test_with_and_without_an_empty_line_between(end: bytes) -> None:
    assert found(mboxrd(MAIL, MAIL, end=end)) == [MAIL, MAIL]


def test_carriage_returns_stay() -> None:
    mail = MAIL.replace(b"\n", b"\r\n")
    assert found(FROM.replace(b"\n", b"\r\n") + mail + b"\r\n" + FROM + mail + b"\r\n") == [mail, mail]


def test_a_last_mail_without_an_end() -> None:
    assert found(mboxrd(MAIL) + FROM + b"Subject: twee\n\nAfgebr") == [MAIL, b"Subject: twee\n\nAfgebr"]


def test_what_stands_before_the_first_separator_is_not_lost() -> None:
    assert found(MAIL + b"\n" + mboxrd(MAIL)) == [MAIL, MAIL]
    assert found(b"\n" + mboxrd(MAIL)) == [MAIL]


def test_an_empty_mail_is_none() -> None:
    assert found(FROM + b"\n" + mboxrd(MAIL) + FROM) == [MAIL]
    assert found(b"") == []


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Nov 02 09:15:00 2026\n",
        b"From 17@xxx Mon Nov 02 9:15:00 +0000 2026\r\n",
        b"From ???@??? 02 Nov 10:15 2026\n",
    ],
)
def test_separators_of_other_writers(line: bytes) -> None:
    assert found(line + MAIL + b"\n" + line + MAIL) == [MAIL, MAIL]


def test_a_sentence_that_nobody_escaped_splits_no_mail() -> None:
    mail = b"Subject: een\n\nHallo,\n\nFrom now on we meet at noon.\n"
    assert found(FROM + mail + b"\n" + FROM + MAIL) == [mail, MAIL]


def test_long_lines_are_no_lines_of_their_own() -> None:
    filler = b"x" * LINE_BYTES
    mail = b"Subject: een\n\n" + filler + FROM + filler + b">From x\n"
    assert found(mboxrd(mail, MAIL)) == [mail, MAIL]


def test_another_mail_at_that_place_is_noticed() -> None:
    (place,) = places(io.BytesIO(mboxrd(MAIL)))
    for other in (mboxrd(MAIL.replace(b"een", b"elf")), mboxrd(MAIL)[:-5], b""):
        with pytest.raises(LookupError):
            b"".join(contents(io.BytesIO(other), place))


def test_the_digest_is_of_the_mail_wherever_it_stands() -> None:
    first, second = places(io.BytesIO(mboxrd(b"A: b\n\nlanger\n", MAIL)))
    assert second == Place(next(places(io.BytesIO(mboxrd(MAIL)))).digest, second.offset, len(MAIL))
    assert first.digest != second.digest
