from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.parsing import parse
from services.mail_ingest.parsing.identity import canonical, measure
from tests.unit.mail_ingest.parsing.mails import HEAD, file, mail, multipart, part

PDF = "Content-Type: application/pdf"
BASE = multipart("mixed", part("Dag één\r\ntwee", "Content-Type: text/plain; charset=utf-8"), file(b"%PDF", PDF))
HASH = parse(BASE).content_hash


def test_the_recipe_does_not_drift() -> None:
    """The ledger compares these for years: a change here needs a new recipe number and a migration."""
    fields = [
        b"loketbus-mail-1",
        b"<1@burger.example>",
        b"2026-11-02T09:15:00+00:00",
        b"an@burger.example",
        b"loket@stad.example",
        b"",
        b"Vraag over isolatie",
        b"Dag \xc3\xa9\xc3\xa9n\ntwee",
        b"",
        hashlib.sha256(b"%PDF").hexdigest().encode(),
    ]
    whole = b"".join(b"%d:%s" % (len(field), field) for field in fields)
    assert hashlib.sha256(whole).hexdigest() == HASH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"From:", b"Received: from a by b; Mon, 2 Nov 2026 10:15:00 +0100\r\nX-MS-Exchange-Stored: 1\r\nFrom:"),
        (b"\r\n", b"\n"),
        (b"grens", b"andere_grens"),
        (b"An Peeters <an@burger.example>", b"<AN@burger.example>"),
        (b"Mon, 2 Nov 2026 10:15:00 +0100", b"2 Nov 2026 09:15:00 +0000"),
        (b"Vraag over isolatie", b"=?utf-8?Q?Vraag_over?=\r\n =?utf-8?Q?_isolatie?="),
        ("Dag één\r\ntwee".encode(), "Dag één  \r\ntwee\r\n\r\n".encode()),
        (b"charset=utf-8\r\n\r\nDag \xc3\xa9\xc3\xa9n", b"charset=iso-8859-1\r\n\r\nDag \xe9\xe9n"),
        (
            b"charset=utf-8\r\n\r\nDag \xc3\xa9\xc3\xa9n",
            b"charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDag =C3=A9=C3=A9n",
        ),
        (b"application/pdf", b"application/pdf; name=ander.pdf"),
    ],
)
def test_what_servers_change_does_not_matter(old: bytes, new: bytes) -> None:
    changed = BASE.replace(old, new)
    assert changed != BASE
    assert parse(changed).content_hash == HASH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<1@burger.example>", b"<2@burger.example>"),
        (b"10:15:00", b"10:15:01"),
        (b"an@burger", b"jan@burger"),
        (b"loket@stad", b"loket2@stad"),
        (b"isolatie", b"zonnepanelen"),
        (b"twee", b"drie"),
        (b"JVBERg==", b"JVBERw=="),
    ],
)
def test_what_people_change_matters(old: bytes, new: bytes) -> None:
    changed = BASE.replace(old, new)
    assert changed != BASE
    assert parse(changed).content_hash != HASH


def test_fields_do_not_run_into_each_other() -> None:
    one = mail("", "b", head=(*HEAD[:2], "Subject: a"))
    two = mail("", "", head=(*HEAD[:2], "Subject: ab"))
    assert parse(one).content_hash != parse(two).content_hash


def test_a_guessed_charset_counts_as_bytes() -> None:
    russian = "Здравствуйте, у меня вопрос о солнечных панелях и утеплении крыши."
    guessed = mail("Content-Type: text/plain", "", russian.encode("cp1251"))
    declared = mail("Content-Type: text/plain; charset=cp1251", "", russian.encode("cp1251"))
    assert parse(guessed).text == parse(declared).text
    assert parse(guessed).content_hash != parse(declared).content_hash


TOKENS = st.sampled_from([b"a", b"b c", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\x00", "é".encode()])


@given(st.lists(st.lists(TOKENS, max_size=4).map(b"".join), max_size=9))
def test_an_attachment_is_measured_in_pieces(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    text, other = measure("text/plain", pieces), measure("image/png", pieces)
    assert (text.size, text.sha256) == (other.size, other.sha256) == (len(whole), hashlib.sha256(whole).hexdigest())
    assert text.digest == measure("message/rfc822", pieces).digest == hashlib.sha256(canonical(whole)).hexdigest()
    assert other.digest == other.sha256
