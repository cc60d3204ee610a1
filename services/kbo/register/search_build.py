"""Builds `search.db` from a finished `entities.db`: some seven seconds per million names."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from loketbus.bulk import unjournaled
from services.kbo.domain.words import indexed
from services.kbo.register.search_schema import ALL_KINDS, ENDING_MIN, SEARCH, names_between

Progress = Callable[[int], None]
"""Told how many more names were done."""
STEP = 10_000
CACHE_KIB = 64_000
_SETTINGS = """
INSERT INTO name(name, rank) VALUES('hashsize', 33554432);
INSERT INTO name(name, rank) VALUES('pgsz', 8000);
"""


def build_search(entities_db: Path, search_db: Path, progress: Progress | None = None) -> int:
    """Write a new `search.db`, not yet synchronised to the disk; how many names it holds. The file must not exist."""
    with closing(_reader(entities_db)) as entities, unjournaled(search_db) as search:
        search.executescript(f"{SEARCH}{_SETTINGS}BEGIN")
        rows = _told(_names(entities), progress)
        count = search.executemany("INSERT INTO name(rowid, words) VALUES(?, ?)", rows).rowcount
        search.execute("COMMIT")
        _count_words(search)
    return count


def _reader(entities_db: Path) -> sqlite3.Connection:
    entities = sqlite3.connect(f"{entities_db.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    entities.execute(f"PRAGMA cache_size = -{CACHE_KIB}")  # the owner of a unit may lie anywhere
    return entities


def _names(entities: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    for first, last in ALL_KINDS:
        for row, name, vme in entities.execute(names_between(first, last)):
            yield row, " ".join(indexed(name, vme == 1))


def _told(rows: Iterator[tuple[int, str]], progress: Progress | None) -> Iterator[tuple[int, str]]:
    if progress is None:
        yield from rows
        return
    at = 0
    for at, row in enumerate(rows, 1):
        yield row
        if at % STEP == 0:
            progress(STEP)
    progress(at % STEP)


def _count_words(search: sqlite3.Connection) -> None:
    search.executescript(
        "INSERT INTO name(name) VALUES('optimize'); CREATE VIRTUAL TABLE temp.term USING fts5vocab(main, name, row)"
    )
    search.create_function("backwards", 1, lambda word: word[::-1], deterministic=True)
    search.execute("BEGIN")
    search.execute("INSERT INTO word SELECT term, doc FROM temp.term")
    search.execute(
        "INSERT INTO ending SELECT backwards(word) FROM word WHERE length(word) >= ? ORDER BY 1", (ENDING_MIN,)
    )
    search.execute("COMMIT")
    search.execute("DROP TABLE temp.term")
