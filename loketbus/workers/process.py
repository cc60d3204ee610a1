"""The parent's side of one worker process."""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import sys
from asyncio.subprocess import PIPE, Process

from loketbus.workers.errors import WorkerDied, WorkerStartError
from loketbus.workers.wire import LENGTH, OUT_OF_MEMORY, TAKEN, Failure, Start, frame

COMMAND = "import sys; sys.path[:] = {path!r}; from loketbus.workers.child import main; main()"


class NotTakenError(Exception):
    """The process was gone before it had read the call, which can go to another one."""


class Worker:
    """One child, for one caller at a time.

    On Linux it also ends with the *thread* that launched it (PDEATHSIG): launch from the loop's own thread.
    """

    def __init__(self, pool: str, process: Process, max_reply_bytes: int) -> None:
        self._pool = pool
        self._process = process
        self._max_reply_bytes = max_reply_bytes
        self.calls = 0

    @classmethod
    async def launch(cls, pool: str, max_reply_bytes: int) -> Worker:
        """Make the process; `start` must follow."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            COMMAND.format(path=sys.path),
            str(os.getpid()),
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(),
            start_new_session=True,
        )
        return cls(pool, process, max_reply_bytes)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended, as far as the loop was told."""
        return self._process.returncode is None

    async def start(self, start: Start, timeout_seconds: float) -> None:
        """Set limits and run the initializer.

        Raises:
            WorkerStartError: it died, ran out of memory or stayed silent before it was ready.
            Exception: whatever the initializer raised.
        """
        try:
            async with asyncio.timeout(timeout_seconds):
                reply = await self._exchange(pickle.dumps(start))
        except TimeoutError:
            raise WorkerStartError(self._pool, f"was not ready within {timeout_seconds:g} s") from None
        except NotTakenError:
            raise WorkerStartError(self._pool, f"did not start (exit code {self._process.returncode})") from None
        except WorkerDied as died:
            raise WorkerStartError(self._pool, f"did not start: {died}") from None
        read_reply(reply)

    async def call(self, body: bytes) -> bytes:
        """Send one pickled call and return the pickled reply, for `read_reply`.

        Raises:
            NotTakenError: the process was gone already.
            WorkerDied: the process ended before the reply was whole.
        """
        self.calls += 1
        return await self._exchange(body)

    async def kill(self) -> None:
        """End the process and whatever it started itself, now, and wait until it is gone."""
        if self.alive:
            try:
                os.killpg(self.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                pass  # gone; the loop will be told
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _exchange(self, body: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        taken = False
        try:
            stdin.write(frame(body))
            await stdin.drain()
            taken = await stdout.readexactly(len(TAKEN)) == TAKEN
            size = LENGTH.unpack(await stdout.readexactly(LENGTH.size))[0]
            if size > self._max_reply_bytes:
                raise WorkerDied(self._pool, "reply_too_large")
            reply = await stdout.readexactly(size)
        except (asyncio.IncompleteReadError, ConnectionError):
            code = await self._process.wait()
            if not taken:
                raise NotTakenError from None
            raise WorkerDied(self._pool, "signal" if code < 0 else "exit", code) from None
        if reply == OUT_OF_MEMORY:
            raise WorkerDied(self._pool, "memory")
        return reply


def read_reply(reply: bytes) -> object:
    """The result of a call; raises what the function raised."""
    done, value = pickle.loads(reply)  # noqa: S301 - see `wire`
    if done:
        return value
    failure: Failure = pickle.loads(value)  # noqa: S301 - see `wire`
    raise failure.rebuild()


def _environment() -> dict[str, str]:
    """Ours without our settings: a parser of untrusted input has no business with passwords."""
    return {name: value for name, value in os.environ.items() if not name.startswith("LOKETBUS_")}
