"""From text to verdict, on a register in memory that a reader can see through."""

from __future__ import annotations

import pytest

from services.address.domain.matching import match
from services.address.domain.model import Asked, Match, Status
from tests.support.address_lookup import BONHEIDEN, GENT, MECHELEN, SmallRegister, mechelen

LOOKUPS_MAX = 8
"""Questions to the replica in the usual case; each is an index."""


def _match(register: SmallRegister, text: str = "", **fields: str) -> Match:
    found = match(register, Asked(text=text, **fields))
    assert found.reasons
    assert (found.address is not None) == (found.verdict in ("exact", "corrected"))
    assert bool(found.changes) == (found.verdict == "corrected") or found.verdict not in ("exact", "corrected")
    return found


def _number(found: Match) -> str:
    return " bus ".join(filter(None, (found.house_number, found.box)))


def _codes(found: Match) -> list[str]:
    return [note.code for note in found.changes]


def _street(*numbers: str) -> SmallRegister:
    register = SmallRegister()
    register.add_municipality(MECHELEN, "Mechelen", 2800)
    register.add_street("Teststraat", 2800, *numbers)
    return register


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Grote Markt 10, 2800 Mechelen", "10"),
        ("GROTE-MARKT 10 2800 MECHELEN", "10"),
        ("Grote Markt 10, Malines", "10"),
        ("10 Grote Markt, B-2800 Mechelen", "10"), ("2800 Mechelen, Grote Markt 10", "10"),
        ("Grote Markt 21 b 1, 2800 Mechelen", "21 bus 1"), ("Grote Markt 21/2, 2800 Mechelen", "21 bus 2"),
        ("Kerkstraat 8, 2812 Muizen (Mechelen)", "8"),
        ("Kerkstraat 8, Muizen", "8"),
        ("t Leitje 4 Mechelen", "4"),
        ("Steenweg op Blaasveld 12, 2801 Heffen", "12"), ("Elf novemberstraat 11, 2800 Mechelen", "11"),
    ],
)  # fmt: skip
def test_exact(text: str, number: str) -> None:
    found = _match(mechelen(), text)
    assert (found.verdict, _number(found), found.changes) == ("exact", number, ())


@pytest.mark.parametrize(
    ("text", "number", "codes"),
    [
        ("Bruul 12", "12", ["municipality_added"]),
        ("Bruul 12, 2801 Mechelen", "12", ["postcode"]),
        ("Bruul 12, 2080 Mechelen", "12", ["postcode"]),
        ("Bruul 12, 2820 Mechelen", "12", ["postcode"]),
        ("Bruul 12, 2800 Nekkerspoel", "12", ["municipality"]),
        ("Stationsstr. 45, 2800 Mechelen", "45", ["street_abbreviation"]),
        ("11 novemberstraat 5, 2800 Mechelen", "5", ["street_abbreviation"]),
        ("F. Stormsstraat 3, 2800 Mechelen", "3", ["street_initials"]),
        ("Stationstraat 45, 2800 Mechelen", "45", ["street_spelling"]),
        ("Vinkstraat(LST) 4, 2811 Leest", "4", ["street_suffix"]),
        ("Domaine de Planckendael, Leuvensesteenweg 582, 2812 Muizen", "582", ["left_out"]),
        ("Bruul 12, Postbus 45, 2800 Mechelen", "12", ["po_box"]),
        ("Bruul naast nr 12, 2800 Mechelen", "12", ["left_out"]),
        ("Grote Markt 21 bus 01, 2800 Mechelen", "21 bus 1", ["box_notation"]),
        ("Grote Markt 21-2, 2800 Mechelen", "21 bus 2", ["number_reading"]),
    ],
)  # fmt: skip
def test_corrected(text: str, number: str, codes: list[str]) -> None:
    found = _match(mechelen(), text)
    assert (found.verdict, _number(found), _codes(found)) == ("corrected", number, codes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Statiestraat 45, 2800 Mechelen", "street_unknown"),
        ("Kleine Markt 10, 2800 Mechelen", "street_unknown"),
        ("Boîte 10000 2800 Malines", "po_box"), ("Postbus 12, 2800 Mechelen", "po_box"),
        ("Bruul 12, 9000 Gent", "outside_area"),
        ("Bruul 12 Gent", "outside_area"),
        ("Bruul 12, Elders", "outside_area"),
        ("Bruul 12, achteraan, Elders", "outside_area"), ("Bruul 12, 3891 Muizen", "outside_area"),
        ("Bruul 12, 9000 Mechelen", "place_conflict"), ("Kerkstraat 8, 2800 Bonheiden", "place_conflict"),
        ("", "no_address"), ("12345", "no_street"), ("2800 Mechelen", "no_street"),
    ],
)  # fmt: skip
def test_unknown(text: str, reason: str) -> None:
    found = _match(mechelen(), text)
    assert (found.verdict, found.reasons[0].code) == ("unknown", reason)


