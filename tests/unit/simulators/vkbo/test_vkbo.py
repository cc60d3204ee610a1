"""The simulator against what is known of the real VKBO, through a plain HTTP client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from simulators._common.control import ControlError
from simulators.demo.cast import FIRMS
from simulators.demo.places import BUILDINGS
from simulators.vkbo import VkboOptions, VkboSimulator
from simulators.vkbo.cql import CqlError, parse
from simulators.vkbo.features import FIELDS, VME_ALSO, VME_LABEL
from tests.unit.simulators.kbo.conftest import Folder, folder
from tests.unit.simulators.kbo.reading import SAMPLES

__all__ = ["folder"]

SAMPLE = SAMPLES / "vkbo" / "vkbo_ogc_features_umicore.json"
ITEMS = "/collections/Vkbo/items"


@pytest.fixture(scope="module")
def full(folder: Folder) -> Iterator[VkboSimulator]:
    with VkboSimulator(VkboOptions(folder.path), run_as="thread") as running:
        yield running


@pytest.fixture
def empty() -> Iterator[VkboSimulator]:
    with VkboSimulator(run_as="thread") as running:
        yield running


def ask(simulator: VkboSimulator, cql: str | None = None, **params: Any) -> Any:
    query = {"f": "application/json", **params}
    if cql is not None:
        query |= {"filter": cql, "filter-lang": "cql2-text"}
    answer = httpx.get(simulator.url + ITEMS, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def rows(answer: Any) -> list[dict[str, Any]]:
    return [one["properties"] for one in answer["features"]]


@pytest.fixture(scope="module")
def everybody(full: VkboSimulator) -> list[dict[str, Any]]:
    """By following the links."""
    answer, found = ask(full, limit=1000), []
    while True:
        found += rows(answer)
        links = [link["href"] for link in answer["links"] if link["rel"] == "next"]
        if not links:
            return found
        answer = httpx.get(links[0]).json()


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample folder is not here")
def test_it_answers_as_the_real_one(full: VkboSimulator) -> None:
    real = json.loads(SAMPLE.read_text())
    ours = ask(full)
    assert list(ours["features"][0]["properties"]) == list(real["features"][0]["properties"]) == list(FIELDS)
    assert list(ours["features"][0]) == list(real["features"][0])
    assert set(real) <= set(ours)
    assert (ours["totalFeatures"], ours["crs"]) == (real["totalFeatures"], real["crs"])
    kinds = {name: type(value) for name, value in real["features"][0]["properties"].items()}
    assert {name: type(value) for name, value in ours["features"][0]["properties"].items()} == kinds


def test_pages_hold_everybody_once(everybody: list[dict[str, Any]]) -> None:
    numbers = [row["Ondernemingsnr"] for row in everybody]
    assert len(set(numbers)) == len(numbers) > 1000
    assert all(len(number) == 10 and number.isdecimal() for number in numbers)


def test_the_oddities_are_there(everybody: list[dict[str, Any]], full: VkboSimulator) -> None:
    assert {row["Rechtsvorm"] for row in everybody} >= {VME_LABEL, VME_ALSO, " "}
    assert any("\x0b" in row["KBO_Straat"] for row in everybody)
    units = [row for row in everybody if row["Ondernemingsnr_maatsch_zetel"] != " "]
    assert units
    assert {(row["Type_onderneming"], row["Rechtsvorm"], row["Rechtstoestand"]) for row in units} == {(" ",) * 3}
    assert {row["Type_onderneming"] for row in everybody} == {"Rechtspersoon", " "}, "persons have no seat"
    lost = next(row for row in everybody if row["AR_straat"] == " ")
    [one] = ask(full, f"Ondernemingsnr='{lost['Ondernemingsnr']}'")["features"]
    assert one["geometry"]["coordinates"] == [0, 0]


def test_the_demo_is_there_and_who_left_has_a_date_and_a_reason(full: VkboSimulator) -> None:
    [building] = rows(ask(full, f"Ondernemingsnr='{BUILDINGS[0].number}'"))
    assert (building["Maatschappelijke_naam"], building["Rechtsvorm"][:10]) == (BUILDINGS[0].name, "Vereniging")
    assert building["Datum_stopzetting"] == "1900-01-01T00:00:00Z"
    [gone] = rows(ask(full, f"Ondernemingsnr='{FIRMS['architect'][0].number}'"))
    assert gone["Datum_stopzetting"] == "2025-10-08T00:00:00Z"
    assert gone["Reden_stopzetting"].strip()


def test_who_left_by_an_update_and_had_a_place_in_flanders_is_kept(
    everybody: list[dict[str, Any]], folder: Folder
) -> None:
    gone = {one.number.replace(".", "") for one in folder.manifest.happenings if "gone" in one.what}
    stopped = {row["Ondernemingsnr"] for row in everybody if row["Reden_stopzetting"] != " "}
    alive = {row["Ondernemingsnr"] for row in everybody} - stopped
    assert gone & stopped
    assert not gone & alive


def test_establishments_are_found_by_their_enterprise(full: VkboSimulator, everybody: list[dict[str, Any]]) -> None:
    unit = next(row for row in everybody if row["Ondernemingsnr_maatsch_zetel"] != " ")
    owner = unit["Ondernemingsnr_maatsch_zetel"]
    found = rows(ask(full, f"Ondernemingsnr_maatsch_zetel = '{owner}' AND Ondernemingsnr <> '{owner}'", limit=1000))
    assert unit["Ondernemingsnr"] in {row["Ondernemingsnr"] for row in found}
    assert {row["Ondernemingsnr_maatsch_zetel"] for row in found} == {owner}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a='x'", True),
        ("a = 'y' OR b = 'it''s'", True),
        ("a='x' AND b='x'", False),
        ("(a='y' or a='x') and b<>'x'", True),
        ("a='y' AND a='y' OR a='x'", True),
    ],
)
def test_filters(text: str, expected: bool) -> None:
    assert parse(text, ("a", "b"))({"a": "x", "b": "it's"}) is expected


@pytest.mark.parametrize(
    "text", ["", "a", "a=", "a=x", "c='x'", "(a='x'", "a='x')", "a='x' a='x'", "a LIKE 'x'", "a='x"]
)
def test_filters_that_cannot_be_read(text: str) -> None:
    with pytest.raises(CqlError):
        parse(text, ("a", "b"))


@pytest.mark.parametrize(
    "query",
    [{"filter": "x='1'"}, {"limit": "veel"}, {"filter": "UIDN='1'", "filter-lang": "sql"}, {"startIndex": "-1"}],
)
def test_wrong_questions_are_refused(empty: VkboSimulator, query: dict[str, str]) -> None:
    assert httpx.get(empty.url + ITEMS, params={"f": "application/json", **query}).status_code == 400


def test_who_does_not_ask_for_json_gets_a_page(empty: VkboSimulator) -> None:
    assert httpx.get(empty.url + ITEMS).headers["content-type"].startswith("text/html")
    assert httpx.get(empty.url + ITEMS, headers={"Accept": "application/json"}).json()["features"] == []


def test_rows_can_be_put_and_removed(empty: VkboSimulator) -> None:
    for name in ("VME Een", "VME Twee"):
        empty.control.put(Ondernemingsnr="0401574852", Maatschappelijke_naam=name)
    assert [row["Maatschappelijke_naam"] for row in rows(ask(empty))] == ["VME Twee"]
    empty.control.remove("0401574852")
    assert rows(ask(empty)) == []
    with pytest.raises(ControlError, match="onbestaand"):
        empty.control.put(Ondernemingsnr="0401574852", onbestaand="x")


def test_a_fault_strikes_once_and_only_whom_it_is_for(empty: VkboSimulator) -> None:
    empty.control.fault("status", status=429, retry_after=7, items=["0000000097"])
    assert rows(ask(empty, "Ondernemingsnr='0401574852'")) == []
    answer = httpx.get(empty.url + ITEMS, params={"filter": "Ondernemingsnr='0000000097'"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert rows(ask(empty, "Ondernemingsnr='0000000097'")) == []


def test_faults_of_the_answer(empty: VkboSimulator) -> None:
    empty.control.put(Ondernemingsnr="0401574852")
    nobody = "Ondernemingsnr='0000000097'"
    empty.control.fault("ignore_filter")
    assert len(rows(ask(empty, nobody))) == 1
    for kind in ("html", "broken", "raw_control"):
        empty.control.fault(kind)
        with pytest.raises(json.JSONDecodeError):
            ask(empty)
    empty.control.fault("huge", bytes=100_000)
    assert rows(ask(empty, nobody)) == []
    empty.control.fault("html", count=None)
    empty.control.clear_faults()
    assert rows(ask(empty, nobody)) == []


@pytest.mark.parametrize("kind", ["cut", "refuse"])
def test_faults_of_the_connection(empty: VkboSimulator, kind: str) -> None:
    empty.control.fault(kind)
    with pytest.raises(httpx.TransportError):
        ask(empty)
    assert rows(ask(empty)) == []


def test_a_fault_that_does_not_exist(empty: VkboSimulator) -> None:
    with pytest.raises(ControlError, match="onbestaand"):
        empty.control.fault("onbestaand")


def test_as_a_process_it_takes_the_same_options(folder: Folder) -> None:
    with VkboSimulator(VkboOptions(folder.path)) as simulator:
        assert rows(ask(simulator, f"Ondernemingsnr='{BUILDINGS[0].number}'"))
        assert [one["ids"] for one in simulator.control.requests()] == [[BUILDINGS[0].number]]
