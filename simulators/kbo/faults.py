"""Things that go wrong with published files."""

from __future__ import annotations

from pathlib import Path

from simulators.kbo.archives import Archive
from simulators.kbo.manifest import Manifest


def truncate(path: Path, share: float = 0.6) -> None:
    """The transfer stopped: only the first part of the bytes is there."""
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


def wrong_type(path: Path) -> Path:
    """An Update that calls itself a Full, or the other way about; the new path. Its meta.csv tells the truth."""
    old, new = ("_Full", "_Update") if "_Full" in path.name else ("_Update", "_Full")
    return path.rename(path.with_name(path.name.replace(old, new)))


def gap(folder: Path, manifest: Manifest) -> Path:
    """The middle one of the updates was never published; its path.

    Raises:
        ValueError: there is no update.
    """
    updates = _updates(manifest)
    path = folder / updates[len(updates) // 2].file
    path.unlink()
    return path


def last_update(manifest: Manifest) -> Archive:
    """The newest Update.

    Raises:
        ValueError: there is none.
    """
    return _updates(manifest)[-1]


def _updates(manifest: Manifest) -> list[Archive]:
    updates = [archive for archive in manifest.archives if archive.type == "update"]
    if not updates:
        raise ValueError("this fault needs at least one update")
    return updates
