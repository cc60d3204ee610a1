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
        ("12 t.e.m. 16", "12-16"), ("12 tem 16", "12-16"), ("12 t/m 16", "12-16"), ("12 tot en met 16", "12-16"),
        ("12 tot 16", "12-16"), ("12 à 16", "12-16"), ("12 & 14", "12-14"), ("12A t.e.m. 16B", "12a-16b"),
        ("12–16", "12-16"), ("12 t", "12t"), ("60 0101", "60"),
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
    "Kerkstraat 12 (2800 Mechelen)": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12 te 2800 Mechelen": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12 te Mechelen": ("Kerkstraat", "12", "", "", "Mechelen"),
    "Kerkstraat 12, Mechelen 2800": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12, BE-2800 Mechelen Belgium": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12\r\n2800 Mechelen": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "België, 2800 Mechelen, Kerkstraat 12": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "2800 Mechelen - Kerkstraat 12": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "2800 Mechelen (Kerkstraat 12)": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "2800 Mechelen, Brusselsesteenweg 1234": ("Brusselsesteenweg", "1234", "", "2800", "Mechelen"),
    "8660 De Panne Zeelaan 12": ("Zeelaan", "12", "", "8660", "De Panne"),
    "Kerkstraat 12, 2800 Mechelen, tel. 015 12 34 56": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Heikant(STE) 34, 3090 Overijse": ("Heikant(STE)", "34", "", "3090", "Overijse"),
    "Kerkstraat (achterbouw) 12, 2800 Mechelen": ("Kerkstraat", "12", "", "2800", "Mechelen"),
    "Kerkstraat 12 B, 2800 Mechelen": ("Kerkstraat", "12 B", "", "2800", "Mechelen"),
    "Kerkstraat 12 B 2800 Mechelen": ("Kerkstraat", "12", "", "2800", "Mechelen"),  # fits 12 and 12B
    "Résidence du Parc 5, 5000 Namur": ("Résidence du Parc", "5", "", "5000", "Namur"),
    "Kerkstraat z/n, 2800 Mechelen": ("Kerkstraat", "", "", "2800", "Mechelen"),
    "Kerkstraat, 2800": ("Kerkstraat", "", "", "2800", ""),
    "Kerkstraat": ("Kerkstraat", "", "", "", ""),
    "": ("", "", "", "", ""),
}


@pytest.mark.parametrize(("written", "parts"), ADDRESSES.items())
def test_addresses_fall_into_their_parts(written: str, parts: tuple[str, ...]) -> None:
    assert parse_address(written) == ParsedAddress(*parts)


MECHELEN = ("2800", "Mechelen")
BUILDINGS = [
    "Residentie Astridpark, Koningin Astridlaan 148, 2800 Mechelen",
    "Residentie Astridpark\nKoningin Astridlaan 148\n2800 Mechelen\nBelgië",
    "Residentie Astridpark - Koningin Astridlaan 148, 2800 Mechelen",
    "Residentie Astridpark, Koningin Astridlaan, 148, 2800 Mechelen",
    "Residentie Astridpark, 148, Koningin Astridlaan, 2800 Mechelen",
    "Residentie Astridpark, 2800 Mechelen, Koningin Astridlaan 148",
    "Res. Astridpark 2, Koningin Astridlaan 148, 2800 Mechelen",
    "VME Koningin Astridlaan 148, 2800 Mechelen",
    "VME Astridpark, p/a Immo De Vos BV, Koningin Astridlaan 148, 2800 Mechelen",
    "Syndic 2000 NV, Koningin Astridlaan 148, 2800 Mechelen",
    "Astridpark, Koningin Astridlaan 148, 2800 Mechelen",
    "Koningin Astridlaan 148, Residentie Astridpark, 2800 Mechelen",
    "Koningin Astridlaan 148 Residentie Astridpark, 2800 Mechelen",
    "Koningin Astridlaan 148, 3e verdieping, 2800 Mechelen",
    "Hoek Dorp 3, Koningin Astridlaan 148, 2800 Mechelen",
    "148, Koningin Astridlaan, 2800 Mechelen",
    "148 Koningin Astridlaan, 2800 Mechelen",
]


@pytest.mark.parametrize("written", BUILDINGS)
def test_what_is_no_street_or_stands_in_another_order_is_no_matter(written: str) -> None:
    assert parse_address(written) == ParsedAddress("Koningin Astridlaan", "148", "", *MECHELEN)


