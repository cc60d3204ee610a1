"""The job in a service: with the real importer, its lane, what people see of it, and the age of the register."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from loketbus.outcomes import LaneState
from loketbus.runtime import Runtime
from loketbus.service import Service
from services.kbo.fetch_job import JOB, LANE, open_fetching, register_folder, status_path
from services.kbo.fetch_status import read_status
from services.kbo.register.importing import import_archives
from services.kbo.register.swapping import replica_state
from services.kbo.settings import KboSettings
from simulators.kbo.portal import KboPortal, PortalOptions
from tests.integration.kbo.fetching.drops import Shelf
from tests.integration.kbo.fetching.rounds import Clock
from tests.support.polling import wait_until

imports: list[str] = []


def wire(bus: Any) -> None:
    imports.clear()
    open_fetching(bus, imported=lambda: imports.append("done"))


SERVICE = Service("kbo", "Bedrijven", wire, KboSettings)


@pytest.fixture
def portal(shelf: Shelf, tmp_path: Path) -> Iterator[KboPortal]:
    shelf.lay_out(tmp_path / "portal", "F140", "U141")
    with KboPortal(PortalOptions(tmp_path / "portal"), run_as="thread") as running:
        yield running


@asynccontextmanager
async def running(settings: KboSettings, clock: Clock) -> AsyncIterator[Runtime[KboSettings]]:
    """The service with nothing but this job at work."""
    runtime = Runtime(SERVICE, settings, clock=clock)
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


def settings(portal: KboPortal, folder: Path, password: str = "geheim") -> KboSettings:
    account: dict[str, Any] = {"kbo_portal_user": "loketbus", "kbo_portal_password": SecretStr(password)}
    return KboSettings(var=folder / "var", kbo_drop="portal", kbo_portal_url=portal.url, **account)


async def test_from_portal_to_register(portal: KboPortal, shelf: Shelf, tmp_path: Path) -> None:
    clock, using = Clock(), settings(portal, tmp_path)
    async with running(using, clock) as runtime:
        await wait_until(lambda: read_status(status_path(using)).next_at, what="a round")
        state = replica_state(register_folder(using))
        assert state is not None
        assert (state.extract, state.snapshot) == (141, date(2025, 10, 5))
        assert imports == ["done"]
        status = read_status(status_path(using))
        assert status.loaded is not None
        assert status.loaded.archives == (shelf.name("F140"), shelf.name("U141"))
        seconds = (clock() - datetime(2025, 10, 5, tzinfo=UTC)).total_seconds()
        shown = runtime.meter.metrics.render()[0].decode()
        assert f"\nloketbus_kbo_register_age_seconds {seconds}\n" in shown
        assert "\nloketbus_kbo_register_extract 141.0\n" in shown
        assert runtime.gates[LANE].status.state is LaneState.UP


async def test_a_register_that_cannot_be_read_is_fetched_again(portal: KboPortal, shelf: Shelf, tmp_path: Path) -> None:
    using = settings(portal, tmp_path)
    folder = register_folder(using)
    import_archives(folder, [tmp_path / "portal" / shelf.name(name) for name in ("F140", "U141")])
    (folder / "current" / "search.db").unlink()
    async with running(using, Clock()) as runtime:
        await wait_until(lambda: read_status(status_path(using)).next_at, what="a round")
        state = replica_state(folder)
        assert state is not None
        assert (state.extract, (state.path / "search.db").is_file()) == (141, True)
        assert imports == ["done"]
        assert runtime.gates[LANE].status.state is LaneState.UP


async def test_a_wrong_password_is_tried_once_per_back_off(portal: KboPortal, tmp_path: Path) -> None:
    clock = Clock()

    def logins() -> int:
        return len(portal.control.requests("login"))

    async with running(settings(portal, tmp_path, "fout"), clock) as runtime:
        await wait_until(lambda: runtime.health.problems, what="the trouble is told")
        [job] = [job for job in runtime.wiring.jobs if job.name == JOB]
        for _ in range(2):  # the second is heard when the first was dealt with
            job.wake.set()
            await wait_until(lambda: not job.wake.is_set(), what="somebody asked for it all the same")
        assert logins() == 1
        assert runtime.gates[LANE].status.state is LaneState.DENIED
        ready, reasons = runtime.health.ready()
        assert ready
        assert "LOKETBUS_KBO_PORTAL_PASSWORD" in reasons[f"verbinding {LANE}"]
        clock.ahead += timedelta(minutes=3)
        job.wake.set()
        await wait_until(lambda: logins() == 2, what="the next attempt")


async def test_without_a_drop_there_is_only_the_age(tmp_path: Path) -> None:
    runtime = Runtime(SERVICE, KboSettings(var=tmp_path))
    assert runtime.wiring.jobs == []
    shown = runtime.meter.metrics.render()[0].decode()
    assert "# TYPE loketbus_kbo_register_age_seconds gauge" in shown
    assert "\nloketbus_kbo_register_age_seconds " not in shown, "no register has no age"
    runtime.ledger.close()
