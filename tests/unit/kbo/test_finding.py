"""Numbers in running text: found where people put them, and nothing else taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.domain import display, find_numbers
from tests.unit.kbo.test_numbers import enterprises, number_of, numbers


def shown(text: str) -> list[tuple[str, bool]]:
    return [(text[found.start : found.end], found.check.valid) for found in find_numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Onze VME (0403.170.701) vraagt advies.", [("0403.170.701", True)]),
        ("Facturen op BTW BE 0403.170.701, 2800 Mechelen", [("BTW BE 0403.170.701", True)]),
        ("BE 0403.170.701 2800 Mechelen", [("BE 0403.170.701", True)]),
        ("Ondernemingsnummer VME: 403170701.", [("403170701", True)]),
        ("Ondernemingsnummer:\n0403 170 701\nTelefoon:\n015 27 43 38", [("0403 170 701", True)]),
        ("Numéro d’entreprise : 0403-170-701", [("0403-170-701", True)]),
        ("RPR Antwerpen, afdeling Mechelen 0403.170.701", [("0403.170.701", True)]),
        ("KBO 0403 17 07 01", [("0403 17 07 01", True)]),
        ("Het nummer is (0)403.170.701", [("(0)403.170.701", True)]),
        ("denk ik O403.170.701?", [("O403.170.701", True)]),
        ("0403.170.701\u200f en 1000003682", [("0403.170.701", True), ("1000003682", True)]),
        ("0403\u200b.170.701", [("0403\u200b.170.701", True)]),
        ("０４０３．１７０．７０１", [("０４０３．１７０．７０１", True)]),
        ("vestiging 2.000.000.339 van 0403.170.701", [("2.000.000.339", True), ("0403.170.701", True)]),
        ("vestigingsnummer 2000000339", [("2000000339", True)]),
        ("https://kbo.example/zoek?nummer=0403170701&taal=nl", [("0403170701", True)]),
        ("0403.170.702 staat op het briefpapier", [("0403.170.702", False)]),
        ("Onze VME (0403.170.70) heeft geen syndicus", [("0403.170.70", False)]),
        ("KBO-nummer is 0403 170 7011", [("0403 170 7011", False)]),
        ("Gsm 0475 12 34 56, btw BE 0475.123.456", [("btw BE 0475.123.456", False)]),
        ("KBO 0403.170.701, tel. 015 27 43 38", [("0403.170.701", True)]),
    ],
)
def test_what_is_found(text: str, expected: list[tuple[str, bool]]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "bel 0495 123 456 of 0495/12.34.56",
        "0475 123 489",  # right check digits or not: a mobile telephone number
        "gsm: 0403.170.701",
        "T: 0403 170 701",
        "☎ 0403170701",
        "+32 403 170 701",
        "0032 403 170 701",
        "Tel. kantoor: 0403.170.701",
        "BE68 5390 0754 7034",
        "BE68539007547034",
        "NL91 ABNA 0417 1643 00",
        "rekening 539-0075470-34",
        "+++090/9337/55493+++",
        "mededeling 090/9337/55493",
        "***040/3170/70100***",
        "KBO-uittreksel van 12/03/2024 10:30",
        "BTW 21% op 1.250,00",
        "RR 85.07.30-033.28",
        "€ 403.170.701",
        "403.170.701 euro",
        "403.170.701,00",
        "192.168.100.100",
        "EAN 541448860000403170701",
        "0403170701@example.be",
        "dossier A0403170701 of 0403170701B",
        "versie 0403.170.701.2",
        "KBO: 0475 12 34 56",
        "TVA incluse: 015 27 43 38",
        "2000000339",  # an establishment is not named without a word or its dots
        "10000003682 1000003682000",
        "perceel 12002A0417/00A000",
        "",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert shown(text) == []


@given(
    numbers.filter(lambda number: number[0] != "9"), st.sampled_from(["{}", "KBO {}", "({})", "Nr. {}, 2800 Mechelen."])
)
def test_the_registers_own_spelling_is_always_found(number: str, around: str) -> None:
    text = around.format(display(number))

    assert [found.check.number for found in find_numbers(text)] == [number]


@given(enterprises, st.sampled_from(["BTW BE {}", "ondernemingsnummer {}", "KBO-nr: {}", "VME {}"]))
def test_with_a_label_any_spelling_is_found(number: str, around: str) -> None:
    for written in (number, f"{number[:4]} {number[4:7]} {number[7:]}", f"{number[:4]}/{number[4:7]}-{number[7:]}"):
        assert [found.check.number for found in find_numbers(around.format(written))] == [number]


@given(st.integers(55, 99), st.integers(0, 999_999))
def test_mobile_telephone_numbers_are_never_numbers(prefix: int, rest: int) -> None:
    digits = f"{rest:06d}"
    for text in (
        f"04{prefix}{digits}",
        f"04{prefix} {digits[:3]} {digits[3:]}",
        f"04{prefix}/{digits[:2]}.{digits[2:4]}.{digits[4:]}",
        f"gsm 04{prefix}.{digits[:3]}.{digits[3:]}",
    ):
        assert find_numbers(text) == []


@given(st.text(max_size=300))
def test_no_text_is_too_strange(text: str) -> None:
    last = 0
    for found in find_numbers(text):
        assert last <= found.start < found.end <= len(text)
        assert found.check.input == text[found.start : found.end]
        last = found.end


@pytest.mark.parametrize(
    "text", ["1 " * 5_000, "O " * 5_000, "0." * 5_000, "(0) " * 2_500, "AB12 AAAA " * 1_000, "\u202e0403" * 2_000]
)
def test_long_nonsense_holds_nothing(text: str) -> None:
    assert find_numbers(text) == []


def test_many_numbers_in_one_text() -> None:
    wanted = [number_of(4_031_707 + 1_009 * n) for n in range(700)]

    assert [found.check.number for found in find_numbers(", ".join(map(display, wanted)))] == wanted
