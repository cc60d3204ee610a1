"""One connection to the replica, one state of it at a time, and what is remembered of that state.

The change feed writes into the file while it is read, so a question is one read transaction: it sees what was there
when it began. `PRAGMA data_version` of a connection differs when another one wrote since; then all that was remembered
goes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from loketbus.errors import Unavailable
from loketbus.replicas import current
from services.address.domain.model import Municipality
from services.address.questions import rows
from services.address.register.schema import FILE, FORMAT

CACHE_KIB = 16_000
"""Of the file, per connection."""
BUSY_SECONDS = 10.0
"""Readers wait only while a writer restores the file after a crash."""
KEYS_MAX = 30_000
"""Keys of streets that are remembered: some 4 MB; Mechelen and its neighbours have 5,000."""

Keys = Mapping[str, tuple[int, ...]]


class Reader:
    """For one thread at a time."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._version = -1
        self._municipalities: dict[int, Municipality] = {}
        self._keys: dict[int, Keys] = {}

    @contextmanager
    def state(self) -> Iterator[None]:
        """All that is read inside is of one moment."""
        self.db.execute("BEGIN")
        try:
            self._look_for_changes()
            yield
        finally:
            with suppress(sqlite3.Error):  # a damaged file ends the transaction itself
                self.db.execute("ROLLBACK")

    def all(self, query: str, *values: object) -> list[Any]:
        """Its rows."""
        return self.db.execute(query, values).fetchall()

    def one(self, query: str, *values: object) -> Any:
        """Its first row, or None."""
        return self.db.execute(query, values).fetchone()

    def column(self, query: str, *values: object) -> tuple[Any, ...]:
        """The first column of its rows."""
        return tuple(row[0] for row in self.db.execute(query, values))

    def municipality(self, nis: int) -> Municipality | None:
        """All of them are remembered: some hundreds."""
        if not self._municipalities:
            found = map(rows.municipality, self.all("SELECT nis, name, status FROM municipality"))
            self._municipalities = {one.nis: one for one in found}
        return self._municipalities.get(nis)

    def street_keys(self, nis: int) -> Keys:
        """Of a municipality; those that were asked for last are remembered."""
        keys = self._keys.pop(nis, None)
        if keys is None:
            keys = self._read_keys(nis)
        self._keys[nis] = keys
        while len(self._keys) > 1 and sum(map(len, self._keys.values())) > KEYS_MAX:
            del self._keys[next(iter(self._keys))]
        return keys

    def close(self) -> None:
        """Let go of the file."""
        self.db.close()

    def _read_keys(self, nis: int) -> Keys:
        keys: dict[str, tuple[int, ...]] = {}
        for key, street in self.db.execute("SELECT key, street FROM street_key WHERE nis = ?", (nis,)):
            keys[key] = (*keys.get(key, ()), street)
        return keys

    def _look_for_changes(self) -> None:
        (version,) = self.one("PRAGMA data_version")  # it begins the read, too
        if version != self._version:
            self._version = version
            self._municipalities, self._keys = {}, {}


def connect(folder: Path) -> Reader:
    """A reader of a replica's folder. All its files are opened here: they stay readable when the folder is removed.

    Raises:
        sqlite3.Error: the file is gone or is no database, or another replica took its place meanwhile.
        Unavailable: `register_outdated`, it was made by another version.
    """
    uri = f"{(folder / FILE).absolute().as_uri()}?mode=ro"
    db = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
    try:
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        made_by = db.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        # Only now: whoever removes a folder has replaced it before, and a log that is gone would be missed silently.
        if current(folder.parent) != folder:
            raise sqlite3.OperationalError("replaced while it was opened")
        if made_by is None or made_by[0] != str(FORMAT):
            raise outdated()
    except BaseException:
        db.close()
        raise
    return Reader(db)


def outdated() -> Unavailable:
    """What to say of a replica that another version made."""
    return Unavailable(
        "register_outdated",
        "Het adressenregister is hier geladen door een andere versie van Loketbus en moet opnieuw geladen worden met: "
        "loketbus address import PAD.",
    )


def missing() -> Unavailable:
    """What to say when there is no replica."""
    return Unavailable(
        "register_missing",
        "Het adressenregister is hier nog niet geladen. Laad het met: loketbus address import PAD.",
    )
