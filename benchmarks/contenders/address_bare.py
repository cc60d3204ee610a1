"""The floor: a download into SQLite tables of text, without indexes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.address_bare import bare, count, load_best, load_extract
from benchmarks.process import Spec, contend


async def main(spec: Spec) -> dict[str, Any]:
    """Take in `spec["archive"]`; until it is committed."""
    archive, best = Path(spec["archive"]), spec["kind"] == "best"
    with bare(Path(spec["register"])) as db:
        start = time.perf_counter()
        if best:
            load_best(db, archive)
        else:
            load_extract(db, archive, spec["nis"])
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "addresses": count(db, "Best" if best else "Adres")}


if __name__ == "__main__":
    contend(main)
