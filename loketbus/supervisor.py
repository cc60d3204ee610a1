"""Processes that belong together (`loketbus up`): started in order, restarted when they fail, stopped together."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.outcomes import RetryPolicy

READY_SECONDS = 60.0
"""The first start on a slow machine compiles Python and makes the ledger."""
READY_POLL_SECONDS = 0.05
STOP_SECONDS = 30.0
NOT_WORTH_RESTARTING = (2, 3)
"""Exit codes that say: a setting is wrong, or the outside is not there. Their one line was printed already."""
TAIL_BYTES = 4096


@dataclass(slots=True)
class Child:
    """One process. It gets a pipe as standard input that closes when we are gone, so it can end with us."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    ready: Callable[[], bool] | None = None
    process: asyncio.subprocess.Process | None = None


class Supervisor:
    """Starts children and keeps them running until `stop`."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._policy = RetryPolicy(base_seconds=1.0, cap_seconds=60.0)
        self._children: list[Child] = []
        self._watchers: list[asyncio.Task[None]] = []

    async def start(self, child: Child) -> None:
        """Start a child and wait until it is ready.

        Raises:
            ConfigurationError: its log cannot be written.
            OutsideUnavailable: it ended or was not ready in time.
        """
        self._children.append(child)
        await self._spawn(child)
        await self._await_ready(child)
        self._watchers.append(asyncio.create_task(self._watch(child), name=f"watch-{child.name}"))

    async def stop(self) -> None:
        """Stop all children, the last started first; kill what does not end."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        for child in reversed(self._children):
            await self._end(child)

    async def _spawn(self, child: Child) -> None:
        with contextlib.ExitStack() as stack:
            output = None if child.log is None else stack.enter_context(_private_log(child.log))
            child.process = await asyncio.create_subprocess_exec(
                *child.command,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={**os.environ, **child.environment},
                # Ctrl-C reaches a whole process group: ours stop when we say so, in order.
                start_new_session=True,
            )

    async def _await_ready(self, child: Child) -> None:
        assert child.process is not None
        deadline = asyncio.get_running_loop().time() + READY_SECONDS
        while child.ready is not None and not child.ready():
            if child.process.returncode is not None:
                raise OutsideUnavailable(f"{child.name} is meteen gestopt. {_tail(child.log)}")
            if asyncio.get_running_loop().time() > deadline:
                raise OutsideUnavailable(
                    f"{child.name} was niet klaar binnen {READY_SECONDS:.0f} s. {_tail(child.log)}"
                )
            await asyncio.sleep(READY_POLL_SECONDS)

    async def _watch(self, child: Child) -> None:
        """Restart a child that ends, with a back-off that starts anew once it ran for a while."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            assert child.process is not None
            started = loop.time()
            code = await child.process.wait()
            if code in NOT_WORTH_RESTARTING:
                self._say(f"{child.name} is gestopt. {_tail(child.log)}")
                return
            failures = 0 if loop.time() - started > self._policy.cap_seconds else failures + 1
            self._say(f"{child.name} stopte onverwacht (code {code}) en wordt herstart.")
            await asyncio.sleep(self._policy.delay(failures).total_seconds())
            await self._spawn(child)

    @staticmethod
    async def _end(child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()


def _private_log(path: Path) -> IO[Any]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "ab", opener=lambda name, flags: os.open(name, flags, 0o600))
    except OSError as error:
        raise ConfigurationError(f"{path} is niet beschrijfbaar ({error.strerror}): zie LOKETBUS_VAR.") from error


def _tail(log: Path | None) -> str:
    """The last line of a log, where a child that gave up says why."""
    if log is None or not log.is_file():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - TAIL_BYTES))
        lines = file.read().decode(errors="replace").strip().splitlines()
    return f"Laatste regel van {log}: {lines[-1][:300]}" if lines else f"Zie {log}."
