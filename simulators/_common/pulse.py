"""A wake-up call for everybody who waits on one loop."""

from __future__ import annotations

import asyncio


class Pulse:
    """Coroutines wait for "something changed" and look for themselves what it was."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def fire(self) -> None:
        """Wake all who wait now; who waits later waits for the next pulse."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> bool:
        """Wait for the next pulse; False after `timeout_seconds` without one."""
        event = self._event
        try:
            await asyncio.wait_for(event.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True
