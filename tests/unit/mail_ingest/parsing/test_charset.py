from __future__ import annotations

import pytest

from services.mail_ingest.parsing import Oddity, parse
from services.mail_ingest.parsing.charset import decode
from services.mail_ingest.parsing.model import Notes
from tests.unit.mail_ingest.parsing.mails import mail

DUTCH = "Beste, de ramen zijn geïsoleerd; één vraag over de coöperatie en €100."
FRENCH = "J’ai été étonnée: où trouver l'aide pour la façade ? Ça coûte cher…"


@pytest.mark.parametrize("sentence", [DUTCH, FRENCH, "Café, één"])
@pytest.mark.parametrize(
    ("real", "declared", "repaired"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8", "UTF8", False),
        ("utf-8", "iso-8859-1", True),
        ("utf-8", "us-ascii", True),
        ("utf-8", None, False),
        ("utf-8-sig", "iso-8859-1", False),
        ("utf-16", "iso-8859-1", False),
        ("cp1252", "windows-1252", False),
        ("cp1252", "iso-8859-1", False),
        ("cp1252", "utf-8", True),
        ("cp1252", "us-ascii", True),
        ("cp1252", "x-unknown", True),
        ("cp1252", "idna", True),
        ("cp1252", None, False),
    ],
)
def test_the_text_survives_a_wrong_declaration(sentence: str, real: str, declared: str | None, repaired: bool) -> None:
    notes = Notes()
    assert decode(sentence.encode(real), declared, notes).text == sentence
    assert (Oddity.CHARSET_REPAIRED in notes.codes()) is repaired


def test_another_alphabet_is_guessed() -> None:
    russian = "Здравствуйте, у меня вопрос о солнечных панелях и утеплении крыши дома."
    decoded = decode(russian.encode("cp1251"), "utf-8", Notes())
    assert (decoded.text, decoded.guessed) == (russian, True)


@pytest.mark.parametrize(
    ("data", "declared", "expected"),
    [
        (b"\x1b$B$3$s$K$A$O\x1b(B", "iso-2022-jp", "こんにちは"),
        (b"+AOk-", "utf-7", "é"),
        (b"a\0b\0", "utf-16-le", "ab"),
        (b"plain", "utf-16", "plain"),
    ],
)
def test_charsets_that_hide_in_ascii_bytes(data: bytes, declared: str, expected: str) -> None:
    assert decode(data, declared, Notes()).text == expected


@pytest.mark.parametrize("declared", ["unicode_escape", "punycode", "zlib", "base64", "rot13", "a\0b", "x" * 5_000])
def test_codecs_that_are_no_charset_are_refused(declared: str) -> None:
    assert decode(b"caf\xc3\xa9 \\x41", declared, Notes()).text == "café \\x41"


def test_controls_are_removed_from_bodies() -> None:
    parsed = parse(mail("Content-Type: text/plain", "", "a\x00b\tc\x1b"))
    assert parsed.text == "ab\tc"
    assert Oddity.CONTROL_CHARACTERS in parsed.warnings


def test_html_without_a_declaration_says_its_charset_itself() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1250"><p>dziękuję'.encode("cp1250")
    assert parse(mail("Content-Type: text/html", "", page)).text == "dziękuję"