def test_a_similar_street_is_only_a_suggestion() -> None:
    found = _match(mechelen(), "Statiestraat 45, 2800 Mechelen")
    assert [one.street.name for one in found.candidates] == ["Stationsstraat"]
    assert found.reasons[1].code == "similar"


def test_a_street_under_the_name_that_it_had_before() -> None:
    register = mechelen()
    register.former = {register.add_street("Hallenplein", 2800, "3"): "Sint-Jansplein"}
    found = _match(register, "St. Jansplein 3, 2800 Mechelen")
    assert (found.verdict, found.street and found.street.name) == ("corrected", "Hallenplein")
    assert [(one.code, one.message) for one in found.changes] == [
        ("street_renamed", "De straat ‘St. Jansplein’ heet nu Hallenplein.")
    ]
    assert _match(register, "Sint-Jansplein 4, 2800 Mechelen").verdict == "street_only"
    assert _match(register, "Sint-Jansplein 3").verdict == "unknown", "nobody said where"
    assert _match(register, "Sint-Jansplein 3, 2820 Bonheiden").verdict == "unknown", "it never was there"
    register.add_street("Sint Jansplein", 2800, "5")
    assert _match(register, "Sint-Jansplein 5, 2800 Mechelen").verdict == "exact"
    assert _match(register, "Sint-Jansplein 3, 2800 Mechelen").verdict == "street_only", "that name is another's now"


def test_a_wrong_letter_is_not_corrected_when_the_name_exists_elsewhere() -> None:
    register = mechelen()
    register.add_street("Berkenhofstraat", 2800, "1")
    assert _match(register, "Berkenjofstraat 1, 2800 Mechelen").verdict == "corrected"
    register.add_street("Berkenjofstraat", 2820, "9", nis=BONHEIDEN)
    assert _match(register, "Berkenjofstraat 1, 2800 Mechelen").verdict == "unknown"


def test_a_typing_error_needs_the_number_and_the_postcode() -> None:
    assert _match(mechelen(), "Stationstraat 46, 2800 Mechelen").verdict == "unknown"
    assert _match(mechelen(), "Stationstraat 45, 2812 Mechelen").verdict == "unknown"
    assert _match(mechelen(), "Stationstraat 45").verdict == "unknown"


def test_without_municipality_the_number_decides() -> None:
    register = mechelen()
    assert _match(register, "Kerkstraat 7").municipality == register.municipalities[BONHEIDEN]
    both = _match(register, "Kerkstraat 5")
    assert both.verdict == "ambiguous"
    assert {one.municipality.nis for one in both.candidates} == {MECHELEN, BONHEIDEN}
    assert _match(register, "Kerkstraat").verdict == "ambiguous"


