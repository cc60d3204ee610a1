"""The ledger: one writer thread that commits many small writes together, and readers beside it.

`write(work)` runs `work(connection)` in a transaction. Requests that arrive while a commit is on its way share the next
one (a savepoint each), so that a hundred concurrent writers cost a few disk flushes instead of a hundred. When a shared
commit fails, every request is done again on its own, so one bad request cannot take others with it.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from loketbus.ledger.engine import open_engine, sole_owner
from loketbus.ledger.faults import LedgerUnavailable, is_trouble

R = TypeVar("R")

_SHARED_COMMIT_MAX = 256
"""Requests that may share one commit."""


@dataclass(slots=True)
class _Request(Generic[R]):
    work: Callable[[Connection], R]
    future: Future[R] = field(default_factory=Future)
    result: R | None = None
    error: BaseException | None = None


class Ledger:
    """A service's database. Open with `open_ledger`; `close` waits for writes that were accepted."""

    def __init__(self, engine: Engine, owner: ExitStack) -> None:
        self.engine = engine
        self._owner = owner
        self._requests: queue.SimpleQueue[_Request[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._readers = 0
        self._reader_left = threading.Condition()
        self._thread = threading.Thread(target=self._serve, name="ledger-writer", daemon=True)
        self._thread.start()

    @property
    def is_sqlite(self) -> bool:
        """True for the single-file default."""
        return self.engine.dialect.name == "sqlite"

    async def write(self, work: Callable[[Connection], R]) -> R:
        """Run `work` in a transaction and return its result once it is durable.

        Raises:
            LedgerUnavailable: the database could not do it; nothing was written.
            Exception: whatever `work` raised; nothing was written.
        """
        request = self._submit(work)
        done = asyncio.wrap_future(request.future)
        try:
            # Shielded: a caller that is cancelled must not be able to cancel a write that is already being done.
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            done.add_done_callback(_look_at)
            raise

    def write_sync(self, work: Callable[[Connection], R]) -> R:
        """`write` for threads and scripts."""
        return self._submit(work).future.result()

    async def read(self, work: Callable[[Connection], R]) -> R:
        """Run `work` on a connection that sees committed state only, beside the writer."""
        return await asyncio.to_thread(self.read_sync, work)

    def read_sync(self, work: Callable[[Connection], R]) -> R:
        """`read` for threads and scripts."""
        try:
            with self._reading(), self.engine.connect() as connection:
                return work(connection)
        except DBAPIError as error:
            if is_trouble(error):
                raise _translated(error) from error
            raise

    def close(self) -> None:
        """Finish accepted writes and reads, then let go of the database and of its lock."""
        with self._reader_left:
            if self._closed:
                return
            self._closed = True
        self._requests.put(None)
        self._thread.join()
        with self._reader_left:
            self._reader_left.wait_for(lambda: self._readers == 0)
        self.engine.dispose()
        self._owner.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """A thread that reads: whoever awaited it may be cancelled long before it ends."""
        with self._reader_left:
            if self._closed:
                raise LedgerUnavailable("the ledger is closed")
            self._readers += 1
        try:
            yield
        finally:
            with self._reader_left:
                self._readers -= 1
                self._reader_left.notify_all()

    def _submit(self, work: Callable[[Connection], R]) -> _Request[R]:
        if self._closed:
            raise LedgerUnavailable("the ledger is closed")
        request = _Request(work)
        self._requests.put(request)
        return request

    def _serve(self) -> None:
        while (first := self._requests.get()) is not None:
            group, last = self._gather(first)
            self._commit(group)
            if last:
                break
        # A submit may have slipped in between the check and the end: it must not wait for ever.
        while not self._requests.empty():
            if (left := self._requests.get()) is not None:
                left.future.set_exception(LedgerUnavailable("the ledger is closed"))

    def _gather(self, first: _Request[Any]) -> tuple[list[_Request[Any]], bool]:
        group = [first]
        while len(group) < _SHARED_COMMIT_MAX and not self._requests.empty():
            request = self._requests.get()
            if request is None:
                return group, True
            group.append(request)
        return group, False

    def _commit(self, group: list[_Request[Any]]) -> None:
        if len(group) == 1 or not self._run_together(group):
            self._run_alone(group)
        self._settle(group)

    def _run_alone(self, group: list[_Request[Any]]) -> None:
        for request in group:
            try:
                with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                    request.result = request.work(connection)
                request.error = None
            except BaseException as error:
                request.error = error

    def _run_together(self, group: list[_Request[Any]]) -> bool:
        """One commit for all; False when it failed, and then nothing of it was written."""
        try:
            with self.engine.connect().execution_options(writes=True) as connection, connection.begin():
                for request in group:
                    self._run_in_savepoint(connection, request)
        except BaseException:
            # Whatever it was, it is found again by the request that it belongs to.
            return False
        return True

    @staticmethod
    def _run_in_savepoint(connection: Connection, request: _Request[Any]) -> None:
        connection.exec_driver_sql("SAVEPOINT request")
        try:
            request.result, request.error = request.work(connection), None
        except BaseException as error:
            if is_trouble(error):
                raise
            request.error = error
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT request")
        connection.exec_driver_sql("RELEASE SAVEPOINT request")

    @staticmethod
    def _settle(group: list[_Request[Any]]) -> None:
        for request in group:
            if request.error is None:
                request.future.set_result(request.result)
            else:
                request.future.set_exception(_translated(request.error))


def _look_at(done: asyncio.Future[Any]) -> None:
    """Nobody waits for it any more: an error in it is no news, and must not be logged as one that got lost."""
    if not done.cancelled():
        done.exception()


def _translated(error: BaseException) -> BaseException:
    if is_trouble(error) and not isinstance(error, LedgerUnavailable):
        # The driver's text may quote values: keep its class, drop its words.
        return LedgerUnavailable(f"database trouble: {type(getattr(error, 'orig', error)).__name__}")
    return error


def open_ledger(url: URL, service: str) -> Ledger:
    """Take the ledger for this process and open it (its schema is `loketbus.ledger.migrate`'s business).

    Raises:
        ConfigurationError: the folder is not writable.
        OutsideUnavailable: another process has it, or the database does not answer.
    """
    with ExitStack() as stack:
        stack.enter_context(sole_owner(url))
        engine = open_engine(url, service)
        return Ledger(engine, stack.pop_all())


def checkpoint(ledger: Ledger) -> None:
    """Fold SQLite's write-ahead log into the file (backup, tests); nothing to do on PostgreSQL."""
    if ledger.is_sqlite:
        with ledger.engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
