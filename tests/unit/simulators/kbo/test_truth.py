"""What is in a register: the published shares, VMEs, and everything that readers stumble over."""

from __future__ import annotations

from collections import Counter

import pytest

from simulators.demo.cast import FIRMS
from simulators.demo.places import BUILDINGS
from simulators.kbo.figures import figures
from tests.unit.simulators.kbo.conftest import SPEC, Folder
from tests.unit.simulators.kbo.reading import records


@pytest.fixture(scope="module")
def first(folder: Folder) -> dict[str, list[dict[str, str]]]:
    tables = ("enterprise", "establishment", "denomination", "address", "contact", "activity", "branch", "code")
    return {table: records(folder.first, table) for table in tables}


def dotted(digits: str) -> str:
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def near(count: int, real: float, tolerance: float = 0.12) -> bool:
    wanted = real * SPEC.scale
    return abs(count - wanted) <= max(5, tolerance * wanted)


def test_as_many_rows_as_the_real_register_has(first: dict[str, list[dict[str, str]]]) -> None:
    for table, real in figures()["rows_A"].items():
        if table not in ("code", "branch"):
            assert near(len(first[table]), real), (table, len(first[table]))


def test_forms_names_and_activities_have_their_shares(first: dict[str, list[dict[str, str]]]) -> None:
    forms = Counter(row["JuridicalForm"] for row in first["enterprise"])
    for form in ("610", "017", "070", "015", "014"):
        assert near(forms[form], figures()["forms_B"][form], 0.35), form
    assert near(forms[""], figures()["persons_B"]["natural"])
    kinds = Counter((row["TypeOfDenomination"], row["Language"]) for row in first["denomination"])
    for language in "012":
        assert near(kinds["001", language], figures()["denominations_A"]["001"][language], 0.25)
    groups = Counter(row["ActivityGroup"] for row in first["activity"])
    assert groups.most_common(1)[0][0] == "003"
    per_entity = sorted(Counter(row["EntityNumber"] for row in first["activity"]).values())
    assert 4 <= per_entity[len(per_entity) // 2] <= 8
    assert Counter(row["NaceVersion"] for row in first["activity"])["2003"] < len(first["activity"]) / 10


def test_natural_persons_lack_what_they_lack(first: dict[str, list[dict[str, str]]]) -> None:
    persons = {row["EnterpriseNumber"] for row in first["enterprise"] if row["TypeOfEnterprise"] == "1"}
    legal = {row["EnterpriseNumber"] for row in first["enterprise"] if row["TypeOfEnterprise"] == "2"}
    names = {row["EntityNumber"]: row for row in first["denomination"] if row["EntityNumber"] in persons}

    assert all(not row["JuridicalForm"] for row in first["enterprise"] if row["TypeOfEnterprise"] == "1")
    assert persons.isdisjoint(row["EntityNumber"] for row in first["address"])
    assert {row["EntityNumber"] for row in first["address"] if row["TypeOfAddress"] == "REGO"} == legal
    assert set(names) == persons
    assert all(row["Language"] == "0" and ", " in row["Denomination"] for row in names.values())
    assert {row["EntityNumber"] for row in first["denomination"]} >= legal


def test_vmes(first: dict[str, list[dict[str, str]]]) -> None:
    situations = {
        r["EnterpriseNumber"]: r["JuridicalSituation"] for r in first["enterprise"] if r["JuridicalForm"] == "070"
    }
    seats = {row["EntityNumber"]: row for row in first["address"] if row["EntityNumber"] in situations}
    names = [row["Denomination"] for row in first["denomination"] if row["EntityNumber"] in situations]

    assert set(situations.values()) <= {"000", "012"}
    assert set(seats) == set(situations)
    assert all(row["HouseNumber"].isdigit() and not row["Box"] for row in seats.values())
    assert {name.split()[0] for name in names} >= {"VME", "Residentie", "ACP"}
    assert situations.keys().isdisjoint(row["EntityNumber"] for row in first["activity"])
    shared = Counter((row["Zipcode"], row["StreetNL"], row["HouseNumber"]) for row in seats.values())
    assert max(shared.values()) >= 2


def test_the_buildings_and_firms_of_the_demo_mails_are_in_it(first: dict[str, list[dict[str, str]]]) -> None:
    forms = {row["EnterpriseNumber"]: row["JuridicalForm"] for row in first["enterprise"]}
    names = {
        row["EntityNumber"]: row["Denomination"] for row in first["denomination"] if row["TypeOfDenomination"] == "001"
    }
    seats = {row["EntityNumber"]: row for row in first["address"]}
    syndics = {
        row["EntityNumber"] for row in first["activity"] if row["NaceCode"] == "68321" and row["NaceVersion"] == "2025"
    }

    for building in BUILDINGS:
        number, address = dotted(building.number), building.address
        assert (forms[number], names[number]) == ("070", building.name)
        seat = seats[number]
        assert seat["StreetNL"].split("(")[0] == address.street
        assert (seat["HouseNumber"], seat["Zipcode"]) == (address.house_number, address.postcode)
    assert {dotted(firm.number) for firms in FIRMS.values() for firm in firms} <= set(forms)
    assert {dotted(firm.number) for firm in FIRMS["syndicus"]} <= syndics


def test_what_readers_stumble_over_is_there(folder: Folder, first: dict[str, list[dict[str, str]]]) -> None:
    streets = [row["StreetNL"] for row in first["address"]]
    assert any("\n" in street for street in streets)
    assert any(street.endswith(")") and "\n" not in street for street in streets)
    assert any(row["CountryNL"] and not row["Zipcode"] for row in first["address"])
    assert any(row["StreetNL"] != row["StreetFR"] for row in first["address"])
    assert any(row["DateStrikingOff"] for row in first["address"])
    assert any(row["Box"] for row in first["address"])
    assert any(row["ContactType"] == "FAX" for row in first["contact"])
    assert any(row["JuridicalFormCAC"] == "610" for row in first["enterprise"])
    assert any(row["StartDate"] == "01-01-1800" for row in first["enterprise"])
    assert any('"' in row["Denomination"] for row in first["denomination"])
    newest = [row["StartDate"] for update in folder.updates for row in records(update, "enterprise_insert")]
    assert {"06-10-2025", "07-10-2025", "08-10-2025", "09-10-2025"} & set(newest), (
        "a start on the day after the snapshot"
    )


def test_codes_that_no_code_table_knows_occur(first: dict[str, list[dict[str, str]]]) -> None:
    known = {(row["Category"], row["Code"]) for row in first["code"]}

    assert ("ContactType", "FAX") not in known
    assert ("Nace2025", "68321") in known
    assert ("Nace2008", "68321") in known
    assert {(f"Nace{row['NaceVersion']}", row["NaceCode"]) for row in first["activity"]} <= known


def test_some_addresses_are_struck_off_by_an_update(folder: Folder) -> None:
    struck = [h.number for h in folder.manifest.happenings if h.what == ("struck",)]
    rows = [
        row for update in folder.updates for row in records(update, "address_insert") if row["EntityNumber"] in struck
    ]

    assert rows
    assert all(row["DateStrikingOff"] for row in rows)
    assert dotted(BUILDINGS[1].number) in struck


def test_contacts_are_nobodys(first: dict[str, list[dict[str, str]]]) -> None:
    for row in first["contact"]:
        value = row["Value"].rstrip("/")
        if row["ContactType"] in ("EMAIL", "WEB"):
            assert ".example" in value
        else:
            assert value.replace(" ", "").replace("/", "").startswith(("01500", "0400", "+32400"))
