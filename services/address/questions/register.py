"""The register that is current, whatever an import or the change feed does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loketbus.replica_pool import Current, Lending
from services.address.questions.reader import Reader, connect, missing
from services.address.questions.view import View
from services.address.register.state import unreadable


class Register:
    """Replicas in a folder, one of which is current. Thread safe."""

    def __init__(self, folder: Path) -> None:
        self._current: Current[Lending[Reader], Reader] = Current(folder, _lending, missing, unreadable)

    @contextmanager
    def open(self) -> Iterator[View]:
        """One state of one replica for as long as it lasts; for one thread at a time, and not for long.

        Raises:
            Unavailable: there is none (`register_missing`), it cannot be read (`register_unreadable`), or another
                version made it (`register_outdated`).
        """
        with self._current.lent() as (_, reader), reader.state():
            yield View(reader)

    def close(self) -> None:
        """Close what is not in use; it can be opened again."""
        self._current.close()


def _lending(folder: Path) -> Lending[Reader]:
    return Lending(folder, connect)
