"""The importer in a process of its own: an import takes a minute of work and half a gigabyte, and can be killed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import structlog

from loketbus.errors import Outcome, Rejected
from loketbus.workers import WorkerDied, WorkerError, WorkerPool, WorkerTimeout
from services.kbo.register.importing import import_archives
from services.kbo.register.report import Report

log = structlog.get_logger(__name__)

IMPORT_SECONDS = 3600.0
"""Some 50 s for a Full on two cores; slow disks exist."""


class WorkerImporter:
    """`fetching.Importer` into the register at `folder`. A cancelled call kills the process and its children."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pool = WorkerPool("kbo_import", max_calls_per_worker=1)

    async def __call__(self, archives: Sequence[Path]) -> Report:
        """Load the archives.

        Raises:
            Rejected: as `import_archives`; `kbo_import_died` when the process ended, `kbo_import_defect` by our fault.
        """
        try:
            return await self._pool.run(load, self._folder, tuple(archives), timeout_seconds=IMPORT_SECONDS)
        except (WorkerDied, WorkerTimeout) as death:
            log.warning("kbo_import_died", error=str(death))
            raise _died() from None
        except (Outcome, WorkerError):
            raise
        except Exception as defect:
            log.exception("kbo_import_defect")
            message = "Het inlezen mislukte door een fout in Loketbus; meld ze met het logboek van dit uur."
            raise Rejected("kbo_import_defect", message, detail=type(defect).__name__, audience="ict") from defect

    async def close(self) -> None:
        """End an import that runs; the old register stays."""
        await self._pool.close()


def load(folder: Path, archives: Sequence[Path]) -> Report:
    """Runs in the worker."""
    return import_archives(folder, archives)


def _died() -> Rejected:
    message = (
        "Het inlezen werd afgebroken voor het klaar was: te weinig geheugen (reken op 700 MB) of een schijf die "
        "hapert. Het oude register blijft in gebruik; Loketbus probeert het later opnieuw."
    )
    return Rejected("kbo_import_died", message, audience="ict")
