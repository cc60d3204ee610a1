"""Streets and house numbers are compared as people mean them, and an address falls into its parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.domain.streets import ParsedAddress, fold_house_number, fold_street, house_fit, parse_address

SAME_STREET = [
    ("Heikant(STE)", "Heikant", "HEIKANT", "heikant (STE)"),
    ("Karel Hofmanstraat (STG)", "Karel Hofmanstraat", "Karel-Hofmanstr.", "KAREL HOFMAN STRAAT"),
    ("Sint-Jansstraat", "St.-Jansstraat", "St. Jansstr.", "Sint Jansstraat", "ST JANSSTRAAT", "Sintjansstraat"),
    ("Onze-Lieve-Vrouwestraat", "O.L.V.-straat", "O.-L.-Vrouwstraat", "OLV straat", "O.L. Vrouwestraat"),
    ("Rue de l'Église", "rue de l’eglise", "R. de l'Eglise", "RUE DE L EGLISE"),
    ("Rue Saint-Jean", "Rue St-Jean", "rue st. jean"),
    ("Avenue Louise", "Av. Louise", "AVE LOUISE"),
    ("Boulevard Anspach", "Bd Anspach", "Bld. Anspach", "Blvd Anspach"),
    ("Brusselsesteenweg(Kor)", "Brusselsestwg", "Brusselse Steenweg"),
    ("Vinkstraat(LST)\n(achterbouw)", "Vinkstraat"),
    ("Hauptstraße", "Hauptstr.", "Hauptstrasse"),
    ("Koningin Astridlaan", "Kon. Astridlaan", "Kon.Astridln."),
    ("Désiré Boucherystraat", "Desire Boucherystraat", "DÉSIRÉ BOUCHERYSTR"),
    ("'t Zand", "t Zand", "’t Zand"),
]
OTHER_STREET = [
    "Kerkstraat",
    "Kerklaan",
    "Kerkplein",
    "Kerksteenweg",
    "Sint-Annastraat",
    "Sint-Janstraat",
    "Rue du Bois",
]


@pytest.mark.parametrize("spellings", SAME_STREET)
def test_spellings_of_one_street_are_alike(spellings: tuple[str, ...]) -> None:
    assert {fold_street(spelling) for spelling in spellings} == {fold_street(spellings[0])}
    assert fold_street(spellings[0])


def test_different_streets_stay_apart() -> None:
    streets = [spellings[0] for spellings in SAME_STREET] + OTHER_STREET
    assert len({fold_street(street) for street in streets}) == len(streets)


@pytest.mark.parametrize("nothing", ["", " ", "-", "()", "…", "😀"])
def test_no_street_is_nothing(nothing: str) -> None:
    assert fold_street(nothing) == ""


def test_a_street_that_is_all_brackets_keeps_its_letters() -> None:
    assert fold_street("(Markt)") == fold_street("Markt")


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("12", "12"), ("012", "12"), (" 12 ", "12"), ("12A", "12a"), ("12 a", "12a"), ("12bis", "12bis"),
        ("12-14", "12-14"), ("12/14", "12-14"), ("12 - 14", "12-14"), ("12+14", "12-14"), ("12 en 14", "12-14"),
        ("12,14,16", "12-16"), ("12A/14B", "12a-14b"), ("190-192", "190-192"),
        ("12/3", "12"), ("12/0101", "12"), ("12/101", "12"), ("12 bus 3", "12"), ("12b3", "12"), ("12 b 3", "12"),
        ("17 bte 2", "17"), ("233 app 3", "233"), ("12-3", "12"),
        ("z/n", ""), ("s.n.", ""), ("", ""), ("GLVL", "glvl"),
    ],
)  # fmt: skip
def test_house_numbers(written: str, folded: str) -> None:
    assert fold_house_number(written) == folded


@pytest.mark.parametrize(
    ("asked", "registered", "fit"),
    [
        ("12", "12", 1.0), ("12a", "12a", 1.0), ("12-14", "12-14", 1.0),
        ("12", "12-14", 0.9), ("14", "12-16", 0.9), ("12-14", "14", 0.9), ("13", "12-15", 0.9),
        ("12", "12a", 0.8), ("12a", "12", 0.8),
        ("13", "12-14", 0.0), ("12a", "12b", 0.0), ("12", "14", 0.0), ("1", "12", 0.0), ("12", "", 0.0),
        ("glvl", "12", 0.0),
    ],
)  # fmt: skip
def test_how_well_house_numbers_fit(asked: str, registered: str, fit: float) -> None:
    assert house_fit(asked, registered) == fit


@given(st.text(), st.text())
def test_folding_never_raises_and_leaves_letters_and_digits_only(one: str, other: str) -> None:
    assert "".join(fold_street(one).split()) == fold_street(one)
    assert 0 <= house_fit(fold_house_number(one), fold_house_number(other)) <= 1
    parse_address(one)


@given(st.text(alphabet="abc ÉÇüñ'-.(StrO)", max_size=30))
def test_case_means_nothing(street: str) -> None:
    assert fold_street(street.upper()) == fold_street(street) == fold_street(street.lower())


@given(st.integers(1, 400), st.integers(0, 40), st.sampled_from(["-", "/", "+", " - ", " en "]))
def test_a_range_holds_its_ends_and_nothing_before(first: int, more: int, sign: str) -> None:
    folded = fold_house_number(f"{first}{sign}{first + more}")
    assert house_fit(str(first), folded)
    assert house_fit(str(first + more), folded)
    assert not house_fit(str(first - 1), folded)
    assert not house_fit(str(first + more + 1), folded)


ADDRESSES = {
    "Kerkstraat 12 bus 3, 2800 Mechelen": ("Kerkstraat", "12", "3", "2800", "Mechelen"),
    "Kerkstraat 12/3 2800 Mechelen": ("Kerkstraat", "12", "3", "2800", "Mechelen"),
    "2800 Mechelen, Kerkstraat 12": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "2800 Mechelen Kerkstraat 12": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12, B-2800 Mechelen": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12\n2800 Mechelen\nBelgië": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat nr. 12, 2800 Mechelen (België)": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Rue de l'Église 12, 1000 Bruxelles": ("Rue de l'Église", "12", "", "1000", "Bruxelles"),
    "12 rue de l'Eglise, 1000 Bruxelles": ("rue de l'Eglise", "12", "", "1000", "Bruxelles"),
    "Rue du 4 Août 12, 1000 Bruxelles": ("Rue du 4 Août", "12", "", "1000", "Bruxelles"),
    "Av. Louise 149/24, 1050 Ixelles": ("Av. Louise", "149", "24", "1050", "Ixelles"),
    "1 Meistraat 5 2800 Mechelen": ("1 Meistraat", "5", "", "2800", "Mechelen"),
    "Plein 1944 12, 2800 Mechelen": ("Plein 1944", "12", "", "2800", "Mechelen"),
    "Brusselsesteenweg 1234, 1980 Zemst": ("Brusselsesteenweg", "1234", "", "1980", "Zemst"),
    "Brusselsesteenweg 1234": ("Brusselsesteenweg", "1234", "", "", ""),
    "Leuvensesteenweg 402 bus 1200 2812 Muizen": ("Leuvensesteenweg", "402", "1200", "2812", "Muizen"),
    "Liersesteenweg 190-192, 2500 Lier": ("Liersesteenweg", "190-192", "", "2500", "Lier"),
    "Kerkstraat 12/14 2800 Mechelen": ("Kerkstraat", "12/14", "", "2800", "Mechelen"),
    "Kerkstraat 12 A": ("Kerkstraat", "12 A", "", "", ""),
    "Kerkstraat 12 b 3": ("Kerkstraat", "12", "3", "", ""),
    "Kerkstraat 12, Mechelen": ("Kerkstraat", "12", "", "", "Mechelen"),
    "Kerkstraat, 2800": ("Kerkstraat", "", "", "2800", ""),
    "Kerkstraat": ("Kerkstraat", "", "", "", ""),
    "": ("", "", "", "", ""),
}


@pytest.mark.parametrize(("written", "parts"), ADDRESSES.items())
def test_addresses_fall_into_their_parts(written: str, parts: tuple[str, ...]) -> None:
    assert parse_address(written) == ParsedAddress(*parts)


@given(st.text(alphabet="12 bus/,-A n°", max_size=400))
def test_an_address_of_numbers_and_signs_takes_no_time_to_refuse(text: str) -> None:
    parse_address(text * 3)
