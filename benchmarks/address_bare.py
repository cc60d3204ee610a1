"""The floor: a download, unzipped, split into its columns, and put as text into SQLite tables without any index.

It reads every byte that ours reads, and leaves out the columns that only repeat others, as ours does. Nothing is
checked, folded, linked or looked up, and nothing is made safe against a crash.
"""

from __future__ import annotations

import csv
import io
import sqlite3
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import accumulate, pairwise
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import ZipFile

FILE = "bare.db"
POINTS = "Points"
_PIECE = 1 << 20
_HEAD, _FIELD = struct.Struct("<4xIHH20x"), struct.Struct("<11s5xB15x")
_POINTS_HEAD, _POINT = 100, struct.Struct("<12xdd")
_PRAGMAS = ("journal_mode=OFF", "synchronous=OFF", "cache_size=-64000")
_MUNICIPALITY = "gemeenteid"
_REPEATED = frozenset({"id", "creatieid", "objecttype", "voladres"})
_REPEATED_OF = {"Adres": frozenset({"straatnm", "gemeentenm"})}
"""Columns of one table that another one has too."""

Row = Sequence[object]


class _Records(NamedTuple):
    """How many, and of how many bytes each."""

    number: int
    length: int


@contextmanager
def bare(folder: Path) -> Iterator[sqlite3.Connection]:
    """Its tables."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as db:
        for pragma in _PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        yield db


def load_extract(db: sqlite3.Connection, archive: Path, nis: Iterable[str] | None = None) -> None:
    """Every DBF table and the points of the addresses.

    Args:
        nis: municipalities of which addresses and streets are kept; the other tables are then unzipped and no more.
    """
    kept = None if nis is None else frozenset(nis)
    db.execute("BEGIN")
    with ZipFile(archive) as packed:
        for member in packed.namelist():
            name, _, kind = member.rpartition(".")
            with packed.open(member) as file:
                if kind == "dbf":
                    _table(db, name, file, kept)
                elif kind == "shp":
                    _insert(db, POINTS, ("x", "y"), _points(file) if kept is None else _unzipped(file))
    db.execute("COMMIT")


def load_best(db: sqlite3.Connection, archive: Path) -> None:
    """The one table of BeSt, as `Best`."""
    db.execute("BEGIN")
    with ZipFile(archive) as packed:
        (member,) = packed.namelist()
        with packed.open(member) as raw, io.TextIOWrapper(raw, "utf-8", newline="") as file:
            rows = csv.reader(file)
            _insert(db, "Best", next(rows), rows)
    db.execute("COMMIT")


def count(db: sqlite3.Connection, table: str) -> int:
    """Rows of a table."""
    found: int = db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
    return found


def _table(db: sqlite3.Connection, name: str, file: IO[bytes], kept: frozenset[str] | None) -> None:
    records, columns = _head(file)
    repeated = _REPEATED | _REPEATED_OF.get(name, frozenset())
    chosen = {column: cut for column, cut in columns.items() if column not in repeated}
    if kept is None:
        rows = _rows(file, records, list(chosen.values()))
    elif _MUNICIPALITY in columns:
        rows = _rows_of(kept, columns[_MUNICIPALITY], file, records, list(chosen.values()))
    else:
        rows = _unzipped(file)
    _insert(db, name, list(chosen), rows)


def _insert(db: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    db.execute(f"CREATE TABLE {table}({', '.join(f'[{column}]' for column in columns)})")
    db.executemany(f"INSERT INTO {table} VALUES({','.join('?' * len(columns))})", rows)


def _head(file: IO[bytes]) -> tuple[_Records, dict[str, slice]]:
    """What a DBF table says of itself: its records, and where each column stands in one."""
    number, start, length = _HEAD.unpack(file.read(_HEAD.size))
    head = file.read(start - _HEAD.size)
    fields = [_FIELD.unpack_from(head, at) for at in range(0, len(head) - 1, _FIELD.size)]
    ends = list(accumulate((width for _, width in fields), initial=1))
    names = (name.rstrip(b"\0").decode() for name, _ in fields)
    return _Records(number, length), {name: slice(*cut) for name, cut in zip(names, pairwise(ends), strict=True)}


def _rows(file: IO[bytes], records: _Records, columns: Sequence[slice]) -> Iterator[Row]:
    """Text without padding."""
    for record in _each(file, records):
        yield [record[cut].strip() for cut in columns]


def _rows_of(
    kept: frozenset[str], municipality: slice, file: IO[bytes], records: _Records, columns: Sequence[slice]
) -> Iterator[Row]:
    """The same of some municipalities."""
    for record in _each(file, records):
        if record[municipality] in kept:
            yield [record[cut].strip() for cut in columns]


def _each(file: IO[bytes], records: _Records) -> Iterator[str]:
    most = _PIECE // records.length
    for left in range(records.number, 0, -most):
        piece = file.read(min(left, most) * records.length).decode("cp1252")
        for at in range(0, len(piece), records.length):
            yield piece[at : at + records.length]


def _points(file: IO[bytes]) -> Iterator[Row]:
    file.read(_POINTS_HEAD)
    while piece := file.read(_POINT.size * (_PIECE // _POINT.size)):
        yield from _POINT.iter_unpack(piece)


def _unzipped(file: IO[bytes]) -> Iterator[Row]:
    """Nothing, but all of the file was read."""
    while file.read(_PIECE):
        continue
    return iter(())
