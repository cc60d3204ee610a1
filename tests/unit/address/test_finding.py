"""Addresses in running text: where they begin and end, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.address.domain.finding import FOUND_MAX, Found, find_addresses
from services.address.domain.folding import place_key, street_fold, street_key, street_keys

STREETS = (
    "'t Leitje", "Bruul", "Elf-novemberstraat", "Grote Markt", "Heike", "Kouter", "Lange Ridderstraat", "Ridderstraat",
    "Leopoldstraat", "Leuvensesteenweg", "O-L-V van Fatimastraat", "Onze-Lieve-Vrouwestraat", "Sint-Katelijnestraat",
    "Steenweg", "Steenweg op Heindonk", "Plein-der-Verenigde-Naties",
)  # fmt: skip
PLACES = ("Mechelen", "Malines", "Muizen", "Leest", "Walem", "Heffen", "Sint-Katelijne-Waver")


class Register:
    """A few real streets of Mechelen; counts how often it is asked."""

    def __init__(self) -> None:
        self.keys = {key for name in STREETS for key in street_keys(name)}
        self.names = {place_key(name) for name in PLACES}
        self.asked = 0

    def street(self, words: str) -> bool:
        self.asked += 1
        return bool({street_key(words), street_fold(words)} & self.keys)

    def place(self, words: str) -> bool:
        self.asked += 1
        return place_key(words) in self.names


def find(text: str) -> list[Found]:
    return find_addresses(text, Register())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ik woon in de Lange Ridderstraat 10 bus 2 te Mechelen. Graag!", "Lange Ridderstraat 10 bus 2, Mechelen"),
        ("An\nBruul 19\n2800 Mechelen\nTel 015 29 40 10", "Bruul 19, 2800 Mechelen"),
        ("2812 Muizen, Leuvensesteenweg 402 bus 3", "Leuvensesteenweg 402 bus 3, 2812 Muizen"),
        ("Kouter 12, 2811 Leest", "Kouter 12, 2811 Leest"),
        ("Adres: Leest 2811, Kouter 12", "Kouter 12, Leest 2811"),
        ("Grote Markt 21 2800 Mechelen", "Grote Markt 21, 2800 Mechelen"),
        ("Leopoldstraat, 91 - 2800 Mechelen", "Leopoldstraat, 91, 2800 Mechelen"),
        ("St.-Katelijnestr. 12/3 in B-2800 Malines", "St.-Katelijnestr. 12/3, 2800 Malines"),
        ("O.L.V.-straat 5 b 2, 2800 Mechelen", "O.L.V.-straat 5 b 2, 2800 Mechelen"),
        ("aan 't Leitje 3 dus", "'t Leitje 3"),
        ("de lange ridderstraat 4, 2800 mechelen", "lange ridderstraat 4, 2800 mechelen"),
        ("Leopoldstraat nr. 12 bus GLV", "Leopoldstraat nr. 12 bus GLV"),
        ("Leopoldstraat 12-14 (2800 Mechelen)", "Leopoldstraat 12-14, 2800 Mechelen"),
        ("Leopoldstraat 12bis, graag", "Leopoldstraat 12bis"),
        ("Leopoldstraat 30/20", "Leopoldstraat 30/20"),
        ("Leopoldstraat 5A bus 01.02", "Leopoldstraat 5A bus 01.02"),
        ("Steenweg op Heindonk 5", "Steenweg op Heindonk 5"),
        ("op de Plein-der-Verenigde-Naties 7", "Plein-der-Verenigde-Naties 7"),
        ("Dank u.\nVerzonnenlei 400, 2800 Mechelen", "Verzonnenlei 400, 2800 Mechelen"),
        ("Mijn Jan Verzonnenstraat 4 te Mechelen", "Jan Verzonnenstraat 4, Mechelen"),
        ("Leopoldstraat 12 te Gent", "Leopoldstraat 12, Gent"),
        ("Leopoldstraat 12, 1000 Brussel", "Leopoldstraat 12, 1000 Brussel"),
        ("Leopoldstraat 12, leest u dit?", "Leopoldstraat 12"),
        ("Leopoldstraat 12 en dan verder", "Leopoldstraat 12"),
        ("de Leopoldstraat te Mechelen", "Leopoldstraat, Mechelen"),
        ("Leopoldstraat 2800 Mechelen", "Leopoldstraat, 2800 Mechelen"),
        ("in de Leopoldstraat in B-2800 Mechelen.", "Leopoldstraat, 2800 Mechelen"),
        ("Elf-novemberstraat\u00a011", "Elf-novemberstraat 11"),
        ("Leopold\u00adstraat １２", "Leopoldstraat 12"),
    ],
)
def test_an_address_begins_at_its_street_and_ends_with_its_place(text: str, expected: str) -> None:
    assert [one.query for one in find(text)] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mechelen, 20 november 2026",
        "Op 12/11/2026 om 10.30 uur kost het 1.250,50 euro",
        "Tel. 015 29 40 10, BE68 5390 0754 7034",
        "de Bruul 10 uur lang, Bruul 20%, Heike 30 m2, Kouter 12/11/2026, Bruul 9:30, Steenweg 5 km",
        "Ik heb 3 straten, 2 wegen en zone 30",
        "een steenweg 5, de straat 12, onderweg 3",
        "in de Leopoldstraat is het druk",
        "2800 Mechelen",
        "KR-2026-00412",
        "Bruul 3 kamers, Bruul 3 appartementen, Bruul 12u30, Bruul 9 tot 12 uur, Bruul 2024/0145",
        "heike 58a, kouter 12",
        "tel 015 29 40 10 Bruul",
    ],
)
def test_what_is_no_address_is_left_alone(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Adres: Grote Markt 5, Lier.", "Grote Markt 5, Lier"),
        ("Grote Markt 5 - Lier", "Grote Markt 5, Lier"),
        ("Grote Markt 5 (Lier)", "Grote Markt 5, Lier"),
        ("Bruul 5 LIER", "Bruul 5, LIER"),
        ("Bruul 12, Gent", "Bruul 12, Gent"),
        ("2500 Lier, Grote Markt 5", "Grote Markt 5, 2500 Lier"),
        ("2500 Lier\nGrote Markt 5", "Grote Markt 5, 2500 Lier"),
        ("2500 Onbekend, Grote Markt 5", "Grote Markt 5, 2500 Onbekend"),
        ("Lier: Grote Markt 5", "Grote Markt 5, Lier"),
        ("Lier\nGrote Markt 5", "Grote Markt 5, Lier"),
        ("Gent Bruul 12", "Bruul 12, Gent"),
        ("Ons kantoor in Antwerpen, Grote Markt 5, is dicht", "Grote Markt 5, Antwerpen"),
        ("wij zitten in Lier in de Leopoldstraat 5", "Leopoldstraat 5, Lier"),
        ("Grote Markt 5, Residentie Zon, 2500 Lier", "Grote Markt 5, 2500 Lier"),
        ("Grote Markt 5\nResidentie Zon\n2500 Lier", "Grote Markt 5, 2500 Lier"),
        ("Grote Markt 5 (3 panelen), Lier", "Grote Markt 5, Lier"),
        ("Bruul 5, 59000 Lille", "Bruul 5, 59000 Lille"),
        ("Bruul 5, NL-4811 AB Breda", "Bruul 5, NL-4811"),
        ("Bruul 5 te Breda", "Bruul 5, Breda"),
        ("Bruul 5 te Lier-Koningshooikt", "Bruul 5, Lier-Koningshooikt"),
        ("Bruul 5 • 2500 Lier • Tel 03", "Bruul 5, 2500 Lier"),
        ("leopoldstraat 5 lier is ver", "leopoldstraat 5, lier"),
    ],
)
def test_another_town_is_never_left_out(text: str, expected: str) -> None:
    (found,) = find(text)
    assert found.query == expected
    assert found.place != "Mechelen"


@pytest.mark.parametrize(
    "text",
    [
        "Bruul 12, Jan Peeters",
        "Jan Van Mol, Bruul 12",
        "Premie Bruul 12 - Peeters",
        "Bruul 12\n\nLeuven, 3 maart 2026",
        "Bruul 12\nLeuven, 3 maart 2026",
        "Bruul 12, leest u dit?",
        "Bruul 12. Antwerpen is ver",
        "Ik kom uit Lier. Bruul 12 is van mij",
        "De 2500 Euro voor Bruul 12",
        "Na 2500 Vragen Bruul 12",
    ],
)
def test_other_words_are_no_town(text: str) -> None:
    assert [one.query for one in find(text)] == ["Bruul 12"]


def test_a_town_behind_several_streets_is_that_of_all() -> None:
    text = "Bruul 12 en Kouter 14, 2500 Lier"
    assert {(one.place, one.postcode) for one in find(text)} == {("Lier", 2500)}
    assert [one.beside for one in find("Bruul 12 en Kouter 14, 2811 Leest")] == ["", "2811 Leest"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leopoldstraat 18 bus 2 en 3", ["18 bus 2", "18 bus 3"]),
        ("Leopoldstraat 18 bus 2, 3 en 4 te Mechelen", ["18 bus 2", "18 bus 3", "18 bus 4"]),
        ("Leopoldstraat 18 bus 2 en bus 3", ["18 bus 2", "18 bus 3"]),
        ("Leopoldstraat 18 bussen 2 en 3", ["18 bus 2", "18 bus 3"]),
        ("Leopoldstraat 18/2 en 18/3", ["18/2", "18/3"]),
        ("Leopoldstraat 18/2 en 3", ["18/2", "18/3"]),
        ("Leopoldstraat 18 bus 2 en 20 bus 3", ["18 bus 2", "20 bus 3"]),
        ("Leopoldstraat 12, 14 en 16, 2800 Mechelen", ["12", "14", "16"]),
        ("Leopoldstraat 12, 14, 16", ["12", "14", "16"]),
        ("Leopoldstraat nrs. 12 & 14.", ["12", "14"]),
        ("Leopoldstraat 12 en 14 zijn verkocht", ["12", "14"]),
        ("Leopoldstraat 12A en B", ["12A", "12B"]),
        ("Leopoldstraat 12, 3", ["12, 3"]),  # a box, or two houses: the register must say
        ("Leopoldstraat 12 t.e.m. 16", ["12 t.e.m. 16"]),
        ("Leopoldstraat 12 bussen 1 tot 4", ["12"]),
        ("Leopoldstraat 12 en 3 andere panden", ["12"]),
        ("Leopoldstraat 12 en 2 dagen later", ["12"]),
        ("Leopoldstraat 12, 2800 Mechelen en 14 dagen", ["12"]),
    ],
)
def test_each_number_of_a_list_is_an_address(text: str, expected: list[str]) -> None:
    found = find(text)
    assert [one.line for one in found] == [f"Leopoldstraat {number}" for number in expected]
    assert len({(one.start, one.end, one.beside) for one in found}) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bruul 5\nBus 2\n2800 Mechelen", "Bruul 5 Bus 2, 2800 Mechelen"),
        ("Bruul 5,\r\nbus 2\r\n2800 Mechelen", "Bruul 5, bus 2, 2800 Mechelen"),
        ("Bruul 5\n2e verdieping\n2800 Mechelen", "Bruul 5 2e verdieping, 2800 Mechelen"),
        ("Bruul 5 2de verdieping te Mechelen", "Bruul 5 2de verdieping, Mechelen"),
        ("Bruul 5, eerste verdieping, Mechelen", "Bruul 5, eerste verdieping, Mechelen"),
        ("Bruul 5 bus 3, gelijkvloers", "Bruul 5 bus 3, gelijkvloers"),
        ("Bruul 5/links", "Bruul 5/links"),
        ("Bruul 5 busnr. 2", "Bruul 5 busnr. 2"),
        ("Bruul 5 brievenbus 2", "Bruul 5 brievenbus 2"),
        ("Bruul 12-14/3", "Bruul 12-14/3"),
        ("Bruul 20 B 2800 Mechelen", "Bruul 20 B, 2800 Mechelen"),
    ],
)
def test_a_box_or_storey_is_never_left_out(text: str, expected: str) -> None:
    assert [one.query for one in find(text)] == [expected]


@pytest.mark.parametrize(
    "behind",
    [
        " BE68 5390 0754 7034", " - 015 29 40 10", "/015 29 40 10", " - 0478/12.34.56", " / 0478 12 34 56", " 3500 kWh",
        ", 4500 euro", " (2025)", " / 2024", " 12/03/2024", " - 2 maart", " - 3 appartementen", " (3 panelen)",
        " C Janssens", " (A. Peeters)", ", dossier 2024/0145", " app Jan", " 2 maart 2026",
    ],
)  # fmt: skip
def test_what_follows_a_house_number_is_no_box(behind: str) -> None:
    assert [one.query for one in find(f"Bruul 5{behind}")] == ["Bruul 5"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("heike 58a mechelen", "heike 58a, mechelen"),
        ("kouter 12 leest", "kouter 12, leest"),
        ("5 Bruul, 2800 Mechelen", "Bruul 5, 2800 Mechelen"),
        ("10bis, Leopoldstraat 2800 Mechelen", "Leopoldstraat 10bis, 2800 Mechelen"),
        ("5 Grote Markt te Mechelen", "Grote Markt 5, Mechelen"),
    ],
)
def test_small_letters_and_number_first_count_with_a_place(text: str, expected: str) -> None:
    assert [one.query for one in find(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Korte Leopoldstraat 12", "Korte Leopoldstraat 12"),
        ("korte leopoldstraat 12", "korte leopoldstraat 12"),
        ("de oude Leopoldstraat 12", "Leopoldstraat 12"),
        ("Premie Leopoldstraat 12", "Leopoldstraat 12"),
        ("Lange Ridderstraat 12", "Lange Ridderstraat 12"),
        ("Bewoner van Verzonnen Dreeflaan 12", "Verzonnen Dreeflaan 12"),
    ],
)
def test_a_word_that_makes_it_another_street_stays(text: str, expected: str) -> None:
    assert [one.query for one in find(text)] == [expected]


def test_the_house_of_whoever_receives_the_mail_is_another_address() -> None:
    found = find("VME Bruul 5, p/a Immo X, Grote Markt 21, 2800 Mechelen")
    assert [one.query for one in found] == ["Bruul 5", "Grote Markt 21, 2800 Mechelen"]
    found = find("Bruul 5 c/o Grote Markt 21 te Mechelen")
    assert [one.query for one in found] == ["Bruul 5", "Grote Markt 21, Mechelen"]


def test_several_addresses_in_the_order_of_the_text() -> None:
    text = "Wij bezitten Bruul 45, Kouter 12 (2811 Leest) en Onze-Lieve-Vrouwestraat 7 bus 0101.\nBruul 46"
    found = find(text)
    assert [one.query for one in found] == [
        "Bruul 45",
        "Kouter 12, 2811 Leest",
        "Onze-Lieve-Vrouwestraat 7 bus 0101",
        "Bruul 46",
    ]
    assert [text[one.start : one.end] for one in found] == [
        "Bruul 45",
        "Kouter 12 (2811 Leest",
        "Onze-Lieve-Vrouwestraat 7 bus 0101",
        "Bruul 46",
    ]


def test_a_place_in_front_of_a_street_is_part_of_what_was_written() -> None:
    text = "Adres: 2812 Muizen, Leuvensesteenweg 402, dank u"
    assert [text[one.start : one.end] for one in find(text)] == ["2812 Muizen, Leuvensesteenweg 402"]


def test_a_place_belongs_to_one_address_only() -> None:
    found = find("Bruul 5\n2800 Mechelen\nKouter 8")
    assert [(one.query, one.postcode) for one in found] == [("Bruul 5, 2800 Mechelen", 2800), ("Kouter 8", None)]


def test_what_stands_beside_it_is_told_apart() -> None:
    (exact,) = find("Kouter 12, 2811 Leest")
    assert (exact.numbered, exact.street_like, exact.postcode, exact.place) == (True, False, 2811, "Leest")
    (said,) = find("Verzonnenstraat 4 te Gent")
    assert (said.street_like, said.postcode, said.place) == (True, None, "Gent")
    (street,) = find("de Leopoldstraat, Mechelen")
    assert (street.numbered, street.place) == (False, "Mechelen")


def test_it_says_where_it_stood_in_the_text_as_it_came() -> None:
    text = "\u200eHallo\u00ad, \u202eBruul\u2011straat?\u202c Bruul\u00a012\u200b, 2800\u00a0Mechelen!"
    (found,) = [one for one in find(text) if one.numbered]
    assert text[found.start : found.end].startswith("Bruul\u00a012")
    assert text[found.start : found.end].endswith("Mechelen")


@pytest.mark.parametrize(
    "atom",
    [
        "1 ", "Leopoldstraat ", "a.", "straat-", "2800 ", ", M", "te te ", "A1-", " ", "\t", "'", "-1", "Bruul 1 bus ",
        "Bruul 1, 2800 M", "Bruul 1, ", "Bruul 1 en ", "Bruul 1 (a", "Bruul 1 bus 1, ", "Bruul 1\n\t", "\n", "Ab ",
        "Ab, ",        "2800 Ab", "Lier ", "Lier, Bruul 1 ", "in de ", "B ", "(", "1/", "1-1", "0 ",
    ],
)  # fmt: skip
def test_long_texts_of_one_kind_ask_the_register_little(atom: str) -> None:
    register = Register()
    text = (f"Bruul 1{atom * 100_000}")[:100_000]
    assert len(find_addresses(f"{text} Bruul 1", register)) <= FOUND_MAX
    assert register.asked < 5_000


@given(st.text(max_size=300))
@example("Bruul 1\r\n\r\n2800\tMechelen")
@example("Bruul 1\ud800 2800 Mechelen")
@example("<b>Bruul</b> 1'; DROP TABLE address;--")
def test_any_text_has_an_answer(text: str) -> None:
    last = (0, 0)
    for one in find(text):
        assert last == (one.start, one.end) or last[1] <= one.start < one.end <= len(text)
        last = one.start, one.end
