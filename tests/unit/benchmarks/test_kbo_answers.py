from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from benchmarks.kbo_answers import differences, of_cbe, of_organisation
from services.kbo.domain.organisation import Activity, Contact, Label, Name, Organisation, RegisterAddress, Unit

OFFICIAL, DUTCH = Label("001", "Naam", "Dénomination"), Label("2", "Nederlands", "Néerlandais")
FAX = Label("FAX")
SEAT = RegisterAddress(Label("REGO", "Zetel"), "Kerkstraat", house_number="1", struck_off_on=date(2020, 2, 3))
OURS = Organisation(
    number="0403170701",
    status=Label("AC", "Actief"),
    situation=Label("888"),
    type=Label("2", "Rechtspersoon"),
    form=Label("015", "BVBA"),
    form_cac=Label("610", "Besloten Vennootschap"),
    start=date(1968, 1, 1),
    names=(Name("Voorbeeld", OFFICIAL, DUTCH),),
    addresses=(
        RegisterAddress(Label("REGO", "Zetel"), "Kerkstraat", house_number="1", struck_off_on=date(2020, 2, 3)),
    ),
    contacts=(Contact(FAX, Label("ENT", "Onderneming"), "015 00 00 00"),),
    activities=(Activity(Label("001", "BTW"), "2025", Label("68321", "Syndici"), Label("MAIN", "Hoofdactiviteit")),),
    establishments=(Unit("2000000339", "0403170701", date(2000, 1, 2), (Name("Winkel", OFFICIAL, DUTCH),)),),
    establishment_count=2,
    branches=(Unit("9000000001", "0403170701", date(2001, 1, 1)),),
)


def _code(code: str, text: str) -> dict[str, str]:
    return {"Code": code, "Language": "NL", "Description": text}


def _name(number: str, text: str) -> dict[str, Any]:
    kind, language = _code("001", "Naam"), _code("2", "Nederlands")
    return {"EntityNumber": number, "Language": language, "TypeOfDenomination": kind, "Denomination": text}


def _unit(number: str, name: str, start: str) -> dict[str, Any]:
    return {
        "EstablishmentNumber": number,
        "StartDate": start,
        "addresses": [],
        "denominations": [_name(number, name)],
        "contacts": [],
    }


EMPTY = ("CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR", "StreetFR", "Box", "ExtraAddressInfo")
CBE_SEAT = {
    **dict.fromkeys(EMPTY, ""),
    "TypeOfAddress": _code("REGO", "Zetel"),
    "StreetNL": "Kerkstraat",
    "HouseNumber": "1",
    "DateStrikingOff": "03-02-2020",
}
CBE: dict[str, Any] = {
    "EnterpriseNumber": "0403.170.701",
    "Status": _code("AC", "Actief"),
    "JuridicalSituation": None,  # what cbe makes of a code without a label
    "TypeOfEnterprise": _code("2", "Rechtspersoon"),
    "JuridicalForm": _code("015", "BVBA"),
    "JuridicalFormCAC": "610",
    "StartDate": "01-01-1968",
    "denominations": [_name("0403.170.701", "Voorbeeld")],
    "addresses": [CBE_SEAT],
    "contacts": [{"EntityContact": _code("ENT", "Onderneming"), "ContactType": None, "Value": "015 00 00 00"}],
    "activities": [
        {
            "ActivityGroup": _code("001", "BTW"),
            "NaceVersion": "2025",
            "NaceCode": _code("68321", "Syndici"),
            "Classification": _code("MAIN", "Hoofdactiviteit"),
        }
    ],
    "establishments": [_unit("2.000.000.339", "Winkel", "02-01-2000"), _unit("2.000.000.438", "Depot", "01-01-2001")],
    "branches": [{"Id": "9.000.000.001", "StartDate": "01-01-2001"}],
}


def test_the_same_answer_is_the_same() -> None:
    assert differences(of_organisation(OURS), of_cbe(CBE)) == []


@pytest.mark.parametrize(
    ("field", "other"),
    [
        ("number", "0403170702"),
        ("situation", Label("888", "Normaal")),
        ("form", None),
        ("form_cac", None),
        ("start", None),
        ("names", ()),
        ("addresses", (replace(SEAT, struck_off_on=None),)),
        ("contacts", (replace(OURS.contacts[0], level=Label("EST", "Vestiging")),)),
        ("activities", OURS.activities * 2),
        ("establishments", (replace(OURS.establishments[0], start=None),)),
        ("establishment_count", 1),
        ("branches", ()),
    ],
)
def test_whatever_differs_is_named(field: str, other: object) -> None:
    changed: dict[str, Any] = {field: other}
    assert differences(of_organisation(replace(OURS, **changed)), of_cbe(CBE)) == [field]


def test_an_establishment_beyond_what_we_list_is_no_difference_but_its_count_is() -> None:
    fewer = deepcopy(CBE)
    fewer["establishments"].pop()
    assert differences(of_organisation(OURS), of_cbe(fewer)) == ["establishment_count"]
