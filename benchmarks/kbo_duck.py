"""The floor: DuckDB holds the register as tables of text, without indexes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import duckdb

from benchmarks.kbo_data import TABLES

FILE = "register.duckdb"
THREADS = 2
ALL_TABLES = ("meta", "code", *TABLES)
KEYS = {"enterprise": "EnterpriseNumber", "establishment": "EstablishmentNumber", "branch": "Id"}
_READ = "SELECT * FROM read_csv('{}', all_varchar=true, header=true, delim=',', quote='\"', escape='\"')"


@contextlib.contextmanager
def duck(folder: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB's register in a folder."""
    with duckdb.connect(folder / FILE, read_only=read_only, config={"threads": THREADS}) as connection:
        yield connection


def load(connection: duckdb.DuckDBPyConnection, archive: Path, unpacked: Path) -> None:
    """A Full into tables of text, without indexes."""
    _unpack(archive, unpacked)
    for table in ALL_TABLES:
        connection.execute(f"CREATE TABLE {table} AS {_rows(unpacked, table)}")


def update(connection: duckdb.DuckDBPyConnection, archive: Path, unpacked: Path) -> None:
    """An Update in one transaction: deletes before inserts."""
    _unpack(archive, unpacked)
    connection.begin()
    for table in ("meta", "code"):
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} {_rows(unpacked, table)}")
    for table in TABLES:
        gone = _rows(unpacked, f"{table}_delete")
        connection.execute(f"DELETE FROM {table} WHERE {KEYS.get(table, 'EntityNumber')} IN ({gone})")
        connection.execute(f"INSERT INTO {table} {_rows(unpacked, f'{table}_insert')}")
    connection.commit()


def _unpack(archive: Path, folder: Path) -> None:
    with ZipFile(archive) as packed:
        packed.extractall(folder)


def _rows(folder: Path, name: str) -> str:
    path = str(folder / f"{name}.csv").replace("'", "''")
    return _READ.format(path)
