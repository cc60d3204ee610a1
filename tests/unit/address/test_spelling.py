"""Typing errors: tight. A street that does not exist must not become another one."""

from __future__ import annotations

import pytest

from services.address.domain.folding import street_key, street_keys
from services.address.domain.spelling import Mistake, initials, likely_slip, near, similar, written_out

STREETS = (
    "Stationsstraat", "Kanonstraat", "Bergstraat", "Leuvensesteenweg", "Grote Markt", "Nijverheidstraat", "Kapelstraat",
    "Hendrik Speecqvest", "Brusselsesteenweg", "Sint-Jacobstraat", "Kerkstraat", "Hanswijkstraat", "Adegemstraat",
    "Frans Stormsstraat", "Guldenstraat", "Battelsesteenweg", "Heistraat", "Maanstraat", "Stadionstraat", "Zakstraat",
    "Geitenberg", "Berkenhofstraat", "Steenweg op Blaasveld", "Pastoor De Heuckstraat", "Hoogstraatje", "Colomalaan",
    "Raghenoplein",
)  # fmt: skip
KEYS = {key: (at,) for at, name in enumerate(STREETS) for key in street_keys(name)}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Leuvensesteenwg", "Leuvensesteenweg"), ("Grote Makrt", "Grote Markt"), ("Kerkstrat", "Kerkstraat"),
        ("Nijverheidsstraat", "Nijverheidstraat"), ("Hendrik Speecvest", "Hendrik Speecqvest"),
        ("Brusselschesteenweg", "Brusselsesteenweg"), ("Sint-Jacobsstraat", "Sint-Jacobstraat"),
        ("Hanswijckstraat", "Hanswijkstraat"), ("Adeghemstraat", "Adegemstraat"), ("Stationstraat", "Stationsstraat"),
        ("Frans Stormstraat", "Frans Stormsstraat"), ("Guldestraat", "Guldenstraat"),
        ("Batelsesteenweg", "Battelsesteenweg"), ("Colomalan", "Colomalaan"), ("Raghenoplen", "Raghenoplein"),
        ("Steenweg op Blaesveld", "Steenweg op Blaasveld"), ("Pastoor De Heukstraat", "Pastoor De Heuckstraat"),
    ],
)  # fmt: skip
def test_mistakes_that_people_make(written: str, meant: str) -> None:
    assert [STREETS[one.street] for one in near(street_key(written), KEYS)] == [meant]


@pytest.mark.parametrize(
    "written",
    [
        "Statiestraat", "Kantoorstraat", "Bergenstraat", "Meistraat", "Manstraat", "Hoogstraat", "Geitenburg",
        "Leuvenselaan", "Kapellestraat", "Kerkhofstraat", "Zandstraat", "Kleine Markt", "", "x", "Bakstraat",
        "Raghenoveld",
    ],
)  # fmt: skip
def test_other_streets(written: str) -> None:
    found = near(street_key(written), KEYS)
    assert [STREETS[one.street] for one in found if one.how is not Mistake.RIVAL] == []


def test_a_wrong_letter_may_be_another_street() -> None:
    found = near(street_key("Berkemhofstraat"), KEYS)
    assert [(STREETS[one.street], one.how) for one in found] == [("Berkenhofstraat", Mistake.UNSURE)]
    (other,) = near(street_key("Beukenhofstraat"), KEYS)
    assert not likely_slip(other, "beukenhofstraat", ["berkenhofstraat"], KEYS)  # nobody types a u for an r
    assert all(one.how is Mistake.SURE for one in near(street_key("Guldestraat"), KEYS))


def test_numbers_in_a_name_are_no_mistake() -> None:
    assert near("plein1945laanstraat", {"plein1944laanstraat": (1,)}) == ()


def test_suggestions_look_alike() -> None:
    assert STREETS[similar(street_key("Statiestraat"), KEYS)[0]] == "Stationsstraat"
    assert similar("", KEYS) == ()


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("F. Stormsstraat", (("f",), "stormsstraat")), ("J.F. van Geelstraat", (("j", "f"), "vangeelstraat")),
        ("Fr. Stormsstraat", (("fr",), "stormsstraat")), ("F Stormsstraat", (("f",), "stormsstraat")),
        ("'t Leitje", None), ("Kerkstraat", None), ("F. Weg", None),
    ],
)  # fmt: skip
def test_initials(text: str, short: tuple[tuple[str, ...], str] | None) -> None:
    assert initials(text) == short


def test_initials_stand_for_names_that_begin_so() -> None:
    assert written_out(("f",), "stormsstraat", "Frans Stormsstraat")
    assert not written_out(("g",), "stormsstraat", "Frans Stormsstraat")
    assert not written_out(("f",), "stormsstraat", "Frans Van Stormsstraat")
