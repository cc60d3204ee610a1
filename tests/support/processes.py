"""The example service as a real process in a test's hands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from loketbus.settings import BusSettings
from tests.support.polling import wait_until
from tests.support.shared import REPOSITORY

DEADLINE_SECONDS = 60.0


class ExampleProcess:
    """One process; `start` again after its end is a restart."""

    def __init__(self, folder: Path, settings: BusSettings) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        chosen = settings.model_dump(mode="json", include={"kafka", "topic_prefix", "var", "database"})
        (folder / "settings.json").write_text(json.dumps(chosen))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """Everything it wrote, over all its lives."""
        return (self.folder / "log").read_text(errors="replace")

    async def start(self) -> None:
        """Start it and wait until it is ready."""
        (self.folder / "ready").unlink(missing_ok=True)
        await self.launch()
        await self._until((self.folder / "ready").exists, "is ready")

    async def launch(self) -> None:
        """Start it."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.example_process", str(self.folder)],
                cwd=REPOSITORY,
                stdout=log,
                stderr=log,
            )

    async def reached(self, name: str) -> None:
        """Wait until a handler waits at `name`."""
        await self._until((self.folder / f"reached.{name}").exists, f"waits at {name}")

    def go(self, name: str) -> None:
        """Let the handler that waits at `name` go on, now and after a restart."""
        (self.folder / f"go.{name}").touch()

    def signal(self, number: signal.Signals) -> None:
        """SIGSTOP, SIGCONT, SIGTERM, SIGKILL."""
        assert self._process is not None
        os.kill(self._process.pid, number)

    async def ended(self) -> int:
        """Wait for its end; the exit code (negative: the signal)."""
        process = self._process
        assert process is not None
        await wait_until(lambda: process.poll() is not None, DEADLINE_SECONDS, what="the process ends")
        assert process.returncode is not None
        return process.returncode

    async def _until(self, condition: object, what: str) -> None:
        process = self._process
        assert process is not None
        assert callable(condition)

        def fine() -> bool:
            assert process.poll() is None, f"the process ended with {process.returncode}:\n{self.log[-3000:]}"
            return bool(condition())

        try:
            await wait_until(fine, DEADLINE_SECONDS, what=f"the process {what}")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log[-3000:]}") from None

    def destroy(self) -> None:
        """SIGKILL, whatever state it is in."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()


@asynccontextmanager
async def example_process(folder: Path, settings: BusSettings) -> AsyncIterator[ExampleProcess]:
    """A process that is gone afterwards."""
    process = ExampleProcess(folder, settings)
    try:
        yield process
    finally:
        process.destroy()
