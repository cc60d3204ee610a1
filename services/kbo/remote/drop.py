"""Where the register authority lays out extracts, whatever the way there: portal, SFTP or a local folder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from loketbus.errors import Unavailable
from services.kbo.domain.extracts import Offered

__all__ = ["Drop", "Offered", "Progress", "empty_listing"]

Progress = Callable[[int, int | None], None]
"""Told how many bytes of an archive are there, and of how many (None: not known)."""


class Drop(Protocol):
    """One drop. Its methods raise `Unavailable` and `Denied`; files that are no extracts are never listed."""

    async def list(self) -> Sequence[Offered]:
        """What can be fetched now, in no order.

        Nothing at all is an outage (`kbo_empty_listing`), for a month of extracts always lies there; an empty answer
        says that all of them are still being written.
        """

    async def fetch(self, name: str, to: Path, progress: Progress) -> None:
        """Bring one archive to `to`, which exists only when all of it is there and a zip.

        Raises:
            Rejected: it came whole but is no zip (`kbo_archive_broken`), is too large, or the disk is full.
        """

    async def close(self) -> None:
        """Let go of connections; the drop can be used again."""


def empty_listing(where: str, advice: str) -> Unavailable:
    """A drop without any extract: an outage, never "no news"."""
    return Unavailable("kbo_empty_listing", f"{where} toont geen enkel KBO-bestand. {advice}")
