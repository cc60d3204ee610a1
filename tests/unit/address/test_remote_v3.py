"""v3 as our objects. Shapes: reference section 3.1, and the examples of the public response classes (2026-08)."""

from __future__ import annotations

from typing import Any

import pytest

from services.address.domain.model import Municipality, Status
from services.address.remote import v3
from services.address.remote.register import Building, ListedAddress, Parcel, PostInfo, Unit
from services.address.remote.shapes import UnexpectedAnswer, UnknownStatusError

ROOT = "https://data.vlaanderen.be/id"
VERSION = "2026-01-01T00:00:00+01:00"


def identified(kind: str, number: object) -> dict[str, Any]:
    local = {"naamruimte": f"{ROOT}/{kind}", "lokaleIdentificator": str(number), "versieIdentificator": VERSION}
    return {"@id": f"{ROOT}/{kind}/{number}", "identificator": {"gestructureerdeIdentificator": local}}


def concept(scheme: str, ending: str, **more: str) -> dict[str, str]:
    return {"@id": f"{ROOT}/concept/{scheme}/{ending}", **more}


def names(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": language} for text, language in pairs]


def gml(system: int, position: str) -> dict[str, str]:
    srs = f"http://www.opengis.net/def/crs/EPSG/0/{system}"
    return {"@type": "Punt", "gml": f'<gml:Point srsName="{srs}"><gml:pos>{position}</gml:pos></gml:Point>'}


def owner(name: str, nis: int) -> dict[str, Any]:
    return {"@id": f"{ROOT}/gemeente/{nis}", "gemeentenaam": {"gemeentenaam": names((name, "nl"))}}


def address(**changes: Any) -> dict[str, Any]:
    """Teststraat 42 bus 5B in Gent; None takes a field away."""
    data = {
        **identified("adres", 60),
        "heeftGemeentenaam": {
            "gemeentenaam": {"gemeentenaam": names(("Gent", "nl"))}, "isAfgeleidVan": {"@id": f"{ROOT}/gemeente/44021"}
        },
        "heeftPostinfo": {"@id": f"{ROOT}/postinfo/9000"},
        "heeftStraatnaam": {
            "@id": f"{ROOT}/straatnaam/748", "straatnaam": names(("Teststraat", "nl")),
            "homoniemToevoeging": names(("UK", "nl")),
        },
        "huisnummer": "42",
        "isDeelVan": {"@type": "Referentie", "@id": f"{ROOT}/adres/59"},
        "busnummer": "5B",
        "isVerrijktMet": {"volledigAdres": names(("Teststraat 42 bus 5B, 9000 Gent", "nl"))},
        "positie": {
            "geometrie": [gml(3812, "640249.09 698793.29"), gml(31370, "140252.76 198794.27")],
            "methode": concept("geometriemethode", "aangeduidDoorBeheerder"),
            "specificatie": concept("geometriespecificatie", "gebouweenheid"),
        },
        "status": concept("adresstatus", "inGebruik", code="inGebruik"),
        "officieelToegekend": True,
    }  # fmt: skip
    kept = {key: value for key, value in {**data, **changes}.items() if value is not None}
    return {"@type": "AdresEnvelop", "data": kept, "_links": {}}


def test_an_address_with_a_box() -> None:
    found = v3.address(address())
    assert (found.street, found.homonym, found.municipality) == ("Teststraat", "UK", Municipality(44021, "Gent"))
    known = found.address
    assert (known.id, known.street, known.house, known.box, known.postcode) == (60, 748, "42", "5B", 9000)
    assert (known.status, known.parent, known.building, known.version) == (Status.IN_GEBRUIK, 59, 59, VERSION)
    assert (known.method, known.specification) == ("aangeduidDoorBeheerder", "gebouweenheid")
    assert (known.x, known.y) == (140252.76, 198794.27)


def test_what_may_be_absent() -> None:
    bare = dict.fromkeys(("heeftPostinfo", "isDeelVan", "busnummer", "positie"))
    known = v3.address(address(**bare)).address
    assert (known.postcode, known.parent, known.box, known.x, known.method) == (None, None, None, None, None)
    assert known.building == 60


def test_a_status_is_read_from_its_uri_whatever_stands_beside_it() -> None:
    """Earlier builds wrote `skos:prefLabel` for `code`."""
    old = concept("adresstatus", "gehistoreerd", **{"skos:prefLabel": "Gehistoreerd"})
    assert v3.address(address(status=old)).address.status is Status.GEHISTOREERD


@pytest.mark.parametrize(
    "changes",
    [
        {"@id": None}, {"identificator": {}}, {"heeftStraatnaam": {"@id": f"{ROOT}/straatnaam/748", "straatnaam": []}},
        {"status": {"code": "inGebruik"}}, {"heeftGemeentenaam": owner("Gent", 44021)},
        {"heeftPostinfo": {"@id": 9000}}, {"huisnummer": None},
    ],
)  # fmt: skip
def test_what_is_not_as_documented(changes: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer):
        v3.address(address(**changes))


@pytest.mark.parametrize("answer", [{}, {"data": []}, {"data": None}, {"identificator": {"objectId": "60"}}])
def test_an_answer_without_envelope(answer: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match="data"):
        v3.address(answer)


def test_an_unknown_status() -> None:
    with pytest.raises(UnknownStatusError):
        v3.address(address(status=concept("adresstatus", "gereserveerd")))


def test_an_item_of_a_list() -> None:
    item = {**identified("adres", 14874), "huisnummer": "30", "busnummer": "30", "status": concept("s", "voorgesteld")}
    assert v3.listed_address(item) == ListedAddress(14874, "30", "30", Status.VOORGESTELD, VERSION)


def test_a_street() -> None:
    data = {
        **identified("straatnaam", 748), "isToegekendDoor": owner("Brugge", 31005),
        "straatnaam": names(("Rue Haute", "fr"), ("Hoogstraat", "nl")), "homoniemToevoeging": [],
        "status": concept("straatnaamstatus", "inGebruik"),
    }  # fmt: skip
    found = v3.street({"data": data})
    assert (found.id, found.street.nis, found.street.name, found.street.homonym) == (748, 31005, "Hoogstraat", None)
    assert (found.municipality, found.names["fr"], found.version) == ("Brugge", "Rue Haute", VERSION)


def test_a_postcode_with_and_without_municipality() -> None:
    data = {
        **identified("postinfo", 8200), "postnaam": names(("Sint-Andries", "nl"), ("Sint-Michiels", "nl")),
        "status": concept("postinfostatus", "gerealiseerd"),
    }  # fmt: skip
    both = ("Sint-Andries", "Sint-Michiels")
    assert v3.postinfo({"data": data}) == PostInfo(8200, None, None, both, Status.GEREALISEERD)
    whole = {"data": {**data, "isToegekendAan": owner("Brugge", 31005)}}
    assert v3.postinfo(whole) == PostInfo(8200, 31005, "Brugge", both, Status.GEREALISEERD)


def test_a_unit_and_a_building() -> None:
    unit = {
        **identified("gebouweenheid", 6), "status": concept("gebouweenheidstatus", "gerealiseerd"),
        "functie": concept("gebouweenheidfunctie", "gemeenschappelijkDeel"), "isDeelVan": {"@id": f"{ROOT}/gebouw/1"},
        "toegekendAdres": [{"@id": f"{ROOT}/adres/1"}, {"@id": f"{ROOT}/adres/7"}], "afwijkingVastgesteld": False,
    }  # fmt: skip
    assert v3.unit({"data": unit}) == Unit(6, Status.GEREALISEERD, "gemeenschappelijkDeel", 1, (1, 7), VERSION)
    assert v3.unit_id(unit) == 6
    building = {
        **identified("gebouw", 6), "geometrie": None, "status": concept("gebouwstatus", "inAanbouw"),
        "bestaatUit": [{"@id": f"{ROOT}/gebouweenheid/2"}], "ligtOp": [{"@id": f"{ROOT}/perceel/11001B0008-00G002"}],
    }  # fmt: skip
    assert v3.building({"data": building}) == Building(6, Status.IN_AANBOUW, (2,), ("11001B0008/00G002",), VERSION)


@pytest.mark.parametrize("field", ["toegekendAdres", "adressen"])
def test_a_parcel_with_its_two_identifications(field: str) -> None:
    key = "11001B0001-00S000"
    own = identified("perceel", key)["identificator"]
    data = {
        "@id": f"{ROOT}/perceel/{key}", "identificator": [{"identificator": "11001_B_0001_S_000_00"}, own],
        "status": concept("perceelstatus", "gerealiseerd"), field: [{"@id": f"{ROOT}/adres/200001"}],
    }  # fmt: skip
    assert v3.parcel({"data": data}) == Parcel("11001B0001/00S000", Status.GEREALISEERD, (200001,), VERSION)
    assert v3.parcel_id(data) == "11001B0001/00S000"
    with pytest.raises(UnexpectedAnswer, match="identificator"):
        v3.parcel({"data": {**data, "identificator": []}})
