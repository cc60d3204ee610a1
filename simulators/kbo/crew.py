"""Work for several processes, answered in order, with only so much of it under way."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any, Self

UNDER_WAY = 3  # pieces per worker: bounds the memory, whoever is slower


class Crew:
    """`jobs` processes; with one job the work is done here."""

    def __init__(self, jobs: int) -> None:
        self._pool = ProcessPoolExecutor(jobs) if jobs > 1 else None
        self._most = jobs * UNDER_WAY

    def map(self, work: Callable[..., bytes], pieces: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """What `work` makes of each piece, in their order."""
        if self._pool is None:
            yield from (work(*piece) for piece in pieces)
            return
        waiting: deque[Future[bytes]] = deque()
        for piece in pieces:
            waiting.append(self._pool.submit(work, *piece))
            if len(waiting) >= self._most:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def __enter__(self) -> Self:
        """The processes start with their first work."""
        return self

    def __exit__(self, *_: object) -> None:
        """Work that nobody waits for is dropped."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
