"""The file of a new replica: empty tables, then what an import puts in, then what follows from that."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from loketbus.bulk import unjournaled
from loketbus.failpoints import reach
from loketbus.replicas import flush
from services.address.register import schema
from services.address.register.deriving import derive_all

CACHE_KIB = 96_000
"""Also what sorting takes before it goes to disk."""


@contextmanager
def new_register(folder: Path) -> Iterator[sqlite3.Connection]:
    """`register.db` in a folder, with empty tables and no indexes, in a transaction of its own.

    Without journal: what is not finished is thrown away whole. Ready for readers and the feed when `complete` is done
    and the `with` has ended.
    """
    path = folder / schema.FILE
    with unjournaled(path, CACHE_KIB) as db:
        db.executescript(schema.TABLES)
        db.execute("BEGIN")
        yield db
        if db.in_transaction:
            db.execute("COMMIT")
        db.execute("PRAGMA journal_mode=WAL")
    flush(path)


def complete(db: sqlite3.Connection, meta: Mapping[str, str]) -> None:
    """Indexes, derived tables and `meta`, after loading."""
    for statement in filter(str.strip, schema.INDEXES.split(";")):
        db.execute(statement)
    reach("address.indexed")
    derive_all(db)
    db.executemany("INSERT INTO meta VALUES(?,?)", {**meta, "format": str(schema.FORMAT)}.items())
    reach("address.derived")
