"""What goes wrong on purpose, as a client meets it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from simulators._common.control import ControlError
from simulators.address.api import AddressRegisterOptions, AddressRegisterSimulator
from tests.integration.simulators.address.asking import get
from tests.integration.simulators.address.samples import busy_world

ADDRESS, FEED = "/v2/adressen/60", "/v3/feeds/wijzigingen/adressen"


@pytest.fixture(scope="module")
def running() -> Iterator[AddressRegisterSimulator]:
    options = AddressRegisterOptions(key_per_second=None)
    with AddressRegisterSimulator(options, run_as="thread", world=busy_world(145)) as api:
        yield api


@pytest.fixture
def api(running: AddressRegisterSimulator) -> Iterator[AddressRegisterSimulator]:
    yield running
    running.control.clear_faults()


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (401, "API key verplicht."),
        (403, "Ongeldige API key."),
        (429, "Het aantal requests per seconde heeft de limiet overschreden."),
        (500, "Er is een interne fout opgetreden."),
        (503, "Er is een interne fout opgetreden."),
    ],
)
def test_a_status_with_and_without_a_moment_to_come_back(api: AddressRegisterSimulator, status: int, text: str) -> None:
    api.control.fault("status", status=status, retry_after=7)
    api.control.fault("status", status=status, skip=1)
    timed, bare = get(api, ADDRESS), get(api, ADDRESS)
    assert [one.status_code for one in (timed, bare)] == [status, status]
    assert [one.headers.get("retry-after") for one in (timed, bare)] == ["7", None]
    assert (bare.json()["detail"], bare.headers["content-type"]) == (text, "application/problem+json")
    assert get(api, ADDRESS).status_code == 200


def test_a_fault_strikes_only_whom_it_is_for(api: AddressRegisterSimulator) -> None:
    api.control.fault("status", operation="v2.adressen.detail", items=["60"], count=None)
    assert [get(api, f"/v2/adressen/{one}").status_code for one in (59, 60, 60)] == [200, 503, 503]
    assert get(api, "/v2/adressen?straatnaamObjectId=748").status_code == 200
    logged = api.control.requests("v2.adressen.detail")[-2:]
    assert [(one["ids"], one["status"], one["faults"]) for one in logged] == [(["60"], 503, ["status"])] * 2


@pytest.mark.parametrize("kind", ["refuse", "cut"])
def test_faults_of_the_connection(api: AddressRegisterSimulator, kind: str) -> None:
    api.control.fault(kind)
    with pytest.raises(httpx.TransportError):
        get(api, ADDRESS)
    assert get(api, ADDRESS).status_code == 200


@pytest.mark.parametrize("kind", ["html", "broken"])
def test_answers_that_are_no_json(api: AddressRegisterSimulator, kind: str) -> None:
    api.control.fault(kind)
    answer = get(api, ADDRESS)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html") is (kind == "html")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_too_large(api: AddressRegisterSimulator) -> None:
    api.control.fault("too_large", rows=50, count=None)
    large = get(api, "/v2/adressen", {"limit": 100})
    assert (large.status_code, large.json()["detail"][:20]) == (500, "Response is te groot")
    assert get(api, "/v2/adressen", {"limit": 50}).status_code == 200


def test_pages_of_a_feed_go_wrong(api: AddressRegisterSimulator) -> None:
    good = get(api, FEED).json()
    api.control.fault("duplicate")
    assert get(api, FEED).json() == [event for event in good for _ in range(2)]
    api.control.fault("reorder", operation="feed.adressen", items=["1"])
    assert get(api, FEED, {"pagina": 2}).json() != good[::-1]
    assert get(api, FEED, {"pagina": 1}).json() == good[::-1]
    api.control.fault("incomplete", keep=30)
    part = get(api, FEED)
    assert (part.json(), part.headers["x-page-complete"]) == (good[:30], "false")


def test_slow_but_right(api: AddressRegisterSimulator) -> None:
    api.control.fault("delay", ms=1)
    assert get(api, ADDRESS).status_code == 200
    assert api.control.requests("v2.adressen.detail")[-1]["faults"] == ["delay"]


def test_a_fault_that_does_not_exist(api: AddressRegisterSimulator) -> None:
    with pytest.raises(ControlError, match="onbestaand"):
        api.control.fault("onbestaand")


def test_nobody_listens_while_it_is_down_and_nothing_is_lost(api: AddressRegisterSimulator) -> None:
    api.control.remove(10_001)
    before = [get(api, FEED, {"pagina": page}).json() for page in (1, 2)]
    with api.down(), pytest.raises(httpx.ConnectError):
        get(api, ADDRESS)
    assert get(api, "/v2/adressen/10001").status_code == 410
    assert [get(api, FEED, {"pagina": page}).json() for page in (1, 2)] == before
