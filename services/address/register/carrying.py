"""What no download says and the replica before does: successors, removals, former names of streets.

That replica may be damaged anywhere: what can be read of it is carried over, and the rest is told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loketbus.replicas import current
from services.address.domain.folding import street_fold
from services.address.register.catching_up import FORMER
from services.address.register.report import Remark
from services.address.register.schema import FILE, STREET_NAMES
from services.address.register.values import Row

LOST = Remark(
    "carried_lost",
    "Het oude register is beschadigd: wat alleen daarin stond (opvolgers, verwijderingen, oude straatnamen) is "
    "helemaal of gedeeltelijk verloren; de rest is opnieuw geladen.",
)
KEYS = {
    "address": ("address", "id"), "street": ("street", "id"), "municipality": ("municipality", "nis"),
    "unit": ("unit", "id"), "building": ("building", "id"), "parcel": ("parcel", "id"),
}  # fmt: skip
"""Table and key by kind of thing."""
_TEXT = str | None
_SHAPES: Mapping[str, tuple[Any, ...]] = {
    "replaced": (str, int, int, _TEXT), "removed": (str, int, _TEXT), "street_former": (int, str, _TEXT),
}  # fmt: skip
"""Types of the columns of what is carried: of a damaged page anything may be read."""


@dataclass(slots=True)
class Carried:
    """What was read of the replica before."""

    file: Path | None = None
    """Of that replica; None: there was none."""
    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in _SHAPES})
    positions: list[Row] = field(default_factory=list)
    """Rows of `feed` from which is read what the new download leaps over."""
    lost: bool = False
    """Something of it could not be read."""

    @property
    def mergers(self) -> list[tuple[int, int]]:
        """NIS codes of a municipality and of the one that it went up in."""
        return [(old, new) for kind, old, new, _ in self.rows["replaced"] if kind == "municipality"]

    def save(self, db: sqlite3.Connection, extract: str) -> None:
        """Into the new replica, in which the download of that day is loaded. What has come back was not removed."""
        former = [*self.rows["street_former"], *((*one, extract) for one in self._names_lost(db))]
        db.executemany("INSERT OR IGNORE INTO replaced VALUES(?,?,?,?)", self.rows["replaced"])
        db.executemany("INSERT OR REPLACE INTO street_former VALUES(?,?,?)", former)
        db.executemany("INSERT OR REPLACE INTO feed VALUES(?,?,?,NULL)", self.positions)
        for kind, id, at in self.rows["removed"]:
            table, key = KEYS[kind]
            if db.execute(f"SELECT 1 FROM {table} WHERE {key} = ?", (id,)).fetchone() is None:  # noqa: S608 - our own
                db.execute("INSERT OR IGNORE INTO removed VALUES(?,?,?)", (kind, id, at))

    def _names_lost(self, new: sqlite3.Connection) -> Iterator[Row]:
        """Streets with another name in this download, and the one that they had: not everybody follows the feed."""
        if self.file is None:
            return
        query = f"SELECT id, {', '.join(STREET_NAMES)} FROM street"  # noqa: S608 - our own names
        now = {street: names for street, *names in new.execute(query)}
        for street, *names in self._read(self.file, query):
            for name, other in zip(names, now.get(street, names), strict=True):
                if name and other and street_fold(str(name)) != street_fold(other):
                    yield street, str(name)

    def _read(self, file: Path, query: str) -> Iterator[Row]:
        """Rows, up to where the file is damaged."""
        try:
            with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
                yield from db.execute(query)
        except sqlite3.Error:
            self.lost = True

    def read(self, file: Path) -> None:
        """All tables that are there: a replica of an older version lacks some."""
        there = {name for (name,) in self._read(file, "SELECT name FROM sqlite_master WHERE type = 'table'")}
        self.lost |= "replaced" not in there  # no version was ever without
        self.positions = list(self._read(file, FORMER)) if "feed" in there else []
        for table in there & _SHAPES.keys():
            self.rows[table] = list(self._sound(table, self._read(file, f"SELECT * FROM {table}")))  # noqa: S608

    def _sound(self, table: str, rows: Iterable[Row]) -> Iterator[Row]:
        """Rows that can be what they should."""
        shape = _SHAPES[table]
        for row in rows:
            if len(row) == len(shape) and all(map(isinstance, row, shape)) and (shape[0] is int or row[0] in KEYS):
                yield row
            else:
                self.lost = True


def read_carried(folder: Path) -> Carried:
    """Of the replica that is current in a folder, also when it is damaged or made by another version."""
    replica = current(folder)
    if replica is None:
        return Carried()
    carried = Carried(replica / FILE)
    carried.read(replica / FILE)
    return carried
