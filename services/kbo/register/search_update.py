"""Brings `search.db` up to date after an Update: old names of the changed entities go, their new names come."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from services.kbo.domain.words import indexed
from services.kbo.register.search_build import build_search
from services.kbo.register.search_schema import ENDING_MIN, UNITS, names_between

Names = dict[int, str]
"""Indexed words by rowid."""
MANY = 100_000
"""Changed entities above which everything is built again: that is as fast, and takes less memory."""


def update_search(before: Path, after: Path, search_db: Path, changed: Iterable[int]) -> int:
    """Change `search.db`, which fits the entities of `before`, so that it fits those of `after`; rows that changed.

    `changed` are the numbers of all enterprises, units and branches of which a row of `enterprise`, `establishment`,
    `branch` or `denomination` was deleted or inserted. One transaction, synchronised to the disk.
    """
    wanted = set(changed)
    if len(wanted) > MANY:
        search_db.unlink()
        return build_search(after, search_db)
    with closing(_reader(before)) as old, closing(_reader(after)) as new:
        entities = sorted(_with_units(old, new, wanted))
        removed, added = _names(old, entities), _names(new, entities)
    same = {row for row, words in removed.items() if added.get(row) == words}
    removed = {row: words for row, words in removed.items() if row not in same}
    added = {row: words for row, words in added.items() if row not in same}
    with closing(sqlite3.connect(search_db, isolation_level=None)) as search:
        search.execute("BEGIN IMMEDIATE")
        _write(search, removed, added)
        search.execute("COMMIT")
    return len(removed) + len(added)


def _reader(entities_db: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{entities_db.absolute().as_uri()}?mode=ro", uri=True)


def _with_units(old: sqlite3.Connection, new: sqlite3.Connection, changed: set[int]) -> set[int]:
    """Also the units of a changed enterprise: whether they can be found depends on what their owner is."""
    return changed | {
        unit
        for db in (old, new)
        for table in ("establishment", "branch")
        for enterprise in changed
        if enterprise < UNITS
        for (unit,) in db.execute(f"SELECT number FROM {table} WHERE enterprise = ?", (enterprise,))  # noqa: S608 - our own words
    }


def _names(db: sqlite3.Connection, entities: Iterable[int]) -> Names:
    return {row: " ".join(indexed(name, vme == 1)) for entity in entities for row, name, vme in _named(db, entity)}


def _named(db: sqlite3.Connection, entity: int) -> Iterator[tuple[int, str, int]]:
    yield from db.execute(names_between(entity, entity))


def _write(search: sqlite3.Connection, removed: Names, added: Names) -> None:
    search.executemany("INSERT INTO name(name, rowid, words) VALUES('delete', ?, ?)", removed.items())
    search.executemany("INSERT INTO name(rowid, words) VALUES(?, ?)", sorted(added.items()))
    counts = Counter(word for words in added.values() for word in words.split(" "))
    counts.subtract(word for words in removed.values() for word in words.split(" "))
    changes = [(word, count) for word, count in counts.items() if count]
    search.executemany(
        "INSERT INTO word VALUES(?, ?) ON CONFLICT(word) DO UPDATE SET names = names + excluded.names", changes
    )
    gone = [(word,) for word, _ in changes if _gone(search, word)]
    search.executemany("DELETE FROM word WHERE word = ?", gone)
    long = [(word[::-1],) for word, count in changes if len(word) >= ENDING_MIN]
    search.executemany("INSERT OR IGNORE INTO ending VALUES(?)", long)
    search.executemany("DELETE FROM ending WHERE word = ?", [(word[::-1],) for (word,) in gone])


def _gone(search: sqlite3.Connection, word: str) -> bool:
    row = search.execute("SELECT names FROM word WHERE word = ?", (word,)).fetchone()
    return row is not None and row[0] <= 0
