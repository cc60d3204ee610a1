"""Making a SQLite file of millions of rows that nobody reads before it is whole, as an import of a register does."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

CACHE_KIB = 32_000
ROWS = 100
"""Per statement, which takes a quarter less time for narrow tables."""


@contextmanager
def unjournaled(path: Path, cache_kib: int = CACHE_KIB) -> Iterator[sqlite3.Connection]:
    """To write, without journal and without waiting for the disk: what is not finished is thrown away whole.

    `cache_kib` is also what sorting takes before it goes to disk.
    """
    db = sqlite3.connect(path, isolation_level=None, uri=True)
    try:
        for pragma in ("page_size=8192", "journal_mode=OFF", "synchronous=OFF", f"cache_size=-{cache_kib}"):
            db.execute(f"PRAGMA {pragma}")
        yield db
    finally:
        db.close()


class Bulk:
    """Rows into one table.

    Args:
        db: in a transaction.
        insert: takes one row, `INSERT INTO ... VALUES(...)`.
    """

    def __init__(self, db: sqlite3.Connection, insert: str) -> None:
        self._db, self._one = db, insert
        head, _, values = insert.partition(" VALUES")
        self._many = f"{head} VALUES{','.join([values] * ROWS)}"

    @classmethod
    def into(cls, db: sqlite3.Connection, table: str, width: int) -> Bulk:
        """Whole rows of `width` values; `table` with its database where that is not the main one."""
        return cls(db, f"INSERT INTO {table} VALUES({','.join('?' * width)})")

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """In this order."""
        whole = len(rows) - len(rows) % ROWS
        if whole:
            values = list(chain.from_iterable(rows[:whole]))
            width = len(values) // whole * ROWS
            self._db.executemany(self._many, (values[at : at + width] for at in range(0, len(values), width)))
        self._db.executemany(self._one, rows[whole:])
