"""The change feeds: their pages and positions, and events that the published schemas and the real samples accept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from simulators.address.api import AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.model import EVENT_BASE
from tests.integration.simulators.address.asking import get
from tests.integration.simulators.address.real_events import real, unlike_real
from tests.integration.simulators.address.samples import busy_world, events, needs_samples

FREE = AddressRegisterOptions(key_per_second=None)
FEED = "/v3/feeds/wijzigingen"
REGISTERS = ("gemeenten", "postinfo", "straatnamen", "adressen", "gebouwen", "gebouweenheden", "percelen")


@pytest.fixture
def api() -> Iterator[AddressRegisterSimulator]:
    with AddressRegisterSimulator(FREE, run_as="thread", world=busy_world(145)) as running:
        yield running


def everything(api: AddressRegisterSimulator, register: str) -> list[dict[str, Any]]:
    """As the official consumer reads: the next page only after a complete one."""
    found: list[dict[str, Any]] = []
    page = 1
    while True:
        answer = get(api, f"{FEED}/{register}", {"pagina": page})
        found += answer.json()
        if answer.headers["x-page-complete"] != "true":
            return found
        page += 1


def position(api: AddressRegisterSimulator, **asked: Any) -> tuple[Any, Any, Any]:
    told = get(api, "/v3/feeds/posities", asked).json()
    return told["feed"], told["wijzigingenFeedPagina"], told["wijzigingenFeedId"]


def test_the_feed_begins_with_all_that_exists(api: AddressRegisterSimulator) -> None:
    first, second = (get(api, f"{FEED}/adressen", {"pagina": page}) for page in (1, 2))
    assert first.headers["content-type"] == "application/cloudevents-batch+json"
    assert [len(one.json()) for one in (first, second)] == [100, 50]
    assert [one.headers["x-page-complete"] for one in (first, second)] == ["true", "false"]
    numbers = [int(one["id"]) for one in everything(api, "adressen")]
    assert numbers == list(range(EVENT_BASE - 149, EVENT_BASE + 1))
    assert (get(api, f"{FEED}/adressen", {"pagina": 3}).json(), get(api, f"{FEED}/adressen").json()) == (
        [],
        first.json(),
    )
    assert get(api, f"{FEED}/adressen", {"pagina": 0}).status_code == 400


def test_a_page_that_is_known_is_not_sent_again(api: AddressRegisterSimulator) -> None:
    etag = get(api, f"{FEED}/adressen", {"pagina": 1}).headers["etag"]
    again = get(api, f"{FEED}/adressen", if_none_match=etag)
    assert (again.status_code, again.headers["x-page-complete"]) == (304, "true")


@pytest.mark.parametrize("path", [f"{FEED}/adressen", "/v3/feeds/posities?register=adressen"])
def test_feeds_want_a_key(api: AddressRegisterSimulator, path: str) -> None:
    without = get(api, path, key=None)
    assert (without.status_code, without.json()["detail"]) == (401, "API key verplicht.")
    wrong = get(api, path, key="fout")
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "Ongeldige API key.")


def test_positions(api: AddressRegisterSimulator) -> None:
    assert position(api, register="Adressen", download=EVENT_BASE) == (EVENT_BASE, 2, EVENT_BASE)
    assert position(api, register="adressen", wijzigingFeedId=EVENT_BASE - 100) == (
        EVENT_BASE - 100, 1, EVENT_BASE - 100,
    )  # fmt: skip
    assert position(api, register="adressen", feed=1) == (None, None, None)
    assert position(api, register="adressen") == position(api) == (None, None, None)
    assert get(api, "/v3/feeds/posities", {"register": "huizen", "download": 1}).status_code == 400


@needs_samples
@pytest.mark.parametrize("register", REGISTERS)
def test_a_create_looks_like_a_real_one(api: AddressRegisterSimulator, register: str) -> None:
    ours = everything(api, register)
    assert ours[0]["type"] == next(one["type"] for one in real(register) if one["type"].endswith(".create.v1"))
    assert [unlike_real(event) for event in ours if unlike_real(event)] == []


@needs_samples
@pytest.mark.parametrize("name", ["address-removal-corrected", "address-create-update-transform"])
def test_real_events_can_be_put(name: str) -> None:
    given = events()[name]
    with AddressRegisterSimulator(AddressRegisterOptions(history=False), run_as="thread", world=busy_world(1)) as api:
        assert position(api, register="adressen", download=EVENT_BASE) == (None, None, None)
        own = [event["id"] for event in given]
        assert api.control.put_events("adressen", given, keep_ids=True) == own
        assert everything(api, "adressen") == given
        assert position(api, register="adressen", download=int(own[1])) == (int(own[1]), 1, int(own[1]))
        fresh = api.control.put_events("adressen", given)
        assert [int(one) for one in fresh] == list(range(EVENT_BASE + 1, EVENT_BASE + 1 + len(given)))
        assert [one["data"] for one in everything(api, "adressen")] == [one["data"] for one in given] * 2
