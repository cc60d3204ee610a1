"""The memory of a process with all its descendants, as it runs."""

from __future__ import annotations

import asyncio

import psutil

INTERVAL_SECONDS = 0.1
_MEGABYTE = 2**20


class Tree:
    """A process and whatever it starts.

    Resident memory is summed over the processes, so a page that two of them share counts twice: never flattering, but a
    peak shorter than `INTERVAL_SECONDS` can be missed.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self.peak_mb = 0.0

    async def watch(self) -> None:
        """Keep the peak; until cancelled."""
        while True:
            self.peak_mb = max(self.peak_mb, sum(map(_resident, self._processes())) / _MEGABYTE)
            await asyncio.sleep(INTERVAL_SECONDS)

    def kill(self) -> None:
        """End what is left of it."""
        for process in self._processes():
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue

    def _processes(self) -> list[psutil.Process]:
        try:
            root = psutil.Process(self._pid)
            return [root, *root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _resident(process: psutil.Process) -> int:
    """Bytes; 0 for one that ended meanwhile."""
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0
