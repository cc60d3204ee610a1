"""The peer: `cbe` loads a Full into SQLite."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.kbo_cbe import cbe
from benchmarks.kbo_data import TABLES
from benchmarks.process import Spec, contend


async def main(spec: Spec) -> dict[str, Any]:
    """Load `spec["archive"]`. That pandas was imported before the clock started is a kindness to the peer."""
    start = time.perf_counter()
    with cbe(Path(spec["archive"]), Path(spec["register"])) as register:
        seconds = time.perf_counter() - start
        rows = {table: register.query(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
    return {"seconds": seconds, "rows": rows}


if __name__ == "__main__":
    contend(main)
