"""A Python process of a test's own: what it says, freezing and waking it, waiting for its end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.support.polling import wait_until

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0


@dataclass
class Child:
    """Use `child`."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    """What it said so far, both streams."""

    def freeze(self) -> None:
        """SIGSTOP."""
        self.process.send_signal(signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        self.process.send_signal(signal.SIGCONT)

    async def froze(self) -> None:
        """Wait until it is stopped."""
        known = psutil.Process(self.process.pid)
        await wait_until(lambda: known.status() == psutil.STATUS_STOPPED, START_SECONDS, what="the process froze")

    async def was_killed(self) -> None:
        """Wait until it died of SIGKILL."""
        async with asyncio.timeout(START_SECONDS):
            code = await self.process.wait()
        assert code == -signal.SIGKILL, "".join(self.lines)

    async def says(self, *words: str) -> None:
        """Wait until one line has all these words."""

        def said() -> bool:
            return any(all(word in line for word in words) for line in self.lines)

        await wait_until(said, START_SECONDS, what=f"the process says {words}")


@contextlib.asynccontextmanager
async def child(module: str, given: Mapping[str, Any], **environment: str) -> AsyncIterator[Child]:
    """`python -m module JSON`, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        json.dumps(given),
        cwd=REPOSITORY,
        env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    made = Child(process)
    listening = asyncio.create_task(_listen(process, made.lines))
    try:
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await listening


async def _listen(process: asyncio.subprocess.Process, lines: list[str]) -> None:
    assert process.stdout is not None
    async for line in process.stdout:
        lines.append(line.decode())  # noqa: PERF401 - others read it meanwhile
