"""The change feed over real HTTP: pages, positions, and what is no page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from services.address.remote.connection import Connection, RegisterConnection
from services.address.remote.feed import ChangeFeed, Position
from simulators.address.api import AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.model import EVENT_BASE
from simulators.address.world import World
from tests.integration.address.live.conftest import LONG, Outside


@pytest.fixture
def feed(connection: RegisterConnection) -> ChangeFeed:
    return ChangeFeed(connection)


@pytest.fixture
async def empty(world: World, place: Connection) -> AsyncIterator[tuple[AddressRegisterSimulator, ChangeFeed]]:
    """A feed without history."""
    with AddressRegisterSimulator(AddressRegisterOptions(history=False), run_as="thread", world=world) as running:
        connection = RegisterConnection(replace(place, url=running.url))
        yield running, ChangeFeed(connection)
        await connection.close()


def event(**changes: Any) -> dict[str, Any]:
    """The outside of one of the samples; None takes a field away."""
    known = {
        "specversion": "1.0", "id": "4419551", "time": "2024-11-28T10:17:18.502694+01:00",
        "type": "basisregisters.address.update.v1", "source": "https://api.basisregisters.vlaanderen.be",
        "data": {"objectId": "30411696", "attributen": []},
    }  # fmt: skip
    return {key: value for key, value in {**known, **changes}.items() if value is not None}


async def test_pages_to_the_end(feed: ChangeFeed, outside: Outside) -> None:
    first = await feed.page("adressen", 1)
    assert (len(first.events), first.complete) == (100, True)
    numbers, page = [], 1
    while (one := await feed.page("adressen", page)).complete:
        numbers += [int(event["id"]) for event in one.events]
        page += 1
    numbers += [int(event["id"]) for event in one.events]
    assert numbers == sorted(set(numbers))
    assert len(numbers) > LONG
    asked = outside.requests("feed.adressen")[0]
    assert (asked["detail"]["query"], asked["detail"]["key"]) == ({"pagina": "1"}, "header")
    assert await feed.page("adressen", page + 1) == await feed.page("adressen", page + 2), "empty, and not complete"


@pytest.mark.parametrize("kind", ["duplicate", "reorder", "incomplete"])
async def test_what_the_feed_tells_is_passed_on_as_it_comes(feed: ChangeFeed, outside: Outside, kind: str) -> None:
    whole = await feed.page("adressen", 1)
    outside.fault(kind)
    page = await feed.page("adressen", 1)
    assert {one["id"] for one in page.events} <= {one["id"] for one in whole.events}
    assert page != whole
    assert page.complete is (kind != "incomplete")


async def test_where_to_begin_after_a_download(feed: ChangeFeed) -> None:
    position = await feed.position("adressen", download=EVENT_BASE)
    assert position.page is not None
    last = await feed.page("adressen", position.page)
    assert position.event == int(last.events[-1]["id"])
    assert await feed.position("adressen", event=position.event) == position
    assert (await feed.position("adressen", feed=position.event)).page == position.page


async def test_a_register_that_does_not_say_where(feed: ChangeFeed) -> None:
    """Before its first event, as v3 does of registers whose feed is not ready."""
    assert await feed.position("adressen", download=0) == Position(None, None, None)


@pytest.mark.parametrize("given", [{}, {"download": 1, "feed": 1}])
async def test_a_position_is_asked_by_one_thing(feed: ChangeFeed, given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        await feed.position("adressen", **given)


async def test_the_feed_wants_a_key(place: Connection) -> None:
    connection = RegisterConnection(replace(place, key=None))
    with pytest.raises(Denied, match="vraagt een API-sleutel"):
        await ChangeFeed(connection).page("adressen", 1)
    with pytest.raises(Denied):
        await ChangeFeed(connection).position("adressen", download=1)
    await connection.close()


@pytest.mark.parametrize(
    ("kind", "code"),
    [("html", "register_unexpected_answer"), ("broken", "register_unexpected_answer"), ("cut", "remote_broken"),
     ("refuse", "remote_broken"), ("status", "remote_unavailable")],
)  # fmt: skip
async def test_no_page(feed: ChangeFeed, outside: Outside, kind: str, code: str) -> None:
    for ask in (feed.page("adressen", 1), feed.position("adressen", download=EVENT_BASE)):
        outside.fault(kind, count=1, **({"at": 10} if kind == "cut" else {}))
        with pytest.raises(Unavailable) as caught:
            await ask
        assert caught.value.code == code


async def test_events_as_they_are(empty: tuple[AddressRegisterSimulator, ChangeFeed]) -> None:
    outside, feed = empty
    assert await feed.page("adressen", 1) == await feed.page("adressen", 2)
    transform = event(id="4419555", type="basisregisters.address.transform.v1", extension={"unknown": [1]})
    outside.control.put_events("adressen", [event(), transform], keep_ids=True)
    page = await feed.page("adressen", 1)
    assert [one["id"] for one in page.events] == ["4419551", "4419555"]
    assert page.events[1]["extension"] == {"unknown": [1]}
    assert not page.complete


async def test_one_odd_event_does_not_hold_up_the_others(empty: tuple[AddressRegisterSimulator, ChangeFeed]) -> None:
    outside, feed = empty
    odd = event(type=None, data="x")
    outside.control.put_events("adressen", [event(), odd, event(id="4419555")], keep_ids=True)
    page = await feed.page("adressen", 1)
    assert (len(page.events), page.events[1]) == (3, odd)
