"""What a text says beside an address is never dropped in silence when it may tell which address is meant."""

from __future__ import annotations

import pytest

from services.address.domain.matching import match
from services.address.domain.model import Asked, Match, Note
from tests.support.address_lookup import MECHELEN, SmallRegister

CONFIDENT = ("exact", "corrected")


def _town() -> SmallRegister:
    register = SmallRegister()
    register.add_municipality(MECHELEN, "Mechelen", 2800, 2811, 2812)
    register.add_place("Muizen", MECHELEN, 2812)
    bruul = ("2", "5", "5 bus 1", "5 bus 2", "5 bus 3", "7", "12", "14", "16", "30", "118", "118 bus 3")
    register.add_street("Bruul", 2800, *bruul)
    leopold = ("18", "18 bus 1", "18 bus 2", "18 bus 3", "20", "20 bus A", "20 bus C", "22", "22A", "3B", "3 bus B")
    register.add_street("Leopoldstraat", 2800, *leopold, "60", "62", "64", "24", "24 bus A", "24A")
    register.add_street("Grote Markt", 2800, "5", "21")
    register.add_street("IJzerenleen", 2800, "14")
    register.add_street("Dendermondsesteenweg", 2800, "200", "200 bus 3", "200 bus 12", "201", "15", "15-23 bus A02")
    register.add_street("Zandstraat", 2800, "4", "4 bus 4", "5", "5 bus B")
    register.add_street("Meistraat", 2811, "8")
    register.add_street("Muizenvaart", 2812, "7")
    register.add_street("Dorpsstraat", 2800, "26", "26 bus D")
    return register


TOWN = _town()


def _match(text: str = "", **fields: str) -> Match:
    return match(TOWN, Asked(text=text, **fields))


def _found(found: Match) -> str:
    """`exact Bruul 5 bus 2`; of ambiguous ones all."""
    given = " bus ".join(filter(None, (found.house_number, found.box)))
    if found.verdict == "ambiguous":
        given = ", ".join(
            " bus ".join(filter(None, (one.address.house, one.address.box))) for one in found.candidates if one.address
        )
    return f"{found.verdict} {given}".strip()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dorpsstraat 26 busD, 2800 Mechelen", "exact 26 bus D"),
        ("Dorpsstraat 26 bteD, 2800 Mechelen", "exact 26 bus D"),
        ("Dorpsstraat 26, boxD, 2800 Mechelen", "exact 26 bus D"),
        ("Dorpsstraat 26busD 2800 Mechelen", "exact 26 bus D"),
        ("Bruul 5 bus n° 2, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5 bus nr. 2, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5 busnummer 2, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5, busnr 2, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5 brievenbus 2, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5 #2, 2800 Mechelen", "exact 5 bus 2"),
        ("bus 2, Bruul 5, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5, boîte 3, 2800 Mechelen", "exact 5 bus 3"),
        ("Boîte 2, Bruul 5, 2800 Mechelen", "exact 5 bus 2"),
        ("Bruul 5 zonder bus, 2800 Mechelen", "exact 5"),
        ("Bruul 5, geen bus, 2800 Mechelen", "exact 5"),
        ("Bruul 5 (het hele gebouw), 2800 Mechelen", "exact 5"),
    ],
)  # fmt: skip
def test_a_box_is_read_however_it_is_announced(text: str, found: str) -> None:
    assert _found(_match(text)) == found


@pytest.mark.parametrize(
    "left",
    [
        " busD", ", busX", ", bel 2", ", blok 2", ", deur 2", ", nr. 3", ", no. 2", ", niveau 2", ", woning 2",
        ", entiteit 2", ", lot 2", " (9)", " links", "/links", "-links", " rechts", " zolder", " achterhuis",
        " derde verdieping", " III", " VIII", " twee", "/LVLG", "/ABC", ", kelder", ", tweede verdieping",
        " 3 hoog", " (3 appartementen)", " 2 kamers", " - 2 maart", " 3 kWh", " (3 panelen)", ", 1e verdieping",
        " B. Peeters 3", " GVRC", ", bus 2, 3", " bus 2 links", " 2, 3 sterren",
    ],
)  # fmt: skip
def test_what_may_be_a_part_of_the_building_leaves_the_building(left: str) -> None:
    found = _match(f"Bruul 5{left}, 2800 Mechelen")
    assert (found.verdict, found.house_number) == ("building_only", "5"), _messages(found.reasons)
    assert found.building is not None
    assert [one.address.box for one in found.candidates if one.address] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("left", "code"),
    [
        (", tel. 015 20 20 20", "left_out"), (", 0478 12 34 56", "left_out"), (", dossier 2024/145", "left_out"),
        (", Residentie De Linde", "left_out"), (" (A. Peeters)", "left_out"), (" C. Janssens", "left_out"),
    ],
)  # fmt: skip
def test_what_is_no_part_of_an_address_is_told(left: str, code: str) -> None:
    found = _match(f"Leopoldstraat 20{left}, 2800 Mechelen")
    assert (_found(found), [note.code for note in found.changes]) == ("corrected 20", [code])


