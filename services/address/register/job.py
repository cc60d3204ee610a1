"""One import as its steps see it: what they read, where they write, what they count."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from loketbus.failpoints import reach
from services.address.register.dbf import Dbf
from services.address.register.sources import Download
from services.address.register.tally import DELETED, Tally

Tell = Callable[[str, int], None]
"""Gets a table and the bytes that were read of it since the last call."""


@dataclass(slots=True)
class Job:
    """One import."""

    db: sqlite3.Connection
    """The new replica, in a transaction, with the file `loading.STAGING` attached."""
    download: Download
    wanted: frozenset[int] | None
    """NIS codes of which the addresses are kept; None: all."""
    tell: Tell
    tallies: list[Tally] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """What was read, as `archive.zip/Adres.dbf`."""

    @contextmanager
    def counted(self, table: str) -> Iterator[Tally]:
        """Time and count the filling of a table."""
        tally = Tally(table)
        self.tallies.append(tally)
        start = time.perf_counter()
        yield tally
        tally.seconds = time.perf_counter() - start
        reach("address.loaded")

    @contextmanager
    def dbf(self, file: str, tally: Tally) -> Iterator[Dbf]:
        """A table of the extract; what is read and what is left out is counted."""
        with self.download.open(file) as source:
            table = Dbf(source, lambda read: self.tell(tally.table, read), self._cpg(file))
            self.note_file(file)
            yield table
        tally.read += table.count
        tally.elsewhere += table.left_out
        if table.deleted:
            tally.note(DELETED, count=table.deleted)

    def note_file(self, file: str) -> None:
        """It was read."""
        name = self.download.members[file].name
        if name not in self.files:
            self.files.append(name)

    def _cpg(self, file: str) -> str | None:
        beside = str(PurePosixPath(file).with_suffix(".cpg"))
        if beside not in self.download:
            return None
        with self.download.open(beside) as source:
            return source.read(100).decode("ascii", "replace")
