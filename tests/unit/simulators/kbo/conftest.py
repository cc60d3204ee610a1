from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.kbo import Manifest, Spec, write

SPEC = Spec(scale=0.001, seed=1, updates=4)


@dataclass(frozen=True)
class Folder:
    path: Path
    manifest: Manifest

    @property
    def first(self) -> Path:
        return self.path / self.manifest.archives[0].file

    @property
    def last(self) -> Path:
        return self.path / self.manifest.archives[-1].file

    @property
    def updates(self) -> list[Path]:
        return [self.path / archive.file for archive in self.manifest.archives if archive.type == "update"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    path = tmp_path_factory.mktemp("kbo")
    return Folder(path, write(path, SPEC))
