"""Ids of addresses as somebody gives them."""

from __future__ import annotations

import pytest

from services.address.domain.object_ids import object_id


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3201926", 3201926),
        (" 3201926\n", 3201926),
        ("https://data.vlaanderen.be/id/adres/3201926", 3201926),
        ("https://data.vlaanderen.be/id/adres/3201926/2023-11-02T07:37:34+01:00", 3201926),
        ("9" * 18, int("9" * 18)),
        ("9" * 19, None),
        ("", None),
        ("0", None),
        ("-5", None),
        ("12.5", None),
        ("Moensstraat 19", None),
        ("https://data.vlaanderen.be/id/straatnaam/10769", None),
        ("٣", None),
        ("1" * 100_000, None),
    ],
)
def test_an_id_is_digits_or_the_registers_uri(text: str, expected: int | None) -> None:
    assert object_id(text) == expected