def test_namesakes_in_one_municipality_are_told_apart_by_deelgemeente() -> None:
    register = mechelen()
    register.add_street("Kerkstraat", 2811, "8", homonym="LST")
    assert _match(register, "Kerkstraat 8, 2812 Mechelen").postcode == 2812
    assert _match(register, "Kerkstraat 8, Leest").postcode == 2811
    assert _match(register, "Kerkstraat (LST) 8, Mechelen").postcode == 2811
    assert _match(register, "Kerkstraat (Muizen) 8, Mechelen").postcode == 2812
    assert _match(register, "Kerkstraat 8, Mechelen").verdict == "ambiguous"
    assert _match(register, "Kerkstraat 5, 2811 Leest").verdict == "street_only"


@pytest.mark.parametrize(
    ("numbers", "asked", "verdict", "found"),
    [
        (["3B", "3", "3 bus B"], "3B", "exact", "3B"), (["3", "3 bus B"], "3B", "corrected", "3 bus B"),
        (["3"], "3B", "street_only", "3B"), (["3", "3_2"], "3B", "corrected", "3_2"),
        (["20", "20 bus A", "20A"], "20/A", "corrected", "20 bus A"),
        (["20", "20A"], "20/A", "corrected", "20A"),
        (["20"], "20/A", "building_only", "20 bus A"),
        (["455", "455 bus I"], "455 I", "corrected", "455 bus I"),
        (["12-14", "12", "12 bus 14"], "12-14", "exact", "12-14"),
        (["12", "12 bus 14"], "12-14", "corrected", "12 bus 14"),
        (["12", "12 bus 2", "12_2"], "12/2", "exact", "12 bus 2"),
        (["12", "12_2"], "12/2", "corrected", "12_2"),
        (["12", "12_2"], "12bis", "corrected", "12_2"), (["12", "12_2", "12BIS"], "12 bis", "exact", "12BIS"),
        (["12", "12B", "12 bus 1", "12B bus 1"], "12 b 1", "exact", "12 bus 1"),
        (["12"], "12 bus 1", "building_only", "12 bus 1"),
        (["15-23", "15-23 bus A02"], "15-23 A02", "corrected", "15-23 bus A02"),
        (["2A", "2A bus 1.02"], "2A/ 1.02", "exact", "2A bus 1.02"),
        (["5", "5 bus 101"], "5 bus 1.01", "corrected", "5 bus 101"),
        (["5", "5 bus 1", "5 bus 001"], "5 bus 1", "exact", "5 bus 1"),
        (["5"], "7", "street_only", "7"),
        (["5"], "", "street_only", ""),
        (["5", "5 bus 1"], "5 blok B", "building_only", "5 bus BLOK B"),
        (["12", "14"], "tegenover 12", "street_only", "12"),
    ],
)  # fmt: skip
def test_the_register_decides_what_a_number_means(numbers: list[str], asked: str, verdict: str, found: str) -> None:
    answer = _match(_street(*numbers), f"Teststraat {asked}, 2800 Mechelen")
    assert (answer.verdict, _number(answer)) == (verdict, found)


@pytest.mark.parametrize(
    ("numbers", "asked", "candidates"),
    [
        (["12", "14", "12 bus 14"], "12-14", ["12 bus 14", "12", "14"]),
        (["12", "14"], "12-14", ["12", "14"]),
        (["20", "22", "23", "24"], "20/24", ["20", "22", "24"]), (["31", "33"], "31 en 33", ["31", "33"]),
        (["5", "5 bus 1", "5 bus 001"], "5 bus 01", ["5 bus 1", "5 bus 001"]),
        (["6", "6 bus 001", "6 bus 002"], "6 gelijkvloers", ["6 bus 001", "6 bus 002"]),
        (["12", "12 bus B1", "12 bus 1"], "12 B1", ["12 bus B1", "12 bus 1"]),
        (["5 bus 1", "5 bus 2"], "5", ["5 bus 1", "5 bus 2"]),
    ],
)  # fmt: skip
def test_ambiguous_numbers(numbers: list[str], asked: str, candidates: list[str]) -> None:
    answer = _match(_street(*numbers), f"Teststraat {asked}, 2800 Mechelen")
    found = [one.address for one in answer.candidates if one.address]
    assert answer.verdict == "ambiguous"
    assert [" bus ".join(filter(None, (one.house, one.box))) for one in found] == candidates


