"""`python -m tests.support.kbo_fetch_process DROP VAR`: one round of fetching from a folder, as a process."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from loketbus.leases import Lease
from services.kbo.fetch_job import extract_of, register_folder, status_path
from services.kbo.fetch_status import StatusFile
from services.kbo.fetching import Fetching
from services.kbo.import_worker import WorkerImporter
from services.kbo.remote.drop_folder import FolderDrop
from services.kbo.settings import KboSettings


async def main(drop: Path, var: Path) -> None:
    settings = KboSettings(var=var)
    folder = register_folder(settings)
    importer = WorkerImporter(folder)
    fetching = Fetching(
        FolderDrop(drop, settle_seconds=0),
        importer,
        lambda: extract_of(folder),
        incoming=var / "kbo" / "incoming",
        status=StatusFile(status_path(settings)),
        every_seconds=3600,
    )
    try:
        await fetching.run(Lease("test", 1, ttl_seconds=600))
    finally:
        await importer.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2])))
