"""The job in a service: only with an address and a key, and a refused key is a state of its lane."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from loketbus.outcomes import LaneState
from loketbus.runtime import Runtime
from loketbus.service import Service
from services.address.feed_job import JOB, LANE, open_feed
from services.address.live import open_connection
from services.address.register.applying import position
from services.address.settings import AddressSettings, register_folder
from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from tests.integration.address.feed.conftest import MARKT, town
from tests.integration.simulators.address.samples import sample_world
from tests.support import address_feed as feed
from tests.support.address_feed import rows
from tests.support.polling import wait_until

woken: list[str] = []


def wire(bus: Any) -> None:
    woken.clear()
    open_feed(bus, open_connection(bus), lambda: woken.append("changed"))


SERVICE = Service("address", "Adressen", wire, AddressSettings)


@pytest.fixture
def simulator() -> Iterator[AddressRegisterSimulator]:
    """Its feeds begin with what happens from now on."""
    options = AddressRegisterOptions(key_per_second=None, history=False)
    with AddressRegisterSimulator(options, run_as="thread", world=sample_world()) as running:
        yield running


def settings(simulator: AddressRegisterSimulator, folder: Path, key: str | None = KEY) -> AddressSettings:
    secret = None if key is None else SecretStr(key)
    return AddressSettings(
        var=folder / "var", address_api_url=simulator.url, address_api_key=secret, address_api_per_second=1_000
    )


@asynccontextmanager
async def running(using: AddressSettings) -> AsyncIterator[Runtime[AddressSettings]]:
    """The service with nothing but this job at work."""
    runtime = Runtime(SERVICE, using)
    [runner] = [runner for runner in runtime.jobs if runner.job.name == JOB]
    task = asyncio.create_task(runner.run())
    try:
        yield runtime
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        for close in reversed(runtime.wiring.closers):
            await close()
        runtime.ledger.close()


async def test_what_the_register_changes_arrives(simulator: AddressRegisterSimulator, tmp_path: Path) -> None:
    using = settings(simulator, tmp_path)
    file = town().save(register_folder(using))
    simulator.control.put_events("adressen", [feed.address(300, MARKT, "22")])
    async with running(using) as runtime:
        await wait_until(lambda: rows(file, "SELECT id FROM address WHERE id = 300"), what="the new address")
        await wait_until(lambda: woken, what="who follows addresses is told")
        await wait_until(lambda: (at := position(file, "percelen")) is not None and at.page, what="the last register")
        assert runtime.gates[LANE].status.state is LaneState.UP
        assert runtime.health.problems == {}


async def test_a_key_that_is_refused_is_a_state_of_the_lane(
    simulator: AddressRegisterSimulator, tmp_path: Path
) -> None:
    using = settings(simulator, tmp_path, key="verlopen")
    town().save(register_folder(using))
    async with running(using) as runtime:
        await wait_until(lambda: runtime.health.problems, what="the trouble is told")
        assert runtime.gates[LANE].status.state is LaneState.DENIED
        assert "LOKETBUS_ADDRESS_API_KEY" in runtime.health.ready()[1][f"verbinding {LANE}"]


@pytest.mark.parametrize("without", ["url", "key", "wish"])
async def test_without_an_address_a_key_or_the_wish_there_is_no_job(
    simulator: AddressRegisterSimulator, tmp_path: Path, without: str
) -> None:
    whole = settings(simulator, tmp_path)
    given = {"url": {"address_api_url": None}, "key": {"address_api_key": None}, "wish": {"address_feed": False}}
    runtime = Runtime(SERVICE, whole.model_copy(update=given[without]))
    assert [job.name for job in runtime.wiring.jobs] == []
    for close in runtime.wiring.closers:
        await close()
    runtime.ledger.close()
