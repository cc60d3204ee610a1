"""A rate budget: how often one lane may call its outside system."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable


class RateBudget:
    """Token bucket; callers are served in the order in which they came.

    Args:
        per_second: tokens that come back each second.
        burst: tokens at most in the bucket; it starts full.
        clock: monotonic seconds.
        sleep: waits seconds.
    """

    def __init__(
        self,
        per_second: float,
        *,
        burst: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        if per_second <= 0 or burst < 1:
            raise ValueError("a budget needs per_second > 0 and burst >= 1")
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._tokens = float(burst)
        self._counted_at = clock()

    async def take(self) -> None:
        """Wait for one token. A cancelled wait gives its place back."""
        wait = self._reserve()
        if wait <= 0:
            return
        try:
            await self._sleep(wait)
        except BaseException:
            self._tokens += 1
            raise

    def hold(self, seconds: float) -> None:
        """Let nobody through for `seconds` (the server's Retry-After), then start again from an empty bucket.

        Who already waits for a token is not stopped.
        """
        self._refill()
        self._tokens = min(self._tokens, 0.0)
        self._counted_at = max(self._counted_at, self._clock() + seconds)

    def _reserve(self) -> float:
        # The bucket may go below zero: each caller takes a token at once and waits for the time at which it exists.
        self._refill()
        self._tokens -= 1
        held = max(0.0, self._counted_at - self._clock())
        return held + max(0.0, -self._tokens / self._per_second)

    def _refill(self) -> None:
        now = self._clock()
        if now > self._counted_at:
            self._tokens = min(self._burst, self._tokens + (now - self._counted_at) * self._per_second)
            self._counted_at = now
