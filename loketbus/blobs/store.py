"""The blob store: hashing, limits, verification and threads around a `Place`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from loketbus.blobs.errors import BlobMissing, BlobTooLarge
from loketbus.blobs.files import Reader, Writer, outside
from loketbus.blobs.places import PREFIXES, clear_scratch, place_for
from loketbus.clock import Clock, utc_now
from loketbus.errors import ConfigurationError
from loketbus.settings import BusSettings

CHUNK_BYTES = 256 * 1024
SWEEP_BATCH = 500
SWEEP_AFTER = timedelta(days=7)

Source = bytes | Path | AsyncIterable[bytes]


@dataclass(frozen=True, slots=True)
class BlobInfo:
    """What a put made: its name and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: blobs deleted, blobs old enough but in use, half-written files removed."""

    deleted: int
    referenced: int
    temporaries: int


class BlobStore:
    """Content-addressed store. The `_sync` twins block; they are for worker processes.

    Args:
        url: a folder, or an fsspec URL.
        scratch: local folder for uploads to a remote store; a local store writes inside itself.
        now: for ages.
    """

    def __init__(self, url: str, *, scratch: Path | None = None, now: Clock = utc_now) -> None:
        self._place = place_for(url, scratch)
        self._now = now
        self._address = (url, scratch)

    def __reduce__(self) -> tuple[Callable[..., BlobStore], tuple[str, Path | None]]:
        """Travels to a worker process as its address."""
        return _at, self._address

    async def put(self, source: Source, *, max_bytes: int | None = None) -> BlobInfo:
        """Store bytes, a file or a stream; durable when it returns. Putting it again renews its age.

        Raises:
            BlobTooLarge: `source` has more than `max_bytes`; nothing is kept.
            Unavailable: the disk is full or the store cannot be reached.
        """
        if isinstance(source, bytes):
            return await asyncio.to_thread(self.put_bytes_sync, source, max_bytes=max_bytes)
        if isinstance(source, Path):
            return await asyncio.to_thread(self.put_file_sync, source, max_bytes=max_bytes)
        writer = Writer(self._place.scratch, max_bytes)
        try:
            async for chunk in _gathered(source):
                await asyncio.to_thread(writer.write, chunk)
            return await asyncio.to_thread(self._publish, writer)
        finally:
            writer.discard()

    def put_bytes_sync(self, data: bytes, *, max_bytes: int | None = None) -> BlobInfo:
        """As `put`."""
        return self._put_sync([data], max_bytes)

    def put_file_sync(self, path: Path, *, max_bytes: int | None = None) -> BlobInfo:
        """As `put`; OSError when `path` itself cannot be read."""
        with path.open("rb") as file:
            return self._put_sync(iter(lambda: file.read(CHUNK_BYTES), b""), max_bytes)

    def put_chunks_sync(self, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> BlobInfo:
        """As `put`, of a stream; what `chunks` raises, this raises, and nothing is kept."""
        return self._put_sync(chunks, max_bytes)

    async def chunks(self, sha256: str) -> AsyncIterator[bytes]:
        """Stream a blob. Its hash is known only after the last chunk: use nothing before the stream has ended well.

        Raises:
            BlobMissing: before the first chunk.
            BlobCorrupt: after the last chunk.
            Unavailable: the store cannot be reached.
        """
        reader = await asyncio.to_thread(Reader, self._place, sha256)
        try:
            while chunk := await asyncio.to_thread(reader.read, CHUNK_BYTES):
                yield chunk
        finally:
            reader.close()

    async def read(self, sha256: str, *, max_bytes: int) -> bytes:
        """A whole blob, checked before it is returned; raises as `chunks`, and `BlobTooLarge`."""
        return await asyncio.to_thread(self.read_sync, sha256, max_bytes=max_bytes)

    def read_sync(self, sha256: str, *, max_bytes: int) -> bytes:
        """As `read`."""
        reader = Reader(self._place, sha256)
        parts, size = [], 0
        try:
            while chunk := reader.read(CHUNK_BYTES):
                size += len(chunk)
                if size > max_bytes:
                    raise BlobTooLarge(max_bytes, sha256)
                parts.append(chunk)
        finally:
            reader.close()
        return b"".join(parts)

    async def exists(self, sha256: str) -> bool:
        """Whether there is such a blob (its content is not checked)."""
        try:
            await self.age(sha256)
        except BlobMissing:
            return False
        return True

    async def age(self, sha256: str) -> timedelta:
        """Time since it was last put; BlobMissing."""
        with outside(sha256):
            return self._now() - await asyncio.to_thread(self._place.modified, sha256)

    async def delete(self, sha256: str, *, unless_since: datetime | None = None) -> bool:
        """Delete now, whoever refers to it (erasure), unless it was put after `unless_since`; False when it was not."""
        with outside(sha256):
            return await asyncio.to_thread(self._place.delete, sha256, unless_since=unless_since)

    async def sweep(self, referenced: Callable[[list[str]], set[str]], *, older_than: timedelta = SWEEP_AFTER) -> Swept:
        """Delete what is unreferenced and was not put for `older_than`.

        Args:
            referenced: of these hashes, which are in use (blocking; called in a thread, `SWEEP_BATCH` at a time).
            older_than: longer than any writer takes from `put` to the commit that refers to it.
        """
        return await asyncio.to_thread(self._sweep, referenced, older_than)

    def _sweep(self, referenced: Callable[[list[str]], set[str]], older_than: timedelta) -> Swept:
        limit = self._now() - older_than
        deleted = in_use = 0
        old = (name for prefix in PREFIXES for name in self._place.names(prefix) if self._is_older(name, limit))
        while batch := list(islice(old, SWEEP_BATCH)):
            kept = referenced(batch)
            in_use += len(kept)
            deleted += sum(self._place.delete(name, unless_since=limit) for name in batch if name not in kept)
        return Swept(deleted, in_use, clear_scratch(self._place.scratch, self._now()))

    def _is_older(self, sha256: str, limit: datetime) -> bool:
        try:
            return self._place.modified(sha256) <= limit
        except FileNotFoundError:
            return False

    def _put_sync(self, chunks: Iterable[bytes], max_bytes: int | None) -> BlobInfo:
        writer = Writer(self._place.scratch, max_bytes)
        try:
            for chunk in chunks:
                writer.write(chunk)
            return self._publish(writer)
        finally:
            writer.discard()

    def _publish(self, writer: Writer) -> BlobInfo:
        sha256 = writer.finish()
        with outside():
            self._place.publish(writer.path, sha256)
        return BlobInfo(sha256, writer.size)


def open_store(settings: BusSettings, service: str | None = None) -> BlobStore:
    """The blob store that the settings name: `LOKETBUS_BLOBS`, or the folder `blobs` under `LOKETBUS_VAR`.

    Args:
        settings: of this process.
        service: whose own part of it. Needed by who sweeps: a sweep knows one ledger's references, and deletes what
            only another service refers to.

    Raises:
        ConfigurationError: an unknown address, a missing library, or a folder that cannot be written.
    """
    url = settings.blobs or str(settings.var.absolute() / "blobs")
    if service is not None:
        url = f"{url.rstrip('/')}/{service}"
    try:
        return BlobStore(url, scratch=settings.var.absolute() / "blobs-upload")
    except (ValueError, ImportError) as error:
        protocol = url.partition("://")[0]
        raise ConfigurationError(
            f"Instelling LOKETBUS_BLOBS is fout: de opslag {protocol!r} is onbekend of haar bibliotheek ontbreekt."
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"De map voor bestanden {error.filename} kan niet geschreven worden ({error.strerror}): zie LOKETBUS_VAR."
        ) from error


def _at(url: str, scratch: Path | None) -> BlobStore:
    return BlobStore(url, scratch=scratch)


async def _gathered(source: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """Small chunks together, so that a thread is not woken for each."""
    parts: list[bytes] = []
    size = 0
    async for part in source:
        parts.append(part)
        size += len(part)
        if size >= CHUNK_BYTES:
            yield b"".join(parts)
            parts, size = [], 0
    if parts:
        yield b"".join(parts)
