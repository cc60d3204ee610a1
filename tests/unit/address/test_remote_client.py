"""What a register in good order never answers, so that the simulator does not either."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from loketbus.errors import Unavailable
from services.address.remote.client import RegisterClient
from services.address.remote.connection import DETAIL_MAX_BYTES, Connection, RegisterConnection
from services.address.remote.feed import EVENTS_MAX, ChangeFeed
from services.address.remote.surroundings import look_around

ITEM = {
    "identificator": {"objectId": "307106", "versieId": "2011-04-29T14:50:10+02:00"}, "huisnummer": "4",
    "adresStatus": "inGebruik",
}  # fmt: skip
Answer = Callable[[httpx.Request], httpx.Response]


def connected(answer: Answer) -> RegisterConnection:
    place = Connection("https://register.example/api", "sleutel", per_second=1_000.0, burst=100)
    return RegisterConnection(place, transport=httpx.MockTransport(answer))


def told(body: Any, headers: Mapping[str, str] | None = None, status: int = 200) -> Answer:
    return lambda request: httpx.Response(status, content=json.dumps(body).encode(), headers=headers)


async def unexpected(ask: Any) -> str:
    with pytest.raises(Unavailable) as caught:
        await ask
    assert caught.value.code == "register_unexpected_answer"
    assert "sleutel" not in str(caught.value)
    return caught.value.detail or ""


async def test_a_filter_that_was_not_applied_is_no_answer() -> None:
    register = RegisterClient(connected(told({"adressen": [ITEM]})))
    assert [one.id for one in await register.addresses_at(1)] == [307106]
    assert [one.id for one in await register.addresses_at(1, "4")] == [307106]
    assert "not asked for" in await unexpected(register.addresses_at(1, "40"))


async def test_a_list_that_goes_on_elsewhere_is_not_followed() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.host))
        body = {"adressen": [ITEM], "volgende": "https://elsewhere.example/api/v2/adressen?offset=500&limit=500"}
        return httpx.Response(200, content=json.dumps(body).encode())

    assert "another server" in await unexpected(RegisterClient(connected(answer)).addresses_at(1))
    assert asked == ["register.example"]


async def test_a_list_without_end_ends() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        following = request.url.copy_set_param("offset", str(int(request.url.params["offset"]) + 1))
        return httpx.Response(200, content=json.dumps({"adressen": [ITEM], "volgende": str(following)}).encode())

    assert "without bounds" in await unexpected(RegisterClient(connected(answer)).addresses_at(1))


@pytest.mark.parametrize("body", [{}, {"data": []}, {"adressen": {}}, {"adressen": [1]}, [], "x", None])
async def test_a_list_that_is_none_is_not_an_empty_list(body: Any) -> None:
    await unexpected(RegisterClient(connected(told(body))).addresses_at(1))


async def test_an_answer_larger_than_we_read_is_asked_in_smaller_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        items = [ITEM] * int(request.url.params["limit"])
        return httpx.Response(200, content=json.dumps({"adressen": items}).encode())

    monkeypatch.setattr("services.address.remote.client.LIST_MAX_BYTES", 10_000)
    assert len(await RegisterClient(connected(answer)).addresses_at(1)) == 1


async def test_a_detail_without_bounds_is_no_answer() -> None:
    register = RegisterClient(connected(told({"x": "x" * DETAIL_MAX_BYTES})))
    assert "without bounds" in await unexpected(register.address(307106))


async def test_unchanged_to_who_held_nothing_against_it() -> None:
    assert "unchanged" in await unexpected(RegisterClient(connected(told("", status=304))).address(307106))


async def test_a_redirect_does_not_get_our_key() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url.host))
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/login"})

    with pytest.raises(Unavailable) as caught:
        await RegisterClient(connected(answer)).address(307106)
    assert (caught.value.code, asked) == ("remote_redirects", ["register.example"])


@pytest.mark.parametrize("body", [{}, "x", None, [{}] * (EVENTS_MAX + 1)])
async def test_what_is_no_page_of_the_feed(body: Any) -> None:
    await unexpected(ChangeFeed(connected(told(body))).page("adressen", 1))


@pytest.mark.parametrize(
    ("header", "complete", "unsaid"),
    [("true", True, False), ("True", True, False), ("false", False, False), (None, False, True), ("1", False, True)],
)
async def test_a_page_is_only_complete_when_the_register_says_so(
    header: str | None, complete: bool, unsaid: bool
) -> None:
    feed = ChangeFeed(connected(told([7], None if header is None else {"x-page-complete": header})))
    page = await feed.page("adressen", 1)
    assert (page.events, page.complete, page.unsaid) == ((7,), complete, unsaid)


@pytest.mark.parametrize("body", [[], {"feed": "1"}, {"feed": -1}, {"wijzigingenFeedId": True}, {"feed": 1.5}])
async def test_what_is_no_position(body: Any) -> None:
    await unexpected(ChangeFeed(connected(told(body))).position("adressen", download=1))


async def test_a_feed_that_is_not_ready_says_only_where_the_older_one_stands() -> None:
    body = {"feed": 7, "wijzigingenFeedPagina": None, "wijzigingenFeedId": None}
    position = await ChangeFeed(connected(told(body))).position("straatnamen", download=7)
    assert (position.feed, position.event, position.page) == (7, None, None)


async def test_a_unit_that_does_not_know_the_address_is_not_its_unit() -> None:
    """A list may be older than the detail behind it."""
    name = {"geografischeNaam": {"spelling": "Moensstraat", "taal": "nl"}}
    address = {
        **ITEM, "straatnaam": {"objectId": "1", "straatnaam": name}, "officieelToegekend": True,
        "gemeente": {"objectId": "12025", "gemeentenaam": name},
    }  # fmt: skip
    listed = [{"identificator": {"objectId": number}} for number in ("6", "7")]
    answers: dict[str, Any] = {
        "/api/v2/adressen/307106": address,
        "/api/v2/gebouweenheden": {"gebouweenheden": listed},
        "/api/v2/percelen": {"percelen": []},
    }
    for number, linked in (("6", "307106"), ("7", "999")):
        answers[f"/api/v2/gebouweenheden/{number}"] = {
            "identificator": {"objectId": number, "versieId": "v"}, "gebouweenheidStatus": "gerealiseerd",
            "functie": "nietGekend", "gebouw": {"objectId": number}, "adressen": [{"objectId": linked}],
        }  # fmt: skip
    gone = {"type": "urn:be.vlaanderen.basisregisters.api:building:gone", "detail": "Verwijderd gebouw."}

    def answer(request: httpx.Request) -> httpx.Response:
        found = answers.get(request.url.path)
        return httpx.Response(410 if found is None else 200, content=json.dumps(found or gone).encode())

    around = await look_around(RegisterClient(connected(answer)), 307106)
    assert ([unit.id for unit in around.units], around.buildings, around.parcels) == ([6], (), ())
