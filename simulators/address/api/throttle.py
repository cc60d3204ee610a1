"""How many requests a caller may do: a bucket each that fills up with time, and what was asked of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Lane:
    tokens: float
    filled: float
    asked: int = 0
    refused: int = 0
    peak: int = 0
    last: deque[float] = field(default_factory=deque)


class Throttle:
    """A bucket per lane holds `burst_seconds` of its rate, and at least one request; lanes without a rate are free."""

    def __init__(
        self, rates: Mapping[str, float | None], burst_seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._rates, self._burst, self._now = dict(rates), burst_seconds, now
        self._lanes: dict[str, _Lane] = {}

    def limit(self, lane: str, per_second: float | None) -> None:
        """Another rate from now on; its bucket is full again."""
        self._rates[lane] = per_second
        if lane in self._lanes:
            self._lanes[lane].tokens = self._size(per_second)

    def take(self, lane: str) -> bool:
        """Count a request; False when it is one too many."""
        now, rate = self._now(), self._rates.get(lane)
        one = self._lanes.setdefault(lane, _Lane(self._size(rate), now))
        _note(one, now)
        if rate is None:
            return True
        one.tokens = min(self._size(rate), one.tokens + (now - one.filled) * rate)
        one.filled = now
        if one.tokens < 1:
            one.refused += 1
            return False
        one.tokens -= 1
        return True

    def counters(self) -> dict[str, dict[str, int]]:
        """Per lane that was used: asked, refused, and the most within any one second (`peak`)."""
        return {
            name: {"asked": lane.asked, "refused": lane.refused, "peak": lane.peak}
            for name, lane in self._lanes.items()
        }

    def _size(self, rate: float | None) -> float:
        return max(1.0, self._burst * (rate or 0.0))


def _note(lane: _Lane, now: float) -> None:
    lane.asked += 1
    lane.last.append(now)
    while lane.last[0] <= now - 1:
        lane.last.popleft()
    lane.peak = max(lane.peak, len(lane.last))
