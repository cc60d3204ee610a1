"""One small SQLite file with the mandates of VMEs: written aside, swapped in whole, read without locks.

It holds names of natural persons: only its owner can read it, and a later file replaces what the register forgot.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.kbo.domain.syndic import Mandate
from services.kbo.syndics.reuse.reading import Head, Other, Vme

FILE = "syndics.db"
_SCHEMA = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE function_code(code TEXT PRIMARY KEY, provisional INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE vme(key TEXT PRIMARY KEY, number TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE mandate(key TEXT NOT NULL, provisional INTEGER NOT NULL, begin TEXT, end TEXT, enterprise TEXT,
                     person TEXT, person_number TEXT);
CREATE INDEX vme_number ON vme(number);
CREATE INDEX mandate_key ON mandate(key);
"""


@dataclass(frozen=True, slots=True)
class State:
    """What is loaded."""

    sequence: int
    day: date | None
    vmes: int


def state(folder: Path) -> State | None:
    """None when nothing was loaded yet, or what was loaded is damaged: it begins again from a full."""
    try:
        with _reader(folder) as database:
            return None if database is None else _state(database)
    except (sqlite3.Error, KeyError):
        return None


def mandates(folder: Path, number: str) -> tuple[State, list[Mandate] | None] | None:
    """What is loaded, and the mandates of a VME (None: the files do not have it); None when nothing is loaded.

    Raises:
        sqlite3.Error: it is damaged.
    """
    with _reader(folder) as database:
        if database is None:
            return None
        known = database.execute("SELECT key FROM vme WHERE number = ?", (number,)).fetchone()
        rows = database.execute("SELECT * FROM mandate WHERE key = ?", known) if known else None
        return _state(database), None if rows is None else [_mandate(row) for row in rows]


class Writer:
    """A new version beside the one that is read; nothing shows until `swap`."""

    def __init__(self, folder: Path, *, empty: bool) -> None:
        self._target = folder / FILE
        self._part = folder / f"{FILE}.part"
        self._part.unlink(missing_ok=True)
        self._part.touch(mode=0o600)
        if not empty:
            self._part.write_bytes(self._target.read_bytes())
        self._database = sqlite3.connect(self._part, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = MEMORY")
        self._database.execute("PRAGMA synchronous = OFF")  # `swap` syncs the whole
        if empty:
            self._database.executescript(_SCHEMA)

    @contextmanager
    def step(self, head: Head, codes: dict[str, bool] | None) -> Iterator[dict[str, bool]]:
        """One file in one transaction; gives the codes of the function of syndic that hold for it."""
        self._database.execute("BEGIN")
        try:
            if codes:
                self._database.execute("DELETE FROM function_code")
                self._database.executemany("INSERT INTO function_code VALUES (?, ?)", codes.items())
            yield {code: bool(flag) for code, flag in self._database.execute("SELECT * FROM function_code")}
            values = {"sequence": str(head.sequence), "day": head.day.isoformat() if head.day else None}
            self._database.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def put(self, entities: Iterable[Vme | Other], codes: dict[str, bool]) -> None:
        """Each takes the place of what was known under its key."""
        for one in entities:
            self._database.execute("DELETE FROM mandate WHERE key = ?", (one.key,))
            self._database.execute("DELETE FROM vme WHERE key = ?", (one.key,))
            if isinstance(one, Vme):
                self._database.execute("INSERT INTO vme VALUES (?, ?)", (one.key, one.number))
                self._database.executemany("INSERT INTO mandate VALUES (?, ?, ?, ?, ?, ?, ?)", _rows(one, codes))

    def swap(self) -> None:
        """From now on this version is read; who reads the former keeps it."""
        self._database.close()
        with self._part.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(self._part, self._target)
        folder = os.open(self._target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop(self) -> None:
        """Forget this version."""
        self._database.close()
        self._part.unlink(missing_ok=True)


def _rows(vme: Vme, codes: dict[str, bool]) -> Iterator[tuple[object, ...]]:
    for one in vme.functions:
        if one.code in codes and (one.enterprise or one.person or one.person_number):
            begin, end = (day.isoformat() if day else None for day in (one.begin, one.end))
            yield vme.key, codes[one.code], begin, end, one.enterprise, one.person, one.person_number


def _mandate(row: sqlite3.Row) -> Mandate:
    return Mandate(
        begin=_day(row["begin"]),
        end=_day(row["end"]),
        enterprise=row["enterprise"],
        person=row["person"],
        person_number=row["person_number"],
        provisional=bool(row["provisional"]),
    )


def _state(database: sqlite3.Connection) -> State:
    values = dict(database.execute("SELECT name, value FROM meta").fetchall())
    count = database.execute("SELECT count(*) FROM vme").fetchone()[0]
    return State(int(values["sequence"]), _day(values["day"]), count)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@contextmanager
def _reader(folder: Path) -> Iterator[sqlite3.Connection | None]:
    path = folder / FILE
    try:
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        database.execute("SELECT 1 FROM meta")
    except sqlite3.OperationalError:
        if path.exists():
            raise
        yield None
        return
    with closing(database):
        database.row_factory = sqlite3.Row
        yield database