def test_a_building_with_boxes_is_offered_whole() -> None:
    found = _match(mechelen(), "Grote Markt 21, 2800 Mechelen")
    assert (found.verdict, found.reasons[0].code) == ("exact", "has_boxes")
    assert found.address == found.building
    assert [one.address.box for one in found.candidates if one.address] == ["1", "2"]


def test_a_box_knows_its_building() -> None:
    found = _match(mechelen(), "Grote Markt 21 bus 2, 2800 Mechelen")
    assert found.address is not None
    assert found.building is not None
    assert (found.address.parent, found.building.box) == (found.building.id, None)


def test_an_unknown_box_gives_the_building_and_its_boxes() -> None:
    found = _match(mechelen(), "Grote Markt 21 bus 9, 2800 Mechelen")
    assert (found.verdict, found.reasons[0].code, len(found.candidates)) == ("building_only", "box_unknown", 2)
    assert found.building is not None


def test_a_number_that_is_not_there_shows_what_is_near() -> None:
    found = _match(mechelen(), "Bruul 13, 2800 Mechelen")
    assert found.verdict == "street_only"
    assert [one.address.house for one in found.candidates if one.address] == ["1", "12", "14"]


@pytest.mark.parametrize(
    ("asked", "holding"), [("12", "12-14"), ("14", "12-14"), ("48", "47-50"), ("13", None), ("51", None)]
)
def test_a_registered_range_that_holds_the_number_comes_first(asked: str, holding: str | None) -> None:
    found = _match(_street("11", "12-14", "15", "47-50", "52"), f"Teststraat {asked}, 2800 Mechelen")
    assert (found.verdict, found.address) == ("street_only", None)
    contains = [note.message for note in found.reasons if note.code == "contains"]
    assert contains == ([f"{holding} bevat {asked}: vraag of dat bedoeld is."] if holding else [])
    assert holding is None or next(one.address.house for one in found.candidates if one.address) == holding


def test_numbers_that_are_near_are_others_and_in_order() -> None:
    found = _match(_street("9", "5", "4", "8", "6"), "Teststraat 7, 2800 Mechelen")
    assert found.reasons[1].message == "Huisnummers in de buurt: 4, 5, 6, 8, 9."


@pytest.mark.parametrize(
    ("text", "street"),
    [
        ("O.L.V.-kerkhof 3", "Onze-Lieve-Vrouwekerkhof"), ("OLV-plein 3", "Onze-Lieve-Vrouweplein"),
        ("O.L.Vrouwvest 3", "Onze-Lieve-Vrouwevest"), ("O.-L.-V.-kaai 3", "Onze-Lieve-Vrouwekaai"),
        ("O.L.V. berg 3", "Onze-Lieve-Vrouweberg"), ("Gebr. Romboutsstraat 3", "Gebroeders Romboutsstraat"),
        ("K. Astridlaan 3", "Koningin Astridlaan"),
    ],
)  # fmt: skip
def test_abbreviations(text: str, street: str) -> None:
    register = mechelen()
    register.add_street(street, 2800, "3")
    found = _match(register, f"{text}, 2800 Mechelen")
    assert (found.verdict, found.street and found.street.name) == ("corrected", street)


def test_the_part_of_the_municipality_is_told() -> None:
    found = _match(mechelen(), "Kerkstraat 8, 2811 Leest")
    assert [note.message for note in found.changes] == [
        "‘Kerkstraat’ ligt met dit nummer in 2812 Mechelen, niet in ‘2811 Leest’."
    ]


def test_namesakes_that_are_misspelt_are_told_apart_by_their_number() -> None:
    register = mechelen()
    register.add_street("Berkenhofstraat", 2800, "1")
    register.add_street("Berkenhofstraat", 2811, "9", homonym="LST")
    assert _number(_match(register, "Berkenhofstrat 9, 2811 Leest")) == "9"
    assert _match(register, "Berkenhofstrat 9, Mechelen").postcode == 2811


