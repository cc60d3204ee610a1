"""The register that is current, whatever an import does meanwhile."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loketbus.errors import Unavailable
from loketbus.replica_pool import Current
from services.kbo.questions.replica import Replica
from services.kbo.questions.view import View
from services.kbo.register.swapping import unreadable


class Register:
    """Registers in a folder, one of which is current. Thread safe."""

    def __init__(self, folder: Path) -> None:
        self._current: Current[Replica, sqlite3.Connection] = Current(folder, Replica, _missing, unreadable)

    @contextmanager
    def open(self) -> Iterator[View]:
        """One register for as long as it lasts, also when another becomes current; for one thread at a time.

        Raises:
            Unavailable: there is none (`register_missing`) or it cannot be read (`register_unreadable`).
        """
        with self._current.lent() as (replica, db):
            yield View(replica, db)

    def close(self) -> None:
        """Close what is not in use; it can be opened again."""
        self._current.close()


def _missing() -> Unavailable:
    return Unavailable(
        "register_missing",
        "Het ondernemingsregister is hier nog niet geladen. Laad het met: loketbus kbo import BESTAND.zip.",
    )
