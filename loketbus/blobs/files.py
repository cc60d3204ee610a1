"""One file being written or read, by one thread at a time."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from loketbus.blobs.errors import BlobCorrupt, BlobMissing, BlobTooLarge
from loketbus.blobs.places import Place
from loketbus.errors import Unavailable


class Writer:
    """A blob on its way: hashed while written to a temporary file, which only `Place.publish` gives a name."""

    def __init__(self, scratch: Path, max_bytes: int | None) -> None:
        self.path = scratch / f"{os.getpid()}-{secrets.token_hex(8)}.part"
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._lock = threading.Lock()
        self.size = 0
        with outside():
            self._file = open(self.path, "xb", buffering=0, opener=_private)  # noqa: SIM115 - closed by discard

    def write(self, chunk: bytes) -> None:
        """Append; BlobTooLarge, Unavailable."""
        self.size += len(chunk)
        if self._max_bytes is not None and self.size > self._max_bytes:
            raise BlobTooLarge(self._max_bytes)
        self._digest.update(chunk)
        view = memoryview(chunk)
        with self._lock, outside():
            while view:
                view = view[self._file.write(view) :]

    def finish(self) -> str:
        """Make the bytes durable and return their hash."""
        with self._lock, outside():
            os.fsync(self._file.fileno())
            self._file.close()
        return self._digest.hexdigest()

    def discard(self) -> None:
        """Remove what was not published. The lock waits for a thread that still writes for a cancelled caller."""
        with self._lock:
            self._file.close()
            self.path.unlink(missing_ok=True)


class Reader:
    """A blob being read and checked."""

    def __init__(self, place: Place, sha256: str) -> None:
        self._sha256 = sha256
        self._digest = hashlib.sha256()
        self._lock = threading.Lock()
        with outside(sha256):
            self._file: BinaryIO = place.open(sha256)

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end, when the hash fits. BlobCorrupt, Unavailable."""
        with self._lock, outside(self._sha256):
            chunk = self._file.read(size)
        self._digest.update(chunk)
        if not chunk and self._digest.hexdigest() != self._sha256:
            raise BlobCorrupt(self._sha256)
        return chunk

    def close(self) -> None:
        """Close the file, once no thread reads it."""
        with self._lock:
            self._file.close()


@contextmanager
def outside(sha256: str | None = None) -> Iterator[None]:
    """Say what a failure of the disk or the object store means.

    Raises:
        BlobMissing: there is no blob `sha256`.
        Unavailable: disk full, no permission, network, an error of the store's own library.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise (BlobMissing(sha256) if sha256 else _unavailable(error)) from error
    except Exception as error:
        # A store's library has error classes of its own; a builtin one that is no OSError is a defect of ours.
        if isinstance(error, OSError) or type(error).__module__ != "builtins":
            raise _unavailable(error) from error
        raise


def _unavailable(error: Exception) -> Unavailable:
    reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else type(error).__name__
    message = "De opslag van bestanden is niet bereikbaar of vol."
    return Unavailable("blob_store_unavailable", message, detail=reason)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
