"""One question at a time about each thing: who asks the same meanwhile gets the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class InFlight(Generic[K, V]):
    """Questions that are being asked, by what they are about; for one event loop."""

    def __init__(self) -> None:
        self._asked: dict[K, asyncio.Task[V]] = {}

    async def ask(self, about: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The answer; whoever is cancelled leaves the others waiting for it."""
        asking = self._asked.get(about)
        if asking is None:
            asking = asyncio.create_task(_awaited(ask))
            self._asked[about] = asking
            asking.add_done_callback(lambda _: self._asked.pop(about, None))
        return await asyncio.shield(asking)


async def _awaited(ask: Callable[[], Awaitable[V]]) -> V:
    return await ask()
