"""The floor: DuckDB unpacks a Full and loads it as text, or applies an Update; no indexes, two threads."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.kbo_data import TABLES
from benchmarks.kbo_duck import duck, load, update
from benchmarks.process import Spec, contend


async def main(spec: Spec) -> dict[str, Any]:
    """Take in `spec["archive"]`; until the database is closed, so that everything is in its file."""
    register, archive = Path(spec["register"]), Path(spec["archive"])
    unpacked = register / "unpacked"
    take_in = update if spec["update"] else load
    start = time.perf_counter()
    with duck(register, read_only=False) as connection:
        take_in(connection, archive, unpacked)
    seconds = time.perf_counter() - start
    shutil.rmtree(unpacked)
    with duck(register) as connection:
        return {"seconds": seconds, "rows": {table: _count(connection, table) for table in TABLES}}


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


if __name__ == "__main__":
    contend(main)
