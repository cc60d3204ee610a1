"""Codes and dates of the register: what cannot be read is shown as it is, or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest

from services.kbo.domain.organisation import Label
from services.kbo.questions.codes import Codes, day, official
from services.kbo.register.schema import ENTITIES


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("04-10-2025", date(2025, 10, 4)), ("01-01-1800", date(1800, 1, 1)), ("31-12-9999", date(9999, 12, 31)),
        (None, None), ("", None), ("31-02-2024", None), ("2025-10-04", None), ("04/10/2025", None), ("04-10", None),
        ("00-00-0000", None), ("een-twee-drie", None), ("1-2-3-4", None),
    ],
)  # fmt: skip
def test_dates_are_day_first_or_nothing(text: str | None, read: date | None) -> None:
    assert day(text) == read


@pytest.fixture
def codes() -> Codes:
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(ENTITIES)
        rows = [
            ("ContactType", "TEL", "NL", "Telefoonnummer"),
            ("ContactType", "TEL", "FR", " Téléphone"),
            ("Nace2025", "68321", "FR", ""),
            ("Nace2008", "68321", "FR", "Administration d'immeubles"),
        ]
        db.executemany("INSERT INTO code VALUES(?, ?, ?, ?)", rows)
        return Codes.load(db)


def test_a_code_has_its_descriptions(codes: Codes) -> None:
    assert codes.label("ContactType", "TEL") == Label("TEL", "Telefoonnummer", "Téléphone", None)
    assert codes.label("Nace2008", "68321").text == "Administration d'immeubles"


def test_an_unknown_code_is_shown_raw(codes: Codes) -> None:
    assert codes.label("ContactType", "FAX").text == "FAX"
    assert codes.label("Nace2025", "68321").text == "68321"
    assert codes.label("ContactType", None) == Label("")
    assert codes.optional("JuridicalForm", None) is None


def test_the_official_name_is_in_dutch_where_there_is_one() -> None:
    french, dutch, short = ("1", "001", "Malines"), ("2", "001", "Mechelen"), ("2", "002", "MEC")
    assert official([short, french, dutch], "0") == "Mechelen"
    assert official([short, french], "0") == "Malines"
    assert official([short], "0") == "MEC"
    assert official([], "0") == "0"
