"""The register that is current, whatever an import does meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from loketbus.errors import Unavailable
from services.kbo.questions.replica import Replica
from services.kbo.questions.view import View
from services.kbo.register.swapping import current, unreadable

TRIES = 10


class Register:
    """Registers in a folder, one of which is current. Thread safe."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._replica: Replica | None = None

    @contextmanager
    def open(self) -> Iterator[View]:
        """One register for as long as it lasts, also when another becomes current; for one thread at a time.

        Raises:
            Unavailable: there is none (`register_missing`) or it cannot be read (`register_unreadable`).
        """
        replica, db = self._take()
        try:
            yield View(replica, db)
        except sqlite3.DatabaseError as error:
            raise unreadable(error) from error
        finally:
            replica.give_back(db)

    def close(self) -> None:
        """Close what is not in use; it can be opened again."""
        with self._lock:
            replica, self._replica = self._replica, None
        if replica is not None:
            replica.retire()

    def _take(self) -> tuple[Replica, sqlite3.Connection]:
        """Again when an import removed the folder between finding and opening it."""
        for _ in range(TRIES):
            replica = self._current()
            try:
                return replica, replica.take()
            except sqlite3.Error as error:
                if current(self._folder) == replica.folder:
                    raise unreadable(error) from error
        raise _missing()

    def _current(self) -> Replica:
        target = current(self._folder)
        if target is None:
            raise _missing()
        with self._lock:
            if self._replica is not None and self._replica.folder == target:
                return self._replica
            old, self._replica = self._replica, Replica(target)
            new = self._replica
        if old is not None:
            old.retire()
        return new


def _missing() -> Unavailable:
    return Unavailable(
        "register_missing",
        "Het ondernemingsregister is hier nog niet geladen. Laad het met: loketbus kbo import BESTAND.zip.",
    )