@pytest.mark.parametrize("left", [" links", " 3 hoog", ", 2 kamers", " zolder"])
def test_a_house_without_boxes_is_found_whatever_floor_is_named(left: str) -> None:
    assert _match(f"Bruul 12{left}, 2800 Mechelen").verdict in ("corrected", "building_only")


def test_the_note_says_it_as_it_was_written() -> None:
    found = _match("Bruul 12 Achteraan, 2800 Mechelen")
    assert "‘Achteraan’ is niet gebruikt" in found.changes[0].message


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Leopoldstraat 18B bus 2, 2800 Mechelen", "street_only 18B bus 2"),
        ("Leopoldstraat 3B bus B, 2800 Mechelen", "building_only 3B bus B"),
        ("Dendermondsesteenweg 200-201, 3, 2800 Mechelen", "ambiguous 200, 201"),
        ("Dendermondsesteenweg 200-201, 12,5 kWp, 2800 Mechelen", "ambiguous 200, 201"),
        ("Dendermondsesteenweg 15-23 A02, 2800 Mechelen", "corrected 15-23 bus A02"),
        ("Leopoldstraat 60 of 62, 2800 Mechelen", "ambiguous 60, 62"),
        ("Leopoldstraat 60; 62; 64, 2800 Mechelen", "ambiguous 60, 62, 64"),
        ("Leopoldstraat 60, 62, 2800 Mechelen", "ambiguous 60, 62"),
        ("Leopoldstraat 60 62, 2800 Mechelen", "ambiguous 60, 62"),
        ("Leopoldstraat 60 naast 62, 2800 Mechelen", "ambiguous 60, 62"),
        ("Leopoldstraat 60 à 64, 2800 Mechelen", "ambiguous 60, 64"),
        ("Leopoldstraat 22-22A, 2800 Mechelen", "ambiguous 22, 22A"),
        ("Leopoldstraat 22 & 22A, 2800 Mechelen", "ambiguous 22, 22A"),
        ("Bruul 12, 14 en 16, 2800 Mechelen", "ambiguous 12, 14, 16"),
        ("Bruul 5 2, 2800 Mechelen", "corrected 5 bus 2"),
        ("Leopoldstraat 18 (2 x gebeld), 2800 Mechelen", "building_only 18"),
        ("Leopoldstraat 60 in aanbouw, 2800 Mechelen", "building_only 60"),
        ("Leopoldstraat 20 B 2800 Mechelen", "exact 20"),
        ("Leopoldstraat 20 A 2800 Mechelen", "corrected 20 bus A"),
        ("Zandstraat 5 bus B 2800 Mechelen", "exact 5 bus B"),
        ("Leopoldstraat 3 b B 2800 Mechelen", "ambiguous 3B, 3 bus B"),
        ("Zandstraat 5 bus B2800, 2800 Mechelen", "building_only 5 bus B2800"),
        ("Zandstraat 4 bus 4, 2800 Mechelen", "exact 4 bus 4"),
    ],
)  # fmt: skip
def test_numbers_behind_the_house_number(text: str, found: str) -> None:
    assert _found(_match(text)) == found


