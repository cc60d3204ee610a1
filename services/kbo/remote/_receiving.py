"""An archive on its way in: streamed beside its place, capped, checked, and only then given its name."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from loketbus.errors import Rejected, Unavailable
from services.kbo.remote.drop import Progress

CHUNK_BYTES = 1024 * 1024
ARCHIVE_MAX_BYTES = 4 * 1024**3
"""A Full is some 430 MB (August 2026)."""
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def part_of(to: Path) -> Path:
    """Where the bytes lie until all are there."""
    return to.with_name(to.name + ".part")


async def receive(
    chunks: AsyncIterator[bytes], to: Path, progress: Progress, *, size: int | None, start: int = 0
) -> None:
    """Write `chunks` behind the first `start` bytes that are there already; then check, and rename to `to`.

    Raises:
        Unavailable: fewer bytes came than `size` (`kbo_download_cut`); they stay, for who can go on from there.
        Rejected: as `Drop.fetch`.
    """
    part = part_of(to)
    got = await _write(chunks, part, progress, size, start)
    if size is not None and got != size:
        message = f"Het ophalen van {to.name} brak af na {got} van {size} bytes. Loketbus probeert het opnieuw."
        raise Unavailable("kbo_download_cut", message)
    with _disk(part):
        await asyncio.to_thread(_finish, part, to)


async def _write(chunks: AsyncIterator[bytes], part: Path, progress: Progress, size: int | None, start: int) -> int:
    got = start
    with _disk(part):
        file = await asyncio.to_thread(_open, part, start)
    with file:
        async for chunk in chunks:
            got += len(chunk)
            if got > ARCHIVE_MAX_BYTES:
                raise _too_large(part)
            with _disk(part):  # in a thread: a slow disk must not hold up the loop
                await asyncio.to_thread(_put, file, chunk)
            progress(got, size)
    return got


def _open(part: Path, start: int) -> FileIO:
    """Unbuffered: what does not fit must be known at the write, and not once more when the file is closed."""
    part.parent.mkdir(parents=True, exist_ok=True)
    if not start:
        return part.open("wb", buffering=0)
    file = part.open("r+b", buffering=0)
    file.truncate(start)
    file.seek(start)
    return file


def _put(file: FileIO, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]


@contextmanager
def _disk(part: Path) -> Iterator[None]:
    """Our own disk, told apart from what goes wrong on the way."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_FULL:
            raise Rejected(
                "kbo_disk_failed",
                f"{part.name} kan niet geschreven worden in LOKETBUS_VAR. Kijk schijf en rechten na.",
                detail=type(error).__name__,
                audience="ict",
            ) from None
        part.unlink(missing_ok=True)
        message = f"De schijf is vol: {part.stem} past er niet bij. Maak plaats; een volledig bestand is 0,5 GB."
        raise Rejected("kbo_disk_full", message, audience="ict") from None


def _finish(part: Path, to: Path) -> None:
    try:
        with ZipFile(part) as archive:
            archive.infolist()
    except BadZipFile:
        part.unlink()
        message = f"{to.name} is geen geldig zip-bestand. Loketbus haalt het opnieuw op of neemt een volledig bestand."
        raise Rejected("kbo_archive_broken", message, audience="ict") from None
    with part.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(part, to)


def _too_large(part: Path) -> Rejected:
    part.unlink()
    message = f"{part.stem} is groter dan {ARCHIVE_MAX_BYTES // 1024**3} GB; dat is geen KBO-bestand."
    return Rejected("kbo_archive_too_large", message, audience="ict")
