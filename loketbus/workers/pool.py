"""A pool of killable processes, awaited from asyncio."""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from types import TracebackType
from typing import Any, TypeVar, TypeVarTuple, cast

from loketbus.workers.errors import WorkerDied, WorkerError, WorkerStartError, WorkerTimeout
from loketbus.workers.process import NotTakenError, Worker, read_reply
from loketbus.workers.wire import Start

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

START_TIMEOUT_SECONDS = 60.0
MAX_REPLY_BYTES = 64 * 1024 * 1024
HAND_OVERS = 3
"""Workers found dead in a row before we say that something else is wrong."""


class WorkerPool:
    """At most `max_workers` processes, made when first needed.

    Args:
        name: for messages.
        max_workers: 1 gives a library with a session its own single process, one call at a time.
        initializer: importable function, run once in each process before its first call; what it raises, `run` raises.
        initargs: its arguments (children see no `LOKETBUS_` variables).
        memory_limit_bytes: address space of a process (RLIMIT_AS); Python itself with its libraries takes about 200 MB.
        max_calls_per_worker: a process is replaced after so many calls, against leaks.
        max_reply_bytes: a larger result is refused; big bytes belong in the blob store.
    """

    def __init__(
        self,
        name: str,
        *,
        max_workers: int = 1,
        initializer: Callable[..., object] | None = None,
        initargs: tuple[Any, ...] = (),
        memory_limit_bytes: int | None = None,
        max_calls_per_worker: int = 500,
        max_reply_bytes: int = MAX_REPLY_BYTES,
        start_timeout_seconds: float = START_TIMEOUT_SECONDS,
    ) -> None:
        # Not at the top: every child imports this package, and would load structlog before it knows that it logs.
        from loketbus import logs

        self.name = name
        self._log_context = logs.context
        self._max_workers = max_workers
        self._start = Start(memory_limit_bytes, logs.current(), initializer, initargs)
        self._max_calls = max_calls_per_worker
        self._max_reply_bytes = max_reply_bytes
        self._start_timeout_seconds = start_timeout_seconds
        self._slots = asyncio.Semaphore(max_workers)
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._closed = False

    async def run(self, func: Callable[[*Ts], T], *args: *Ts, timeout_seconds: float) -> T:
        """Run `func(*args)` in a process and return its result; cancelling the wait kills the process.

        The deadline starts when a process takes the call: waiting for a free process does not count.

        Raises:
            WorkerTimeout: the deadline passed; the process was killed.
            WorkerDied: the process ended before it answered.
            WorkerStartError: no process could be started.
            WorkerError: the pool was closed.
            Exception: whatever `func` raised, with the child's frames as a note.
        """
        body = pickle.dumps((func, args, self._log_context()))
        async with self._slots:
            for _ in range(HAND_OVERS):
                worker = await self._take()
                try:
                    reply = await self._call(worker, body, timeout_seconds)
                except NotTakenError:
                    continue
                return cast("T", read_reply(reply))
        raise WorkerStartError(self.name, "was found dead before each call")

    async def close(self) -> None:
        """Kill every process; calls under way raise `WorkerError`. Returns when all are gone."""
        self._closed = True
        for worker in list(self._workers):
            await self._drop(worker)
        for _ in range(self._max_workers):
            await self._slots.acquire()
        for _ in range(self._max_workers):
            self._slots.release()

    async def __aenter__(self) -> WorkerPool:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, stack: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pids(self) -> frozenset[int]:
        """The processes that exist now."""
        return frozenset(worker.pid for worker in self._workers)

    @property
    def busy(self) -> int:
        """How many processes are starting or running a call."""
        return len(self._workers) - sum(worker in self._workers for worker in self._idle)

    async def _call(self, worker: Worker, body: bytes, timeout_seconds: float) -> bytes:
        try:
            async with asyncio.timeout(timeout_seconds):
                reply = await worker.call(body)
        except BaseException as error:
            await self._drop(worker)
            if isinstance(error, TimeoutError):
                raise WorkerTimeout(self.name, timeout_seconds) from None
            if self._closed and isinstance(error, WorkerDied | NotTakenError):
                raise self._closed_error() from None
            raise
        if worker.calls >= self._max_calls:
            await self._drop(worker)
        else:
            self._idle.append(worker)
        return reply

    async def _take(self) -> Worker:
        while self._idle and not self._closed:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            await self._drop(worker)
        if self._closed:
            raise self._closed_error()
        return await self._new()

    async def _new(self) -> Worker:
        worker = await Worker.launch(self.name, self._max_reply_bytes)
        self._workers.add(worker)
        try:
            if not self._closed:
                await worker.start(self._start, self._start_timeout_seconds)
        except BaseException as error:
            await self._drop(worker)
            if self._closed and isinstance(error, WorkerStartError):
                raise self._closed_error() from None
            raise
        if self._closed:
            await self._drop(worker)
            raise self._closed_error()
        return worker

    async def _drop(self, worker: Worker) -> None:
        self._workers.discard(worker)
        await worker.kill()

    def _closed_error(self) -> WorkerError:
        return WorkerError(self.name, "was stopped, together with its pool")
