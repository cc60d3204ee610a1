"""The company register of a run: a synthetic Full and an Update at its scale, made once and kept."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.run import Run
from simulators.kbo import Spec, write
from simulators.kbo.manifest import NAME

TABLES = ("enterprise", "establishment", "branch", "denomination", "address", "contact", "activity")
CHANGES = 3_000
"""Enterprises that the Update touches at full size: some 40,000 rows."""
_CHUNK = 2**22


@dataclass(frozen=True, slots=True)
class Archives:
    """A Full and the Update of the next day."""

    full: Path
    update: Path
    rows: dict[str, int]
    """Of the Full, by table."""
    changed_rows: int
    """Of the Update, deletes and inserts together; without the code table."""
    extract: int
    """Number of the Full."""


def archives(run: Run) -> Archives:
    """Those of the run's scale; made if they are not there. Nobody times that."""
    scale = run.sizes.kbo_scale
    spec = Spec(scale=scale, updates=1, changes=max(1, round(CHANGES * scale)))
    folder = run.data / f"kbo-{scale:g}"
    manifest = _kept(folder, spec)
    if manifest is None:
        run.say(f"making a register at scale {scale:g}")
        write(folder, spec, next_full=False)
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    full, update = manifest["archives"]
    changed = sum(rows for name, rows in update["rows"].items() if name not in ("meta", "code"))
    rows = {table: full["rows"][table] for table in TABLES}
    return Archives(folder / full["file"], folder / update["file"], rows, changed, spec.extract)


def _kept(folder: Path, spec: Spec) -> dict[str, Any] | None:
    """The manifest, which is written last, when it tells of this spec."""
    path = folder / NAME
    if not path.exists():
        return None
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest if manifest["spec"] == json.loads(json.dumps(asdict(spec), default=str)) else None


def level(paths: Iterable[Path]) -> None:
    """The same start for everybody: the files are in the page cache, and nobody's writes are still on their way."""
    os.sync()
    for path in paths:
        with path.open("rb") as file:
            while file.read(_CHUNK):
                pass


def files(folder: Path) -> list[Path]:
    """Every file below; links are not followed."""
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def size_mb(folder: Path) -> float:
    """On disk, in MB (10**6 bytes)."""
    return sum(path.stat().st_size for path in files(folder)) / 1e6