@pytest.mark.parametrize(
    ("written", "house", "box"),
    [
        ("60 0101", "60", "0101"), ("60/0101", "60", "0101"), ("60-0101", "60", "0101"), ("60, 0101", "60", "0101"),
        ("60 b 3", "60", "3"), ("60 b3", "60", "3"), ("60b3", "60", "3"), ("60 bus3", "60", "3"),
        ("60 A bus 2", "60 A", "2"), ("60A/2", "60A", "2"), ("60, bus 2", "60", "2"), ("60 (bus 2)", "60", "2"),
        ("60 bus 0.01", "60", "0.01"), ("60 bte 2", "60", "2"), ("60b", "60b", ""),
        ("60 t.e.m. 64", "60 t.e.m. 64", ""), ("60 tot 64", "60 tot 64", ""), ("60 t/m 64", "60 t/m 64", ""),
        ("60 & 62", "60 & 62", ""), ("60 en 62", "60 en 62", ""), ("60, 62 en 64", "60, 62 en 64", ""),
        ("60A-62B", "60A-62B", ""), ("60 – 64 bus 2", "60 - 64", "2"), ("5e", "5e", ""),
    ],
)  # fmt: skip
def test_house_numbers_ranges_and_boxes(written: str, house: str, box: str) -> None:
    assert parse_address(f"Groenlei {written}, 2800 Mechelen") == ParsedAddress("Groenlei", house, box, *MECHELEN)
    assert parse_address(f"Groenlei {written} 2800 Mechelen") == ParsedAddress("Groenlei", house, box, *MECHELEN)


@pytest.mark.parametrize(
    "street",
    [
        "Zesde Septemberstraat", "11 Novemberstraat", "1 Meistraat", "Place du 20 Août", "Place du 20-Août",
        "Avenue du 8 mai 1945", "Laan van de 5e Linie", "Boulevard du 1er Régiment", "Rue des 3 Fontaines",
        "Z.1 Doornveld", "E3-Plein", "Belgiëlaan", "Place de Belgique", "'t Zand", "Postbusstraat", "Bloklaan",
        "Busschotstraat", "Boxbergheide", "Residentieplein", "Rue de l'Abbé",
    ],
)  # fmt: skip
def test_streets_with_numbers_and_odd_words_stay_whole(street: str) -> None:
    assert parse_address(f"{street} 7, 2800 Mechelen") == ParsedAddress(street, "7", "", *MECHELEN)
    assert parse_address(f"2800 Mechelen, {street} 7 bus 3") == ParsedAddress(street, "7", "3", *MECHELEN)
    assert parse_address(f"7, {street}, 2800 Mechelen") == ParsedAddress(street, "7", "", *MECHELEN)
    assert parse_address(f"{street}, 2800 Mechelen").house_number == ""


@pytest.mark.parametrize(
    "written",
    [
        "Groenlei 60 3, 2800 Mechelen", "Zonnedauw 3, Groenlei 60, 2800 Mechelen", "148 avenue Louise 3, 2800 Mechelen",
        "Zonnedauw, 60, Groenlei, 2800 Mechelen", "Industriepark 5 nr 12, 2800 Mechelen", "148, 2800 Mechelen",
        "Residentie Park, 2800 Mechelen", "Dorp 5 - Kerkstraat 12, 2800 Mechelen",
    ],
)  # fmt: skip
def test_an_address_with_two_readings_gets_none(written: str) -> None:
    assert parse_address(written) == ParsedAddress(postcode="2800", municipality="Mechelen")


def test_nobody_can_see_where_the_name_of_a_building_ends() -> None:
    for building in ("Residentie Astridpark Koningin Astridlaan", "Residentie Park Groenlei", "Blok Kerkstraat"):
        assert parse_address(f"{building} 148, 2800 Mechelen") == ParsedAddress("", "148", "", *MECHELEN)


def test_two_addresses_are_none() -> None:
    assert parse_address("Kerkstraat 1, 2800 Mechelen, Dorp 2, 2812 Muizen") == ParsedAddress()


@pytest.mark.parametrize("box", ["Postbus 12", "PB 12", "B.P. 12", "Boîte postale 12", "PO Box 12", "Postbus 1234"])
def test_a_post_box_is_no_street(box: str) -> None:
    assert parse_address(f"{box}, 2800 Mechelen") == ParsedAddress(postcode="2800", municipality="Mechelen")
    assert parse_address(f"{box} 2800 Mechelen") == ParsedAddress(postcode="2800", municipality="Mechelen")
    beside = parse_address(f"Kerkstraat 5, {box}, 2800 Mechelen")
    assert (beside.street, beside.house_number) == ("Kerkstraat", "5")


@given(st.text(alphabet="12 bus/,-A n°", max_size=400))
def test_an_address_of_numbers_and_signs_takes_no_time_to_refuse(text: str) -> None:
    parse_address(text * 3)
