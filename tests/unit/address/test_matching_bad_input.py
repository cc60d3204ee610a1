"""Whatever is sent: a verdict, and a bounded piece of work."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.address.domain.matching import match
from services.address.domain.model import Asked, Match
from tests.support.address_lookup import mechelen

LOOKUPS_MAX = 600
LONG = 10_000
TEXTS = {
    "letters": "a" * LONG, "digits": "1" * LONG, "spaces": " " * LONG, "numbers": "1 " * 5_000, "words": "ab " * 3_333,
    "commas": "," * LONG, "parts": "a 1," * 2_500, "brackets": "(" * LONG, "boxes": "12 bus " * 1_500,
    "postcodes": "2800 " * 2_000, "places": "2800 Mechelen " * 700, "dots": "o.l.v. " * 1_400, "lines": "\n" * 9_000,
    "dashes": "Bruul 12 " + "- " * 3_000, "slashes": "Bruul 12" + "/1" * 3_000, "ranges": "Bruul 12 " + "tot " * 1_000,
    "floors": "Bruul 12 " + "2e verd " * 1_000, "word": "Bruul " + "x" * 350 + " 12", "tags": "<b" * 5_000,
    "behind": "Bruul 12 " + "x" * 380, "emoji": "\U0001f600" * 2_000, "right to left": "\u202e" * LONG,
    "zero width": "\u200b" * LONG, "nul": "\x00" * LONG, "surrogates": "\ud800" * LONG, "empty": "",
    "sql": "'; DROP TABLE address; -- 12", "html": "<script>alert(1)</script>" * 300, "joined": "e\u0301" * 5_000,
    "big": "Bruul 99999999999999999999999999, 2800 Mechelen", "initials": "a. " * 3_000, "percent": "%s%n 12" * 99,
}  # fmt: skip


def _ask(asked: Asked) -> Match:
    register = mechelen()
    found = match(register, asked)
    assert found.reasons
    assert register.asked <= LOOKUPS_MAX
    notes = [note.message for note in (*found.reasons, *found.changes)]
    json.dumps([found.input, notes]).encode()
    assert all(text.encode() is not None for text in (found.input, *notes))
    return found


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.timeout(20)
def test_any_text(name: str) -> None:
    text = TEXTS[name]
    found = _ask(Asked(text=text))
    assert found.address is None or found.house_number == "12"
    _ask(Asked(text, text, text, text, text, text))
    _ask(Asked(street="Bruul", house_number=text, box=text, postcode=text, municipality=text))


def test_marks_that_nobody_sees_hide_nothing() -> None:
    for text in (
        "B\u200bruul 12", "\u202eBruul 12", "Bruul \ud80012", "<b>Bruul 12</b>", "Ｂｒｕｕｌ １２", "Bruul ١٢",
    ):  # fmt: skip
        assert _ask(Asked(f"{text}, 2800 Mechelen")).house_number == "12"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abkers 0129,.-/()bus'é\n\x00<\u200b\ud800", max_size=60))
def test_noise_behind_an_address_never_gives_another(noise: str) -> None:
    found = _ask(Asked(f"Grote Markt 21 bus 1{noise}, 2800 Mechelen"))
    if found.address is not None and found.verdict == "exact":
        assert found.address.house == "21"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_noise(text: str, house: str) -> None:
    _ask(Asked(text=text))
    _ask(Asked(street=text, house_number=house, municipality=text))
