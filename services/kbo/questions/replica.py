"""One register on disk: its four files as one connection, and what all its readers share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

from loketbus.replica_pool import Lending
from services.kbo.domain.organisation import Activity, Source
from services.kbo.questions.codes import Codes, day
from services.kbo.register.schema import FILES

T = TypeVar("T")
REMEMBERED_MAX = 64
CACHE_KIB = 8_000
"""Of each file, per connection."""


class Replica(Lending[sqlite3.Connection]):
    """A folder that never changes, and its connections."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, _connect)
        self.activities: dict[int, Activity] = {}
        """Kinds of activity that were asked for, by their id: some 50,000 at most."""
        self._memory = Lock()
        self._facts: tuple[Source, Codes] | None = None
        self._remembered: dict[Hashable, object] = {}

    def facts(self, db: sqlite3.Connection) -> tuple[Source, Codes]:
        """Read once."""
        if self._facts is None:
            self._facts = _source(db), Codes.load(db)
        return self._facts

    def remembered(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` gave the last time; the oldest of many keys is forgotten."""
        with self._memory:
            found = self._remembered.get(key)
        if found is None:
            found = read()
            with self._memory:
                self._remembered[key] = found
                if len(self._remembered) > REMEMBERED_MAX:
                    del self._remembered[next(iter(self._remembered))]
        return cast(T, found)


def _connect(folder: Path) -> sqlite3.Connection:
    """All files are opened here, so that they stay readable after the folder was removed."""
    first, *others = (
        (name, f"{(folder / name).with_suffix('.db').absolute().as_uri()}?mode=ro&immutable=1") for name in FILES
    )
    db = sqlite3.connect(first[1], uri=True, check_same_thread=False, isolation_level=None)
    try:
        for name, uri in others:
            db.execute(f"ATTACH ? AS {name}", (uri,))
        for name in ("main", *(name for name, _ in others)):
            db.execute(f"PRAGMA {name}.cache_size = -{CACHE_KIB}")
    except sqlite3.Error:
        db.close()
        raise
    return db


def _source(db: sqlite3.Connection) -> Source:
    meta = dict(db.execute("SELECT name, value FROM meta"))
    extract = str(meta.get("ExtractNumber", ""))
    return Source("kbo_open_data", int(extract) if extract.isdecimal() else None, day(meta.get("SnapshotDate")))