def test_a_letter_before_the_postcode_may_be_the_box() -> None:
    register = _town()
    register.add_address(2, "20 bus B")
    found = match(register, Asked("Leopoldstraat 20 B 2800 Mechelen"))
    assert _found(found) == "ambiguous 20, 20 bus B"
    assert _found(match(register, Asked("Leopoldstraat 20 B-2800 Mechelen"))) == "exact 20"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Bruul 12, 2800 Mechelen of IJzerenleen 14, 2800 Mechelen", "ambiguous 12, 14"),
        ("Bruul 12 en IJzerenleen 14, 2800 Mechelen", "ambiguous 12, 14"),
        ("VME Bruul 5, p/a Immo X, Grote Markt 21, 2800 Mechelen", "ambiguous 21, 5"),
        ("Hotel Grote Markt 5, Bruul 30, 2800 Mechelen", "ambiguous 30, 5"),
        ("Bruul 12, 2800 Mechelen, Onbestaandestraat 4, 2800 Mechelen", "building_only 12"),
        ("5 Bruul 2, 2800 Mechelen", "ambiguous 5 bus 2, 2"),
        ("12 Bruul 5, 2800 Mechelen", "ambiguous 12, 5"),
        ("5 Bruul 3, 2800 Mechelen", "ambiguous 5 bus 3"),
        ("21 Grote Markt, 2800 Mechelen", "exact 21"),
        ("5 bus 2 Bruul, 2800 Mechelen", "exact 5 bus 2"),
        ("5 Bruul bus 2, 2800 Mechelen", "exact 5 bus 2"),
    ],
)  # fmt: skip
def test_two_addresses_are_not_one(text: str, found: str) -> None:
    assert _found(_match(text)) == found


def test_a_street_that_begins_with_a_number_is_no_other_one() -> None:
    assert _match("8 Meistraat 5, 2811 Mechelen").verdict not in CONFIDENT
    assert _match("8 Mei-straat 5, 2811 Mechelen").verdict not in CONFIDENT


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"text": "Zandstraat", "house_number": "4", "postcode": "2800"}, "exact 4"),
        ({"street": "Zandstraat", "house_number": "4"}, "corrected 4"),
        ({"street": "Zandstraat, Mechelen", "house_number": "4"}, "exact 4"),
        ({"street": "Bruul 5", "house_number": "2", "postcode": "2800"}, "ambiguous 5 bus 2, 2"),
        ({"street": "Bruul 5", "house_number": "3", "postcode": "2800"}, "ambiguous 5 bus 3"),
        ({"street": "Bruul 118", "house_number": "118", "box": "3", "postcode": "2800"}, "exact 118 bus 3"),
        ({"street": "Bruul 118", "house_number": "11", "postcode": "2800"}, "building_only 118 bus 11"),
        ({"street": "Bruul", "house_number": "5", "box": "n.v.t.", "postcode": "2800"}, "exact 5"),
        ({"street": "Bruul", "house_number": "5", "box": "geen", "postcode": "2800"}, "exact 5"),
        ({"street": "Bruul", "house_number": "5", "box": "0", "postcode": "2800"}, "exact 5"),
        ({"street": "Bruul", "house_number": "5", "box": ".", "postcode": "2800"}, "exact 5"),
        ({"street": "Bruul", "house_number": "5", "box": "busnr. 2", "postcode": "2800.0"}, "exact 5 bus 2"),
        ({"street": "Bruul", "house_number": "12.0", "postcode": "2.800"}, "exact 12"),
        ({"street": "Bruul", "house_number": "5", "postcode": "onbekend", "municipality": "Mechelen"}, "exact 5"),
        ({"street": "Bruul", "house_number": "5/2", "box": "8", "postcode": "2800"}, "building_only 5"),
    ],
)
def test_fields_are_read_once(fields: dict[str, str], found: str) -> None:
    assert _found(_match(**fields)) == found


@pytest.mark.parametrize(
    "text",
    [
        "Lier, Grote Markt 5", "Gent, Bruul 12", "Grote Markt 5, Lier", "2500 Lier, Grote Markt 5",
        "Grote Markt 5 - Lier", "Antwerpen, Bruul 12", "Bruul 12, 2800 Antwerpen", "Bruul 12, Gent, 2800",
        "Rotterdam, Grote Markt 5", "Grote Markt 5, Rotterdam",
    ],
)  # fmt: skip
def test_another_town_is_never_left_out(text: str) -> None:
    assert _match(text).verdict not in CONFIDENT


