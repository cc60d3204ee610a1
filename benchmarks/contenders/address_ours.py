"""Our importer: a download, from its zip file to a replica that answers."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks.process import Spec, contend
from loketbus.replicas import current
from loketbus.settings import BusSettings
from services.address.register.importing import import_download
from services.address.register.schema import FILE
from services.address.settings import register_folder


async def main(spec: Spec) -> dict[str, Any]:
    """Take in `spec["archive"]` as a service does whose `LOKETBUS_VAR` is `spec["register"]`."""
    folder = register_folder(BusSettings(var=Path(spec["register"])))
    start = time.perf_counter()
    await asyncio.to_thread(import_download, folder, Path(spec["archive"]), nis=spec["nis"])
    return {"seconds": time.perf_counter() - start, "addresses": _addresses(folder)}


def _addresses(register: Path) -> int:
    """What is in the file, whatever the report says."""
    folder = current(register)
    assert folder is not None
    with closing(sqlite3.connect(f"{(folder / FILE).as_uri()}?mode=ro", uri=True)) as database:
        found: int = database.execute("SELECT count(*) FROM address").fetchone()[0]
        return found


if __name__ == "__main__":
    contend(main)
