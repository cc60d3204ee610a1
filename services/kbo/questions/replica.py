"""One register on disk: its four files as one connection, and what all its readers share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

from services.kbo.domain.organisation import Activity, Source
from services.kbo.questions.codes import Codes, day
from services.kbo.register.schema import FILES

T = TypeVar("T")
IDLE_MAX = 8
"""Connections that are kept for the next question."""
REMEMBERED_MAX = 64
CACHE_KIB = 8_000
"""Of each file, per connection."""


class Replica:
    """A folder that never changes. Connections are lent and given back; after `retire` they are closed instead."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.activities: dict[int, Activity] = {}
        """Kinds of activity that were asked for, by their id: some 50,000 at most."""
        self._lock = Lock()
        self._idle: list[sqlite3.Connection] = []
        self._retired = False
        self._facts: tuple[Source, Codes] | None = None
        self._remembered: dict[Hashable, object] = {}

    def take(self) -> sqlite3.Connection:
        """A connection for one thread at a time.

        Raises:
            sqlite3.Error: a file is gone or is no database.
        """
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _connect(self.folder)

    def give_back(self, db: sqlite3.Connection) -> None:
        """For the next question."""
        with self._lock:
            if not self._retired and len(self._idle) < IDLE_MAX:
                self._idle.append(db)
                return
        db.close()

    def retire(self) -> None:
        """Another register took its place; those who still read it finish."""
        with self._lock:
            self._retired = True
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    def facts(self, db: sqlite3.Connection) -> tuple[Source, Codes]:
        """Read once."""
        if self._facts is None:
            self._facts = _source(db), Codes.load(db)
        return self._facts

    def remembered(self, key: Hashable, read: Callable[[], T]) -> T:
        """What `read` gave the last time; the oldest of many keys is forgotten."""
        with self._lock:
            found = self._remembered.get(key)
        if found is None:
            found = read()
            with self._lock:
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
