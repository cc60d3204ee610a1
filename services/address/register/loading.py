"""Rows into tables whose key is their id: appended while the ids go up, else put in their place later."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from itertools import islice
from operator import itemgetter, lt

from loketbus.bulk import Bulk
from services.address.register.tally import BAD_NUMBER, DUPLICATE, Tally
from services.address.register.values import Row

STAGING = "staging"
"""Attached database for what waits; thrown away when the import ends."""
_ID = itemgetter(0)


class Loader:
    """Adds rows to one table; `close` when there are no more. Of two rows with one id the newest version counts.

    Args:
        db: in a transaction, with the file `STAGING` attached.
        table: of the replica, empty, its id first and with a column `version`.
        tally: told what is kept.
    """

    def __init__(self, db: sqlite3.Connection, table: str, tally: Tally) -> None:
        self._db, self._table, self._tally = db, table, tally
        self._key, *self._others = columns = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
        self._highest = 0
        self._late = 0
        self._bulk = Bulk.into(db, table, len(columns))
        self._bulk_late = Bulk.into(db, f"{STAGING}.{table}", len(columns))
        db.execute(f"CREATE TABLE {STAGING}.{table}({','.join(columns)})")

    def add(self, rows: list[Row]) -> None:
        """In the order of the file."""
        if not rows:
            return
        ids = list(map(_ID, rows))
        if ids[0] > self._highest and all(map(lt, ids, islice(ids, 1, None))):
            self._bulk.add(rows)
            self._tally.kept += len(rows)
        else:
            self._add_late(rows)
        self._highest = max(self._highest, *ids)

    def close(self) -> None:
        """Put those that came late in their place."""
        if self._late:
            self._merge()
        self._db.execute(f"DROP TABLE {STAGING}.{self._table}")

    def _add_late(self, rows: list[Row]) -> None:
        fine = [row for row in rows if row[0] > 0]
        for row in rows:
            if row[0] <= 0:
                self._tally.note(BAD_NUMBER, row[0])
        self._bulk_late.add(fine)
        self._late += len(fine)

    def _merge(self) -> None:
        table, key = self._table, self._key
        known = f"{key} IN (SELECT {key} FROM main.{table})"  # noqa: S608 - names of our own
        (new,) = self._one(f"SELECT count(DISTINCT {key}) FROM {STAGING}.{table} WHERE NOT {known}")  # noqa: S608
        if new < self._late:
            (example,) = self._one(
                f"SELECT {key} FROM {STAGING}.{table} GROUP BY {key} HAVING count(*) > 1 OR {known} LIMIT 1"  # noqa: S608
            )
            self._tally.note(DUPLICATE, example, self._late - new)
        self._db.create_function("at_least", 2, _at_least, deterministic=True)
        changes = ",".join(f"{column} = excluded.{column}" for column in self._others)
        self._db.execute(
            f"INSERT INTO main.{table} SELECT * FROM {STAGING}.{table} WHERE true ORDER BY {key}, rowid "  # noqa: S608
            f"ON CONFLICT DO UPDATE SET {changes} WHERE at_least(excluded.version, {table}.version)"
        )
        self._tally.kept += new

    def _one(self, query: str) -> Row:
        found: Row = self._db.execute(query).fetchone()
        return found


def _at_least(version: str | None, other: str | None) -> bool:
    """The first is as new as the second, or newer; one that is no time is the oldest."""
    return _time(version) >= _time(other)


def _time(version: str | None) -> float:
    try:
        return datetime.fromisoformat(version or "").timestamp()
    except (ValueError, OverflowError):
        return 0.0
