"""A local folder as a drop, for who lets something else fetch (a robot, a colleague). It is only read."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from loketbus.errors import Denied, Unavailable
from services.kbo.domain.extracts import Offered, read_name
from services.kbo.remote._receiving import CHUNK_BYTES, receive
from services.kbo.remote.drop import Progress, empty_listing

SETTLE_SECONDS = 5.0

Stamp = tuple[int, int]
"""Size in bytes and time of change in ns."""


class FolderDrop:
    """`drop.Drop` over a folder. A file that changed within `settle_seconds` is looked at twice, so long apart."""

    def __init__(
        self,
        folder: Path,
        *,
        settle_seconds: float = SETTLE_SECONDS,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._folder = folder
        self._settle_seconds = settle_seconds
        self._now = now
        self._sleep = sleep

    async def list(self) -> Sequence[Offered]:
        """See `Drop`."""
        seen = await self._look()
        if not seen:
            advice = "Is de map gekoppeld? Laat minstens het laatste bestand erin staan."
            raise empty_listing(f"De map {self._folder.name}", advice)
        if any(self._is_young(stamp) for stamp in seen.values()):
            await self._sleep(self._settle_seconds)
            again = await self._look()
            seen = {name: stamp for name, stamp in again.items() if seen.get(name) == stamp}
        return [Offered(name, size) for name, (size, _) in seen.items()]

    async def fetch(self, name: str, to: Path, progress: Progress) -> None:
        """See `Drop`; a copy, because the folder is somebody else's."""
        with self._troubles(name):
            file = await asyncio.to_thread((self._folder / name).open, "rb")
        with file:
            size = os.fstat(file.fileno()).st_size
            await receive(self._chunks(file, name), to, progress, size=size)

    async def close(self) -> None:
        """See `Drop`."""

    async def _look(self) -> dict[str, Stamp]:
        with self._troubles():
            return await asyncio.to_thread(_stamps, self._folder)

    @contextmanager
    def _troubles(self, archive: str | None = None) -> Iterator[None]:
        """What the file system says of the folder, or of one archive in it."""
        what = f"De map {self._folder.name}" if archive is None else archive
        try:
            yield
        except FileNotFoundError:
            if archive is not None:
                message = f"{archive} is uit de map verdwenen. Loketbus kijkt straks opnieuw."
                raise Unavailable("kbo_archive_gone", message) from None
            message = f"{what} is er niet. Is ze gekoppeld? Zie LOKETBUS_KBO_DROP_FOLDER."
            raise Unavailable("kbo_folder_missing", message) from None
        except PermissionError:
            raise Denied("kbo_folder_denied", f"{what} mag niet gelezen worden. Geef Loketbus leesrechten.") from None
        except OSError as error:
            message = f"{what} kan niet gelezen worden. Kijk na of LOKETBUS_KBO_DROP_FOLDER een gekoppelde map is."
            raise Unavailable("kbo_folder_failed", message, detail=type(error).__name__) from None

    def _is_young(self, stamp: Stamp) -> bool:
        """A clock ahead of ours counts too: that file may be written right now."""
        return self._now() - stamp[1] / 1e9 < self._settle_seconds

    async def _chunks(self, file: IO[bytes], name: str) -> AsyncIterator[bytes]:
        while True:
            with self._troubles(name):
                chunk = await asyncio.to_thread(file.read, CHUNK_BYTES)
            if not chunk:
                return
            yield chunk


def _stamps(folder: Path) -> dict[str, Stamp]:
    found = {}
    for path in folder.iterdir():
        if read_name(path.name) is not None and path.is_file():
            with suppress(FileNotFoundError):  # renamed or taken away since
                stat = path.stat()
                found[path.name] = (stat.st_size, stat.st_mtime_ns)
    return found
