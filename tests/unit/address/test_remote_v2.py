"""v2 as our objects: the samples where they are here, and small shapes out of them (see their PROVENANCE)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.address.domain.model import Municipality, Status, Street
from services.address.remote import v2
from services.address.remote.register import Building, ListedAddress, Parcel, PostInfo, RemoteStreet, Unit
from services.address.remote.shapes import UnexpectedAnswer, UnknownStatusError

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "address" / "api-v2"
samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
POINT = (
    '<gml:Point srsName="https://www.opengis.net/def/crs/EPSG/0/31370" xmlns:gml="http://www.opengis.net/gml/3.2">'
    "<gml:pos>105052.34 193542.11</gml:pos></gml:Point>"
)


def sample(name: str) -> Any:
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def name(spelling: str) -> dict[str, Any]:
    return {"geografischeNaam": {"spelling": spelling, "taal": "nl"}}


def address(**changes: Any) -> dict[str, Any]:
    """Sint-Jansvest 50 in Gent, as the API gave it to crabpy; None takes a field away."""
    known = {
        "@type": "Adres",
        "identificator": {
            "id": "https://data.vlaanderen.be/id/adres/900746",
            "naamruimte": "https://data.vlaanderen.be/id/adres",
            "objectId": "900746",
            "versieId": "2016-12-19T15:23:28+01:00",
        },
        "gemeente": {"objectId": "44021", "gemeentenaam": name("Gent")},
        "postinfo": {"objectId": "9000"},
        "straatnaam": {"objectId": "71608", "straatnaam": name("Sint-Jansvest")},
        "huisnummer": "50",
        "adresPositie": {
            "geometrie": {"type": "Point", "gml": POINT},
            "positieGeometrieMethode": "aangeduidDoorBeheerder",
            "positieSpecificatie": "perceel",
        },
        "adresStatus": "inGebruik",
        "officieelToegekend": True,
    }
    return {key: value for key, value in {**known, **changes}.items() if value is not None}


def test_an_address_without_box() -> None:
    found = v2.address(address())
    assert (found.street, found.homonym, found.municipality) == ("Sint-Jansvest", None, Municipality(44021, "Gent"))
    known = found.address
    assert (known.id, known.street, known.house, known.box, known.postcode) == (900746, 71608, "50", None, 9000)
    assert (known.status, known.parent, known.building) == (Status.IN_GEBRUIK, None, 900746)
    assert (known.version, known.method) == ("2016-12-19T15:23:28+01:00", "aangeduidDoorBeheerder")
    assert (known.specification, known.official, known.x, known.y) == ("perceel", True, 105052.34, 193542.11)


@pytest.mark.parametrize(("box", "read"), [(None, None), ("", None), ("5B", "5B"), ("0101", "0101")])
def test_no_box_is_absent_or_empty(box: str | None, read: str | None) -> None:
    assert v2.address(address(busnummer=box)).address.box == read


def test_what_may_be_absent() -> None:
    found = v2.address(address(postinfo=None, adresPositie=None))
    assert (found.address.postcode, found.address.x, found.address.y, found.address.method) == (None, None, None, None)


def test_a_position_in_another_projection_is_no_position() -> None:
    other = {"geometrie": {"type": "Point", "gml": POINT.replace("31370", "3812")}}
    assert v2.address(address(adresPositie=other)).address.x is None


def test_a_box_address_knows_its_building_address() -> None:
    found = v2.address(address(busnummer="5B", huisnummerObject={"objectId": "59"}, homoniemToevoeging=name("UK")))
    assert (found.address.parent, found.address.building, found.homonym) == (59, 59, "UK")


@pytest.mark.parametrize(
    "changes",
    [
        {"identificator": None}, {"identificator": {"objectId": "abc", "versieId": "x"}}, {"straatnaam": None},
        {"huisnummer": 50}, {"huisnummer": ""}, {"adresStatus": None}, {"adresStatus": "in gebruik!"},
        {"officieelToegekend": "ja"}, {"postinfo": {}}, {"gemeente": []}, {"huisnummer": "5\n0"},
        {"straatnaam": {"objectId": "71608"}}, {"busnummer": 3}, {"huisnummerObject": "59"},
    ],
)  # fmt: skip
def test_what_is_not_as_documented_is_named_without_what_stands_there(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        v2.address(address(**changes))
    assert next(iter(changes)) in str(caught.value)
    assert "abc" not in str(caught.value)


def test_a_status_of_a_later_register_is_told_by_name() -> None:
    with pytest.raises(UnknownStatusError) as caught:
        v2.address(address(adresStatus="gereserveerd"))
    assert caught.value.code == "gereserveerd"


@samples
def test_sample_addresses() -> None:
    assert v2.address(sample("crabpy_adres")) == v2.address(address())
    box = v2.address(sample("illustrative_adres_met_bus"))
    assert (box.id, box.address.house, box.address.box, box.address.parent, box.homonym) == (60, "42", "5B", 59, "UK")
    items = sample("crabpy_adressen")["adressen"]
    assert [v2.listed_address(one) for one in items] == [
        ListedAddress(307106, "4", None, Status.IN_GEBRUIK, "2011-04-29T14:50:10+02:00"),
        ListedAddress(364340, "11", "1", Status.IN_GEBRUIK, "2011-04-29T14:50:10+02:00"),
    ]
    street_only, whole = sample("adresmatch_item_gent")["adresMatches"]
    assert v2.address(whole).address.id == 2550151
    with pytest.raises(UnexpectedAnswer):  # score 100, and no address: that must never pass for one
        v2.address(street_only)


@samples
def test_sample_street_and_postcodes() -> None:
    assert v2.street(sample("crabpy_straat")) == RemoteStreet(
        Street(1, 11001, "Acacialaan"), "Aartselaar", {"nl": "Acacialaan"}, "2011-04-29T13:34:14+02:00"
    )
    assert v2.postinfo(sample("crabpy_postinfo_1000")) == PostInfo(
        1000, 21004, "Brussel", ("BRUSSEL",), Status.GEREALISEERD
    )


@samples
def test_sample_building_unit_and_parcel() -> None:
    version = "2026-01-01T00:00:00+01:00"
    assert v2.building(sample("illustrative_gebouw")) == Building(
        6, Status.GEREALISEERD, (1, 2), ("11001B0008/00G002", "11001B0008/00G003"), version
    )
    assert v2.unit(sample("illustrative_gebouweenheid")) == Unit(
        6, Status.GEREALISEERD, "gemeenschappelijkDeel", 1, (1, 7, 10), version
    )
    parcel = sample("crabpy_perceel")
    assert v2.parcel(parcel) == Parcel("13013C0384/02H003", Status.GEREALISEERD, (200001,), "2004-02-13T05:34:17+01:00")
    assert [v2.parcel_id(one) for one in sample("crabpy_percelen")["percelen"]] == ["13013C0384/02H003"]


def test_a_postcode_without_municipality_is_a_special_one() -> None:
    special = {"identificator": {"objectId": "1105"}, "postnamen": [name("ACTIRIS")], "postInfoStatus": "gerealiseerd"}
    assert v2.postinfo(special) == PostInfo(1105, None, None, ("ACTIRIS",), Status.GEREALISEERD)


def test_a_street_in_two_languages_is_known_by_the_dutch_one() -> None:
    both = [{"spelling": "Rue Haute", "taal": "fr"}, {"spelling": "Hoogstraat", "taal": "nl"}]
    street = {
        "identificator": {"objectId": "2", "versieId": "2011-04-29T13:34:14+02:00"},
        "gemeente": {"objectId": "23098", "gemeentenaam": name("Drogenbos")},
        "straatnamen": both, "homoniemToevoegingen": [{"spelling": "N", "taal": "nl"}], "straatnaamStatus": "inGebruik",
    }  # fmt: skip
    found = v2.street(street)
    assert (found.street.name, found.street.homonym, found.names["fr"]) == ("Hoogstraat", "N", "Rue Haute")
    with pytest.raises(UnexpectedAnswer, match="straatnamen"):
        v2.street({**street, "straatnamen": []})


def test_an_answer_of_v3_is_no_answer_of_v2() -> None:
    with pytest.raises(UnexpectedAnswer):
        v2.address({"@type": "AdresEnvelop", "data": {"@id": "https://data.vlaanderen.be/id/adres/60"}})
