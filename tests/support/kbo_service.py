"""kbo in this process without Kafka: its ledger, a made-up register, its handlers and jobs, and what it wrote."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from services.kbo.app import service
from services.kbo.fetch_job import register_folder
from services.kbo.register.importing import import_archives
from simulators.kbo import Spec, write
from tests.support.service_house import ServiceHouse

SPEC = Spec(updates=4)
FIRST = SPEC.extract
LAST = SPEC.extract + SPEC.updates


def registers(folder: Path) -> dict[int, Path]:
    """A made-up register as it is after each extract: imported once, because a test changes none."""
    write(folder / "archives", SPEC, next_full=False)
    made: dict[int, Path] = {}
    for archive in sorted((folder / "archives").glob("*.zip")):
        extract = import_archives(folder / "register", [archive]).extract
        made[extract] = folder / f"{extract}"
        shutil.copytree(folder / "register" / "current", made[extract])
    return made


class KboHouse(ServiceHouse):
    """`async with KboHouse(...)`; the register is loaded with `load`."""

    def __init__(self, var: Path, database: str | None, made: dict[int, Path], **settings: Any) -> None:
        super().__init__(service, var, database, **{"kbo_vkbo_url": None} | settings)
        self.registers = made

    def load(self, extract: int) -> None:
        """This register is the current one from now on, as if it were imported."""
        folder = register_folder(self.settings)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / str(extract)).is_symlink():
            (folder / str(extract)).symlink_to(self.registers[extract])
        (folder / "next").symlink_to(str(extract))
        (folder / "next").replace(folder / "current")