def test_retired_is_followed() -> None:
    register = _street("12", "14", "16")
    street = 1
    old = register.add_address(street, "10", status=Status.GEHISTOREERD)
    assert _match(register, "Teststraat 10, 2800 Mechelen").reasons[0].code == "retired"
    register.replaced[old] = (1000,)
    one = _match(register, "Teststraat 10, 2800 Mechelen")
    assert (one.verdict, one.house_number, _codes(one)) == ("corrected", "12", ["replaced"])
    register.replaced[old] = (1000, 1001)
    two = _match(register, "Teststraat 10, 2800 Mechelen")
    assert (two.verdict, [one.address.house for one in two.candidates if one.address]) == ("ambiguous", ["12", "14"])


def test_a_retired_box_leaves_the_building() -> None:
    register = _street("12", "12 bus 2")
    register.add_address(1, "12 bus 1", status=Status.GEHISTOREERD)
    found = _match(register, "Teststraat 12 bus 1, 2800 Mechelen")
    assert (found.verdict, found.reasons[0].code, found.building is not None) == ("building_only", "retired", True)


def test_a_street_that_was_replaced() -> None:
    register = mechelen()
    old = register.add_street("Oude Naamstraat", 2800, status=Status.GEHISTOREERD)
    register.streets_replaced[old] = (2,)
    found = _match(register, "Oude Naamstraat 12, 2800 Mechelen")
    assert found.street is not None
    assert (found.verdict, found.street.name, _codes(found)) == ("corrected", "Bruul", ["street_replaced"])


def test_status() -> None:
    register = _street("12")
    register.add_address(1, "13", status=Status.AFGEKEURD)
    register.add_address(1, "15", status=Status.VOORGESTELD, method="geinterpoleerd")
    proposed = register.add_address(1, "12", status=Status.VOORGESTELD)
    assert _match(register, "Teststraat 13, 2800 Mechelen").verdict == "street_only"
    codes = [note.code for note in _match(register, "Teststraat 15, 2800 Mechelen").reasons]
    assert {"proposed", "interpolated"} <= set(codes)
    in_use = _match(register, "Teststraat 12, 2800 Mechelen").address
    assert in_use is not None
    assert in_use.id != proposed
    register.add_street("Afgekeurdestraat", 2800, "1", status=Status.AFGEKEURD)
    assert _match(register, "Afgekeurdestraat 1, 2800 Mechelen").verdict == "unknown"


def test_parts() -> None:
    fields = {"street": "Grote Markt", "house_number": "21", "box": "bus 2", "postcode": "2800"}
    assert _number(_match(mechelen(), **fields)) == "21 bus 2"
    assert _number(_match(mechelen(), street="Grote Markt 21", box="2", municipality="Mechelen")) == "21 bus 2"
    assert _number(_match(mechelen(), street="Grote Markt", house_number="21/2", postcode="2800")) == "21 bus 2"
    assert _number(_match(mechelen(), street="Grote Markt 21", house_number="21", postcode="2800")) == "21"
    assert _match(mechelen(), municipality="Mechelen").verdict == "unknown"


def test_two_addresses_in_one_text_are_not_one() -> None:
    found = _match(mechelen(), "Bruul 12, Grote Markt 10, 2800 Mechelen")
    assert (found.verdict, len(found.candidates)) == ("ambiguous", 2)


def test_the_usual_question_is_cheap() -> None:
    register = mechelen()
    for text in ("Bruul 12, 2800 Mechelen", "Grote Markt 21 bus 2, 2800 Mechelen", "Bruul 12 Mechelen"):
        register.asked = 0
        assert _match(register, text).verdict == "exact"
        assert register.asked <= LOOKUPS_MAX, text


def test_gent_is_known_but_not_kept() -> None:
    assert mechelen().street_keys(GENT) == {}
