"""Names of VMEs in running text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.kbo.domain.organisation import Hit, Label, RegisterAddress
from services.kbo.domain.vme_mentions import Phrase, choose, matching, phrases, places

VME = Label("070")


def hit(name: str, town: str = "Mechelen", postcode: str = "2800", number: str = "0952331880") -> Hit:
    seat = RegisterAddress(Label("REGO"), postcode=postcode, municipality_nl=town)
    return Hit(number, name, name, VME, Label("000"), seat)


def only(text: str) -> Phrase:
    (phrase,) = phrases(text, 5)
    return phrase


def written(text: str, *names: str) -> str | None:
    """The part of the text that is one of these names."""
    phrase = only(text)
    found, length = matching(phrase, [hit(name) for name in names])
    return text[phrase.start : phrase.ends[length - 1]] if found else None


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("Als syndicus van VME De Nekker (Nekkerspoel)", "VME De Nekker", "VME De Nekker"),
        ("voor de vme Nekker, dank", "VME De Nekker", "vme Nekker"),
        ("in residentie Zilverberk te Mechelen heeft", "VME Residentie Zilverberk", "residentie Zilverberk"),
        ("VME Residentie Zilverberk: vraag", "Residentie Zilverberk", "VME Residentie Zilverberk"),
        ("Résidence Élysée.", "ACP RESIDENCE ELYSEE", "Résidence Élysée"),
        (
            "l'ACP Résidence du Parc souhaite",
            "Association des copropriétaires Résidence du Parc",
            "ACP Résidence du Parc",
        ),
        ("de Vereniging van Mede-eigenaars\nTer Elst wil", "Residentie Ter Elst", None),
        ("VME Leuvensesteenweg 402 vraagt", "VME Leuvensesteenweg 402", "VME Leuvensesteenweg 402"),
        ("VME Liersesteenweg 190-192 vraagt", "VME Liersesteenweg 190-192", "VME Liersesteenweg 190-192"),
        ("VME Gandhistraat blok B wil", "VME Gandhistraat blok B", "VME Gandhistraat blok B"),
        ("residentie Park te Mechelen", "Residentie Park Mechelen", "residentie Park"),
        ("Res. Sint-Jan in Mechelen", "Residentie Sint Jan", "Res. Sint-Jan"),
    ],
)
def test_the_whole_name_behind_a_word_that_announces_one(text: str, name: str, expected: str | None) -> None:
    if expected is None:  # broken over two lines
        expected = "Vereniging van Mede-eigenaars\nTer Elst"
    assert written(text, name) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Residentie Park II heeft een lek", "Residentie Park"),
        ("Residentie Park 3 heeft een lek", "Residentie Park"),
        ("VME Gandhistraat blok B", "VME Gandhistraat"),
        ("Residentie Park heeft een lek", "Residentie Parkzicht"),
        ("Residentie Park heeft een lek", "Residentie Park II"),
        ("VME 402 vraagt", "VME 402"),
        ("De VME wil het dak isoleren", "VME Dak"),
        ("De VME van Park wil", "VME Park"),
    ],
)
def test_part_of_a_name_or_more_than_a_name_is_none(text: str, name: str) -> None:
    assert all(matching(phrase, [hit(name)]) == ([], 0) for phrase in phrases(text, 5))


def test_the_longest_name_counts() -> None:
    assert written("VME Park Vest in Mechelen", "Residentie Park", "Residentie Park Vest") == "VME Park Vest"


@pytest.mark.parametrize("text", ["Vmeer", "de residenties", "VME", "VME.", "VME (0952.331.880)", "VME\n\nPark", ""])
def test_nothing_is_announced(text: str) -> None:
    assert phrases(text, 5) == []


def test_one_building_announced_twice_is_one_phrase() -> None:
    assert [one.strong for one in phrases("VME Residentie Park. En Residentie Vest.", 5)] == [True, False]


def test_no_more_phrases_than_asked_for() -> None:
    assert len(phrases("VME Park. " * 50, 7)) == 7


HERE, THERE = hit("Residentie Park"), hit("Residentie Park", "Oostende", "8400", "0951203426")
STRONG, WEAK = only("VME Park"), only("Residentie Park")


def test_a_namesake_is_told_apart_by_its_place() -> None:
    assert choose(STRONG, [HERE, THERE], places("VME Park in Oostende", ()), all_seen=True) is THERE
    assert choose(WEAK, [HERE, THERE], places("Residentie Park, 2800", ()), all_seen=True) is HERE
    assert choose(STRONG, [HERE, THERE], places("VME Park", ()), all_seen=True) is None
    assert choose(STRONG, [HERE, HERE], places("VME Park, Mechelen", ()), all_seen=True) is None


def test_namesakes_in_one_town_are_told_apart_by_street_and_house_number() -> None:
    seats = [RegisterAddress(Label("REGO"), "Parkstraat", "Rue du Parc", number, postcode="2800") for number in "12"]
    first, second = (replace(HERE, number=f"095233184{at}", seat=seat) for at, seat in enumerate(seats))
    there = places("Residentie Park, Parkstraat 2, 2800 Mechelen", ())
    assert choose(WEAK, [first, second], there, all_seen=True) is second
    assert choose(WEAK, [first, second], places("Residentie Park, rue du Parc 1 à 2800", ()), all_seen=True) is first
    assert choose(WEAK, [first, second], places("Residentie Park, Parkstraat 3, 2800", ()), all_seen=True) is None


def test_one_at_home_goes_before_one_elsewhere_unless_the_mail_says_so() -> None:
    assert choose(WEAK, [HERE, THERE], places("Residentie Park", ("2800",)), all_seen=True) is HERE
    assert choose(WEAK, [HERE, THERE], places("Residentie Park, Oostende", ("2800",)), all_seen=True) is THERE
    assert choose(STRONG, [THERE], places("VME Park", ("2800",)), all_seen=True) is None


def test_without_any_place_only_a_vme_by_a_name_that_nobody_else_has() -> None:
    assert choose(STRONG, [THERE], places("VME Park", ()), all_seen=True) is THERE
    assert choose(STRONG, [THERE], places("VME Park", ()), all_seen=False) is None
    assert choose(WEAK, [THERE], places("Residentie Park", ()), all_seen=True) is None


def test_an_amount_or_a_year_in_a_date_is_no_postcode() -> None:
    assert places("2800 Mechelen, B-2812 Muizen", ()).postcodes == {"2800", "2812"}
    assert places("op 12/05/2026, 2.500 euro, 1234,50 en 015/2800", ()).postcodes == frozenset()