def test_another_town_in_the_field_of_the_street() -> None:
    assert _match(street="Bruul 12, Gent", postcode="2800").verdict not in CONFIDENT


def test_beside_a_postcode_a_name_of_a_building_is_left_out() -> None:
    assert _found(_match("Kasteel, Bruul 12, 2800 Mechelen")) == "corrected 12"


@pytest.mark.parametrize("before", [0, 3900, 3990, 3993, 3996, 3999])
@pytest.mark.parametrize("words", range(374, 400, 3))
def test_what_was_cut_off_is_never_answered(before: int, words: int) -> None:
    for text in (
        " " * before + "Bruul 118",
        "2800 Mechelen\n" + "woord " * (words // 6) + "x" * (words % 6) + "\nBruul 118 bus 3",
    ):
        found = _match(text)
        assert found.address is None or " bus ".join(filter(None, (found.house_number, found.box))) in (
            "118", "118 bus 3",
        )  # fmt: skip
        assert found.verdict != "corrected" or "118" in (found.house_number or "")


def test_too_many_parts_are_told() -> None:
    found = _match("Bruul 5, 2800 Mechelen, a, b, c, d, e, f, g, h, i, j, k, bus 3")
    assert found.verdict not in CONFIDENT
    assert "too_long" in [note.code for note in found.reasons]


@pytest.mark.parametrize(
    "text",
    [
        "2800 Mechelen, Bruul 5 b 1701", "2800 Mechelen, Bruul 5 1701", "Bruul 5 b 1301, Mechelen",
        "2812 Mechelen, Bruul 5 b 3021",
    ],
)  # fmt: skip
def test_a_box_of_four_digits_is_no_postcode(text: str) -> None:
    found = _match(text)
    assert (found.verdict, found.house_number) == ("building_only", "5")


@pytest.mark.parametrize(
    "text",
    [
        "Bruul nr 12 te 2800 Mechelen", "Bruul nr. 12, te 2800 Mechelen", "Bruul 12 in 2800 Mechelen",
        "Bruul 12, gelegen te 2800 Mechelen", "gelegen te 2800 Mechelen, Bruul 12", "gelegen Bruul 12 te Mechelen",
        "wonende te Mechelen, Bruul nr. 12", "wonende te Bruul 12, 2800 Mechelen", "Bruul 12 gelegen te Mechelen",
        "woonachtig te 2800 Mechelen, Bruul 12", "te Mechelen, Bruul 12", "Bruul 12 in Mechelen",
        "gevestigd te 2800 Mechelen, Bruul 12", "Bruul 12 2800Mechelen",
    ],
)  # fmt: skip
def test_words_before_a_place(text: str) -> None:
    found = _match(text)
    assert (_found(found), found.changes) == ("exact 12", ())


def test_a_box_before_a_word_before_a_place() -> None:
    assert _found(_match("Bruul nr. 5 bus 2 te 2800 Mechelen")) == "exact 5 bus 2"
    assert _found(_match("Muizenvaart 7 te 2812 Mechelen-Muizen")) == "exact 7"


def test_words_before_the_street_give_the_address_to_choose() -> None:
    found = _match("Apotheek Bruul 30, 2800 Mechelen")
    assert found.verdict == "unknown"
    assert [one.address.house for one in found.candidates if one.address] == ["30"]


def test_a_po_box_with_the_number_of_a_box_is_asked() -> None:
    found = _match("Bruul 5 PB 2, 2800 Mechelen")
    assert (_found(found), found.reasons[0].code) == ("ambiguous 5, 5 bus 2", "po_box_or_box")
    assert _found(_match("Bruul 5, Postbus 45, 2800 Mechelen")) == "corrected 5"


def test_of_two_addresses_in_one_street_the_street_is_told() -> None:
    found = _match("5 Bruul 2, 2800 Mechelen")
    assert found.street is not None
    assert (found.street.name, found.house_number) == ("Bruul", None)


def test_a_number_behind_the_place_is_no_box() -> None:
    assert _match("Bruul 5, 2800 Mechelen 3").verdict == "building_only"
    assert _found(_match("Bruul 5, 2800 Mechelen bus 3")) == "exact 5 bus 3"


def _messages(notes: tuple[Note, ...]) -> list[str]:
    return [note.message for note in notes]
