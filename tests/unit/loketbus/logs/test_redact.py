"""What must never be read in a log, and what must stay readable."""

import dataclasses
from datetime import UTC, datetime
from pathlib import PurePosixPath
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from loketbus.logs import redact, redact_value
from loketbus.logs.redact import MAX_TEXT_CHARS


@pytest.mark.parametrize(
    "secret",
    [
        "jan.peeters@stad.example",
        "jan+loket@sub.stad.example.be",
        "Jan_O'Neil-x@voorbeeld.be",
        "élodie@exemple.be",
        "jan%40stad.example",
        "CAF=abc123@mail.gmail.com",
        "0477 47 27 01",
        "0477/47.27.01",
        "0477472701",
        "+32 477 47 27 01",
        "+32477472701",
        "0032 (0)477 47 27 01",
        "+32 (0)9 266 12 34",
        "09 266 12 34",
        "09/266.12.34",
        "(09) 266 12 34",
        "014 12 34 56",
        "+31 6 12345678",
        "+33612345678",
        "85.07.30-033.28",
        "85 07 30 033 28",
        "85073003328",
        "00012556777",
        "BE68 5390 0754 7034",
        "BE68539007547034",
        "NL91ABNA0417164300",
        "Bearer abcdef0123456789",
        "Basic dXNlcjpwYXNz",
        "lbt_" + "A1-_" * 10 + "abc",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl",
        "postgresql://user:geheim@localhost/db",
        "password=geheim",
        "client_secret=geheim&x=y",
        "'api_key': 'geheim'",
        '"access_token":"geheim"',
        "sig=geheim",
    ],
)
@pytest.mark.parametrize("template", ["{}", "van {} ontvangen", "({})", "<{}>", '"{}".', "x={};"])
def test_masked(secret: str, template: str) -> None:
    text = redact(template.format(secret))
    assert secret not in text
    assert "geheim" not in text
    assert not any(char.isdigit() for char in text)


@pytest.mark.parametrize(
    "text",
    [
        "mail.received.v1",
        "partition 11 offset 12345678901234",
        "0193a5b4-7c1e-7d3a-9b5e-0477472701ab",
        "04774727-0104-7747-2701-047747270112",
        "2026-11-21T10:59:12.123456+01:00",
        "2026-11-21 10:59:12,123",
        "127.0.0.1:9092",
        "GET /_ops/lanes: status 503",
        "0477.472.701",
        "0316.380.841",
        "exit code -9 (SIGKILL)",
        "9000 Gent",
        "1763719152.123",
        "took 0.012345678 s",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "Traceback (most recent call last):",
        'File "loketbus/relay.py", line 123, in run',
        "KeyError: 'conversation'",
        "token expired",
    ],
)
def test_left_alone(text: str) -> None:
    assert redact(text) == text


def test_a_number_like_a_company_number_with_wrong_check_digits_is_taken_for_a_telephone() -> None:
    assert redact("0477.472.702") == "<telefoon>"


@given(st.text(max_size=300))
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@pytest.mark.parametrize("piece", ["a@", "0", "0 4", "a.", "secret", "AA00", "+1 ", "eyJ", "x=", "://", "-"])
def test_hostile_length_is_cut(piece: str) -> None:
    text = redact(piece * 1_000_000)
    assert len(text) < MAX_TEXT_CHARS * 4


class Model(BaseModel):
    naam: str = "Jan Peeters"


@dataclasses.dataclass
class Plain:
    naam: str = "Jan Peeters"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, 3),
        (True, True),
        (None, None),
        ("jan@stad.example", "<mail>"),
        (b"bytes", "<5 bytes>"),
        (Model(), "<Model>"),
        (Plain(), "<Plain>"),
        (Model, "Model"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02 00:00:00+00:00"),
        (PurePosixPath("/x/jan@stad.example"), "/x/<mail>"),
        (ValueError("jan@stad.example"), "<mail>"),
        (["jan@stad.example", {"to": "Jan", "code": "x"}], ["<mail>", {"to": "***", "code": "x"}]),
        ({"jan@stad.example": 1}, {"<mail>": 1}),
        ({"kafka_password": "x", "n": 1}, {"kafka_password": "***", "n": 1}),
        ({"phone": 477472701}, {"phone": "***"}),
    ],
)
def test_values(value: object, wanted: object) -> None:
    assert redact_value(value) == wanted


def test_depth_and_width_are_bounded() -> None:
    deep: object = "jan@stad.example"
    for _ in range(50):
        deep = [deep]
    assert "jan" not in str(redact_value(deep))
    wide = redact_value(list(range(10_000)))
    assert isinstance(wide, list)
    assert len(wide) == 50
