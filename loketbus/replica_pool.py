"""Readers of a register replica: connections to the folder that is current, lent and given back, whatever happens."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from loketbus.errors import Unavailable
from loketbus.replicas import current, current_name, no_access

IDLE_MAX = 8
"""Connections that are kept for the next question."""
TRIES = 10


class Closable(Protocol):
    """A connection, whatever it reads."""

    def close(self) -> None:
        """Let go of its files."""


C = TypeVar("C", bound=Closable)


class Lending(Generic[C]):
    """The connections to one folder. After `retire` they are closed when they come back."""

    def __init__(self, folder: Path, connect: Callable[[Path], C]) -> None:
        self.folder = folder
        self._connect = connect
        self._lock = Lock()
        self._idle: list[C] = []
        self._retired = False

    def take(self) -> C:
        """A connection for one thread at a time; the one that was given back last.

        Raises:
            sqlite3.Error: a file is gone or is no database.
        """
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._connect(self.folder)

    def give_back(self, connection: C) -> None:
        """For the next question."""
        with self._lock:
            if not self._retired and len(self._idle) < IDLE_MAX:
                self._idle.append(connection)
                return
        connection.close()

    def retire(self) -> None:
        """Another replica took its place; those who still read it finish."""
        with self._lock:
            self._retired = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()


R = TypeVar("R", bound=Lending[Any])


class Current(Generic[R, C]):
    """The replica that is current in a folder. Thread safe.

    `lending` makes the connections to one replica; `missing` and `unreadable` say what it means to people that there is
    none, or that it is damaged.
    """

    def __init__(
        self,
        folder: Path,
        lending: Callable[[Path], R],
        missing: Callable[[], Unavailable],
        unreadable: Callable[[Exception], Unavailable],
    ) -> None:
        self._folder, self._lending = folder, lending
        self._missing, self._unreadable = missing, unreadable
        self._lock = Lock()
        self._replica: R | None = None
        self._name = ""

    @contextmanager
    def lent(self) -> Iterator[tuple[R, C]]:
        """One replica and a connection to it for as long as it lasts, also when another becomes current.

        Raises:
            Unavailable: `missing` or `unreadable`, the latter too when a query finds damage; `register_no_access`.
        """
        replica, connection = self._take()
        try:
            yield replica, connection
        except sqlite3.DatabaseError as error:
            raise self._unreadable(error) from error
        finally:
            replica.give_back(connection)

    def close(self) -> None:
        """Close what is not in use; it can be opened again."""
        with self._lock:
            replica, self._replica = self._replica, None
        if replica is not None:
            replica.retire()

    def _take(self) -> tuple[R, C]:
        """Again when an import removed the folder between finding and opening it."""
        for _ in range(TRIES):
            replica = self._now()
            try:
                return replica, replica.take()
            except sqlite3.Error as error:
                if current(self._folder) == replica.folder:
                    raise (no_access(replica.folder, error) or self._unreadable(error)) from error
        raise self._missing()

    def _now(self) -> R:
        name = current_name(self._folder)
        if name is None:
            raise self._missing()
        with self._lock:
            if self._replica is not None and self._name == name:
                return self._replica
            old, self._replica = self._replica, self._lending(self._folder / name)
            new, self._name = self._replica, name
        if old is not None:
            old.retire()
        return new
