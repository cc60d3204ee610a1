"""`python -m tests.support.example_process FOLDER`: the example service as a process that a test can freeze and kill.

`FOLDER/settings.json` holds the settings; `FOLDER/ready` is written when the service is ready. The text of an event
names where its handler waits: `prepare:NAME` (in `prepare`), `block:NAME` (in `prepare`, with the whole event loop) and
`apply:NAME` (in the transaction, after everything was written). The process then writes `FOLDER/reached.NAME` and goes
on when `FOLDER/go.NAME` is there.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
import time
from pathlib import Path
from typing import Any

from loketbus_contracts.envelope import Event

from loketbus.consume.host import Limits
from loketbus.ledger.tx import Tx
from loketbus.runtime import Runtime, run_until
from loketbus.settings import BusSettings
from tests.support.example import TellHandler, Told, example_service
from tests.support.polling import wait_until

POLL_SECONDS = 0.01
LIMITS = Limits(
    session_timeout_seconds=3, watch_seconds=0.1, graceful_seconds=0.5, restart_base_seconds=0.2, restart_cap_seconds=1
)


class WaitingHandler(TellHandler):
    """The example's handler, which waits where an event's text says so."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    async def prepare(self, event: Event[Told]) -> None:
        """Wait here, alone or with everything."""
        where, name = _asked(event)
        if where == "prepare":
            self._flag("reached", name).touch()
            await wait_until(self._flag("go", name).exists, 600)
        elif where == "block":
            self._wait(name)

    def apply(self, tx: Tx, event: Event[Told], prepared: None) -> None:
        """Apply, then wait before the commit."""
        super().apply(tx, event, prepared)
        where, name = _asked(event)
        if where == "apply":
            self._wait(name)

    def _wait(self, name: str) -> None:
        self._flag("reached", name).touch()
        while not self._flag("go", name).exists():
            time.sleep(POLL_SECONDS)

    def _flag(self, what: str, name: str) -> Path:
        return self._folder / f"{what}.{name}"


def _asked(event: Event[Told]) -> tuple[str, str]:
    where, _, name = event.data.text.partition(":")
    return where, name


async def main(folder: Path) -> None:
    """Run until SIGTERM."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = BusSettings(**_settings(folder))
    runtime = Runtime(example_service(WaitingHandler(folder)), settings, limits=LIMITS, relay_lease_seconds=3)
    async with runtime:
        watching = asyncio.create_task(_tell_when_ready(runtime, folder / "ready"))
        await run_until(runtime, stop)
        watching.cancel()


async def _tell_when_ready(runtime: Runtime[Any], flag: Path) -> None:
    await wait_until(lambda: runtime.health.ready()[0], 600)
    flag.touch()  # noqa: ASYNC240 - nothing else to do meanwhile


def _settings(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "settings.json").read_text())
    return found


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
