from __future__ import annotations

from collections import Counter
from random import Random

import duckdb
import pytest
from rapidfuzz.distance import DamerauLevenshtein

from benchmarks.kbo_queries import PREFIX, addresses, answered, misspelt, names, pages, without_accents

NAMES = ["Residentie Zonnewende", "Société Générale", "Dakwerken Jansens Mechelen", "Bouwbedrijf Peeters"]
COUNT = 2


@pytest.fixture(scope="module")
def register() -> duckdb.DuckDBPyConnection:
    """Four firms with a seat, a person with a name like theirs, and a firm whose seat was struck off."""
    made = duckdb.connect()
    made.execute("CREATE TABLE enterprise(EnterpriseNumber TEXT, TypeOfEnterprise TEXT, JuridicalForm TEXT)")
    made.execute("CREATE TABLE denomination(EntityNumber TEXT, TypeOfDenomination TEXT, Denomination TEXT)")
    made.execute(
        "CREATE TABLE address(EntityNumber TEXT, TypeOfAddress TEXT, CountryNL TEXT, StreetNL TEXT,"
        " HouseNumber TEXT, Zipcode TEXT, DateStrikingOff TEXT)"
    )
    for at, name in enumerate([*NAMES, "Struikrover Zonderdak"]):
        number, struck_off = f"0400.000.{at:03}", "01-01-2024" if at == len(NAMES) else None
        made.execute("INSERT INTO enterprise VALUES (?, '2', '610')", [number])
        made.execute("INSERT INTO denomination VALUES (?, '001', ?)", [number, name])
        made.execute(
            "INSERT INTO address VALUES (?, 'REGO', NULL, 'Kerkstraat', ?, '2800', ?)",
            [number, str(at + 1), struck_off],
        )
    made.execute("INSERT INTO enterprise VALUES ('0500.000.000', '1', NULL)")
    made.execute("INSERT INTO denomination VALUES ('0500.000.000', '001', 'Persoonlijkheid Geheim')")
    return made


def test_each_kind_is_asked_and_nobody_asks_for_a_person(register: duckdb.DuckDBPyConnection) -> None:
    queries = list(names(register, COUNT))
    kinds = Counter(query.kind for query in queries)
    assert kinds.pop("no accents") == 1  # one name has accents
    assert set(kinds) == {"exact", "prefix", "other order", "one typo", "two typos", "common word", "nothing"}
    assert set(kinds.values()) == {COUNT}
    assert not any("Geheim" in (query.wanted or "") for query in queries)
    assert {query.asked[0] for query in queries if query.kind == "no accents"} == {"Societe Generale"}


def test_the_same_queries_each_time(register: duckdb.DuckDBPyConnection) -> None:
    assert list(names(register, COUNT)) == list(names(register, COUNT))


def test_address_of_a_seat_that_counts(register: duckdb.DuckDBPyConnection) -> None:
    found = list(addresses(register, 10))
    assert {query.wanted for query in found} == {f"0400000{at:03}" for at in range(len(NAMES))}
    assert all(query.asked[0] == "Kerkstraat" and query.asked[2] == "2800" for query in found)


def test_pages_by_form_and_postcode(register: duckdb.DuckDBPyConnection) -> None:
    asked = {query.kind: query.asked for query in pages(register, 1)}
    assert asked == {"form": ["610"], "form and postcode": ["610", "2800"], "postcode": ["2800"]}


@pytest.mark.parametrize("typos", [1, 2])
@pytest.mark.parametrize("name", NAMES)
def test_so_many_typos(name: str, typos: int) -> None:
    for seed in range(50):
        wrong = misspelt(Random(seed), name, typos)
        assert DamerauLevenshtein.distance(name, wrong) <= typos
        assert wrong[0] == name[0]
    assert any(misspelt(Random(seed), name, typos) != name for seed in range(5))


def test_what_counts_as_found() -> None:
    assert answered("one typo", "Société Générale", ["SOCIETE GENERALE"])
    assert not answered("one typo", "Société", ["Société Générale"])
    assert answered(PREFIX, "Société", ["Autre", "Societe Generale"])
    assert not answered(PREFIX, "Générale", ["Société Générale"])
    assert without_accents("Éénvoud") == "Eenvoud"
