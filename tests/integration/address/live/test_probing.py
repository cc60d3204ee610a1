"""What `loketbus doctor` finds at the register."""

from __future__ import annotations

from typing import Any

import pytest

from services.address.remote.probing import FEED, probe, probe_now
from services.address.settings import AddressSettings
from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.world import World
from tests.integration.address.live.conftest import Outside


def settings(outside: Outside | AddressRegisterSimulator | None = None, **more: Any) -> AddressSettings:
    url = None if outside is None else outside.url
    return AddressSettings(**{"address_api_url": url, "address_api_key": KEY, **more})


async def test_nothing_is_said_of_a_register_that_is_not_asked() -> None:
    assert await probe(settings()) == []


@pytest.mark.parametrize("version", ["v2", "v3"])
async def test_all_is_well(outside: Outside, version: str) -> None:
    found = await probe(settings(outside, address_api_version=version))
    assert [(one.what, one.ok) for one in found] == [(f"Adressenregister 127.0.0.1 ({version})", True), (FEED, True)]
    assert len(await probe(settings(outside, address_feed=False))) == 1


async def test_it_can_be_asked_within_a_loop(outside: Outside) -> None:
    assert all(one.ok for one in probe_now(settings(outside)))


async def test_a_wrong_key(outside: Outside) -> None:
    for one in await probe(settings(outside, address_api_key="verkeerd")):
        assert not one.ok
        assert "LOKETBUS_ADDRESS_API_KEY" in one.advice
        assert "verkeerd" not in one.advice


async def test_no_key(outside: Outside) -> None:
    api, feed = await probe(settings(outside, address_api_key=None))
    assert (api.ok, feed.ok) == (True, False)
    assert "LOKETBUS_ADDRESS_FEED" in feed.advice


async def test_a_version_that_is_switched_off(world: World) -> None:
    with AddressRegisterSimulator(AddressRegisterOptions(v3=False), run_as="thread", world=world) as without:
        found = await probe(settings(without, address_api_version="v3"))
        assert [one.ok for one in found] == [False, False]
        assert "LOKETBUS_ADDRESS_API_URL" in found[0].advice


async def test_nobody_is_there(outside: Outside) -> None:
    with outside.down():
        found = await probe(settings(outside))
    assert [one.ok for one in found] == [False, False]
    assert "niet bereikbaar" in found[0].advice


async def test_a_key_is_not_sent_in_clear_over_the_network() -> None:
    found = await probe(settings(address_api_url="http://register.example", address_feed=False))
    assert [one.ok for one in found] == [False]
    assert "https://" in found[0].advice
