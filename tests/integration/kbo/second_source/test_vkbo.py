"""The client of VKBO against the simulator, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from services.kbo.remote.vkbo import VkboClient, VkboConnection
from simulators.vkbo import VkboSimulator
from tests.integration.kbo.second_source.rows import ELSEWHERE, GONE, HERE, NOBODY, UNIT


@pytest.fixture
def connection(vkbo: VkboSimulator) -> VkboConnection:
    return VkboConnection(vkbo.url, total_seconds=5.0, per_second=1000.0, burst=100)


@pytest.fixture
async def client(connection: VkboConnection) -> AsyncIterator[VkboClient]:
    made = VkboClient(connection)
    yield made
    await made.close()


async def trouble(client: VkboClient) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await client.feature(HERE)
    assert HERE not in str(caught.value), "whose number it is may be a natural person"
    assert caught.value.message.startswith("VKBO (Digitaal Vlaanderen) ")
    return caught.value


async def test_a_number_is_found_or_not(client: VkboClient, vkbo: VkboSimulator) -> None:
    here, gone = await client.feature(HERE), await client.feature(GONE)
    assert here is not None
    assert (here.number, here.legal_name, here.vme, here.stopped) == (HERE, "VME Zeezicht", True, False)
    assert gone is not None
    assert gone.stopped
    assert await client.feature(NOBODY) is None
    [first, *_] = vkbo.control.requests()
    assert first["detail"]["query"] == {
        "f": "application/json", "filter-lang": "cql2-text", "filter": f"Ondernemingsnr='{HERE}'", "limit": "10"
    }  # fmt: skip


async def test_the_seat_is_elsewhere(client: VkboClient) -> None:
    assert await client.feature(ELSEWHERE) is None
    assert [unit.number for unit in await client.units(ELSEWHERE)] == [UNIT]
    assert await client.units(NOBODY) == ()


async def test_an_establishment_is_found_by_its_own_number(client: VkboClient) -> None:
    found = await client.feature(UNIT)
    assert found is not None
    assert found.enterprise == ELSEWHERE


async def test_a_raw_control_character_is_no_trouble(client: VkboClient, vkbo: VkboSimulator) -> None:
    vkbo.control.fault("raw_control")
    assert await client.feature(HERE) is not None


@pytest.mark.parametrize("kind", ["html", "broken", "huge", "ignore_filter"])
async def test_an_answer_that_is_none(client: VkboClient, vkbo: VkboSimulator, kind: str) -> None:
    vkbo.control.fault(kind)
    assert (await trouble(client)).code == "vkbo_unexpected_answer"
    assert await client.feature(HERE) is not None


async def test_a_filter_that_is_not_applied_is_no_proof_of_absence(client: VkboClient, vkbo: VkboSimulator) -> None:
    vkbo.control.fault("ignore_filter")
    with pytest.raises(Unavailable):
        await client.feature(NOBODY)


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "remote_busy"), (500, "remote_unavailable"), (502, "remote_unavailable"), (503, "remote_unavailable"),
     (302, "remote_redirects"), (400, "vkbo_unexpected_answer"), (404, "vkbo_unexpected_answer")],
)  # fmt: skip
async def test_statuses(client: VkboClient, vkbo: VkboSimulator, status: int, code: str) -> None:
    vkbo.control.fault("status", status=status, retry_after=90)
    found = await trouble(client)
    assert found.code == code
    assert found.retry_after_seconds == (90 if status in (429, 500, 502, 503) else None)


async def test_a_short_wait_that_the_server_asks_for_is_waited(client: VkboClient, vkbo: VkboSimulator) -> None:
    vkbo.control.fault("status", status=429, retry_after=0)
    assert await client.feature(HERE) is not None
    assert len(vkbo.control.requests()) == 2


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_says_that_it_is_about_the_network(
    client: VkboClient, vkbo: VkboSimulator, status: int
) -> None:
    vkbo.control.fault("status", status=status)
    with pytest.raises(Denied, match="netwerk van de stad") as caught:
        await client.feature(HERE)
    assert caught.value.code == "vkbo_denied"


@pytest.mark.parametrize(
    ("kind", "how", "code"),
    [("refuse", {}, "remote_broken"), ("cut", {}, "remote_broken"), ("cut", {"hard": True}, "remote_broken")],
)
async def test_a_connection_that_breaks(
    client: VkboClient, vkbo: VkboSimulator, kind: str, how: dict[str, Any], code: str
) -> None:
    vkbo.control.fault(kind, **how)
    assert (await trouble(client)).code == code


async def test_nobody_is_there(client: VkboClient, vkbo: VkboSimulator) -> None:
    with vkbo.down():
        assert (await trouble(client)).code == "remote_unreachable"


async def test_an_answer_that_does_not_come(connection: VkboConnection, vkbo: VkboSimulator) -> None:
    vkbo.control.fault("delay", ms=30_000)
    client = VkboClient(replace(connection, total_seconds=0.3))
    try:
        assert (await trouble(client)).code == "remote_timeout"
    finally:
        await client.close()


@pytest.mark.parametrize("number", ["", "0401.574.852", "040157485", "0' OR ''='", "٠٤٠١٥٧٤٨٥٢"])
async def test_only_numbers_go_into_a_filter(client: VkboClient, vkbo: VkboSimulator, number: str) -> None:
    for ask in (client.feature, client.units):
        with pytest.raises(ValueError, match="ten digits"):
            await ask(number)
    assert vkbo.control.requests() == []
