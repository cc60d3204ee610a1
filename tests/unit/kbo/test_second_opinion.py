"""Reading features of VKBO with their oddities, and what they mean for a number."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.kbo.domain.second_opinion import (
    Feature,
    SecondOpinion,
    choose,
    good_until,
    is_enterprise,
    judge,
    read_feature,
)
from tests.unit.simulators.kbo.reading import SAMPLES

SAMPLE = SAMPLES / "vkbo" / "vkbo_ogc_features_umicore.json"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NUMBER = "0401574852"
# Fields and values as in a real answer (December 2025): an establishment, of which an enterprise differs in five.
UNIT: dict[str, Any] = {
    "Ondernemingsnr": "2105028474",
    "Maatschappelijke_naam": "UMICORE",
    "Commerciele_naam": "UMICORE",
    "Afgekorte_naam": " ",
    "Datum_stopzetting": "1900-01-01T00:00:00Z",
    "Reden_stopzetting": " ",
    "Datum_afsluiting": "9999-12-31T00:00:00Z",
    "Type_onderneming": " ",
    "Ondernemingsnr_maatsch_zetel": NUMBER,
    "Rechtsvorm": " ",
    "Rechtstoestand": " ",
    "Reden_ambtsh_doorhaling": " ",
    "Begindat_ambtsh_doorhaling": "1900-01-01T00:00:00Z",
    "Einddat_ambtsh_doorhaling": "1900-01-01T00:00:00Z",
}
ENTERPRISE = UNIT | {
    "Ondernemingsnr": NUMBER,
    "Type_onderneming": "Rechtspersoon",
    "Ondernemingsnr_maatsch_zetel": " ",
    "Rechtsvorm": "Naamloze vennootschap",
    "Rechtstoestand": "Normale toestand",
}
STOPPED = {"Datum_stopzetting": "2026-03-31T00:00:00Z", "Reden_stopzetting": "Sluiting van vereffening"}


def feature(**changes: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": [4.34202412, 51.16969212]}
    return {"type": "Feature", "geometry": geometry, "properties": ENTERPRISE | changes}


def read(**changes: Any) -> Feature:
    found = read_feature(feature(**changes))
    assert found is not None
    return found


def unit(**changes: Any) -> Feature:
    return read(**(UNIT | changes))


def about(own: Feature | None, *units: Feature) -> SecondOpinion:
    return judge(NUMBER, own, units, NOW)


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample folder is not here")
def test_the_real_answer_is_read() -> None:
    features = [read_feature(one) for one in json.loads(SAMPLE.read_text())["features"]]
    assert [one and (one.number, one.enterprise, one.stopped, one.legal_name) for one in features] == [
        ("2105028474", NUMBER, False, None),
        ("2105029959", NUMBER, False, None),
    ]


def test_an_enterprise() -> None:
    found = read()
    assert (found.number, found.enterprise, found.legal_name) == (NUMBER, None, "UMICORE")
    assert not found.stopped
    assert about(found) == SecondOpinion(NUMBER, "active", NOW, name="UMICORE", vme=False)


def test_who_stopped_has_a_date_and_a_reason() -> None:
    assert about(read(**STOPPED)) == SecondOpinion(
        NUMBER, "stopped", NOW, False, "UMICORE", date(2026, 3, 31), "Sluiting van vereffening", False
    )


def test_a_reason_alone_is_a_stop_too() -> None:
    assert about(read(Reden_stopzetting="Stopzetting in KBO")).outcome == "stopped"


@pytest.mark.parametrize("day", ["1900-01-01T00:00:00Z", "9999-12-31T00:00:00Z", " ", "", None, "gisteren", 0])
def test_dates_that_are_not_set(day: object) -> None:
    assert read(Datum_stopzetting=day).stopped_on is None


def test_struck_off_ex_officio_counts_until_it_is_undone() -> None:
    struck = {"Begindat_ambtsh_doorhaling": "2025-05-01T00:00:00Z", "Reden_ambtsh_doorhaling": "Niet-neerlegging"}
    opinion = about(read(**struck))
    assert (opinion.outcome, opinion.stopped_on) == ("stopped", date(2025, 5, 1))
    assert opinion.stop_reason == "Ambtshalve doorhaling: Niet-neerlegging"
    assert about(read(**struck, Einddat_ambtsh_doorhaling="2025-06-01T00:00:00Z")).outcome == "active"
    assert about(read(**struck | {"Reden_ambtsh_doorhaling": " "})).stop_reason == "Ambtshalve doorhaling"


def test_names_lose_control_characters_and_length() -> None:
    assert read(Maatschappelijke_naam="VME\x0b Zeezicht\r\n\x00 II ").legal_name == "VME Zeezicht II"
    assert read(Maatschappelijke_naam=" ", Commerciele_naam="Zeezicht").legal_name == "Zeezicht"
    assert read(Maatschappelijke_naam=" ", Commerciele_naam=" ").legal_name is None
    assert len(read(Maatschappelijke_naam="x" * 5000).legal_name or "") == 320


@pytest.mark.parametrize("kind", ["Natuurlijk persoon", "NATUURLIJK PERSOON", "natuurlijk  persoon\x00"])
def test_a_natural_person_leaves_no_name_and_no_end(kind: str) -> None:
    changes = {"Type_onderneming": kind, "Maatschappelijke_naam": "Peeters, Jan", "Rechtsvorm": " "}
    opinion = about(read(**changes, **STOPPED | {"Reden_stopzetting": "Overlijden"}))
    assert opinion == SecondOpinion(NUMBER, "stopped", NOW, natural_person=True, vme=False)
    assert "Peeters" not in repr(read(**changes))


@pytest.mark.parametrize("kind", [" ", "Onbekend", None, 1])
def test_a_name_is_kept_of_legal_persons_alone(kind: object) -> None:
    found = read(Type_onderneming=kind)
    assert (found.legal_name, found.natural_person) == (None, False)


@pytest.mark.parametrize(
    "changes",
    [UNIT, UNIT | {"Type_onderneming": "Rechtspersoon"}, {"Type_onderneming": " "}, {"Type_onderneming": "Onbekend"}],
)
def test_who_may_be_a_natural_person_leaves_no_day_and_no_reason_of_an_end(changes: dict[str, Any]) -> None:
    opinion = about(read(**changes | STOPPED | {"Reden_stopzetting": "Overlijden van de natuurlijke persoon"}))
    assert (opinion.outcome, opinion.stopped_on, opinion.stop_reason) == ("stopped", None, None)


def test_an_establishment_has_no_name_for_it_may_be_that_of_a_person() -> None:
    found = unit(Maatschappelijke_naam="Peeters, Jan", Type_onderneming="Rechtspersoon")
    assert (found.enterprise, found.legal_name) == (NUMBER, None)


@pytest.mark.parametrize(
    ("form", "vme"),
    [
        ("Vereniging van mede-eigenaars", True),
        ("Vereniging van medeëigenaars", True),
        ("Vereniging van medee\u0308igenaars", True),
        ("VERENIGING VAN MEDEEIGENAARS ", True),
        ("Vereniging zonder winstoogmerk", False),
        (" ", None),
        (None, None),
    ],
)
def test_a_vme_in_every_spelling(form: object, vme: bool | None) -> None:
    assert about(read(Rechtsvorm=form)).vme is vme


def test_of_an_establishment_nobody_says_whether_it_is_that_of_a_vme() -> None:
    assert about(unit()).vme is None


@pytest.mark.parametrize("geometry", [None, [], "x", {"type": "Point", "coordinates": [0, 0]}])
def test_where_it_is_does_not_matter(geometry: object) -> None:
    assert read_feature(feature() | {"geometry": geometry}) == read()


@pytest.mark.parametrize(
    "nonsense",
    [None, [], "x", {}, {"properties": None}, {"properties": {}}, {"properties": {"Ondernemingsnr": 401574852}},
     {"properties": {"Ondernemingsnr": " "}}, {"properties": {"Ondernemingsnr": "0401.574.852"}},
     {"properties": {"Ondernemingsnr": "٠٤٠١٥٧٤٨٥٢"}}],
)  # fmt: skip
def test_what_has_no_number_is_no_feature(nonsense: object) -> None:
    assert read_feature(nonsense) is None


def test_a_number_in_two_municipalities_that_merged() -> None:
    ended, going_on = read(**STOPPED), read()
    assert choose([ended, going_on]) is choose([going_on, ended]) is going_on
    assert choose([ended]) is ended
    assert choose([]) is None


def test_nothing_proves_nothing() -> None:
    assert about(None) == SecondOpinion(NUMBER, "not_found", NOW)


def test_an_enterprise_with_its_seat_elsewhere_is_known_by_its_establishments() -> None:
    assert about(None, unit(**STOPPED), unit()) == SecondOpinion(NUMBER, "active", NOW)
    assert about(None, unit(**STOPPED), unit(**STOPPED)) == SecondOpinion(NUMBER, "stopped", NOW)


def test_how_long_an_answer_counts() -> None:
    week = timedelta(days=7)
    assert good_until(about(read()), week) == NOW + week
    assert good_until(about(None), week) == NOW + timedelta(days=1)
    assert good_until(about(read(**STOPPED)), week) is None


@pytest.mark.parametrize(("number", "expected"), [(NUMBER, True), ("1000003682", True), ("2000000339", False)])
def test_which_numbers_are_enterprises(number: str, expected: bool) -> None:
    assert is_enterprise(number) is expected
