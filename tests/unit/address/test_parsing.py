"""A text in all splits that make sense: the right one is among them, and early."""

from __future__ import annotations

import pytest

from services.address.domain.model import Asked
from services.address.domain.parsing import Split, splits, written
from services.address.domain.parsing_text import TEXT_MAX, one_line, parts, tidy, without_po_box
from tests.support.address_lookup import mechelen

REGISTER = mechelen()


def _splits(text: str = "", **fields: str) -> list[Split]:
    return list(splits(REGISTER, written(Asked(text=text, **fields))))


@pytest.mark.parametrize(
    ("text", "street", "number", "postcode", "places"),
    [
        ("Grote Markt 21, 2800 Mechelen", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("Grote Markt 21 2800 Mechelen", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("Grote Markt 21 Mechelen 2800", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("Grote Markt 21, B-2800 Mechelen, België", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("Grote Markt 21, BE-2800 MALINES", "Grote Markt", "21", "2800", ["MALINES"]),
        ("2800 Mechelen Grote Markt 21", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("2800 Mechelen, Grote Markt 21", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("Mechelen, Grote Markt 21", "Grote Markt", "21", "", ["Mechelen"]),
        ("Grote Markt 21 Mechelen", "Grote Markt", "21", "", ["Mechelen"]),
        ("Grote Markt 21 te Mechelen", "Grote Markt", "21", "", ["te Mechelen"]),
        ("Grote Markt\n21\n2800 Mechelen", "Grote Markt", "21", "2800", ["Mechelen"]),
        ("Grote Markt 21 - 2800 Mechelen - Walem", "Grote Markt", "21", "2800", ["Mechelen", "Walem"]),
        ("Grote Markt 21, 2812 Muizen (Mechelen)", "Grote Markt", "21", "2812", ["Muizen (Mechelen)"]),
        ("10 Grote Markt, 2800 Mechelen", "Grote Markt", "10", "2800", ["Mechelen"]),
        ("10, teststraat", "teststraat", "10", "", []),
        ("10bis teststraat", "teststraat", "10bis", "", []),
        ("teststraat. 10", "teststraat", "10", "", []),
        ("teststraat naast nr 30", "teststraat", "30", "", []),
        ("teststraat n° 30", "teststraat", "30", "", []),
        ("teststraat12", "teststraat", "12", "", []),
        ("Grote Markt 21, bus 3, 2800 Mechelen", "Grote Markt", "21 bus 3", "2800", ["Mechelen"]),
        ("Grote Markt 21, blok B, bus 3, 2800 Mechelen", "Grote Markt", "21 bus 3", "2800", ["Mechelen"]),
        ("Bruul 12, achteraan, Elders", "Bruul", "12", "", ["Elders"]),
        ("11 novemberstraat 5", "11 novemberstraat", "5", "", []),
        ("Plein 1944 12, 2800 Mechelen", "Plein 1944", "12", "2800", ["Mechelen"]),
        ("Domaine de Planckendael, Leuvensesteenweg 582", "Leuvensesteenweg", "582", "", []),
        ("Steenweg op Blaasveld 12", "Steenweg op Blaasveld", "12", "", []),
        ("Liersesteenweg 1200 Mechelen", "Liersesteenweg", "1200", "", ["Mechelen"]),
        ("Kerkstraat 5 Gent-Noord", "Kerkstraat", "5", "", ["Gent-Noord"]),
    ],
)  # fmt: skip
def test_the_right_split_is_there(text: str, street: str, number: str, postcode: str, places: list[str]) -> None:
    found = [
        (one.street, one.numbers.written.replace(",", ""), one.postcode, list(one.places)) for one in _splits(text)
    ]
    assert (street, number, postcode, places) in found


def test_a_place_that_is_not_known_is_never_dropped() -> None:
    assert all(one.places or one.postcode for one in _splits("Kerkstraat 5 Gingelom"))
    assert all(one.postcode == "9000" for one in _splits("Kerkstraat 5, 9000 Elders"))


def test_what_belongs_to_no_address_is_told() -> None:
    assert _splits("Kasteel, Bruul 12, 2800 Mechelen")[0].left_out == ("Kasteel",)
    assert written(Asked(text="Bruul 12, Postbus 45, 2800 Mechelen")).po_box == "Postbus 45"


def test_fields_of_their_own() -> None:
    one = _splits(street="Bruul", house_number="12", box="3", postcode="B-2800", municipality="Mechelen")[0]
    assert (one.street, one.numbers.written, one.postcode, one.places) == ("Bruul", "12 bus 3", "2800", ("Mechelen",))
    one = _splits(street="Bruul 12", box="3", municipality="2800 Mechelen")[0]
    assert (one.street, one.numbers.written, one.postcode, one.places) == ("Bruul", "12 bus 3", "2800", ("Mechelen",))
    one = _splits(street="Bruul 12", house_number="bus 3")[0]
    assert (one.street, one.numbers.written) == ("Bruul", "12 bus 3")
    one = _splits("Bruul 12", postcode="2800")[0]
    assert (one.street, one.postcode) == ("Bruul", "2800")


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("Boîte 10000 2800 Malines", "Boîte 10000"), ("Postbus 12, 2800 Mechelen", "Postbus 12"),
        ("P.O. Box 5", "P.O. Box 5"), ("B.P. 12", "B.P. 12"), ("Bruul 12 boîte 3", ""), ("Bruul 12 bus 3", ""),
    ],
)  # fmt: skip
def test_po_boxes(text: str, box: str) -> None:
    assert without_po_box(parts(text))[1] == box


def test_texts_are_cut_and_plain() -> None:
    assert len(tidy("ab " * 5_000)) <= TEXT_MAX
    assert tidy("B\u200bruul\u202e １２\ud800\x00") == "Bruul 12"
    assert parts("<b>Bruul 12</b>; 2800; Mechelen | België") == ("Bruul 12", "2800", "Mechelen")
    assert one_line("a\x00\ud800\nb") == "a b"
    assert len(one_line("x" * 10_000)) <= TEXT_MAX
