"""Lists, filters, pages, caching, keys, limits and refusals, through a plain HTTP client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.api.throttle import Throttle
from tests.integration.simulators.address.asking import HTTP, get
from tests.integration.simulators.address.samples import busy_world

FREE = AddressRegisterOptions(key_per_second=None, anonymous_per_second=None, match_per_second=None)
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def api() -> Iterator[AddressRegisterSimulator]:
    with AddressRegisterSimulator(FREE, run_as="thread", world=busy_world()) as running:
        yield running


@pytest.fixture
def strict() -> Iterator[AddressRegisterSimulator]:
    """Lets through one request without a key, two with one, one match; nothing comes back in the time of a test."""
    limits = AddressRegisterOptions(
        key_per_second=0.002, anonymous_per_second=0.001, match_per_second=0.001, burst_seconds=1000
    )
    with AddressRegisterSimulator(limits, run_as="thread", world=busy_world(1)) as running:
        yield running


def ids(answer: Any) -> list[str]:
    return [one["identificator"]["objectId"] for one in answer["adressen"]]


def test_pages_follow_each_other_by_absolute_links(api: AddressRegisterSimulator) -> None:
    answer = get(api, "/v2/adressen?straatnaamObjectId=5000&limit=500&apikey=" + KEY).json()
    found, links = ids(answer), []
    while "volgende" in answer:
        links.append(answer["volgende"])
        answer = HTTP.get(links[-1]).json()
        found += ids(answer)
    assert [len(links), len(set(found)), found] == [2, 1200, sorted(found, key=int)]
    assert links[0] == f"{api.url}/v2/adressen?straatnaamObjectId=5000&offset=500&limit=500"
    assert len(ids(get(api, "/v2/adressen").json())) == 100


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("straatnaam=Lange Lei", 500),
        ("straatnaam=Lange", 0),
        ("straatnaam=lange lei", 0),
        ("straatnaam=Lange Lei&huisnummer=7", 1),
        ("STRAATNAAMOBJECTID=5000&status=gehistoreerd", 120),
        ("straatnaamObjectId=5000&status=bestaat-niet", 0),
        ("straatnaamObjectId=abc", 0),
        ("straatnaamObjectId=748&busnummer=5B", 1),
        ("straatnaam=Teststraat&homoniemToevoeging=UK", 2),
        ("straatnaam=Teststraat&homoniemToevoeging=X", 0),
        ("gemeentenaam=Gent&postcode=9050", 1),
        ("niscode=11001", 1),
        ("onbekend=1&niscode=11001", 1),
        ("niscode=&straatnaamObjectId=1", 1),
    ],
)
def test_filters_are_exact(api: AddressRegisterSimulator, query: str, count: int) -> None:
    assert len(ids(get(api, f"/v2/adressen?{query}&limit=500").json())) == count


@pytest.mark.parametrize(
    ("path", "key", "expected"),
    [
        ("gemeenten?gewest=vlaams", "gemeenten", ["11001", "44021"]),
        ("gemeenten?status=gehistoreerd", "gemeenten", []),
        ("postinfo?heeftGemeente=false", "postInfoObjecten", ["0612"]),
        ("postinfo?nuts3=BE234&postnaam=Ledeberg", "postInfoObjecten", ["9050"]),
        ("straatnamen?gemeentenaam=Gent&status=inGebruik&straatnaam=Bellevue", "straatnamen", ["69683"]),
        ("gebouwen?caPaKey=11001B0008-00G003", "gebouwen", ["6"]),
        ("gebouweenheden?adresObjectId=60", "gebouweenheden", ["2"]),
        ("gebouweenheden?gebouwObjectId=6&functie=nietGekend", "gebouweenheden", ["1"]),
        ("percelen?status=gerealiseerd", "percelen", ["11001B0008-00G002", "13013C0384-02H003"]),
    ],
)
def test_filters_of_other_registers(api: AddressRegisterSimulator, path: str, key: str, expected: list[str]) -> None:
    assert [one["identificator"]["objectId"] for one in get(api, f"/v2/{path}").json()[key]] == expected


def test_counts(api: AddressRegisterSimulator) -> None:
    assert get(api, "/v2/adressen/totaal-aantal?straatnaam=Lange Lei").json() == {"aantal": 1200}
    assert get(api, "/v2/adressen/totaal-aantal?straatnaam=Lange Lei&niscode=11001").json() == {"aantal": 1200}
    assert get(api, "/v2/percelen/totaal-aantal").json() == {"aantal": 2}


@pytest.mark.parametrize("written", ["13013C0384-02H003", "13013C0384/02H003", "13013C0384%2F02H003"])
def test_a_parcel_in_its_notations(api: AddressRegisterSimulator, written: str) -> None:
    answer = get(api, f"/v2/percelen/{written}").json()
    assert answer["identificator"]["objectId"] == "13013C0384-02H003"
    assert answer["caPaKey"] == "13013C0384/02H003"


@pytest.mark.parametrize(
    ("path", "status", "urn", "text"),
    [
        ("adressen/1", 404, "address:not-found", "Onbestaand adres."),
        ("adressen/abc", 404, "address:not-found", "Onbestaand adres."),
        ("adressen/61", 410, "address:gone", "Verwijderd adres."),
        ("gebouweenheden/99", 404, "buildingunit:not-found", "Onbestaande gebouweenheid."),
        ("percelen/x", 404, "parcel:not-found", "Onbestaand perceel."),
    ],
)
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_never_there_and_removed(
    api: AddressRegisterSimulator, version: str, path: str, status: int, urn: str, text: str
) -> None:
    answer = get(api, f"/{version}/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)
    problem = answer.json()
    assert problem["type"] == f"urn:be.vlaanderen.basisregisters.api:{urn}"
    assert (problem["status"], problem["detail"]) == (status, text)
    assert set(problem) == {"type", "title", "status", "detail", "instance"}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("offset=1000001", "De offset is beperkt tot 1000000, gebruik extra filters."),
        ("straat.naam=x", "Ongeldige vraag."),
        ("limit=veel", "limit"),
        ("limit=501", "limit"),
        ("offset=-1", "offset"),
    ],
)
def test_questions_that_are_refused(api: AddressRegisterSimulator, query: str, said: str) -> None:
    answer = get(api, f"/v2/adressen?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert said in (answer.json()["detail"], *answer.json().get("validationErrors", {}))


def test_the_last_page_that_may_be_asked_is_empty(api: AddressRegisterSimulator) -> None:
    answer = get(api, "/v2/adressen?offset=1000000")
    assert (answer.status_code, answer.json()["adressen"]) == (200, [])


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/html;q=0.9, */*;q=0.8", "application/ld+json"),
        ("application/xml", PROBLEM),
    ],
)
def test_media_types(api: AddressRegisterSimulator, accept: str, expected: str) -> None:
    answer = get(api, "/v2/adressen/60", accept=accept)
    assert answer.headers["content-type"] == expected
    assert answer.status_code == (406 if expected == PROBLEM else 200)


def test_a_known_version_is_not_sent_again(api: AddressRegisterSimulator) -> None:
    first = get(api, "/v2/adressen/60")
    assert first.headers["cache-control"] == "max-age=43200"
    again = get(api, "/v2/adressen/60", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert get(api, "/v2/adressen/60", if_none_match='"ander"').status_code == 200
    assert len({one.headers["x-correlation-id"] for one in (first, again)}) == 2


def test_keys(api: AddressRegisterSimulator) -> None:
    path = "/v2/adressen/60"
    assert get(api, path, key=None).status_code == 200
    assert get(api, f"{path}?apikey={KEY}", key=None).status_code == 200
    wrong = get(api, path, key="fout")
    assert (wrong.status_code, wrong.json()["detail"]) == (403, "Ongeldige API key.")
    keys = [one["detail"]["key"] for one in api.control.requests("v2.adressen.detail")[-3:]]
    assert keys == [None, "query", "header"]


def test_a_caller_without_a_key_is_cut_off_sooner(strict: AddressRegisterSimulator) -> None:
    path = "/v2/adressen/60"
    assert [get(strict, path, key=None).status_code for _ in range(3)] == [200, 429, 429]
    assert [get(strict, path).status_code for _ in range(3)] == [200, 200, 429]
    counted = strict.control.asked()
    assert counted["anonymous"] | {"peak": 0} == {"asked": 3, "refused": 2, "peak": 0}
    assert counted[KEY]["refused"] == 1
    strict.control.limit(KEY, None)
    assert get(strict, path).status_code == 200


def test_a_match_has_one_limit_for_all(strict: AddressRegisterSimulator) -> None:
    path = "/v2/adresmatch?postcode=9000&straatnaam=Teststraat"
    strict.control.limit(KEY, None)
    assert [get(strict, path).status_code for _ in range(2)] == [200, 429]
    assert get(strict, path, key=None).status_code == 429
    assert strict.control.asked()["adresmatch"]["asked"] == 3


def test_a_bucket_fills_up_with_time() -> None:
    clock = [0.0]
    throttle = Throttle({"a": 2.0}, burst_seconds=1.0, now=lambda: clock[0])
    assert [throttle.take("a") for _ in range(3)] == [True, True, False]
    clock[0] = 0.5
    assert [throttle.take("a") for _ in range(2)] == [True, False]
    clock[0] = 60.0
    assert [throttle.take("a") for _ in range(3)] == [True, True, False]
    assert throttle.take("anders")
    assert throttle.counters()["a"] == {"asked": 8, "refused": 3, "peak": 5}


def test_search(api: AddressRegisterSimulator) -> None:
    streets = get(api, "/v2/adressen/zoeken?q=lange l").json()
    assert [one["resultaat"] for one in streets["resultaten"]] == ["Lange Lei, Gent"]
    found = get(api, "/v2/adressen/zoeken?q=lange lei 1&resultaatType=adressen").json()["resultaten"]
    assert len(found) == 10
    assert set(found[0]) == {"id", "objectId", "detail", "resultaat"}
    assert get(api, "/v2/adressen/zoeken?q=lange lei 1&limit=51").status_code == 400
    assert get(api, "/v2/adressen/zoeken").status_code == 400
    assert get(api, "/v2/adressen/zoeken?q=lange&gemeenteNaam=Aartselaar").json() == {"resultaten": []}


def test_a_match_gives_ten_and_warns(api: AddressRegisterSimulator) -> None:
    boxes = get(api, "/v2/adresmatch?postcode=9000&straatnaam=Teststraat&huisnummer=42").json()["adresMatches"]
    assert [one.get("busnummer") for one in boxes] == [None, "5B"]
    typo = get(api, "/v2/adresmatch?gemeentenaam=gent&straatnaam=Lange Leij&huisnummer=7").json()["adresMatches"]
    assert [one["huisnummer"] for one in typo] == ["7"]
    unknown = get(api, "/v2/adresmatch?postcode=1234&gemeentenaam=Gent&straatnaam=Nergens").json()
    assert [one["code"] for one in unknown["warnings"]] == ["4"]
    assert [set(one) for one in unknown["adresMatches"]] == [{"@type", "gemeente", "score", "links"}]
    assert get(api, "/v2/adresmatch?straatnaam=Bellevue").status_code == 400


def test_v3_is_an_envelope(api: AddressRegisterSimulator) -> None:
    answer = get(api, "/v3/adressen/60").json()
    assert list(answer) == ["@context", "@type", "data", "_links"]
    data = answer["data"]
    assert (answer["@type"], data["@id"]) == ("AdresEnvelop", "https://data.vlaanderen.be/id/adres/60")
    own = data["identificator"]["gestructureerdeIdentificator"]
    assert own["lokaleIdentificator"] == "60"
    assert own["versieIdentificator"] == "2026-01-01T00:00:00+01:00"
    assert data["isDeelVan"] == {
        "@id": "https://data.vlaanderen.be/id/adres/59",
        "detail": f"{api.url}/v3/adressen/59",
    }
    street = data["heeftStraatnaam"]
    assert street["straatnaam"] == [{"@value": "Teststraat", "@language": "nl"}]
    assert street["homoniemToevoeging"] == [{"@value": "UK", "@language": "nl"}]
    assert data["status"]["code"] == "inGebruik"
    assert [one["gml"].count("EPSG/0/3812") for one in data["positie"]["geometrie"]] == [0, 1]


def test_a_list_of_v3(api: AddressRegisterSimulator) -> None:
    answer = get(api, "/v3/adressen?straatnaamObjectId=5000&limit=500").json()
    assert (answer["@type"], len(answer["data"])) == ("AdressenEnvelop", 500)
    assert answer["volgende"].startswith(f"{api.url}/v3/adressen?")
    for path in ("gemeenten", "postinfo", "straatnamen", "gebouwen", "gebouweenheden", "percelen"):
        first = get(api, f"/v3/{path}?limit=1").json()["data"][0]
        assert get(api, first["detail"].removeprefix(api.url)).json()["data"]["@id"] == first["@id"]


def test_v3_can_be_toggled_off() -> None:
    with AddressRegisterSimulator(AddressRegisterOptions(v3=False), run_as="thread", world=busy_world(1)) as off:
        answer = get(off, "/v3/adressen/60")
        assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")
        assert get(off, "/v2/adressen/60").status_code == 200
