from __future__ import annotations

import pytest

from benchmarks.address_naive import Cut, cut, number_first


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Grote Markt 21, 2800 Mechelen", Cut("Grote Markt", "21", "2800", "Mechelen")),
        ("Bruul 12A bus 3, B-2800 MECHELEN", Cut("Bruul", "12A", "2800", "MECHELEN")),
        ("Bruul 12bus3, 2800 Mechelen", Cut("Bruul", "12", "2800", "Mechelen")),
        ("Bruul 12, Mechelen 2800", Cut("Bruul", "12", "2800", "")),
        ("Bruul 12, Mechelen", Cut("Bruul", "12", "", "Mechelen")),
        ("21 Grote Markt, 2800 Mechelen", Cut("", "21", "2800", "Mechelen")),
        ("Bruul, 2800 Mechelen", Cut("Bruul", "", "2800", "Mechelen")),
        ("", Cut("", "", "", "")),
    ],
)
def test_street_is_what_stands_before_the_first_digit(text: str, parts: Cut) -> None:
    assert cut(text) == parts


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Grote Markt 21, 2800 Mechelen", "21 Grote Markt 2800 Mechelen"),
        ("Bruul 12, Mechelen", "12 Bruul Mechelen"),
        ("21 Grote Markt, 2800 Mechelen", "21 Grote Markt, 2800 Mechelen"),  # nothing to move
        ("Bruul, 2800 Mechelen", "Bruul, 2800 Mechelen"),
    ],
)
def test_number_to_the_front(text: str, moved: str) -> None:
    assert number_first(text) == moved
