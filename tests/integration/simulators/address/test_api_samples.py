"""Every real v2 answer, compared whole with ours for the same object."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulators.address.api import AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.api.geometry import lambert2008
from tests.integration.simulators.address.asking import get
from tests.integration.simulators.address.samples import answer, events, needs_samples, sample_world

pytestmark = needs_samples


@pytest.fixture(scope="module")
def api() -> Iterator[AddressRegisterSimulator]:
    with AddressRegisterSimulator(
        AddressRegisterOptions(key_per_second=None), run_as="thread", world=sample_world()
    ) as running:
        yield running


def ask(api: AddressRegisterSimulator, path: str) -> Any:
    found = get(api, f"/v2/{path}", accept="application/ld+json")
    assert found.status_code == 200, found.text
    return found.json()


@pytest.mark.parametrize(
    ("sample", "path", "more"),
    [
        ("crabpy_gemeente", "gemeenten/11001", set()),
        ("crabpy_straat", "straatnamen/1", set()),
        ("crabpy_postinfo_1000", "postinfo/1000", set()),
        ("crabpy_postinfo_1020", "postinfo/1020", set()),
        ("crabpy_adres", "adressen/900746", {"_links"}),
        ("illustrative_adres_met_bus", "adressen/60", set()),
        ("crabpy_perceel", "percelen/13013C0384-02H003", {"_links", "caPaKey"}),
    ],
)
def test_a_detail_is_the_real_one(api: AddressRegisterSimulator, sample: str, path: str, more: set[str]) -> None:
    real, ours = answer(sample, api.url), ask(api, path)
    assert set(ours) - set(real) == more
    assert {name: ours[name] for name in real} == real
    assert [name for name in ours if name in real] == list(real)


def test_a_building_has_the_real_shape(api: AddressRegisterSimulator) -> None:
    real, ours = answer("illustrative_gebouw", api.url), ask(api, "gebouwen/6")
    assert [one["objectId"] for one in ours["percelen"]] == [one["objectId"] for one in real["percelen"]]
    assert shape(ours) == shape(real)


def test_a_unit_has_the_real_shape(api: AddressRegisterSimulator) -> None:
    real, ours = answer("illustrative_gebouweenheid", api.url), ask(api, "gebouweenheden/2")
    assert shape(ours) == shape(real)
    assert ours["adressen"] == [
        {"objectId": "60", "detail": f"{api.url}/v2/adressen/60"},
        {"objectId": "59", "detail": f"{api.url}/v2/adressen/59"},
    ]


@pytest.mark.parametrize(
    ("sample", "path", "key"),
    [
        ("crabpy_gemeenten", "gemeenten?gemeentenaam=Aartselaar", "gemeenten"),
        ("crabpy_straten", "straatnamen?niscode=11001", "straatnamen"),
        ("crabpy_postinfos", "postinfo?gemeentenaam=Brussel", "postInfoObjecten"),
        ("crabpy_percelen", "percelen?adresObjectId=200001", "percelen"),
    ],
)
def test_a_list_is_the_real_one(api: AddressRegisterSimulator, sample: str, path: str, key: str) -> None:
    assert ask(api, path) == answer(sample, api.url)
    assert list(ask(api, path)) == ["@context", key]


def test_an_address_in_a_list_is_the_real_one(api: AddressRegisterSimulator) -> None:
    real = answer("crabpy_adressen", api.url)
    assert ask(api, "adressen?straatnaamObjectId=1")["adressen"] == real["adressen"][:1]
    [_, box] = ask(api, "adressen?straatnaamObjectId=748")["adressen"]
    assert shape(box) == shape(real["adressen"][1])
    assert box["volledigAdres"]["geografischeNaam"]["spelling"] == "Teststraat 42 bus 5B, 9000 Gent"


def test_a_match_is_the_real_one(api: AddressRegisterSimulator) -> None:
    [street, real] = answer("adresmatch_item_gent", api.url)["adresMatches"]
    ours = ask(api, "adresmatch?gemeentenaam=Gent&straatnaam=Bellevue&huisnummer=1")
    assert ours["adresMatches"] == [real | {"score": 100.0}]
    assert ours["warnings"] == []
    fallen = ask(api, "adresmatch?gemeentenaam=Gent&straatnaam=Bellevue&huisnummer=99")
    assert fallen["adresMatches"] == [street]


def shape(value: Any) -> Any:
    """The names and types of a JSON value; of a list its first item."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value)


def test_lambert_2008_is_that_of_real_events() -> None:
    pairs = [
        [numbers(geometry["gml"]) for geometry in change["nieuweWaarde"]]
        for batch in events().values()
        for event in batch
        for change in event["data"].get("attributen", ())
        if change["naam"] in ("positie.geometrie", "gebouweenheidPositie")
    ]
    assert len(pairs) > 10
    for here, there in pairs:
        assert lambert2008(here) == pytest.approx(there, abs=0.2)


def numbers(gml: str) -> tuple[float, float]:
    east, north = gml.split("<gml:pos>")[1].split("</gml:pos>")[0].split()
    return float(east), float(north)
