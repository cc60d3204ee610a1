"""Fetching, put together from the settings, and its place in the service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from loketbus.service import Wiring
from services.kbo.drops import open_drop
from services.kbo.fetch_status import StatusFile
from services.kbo.fetching import Fetching, Imported
from services.kbo.import_worker import WorkerImporter
from services.kbo.register.swapping import readable_state
from services.kbo.register_age import RegisterAge
from services.kbo.settings import KboSettings

JOB = "kbo_fetch"
LANE = "kbo_drop"


def register_folder(settings: KboSettings) -> Path:
    """Where the replica is."""
    return settings.var / "kbo" / "register"


def status_path(settings: KboSettings) -> Path:
    """Where the status of fetching is."""
    return settings.var / "kbo" / "fetching.json"


def open_fetching(bus: Wiring[KboSettings], *, imported: Callable[[], None]) -> None:
    """Keep the register up to date from the drop of the settings, if one is set. Its age is always shown.

    `imported` is called when there is a newer register.
    """
    settings = bus.settings
    folder = register_folder(settings)
    bus.registry.register(RegisterAge(lambda: readable_state(folder), bus.now))
    drop = open_drop(settings)
    if drop is None:
        return
    importer = WorkerImporter(folder)

    async def load(archives: Sequence[Path]) -> Imported:
        done = await importer(archives)
        imported()
        return done

    fetching = Fetching(
        drop,
        load,
        lambda: extract_of(folder),
        incoming=settings.var / "kbo" / "incoming",
        status=StatusFile(status_path(settings)),
        every_seconds=settings.kbo_fetch_seconds,
        now=bus.now,
    )
    bus.every(settings.kbo_fetch_seconds, JOB, fetching.run, lane=LANE)
    bus.on_close(importer.close)
    bus.on_close(drop.close)


def extract_of(folder: Path) -> int | None:
    """Where the register stands; None when there is none that can be read: then a Full is fetched."""
    known = readable_state(folder)
    return None if known is None else known.extract
