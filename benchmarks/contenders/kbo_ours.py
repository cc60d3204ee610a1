"""Our importer: a Full or an Update, from its zip file to a register that answers."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.process import Spec, contend
from loketbus.replicas import current
from services.kbo.register.importing import import_archives

_COUNT = "SELECT count(*) FROM {}"
_COUNTS = {
    "entities": {name: _COUNT.format(name) for name in ("enterprise", "establishment", "branch", "denomination")},
    "addresses": {name: _COUNT.format(name) for name in ("address", "contact")},
    "activities": {"activity": "SELECT sum(length(kinds)) / 4 FROM activity"},
}


async def main(spec: Spec) -> dict[str, Any]:
    """Take in `spec["archive"]`; `began` is by the clock that all processes share."""
    register, archive = Path(spec["register"]), Path(spec["archive"])
    began, start = time.monotonic(), time.perf_counter()
    await asyncio.to_thread(import_archives, register, [archive])
    return {"seconds": time.perf_counter() - start, "began": began, "rows": _rows(register)}


def _rows(register: Path) -> dict[str, int]:
    """What is in the files, whatever the report says."""
    folder = current(register)
    assert folder is not None
    found: dict[str, int] = {}
    for name, counts in _COUNTS.items():
        with closing(sqlite3.connect(f"{(folder / f'{name}.db').as_uri()}?mode=ro", uri=True)) as database:
            found |= {table: database.execute(sql).fetchone()[0] for table, sql in counts.items()}
    return found


if __name__ == "__main__":
    contend(main)
