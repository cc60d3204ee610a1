"""Where blobs lie: a local folder with durable writes of our own, or any fsspec file system."""

from __future__ import annotations

import fcntl
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

SHA256 = re.compile(r"[0-9a-f]{64}")
PREFIXES = tuple(f"{number:02x}" for number in range(256))
TEMPORARY_MAX_AGE = timedelta(days=1)
"""An older half-written file belongs to a process that is dead."""


def layout(sha256: str) -> str:
    """Relative path of a blob, `ab/cd/<sha256>`.

    Raises:
        ValueError: it is not a hash; so no other path can ever be made of it.
    """
    if not SHA256.fullmatch(sha256):
        raise ValueError("not a SHA-256 in lower case hexadecimals")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


class Place(Protocol):
    """A store of whole files. Every method blocks; OSError (or the remote's own errors) when it cannot be reached."""

    scratch: Path
    """Local folder for files being written."""

    def publish(self, temporary: Path, sha256: str) -> None:
        """Give a complete file its name, durably and at once, and renew its age; `temporary` is gone afterwards."""

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading; FileNotFoundError."""

    def modified(self, sha256: str) -> datetime:
        """When it was last published (aware UTC); FileNotFoundError."""

    def delete(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        """Delete, unless it was published after `unless_since`; False when it was not deleted."""

    def names(self, prefix: str) -> Iterator[str]:
        """The hashes that begin with `prefix` (two characters)."""


class LocalPlace:
    """A folder on a local disk: written aside, fsynced, renamed, folder fsynced."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.scratch = root / "tmp"
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_file = root / ".lock"
        self._durable: set[Path] = set()

    def publish(self, temporary: Path, sha256: str) -> None:
        """See `Place`. Renames over an existing file too: that renews its age and mends a damaged one."""
        target = self._root / layout(sha256)
        self._make_folder(target.parent)
        with self._locked(fcntl.LOCK_SH):
            temporary.replace(target)
        _sync_folder(target.parent)

    def open(self, sha256: str) -> BinaryIO:
        """See `Place`."""
        return open(self._root / layout(sha256), "rb")

    def modified(self, sha256: str) -> datetime:
        """See `Place`."""
        return datetime.fromtimestamp((self._root / layout(sha256)).stat().st_mtime, UTC)

    def delete(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        """See `Place`. The lock keeps a writer from renewing the file between the look and the deletion."""
        path = self._root / layout(sha256)
        with self._locked(fcntl.LOCK_EX):
            try:
                if unless_since is not None and self.modified(sha256) > unless_since:
                    return False
                path.unlink()
            except FileNotFoundError:
                return False
        _sync_folder(path.parent)
        return True

    def names(self, prefix: str) -> Iterator[str]:
        """See `Place`."""
        for path in (self._root / prefix).glob("??/*"):
            if SHA256.fullmatch(path.name):
                yield path.name

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        handle = os.open(self._lock_file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, how)
            yield
        finally:
            os.close(handle)

    def _make_folder(self, folder: Path) -> None:
        for level in (folder.parent, folder):
            if level in self._durable:
                continue
            # Also when it exists already: another process may have made it a moment ago, and not have synced it yet.
            level.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(level.parent)
            self._durable.add(level)


class RemotePlace:
    """Any fsspec file system. An upload appears when it is complete (S3, Azure) or in memory at once."""

    def __init__(self, file_system: fsspec.AbstractFileSystem, root: str, scratch: Path) -> None:
        self._file_system: Any = file_system
        self._root = root.rstrip("/")
        self.scratch = scratch
        self.scratch.mkdir(parents=True, exist_ok=True, mode=0o700)

    def publish(self, temporary: Path, sha256: str) -> None:
        """See `Place`."""
        path = self._path(sha256)
        self._file_system.makedirs(path.rpartition("/")[0], exist_ok=True)
        self._file_system.put_file(str(temporary), path)
        temporary.unlink()

    def open(self, sha256: str) -> BinaryIO:
        """See `Place`."""
        return cast("BinaryIO", self._file_system.open(self._path(sha256), "rb"))

    def modified(self, sha256: str) -> datetime:
        """See `Place`."""
        self._file_system.invalidate_cache()
        moment: datetime = self._file_system.modified(self._path(sha256))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def delete(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        """See `Place`. Object stores have no lock: a writer in the same instant as a sweep, a week late, could lose."""
        try:
            if unless_since is not None and self.modified(sha256) > unless_since:
                return False
            self._file_system.rm_file(self._path(sha256))
        except FileNotFoundError:
            return False
        return True

    def names(self, prefix: str) -> Iterator[str]:
        """See `Place`."""
        self._file_system.invalidate_cache()
        for path in self._file_system.find(f"{self._root}/{prefix}"):
            name = str(path).rpartition("/")[2]
            if SHA256.fullmatch(name):
                yield name

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{layout(sha256)}"


def place_for(url: str, scratch: Path | None) -> Place:
    """The place that `url` (a folder, or fsspec like `s3://bucket/blobs`, `memory://blobs`) means.

    Raises:
        ValueError: fsspec does not know the protocol.
        ImportError: the protocol needs a library that is not installed.
    """
    file_system, root = fsspec.core.url_to_fs(url)
    if isinstance(file_system, LocalFileSystem):
        return LocalPlace(Path(root))
    return RemotePlace(file_system, root, scratch or Path(tempfile.gettempdir()) / f"loketbus-{os.getuid()}")


def clear_scratch(scratch: Path, now: datetime) -> int:
    """Delete half-written files of dead processes; returns how many."""
    count = 0
    for path in scratch.glob("*.part"):
        try:
            if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > TEMPORARY_MAX_AGE:
                path.unlink()
                count += 1
        except FileNotFoundError:
            continue
    return count


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
