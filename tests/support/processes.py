"""The example service (`tests.support.example_process`) as a process: start, signal, wait for what it does."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from loketbus.settings import BusSettings
from tests.support.polling import wait_until
from tests.support.shared import REPOSITORY

DEADLINE_SECONDS = 60.0


class ExampleProcess:
    """One process at a time; `start` again after its end is a restart."""

    def __init__(self, folder: Path, settings: BusSettings) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        chosen = settings.model_dump(mode="json", include={"kafka", "topic_prefix", "var", "database"})
        (folder / "settings.json").write_text(json.dumps(chosen))

    @property
    def log(self) -> str:
        """What it said so far, over all its lives."""
        return (self._folder / "log").read_text(errors="replace")

    async def start(self) -> None:
        """Launch it and wait until it is ready."""
        self.launch()
        await self._until((self._folder / "ready").exists, "is ready")

    def launch(self) -> None:
        """Launch it."""
        (self._folder / "ready").unlink(missing_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.example_process", str(self._folder)],
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def reached(self, name: str) -> None:
        """Wait until a handler waits at `name`."""
        await self._until((self._folder / f"reached.{name}").exists, f"waits at {name}")

    def go(self, name: str) -> None:
        """Let the handler that waits at `name` go on, now and after a restart."""
        (self._folder / f"go.{name}").touch()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._running.send_signal(number)

    async def ended(self) -> int:
        """Wait for its end; the exit code, or minus the signal."""
        await wait_until(lambda: self._running.poll() is not None, DEADLINE_SECONDS, what="the process ends")
        return self._running.wait()

    def destroy(self) -> None:
        """SIGKILL, whatever state it is in."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    async def _until(self, condition: Callable[[], bool], what: str) -> None:
        def fine() -> bool:
            assert self._running.poll() is None, f"it ended with {self._running.returncode}:\n{self.log[-3000:]}"
            return condition()

        await wait_until(fine, DEADLINE_SECONDS, what=f"the process {what}")


@asynccontextmanager
async def example_process(folder: Path, settings: BusSettings) -> AsyncIterator[ExampleProcess]:
    """A process that is gone afterwards."""
    made = ExampleProcess(folder, settings)
    try:
        yield made
    finally:
        made.destroy()
