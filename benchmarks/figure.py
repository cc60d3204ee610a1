"""What a benchmark yields, and how large it is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a value beside its floor (or peer) from the same run."""

    name: str
    value: float
    unit: str
    floor: float
    rss_mb: float
    """Peak resident memory of the process that was measured."""
    compared_with: str = ""

    @property
    def ratio(self) -> float:
        """`value / floor`."""
        return self.value / self.floor

    def as_json(self) -> dict[str, object]:
        """The object of `python -m benchmarks --json`."""
        fields = asdict(self)
        del fields["compared_with"]
        order = ("name", "value", "unit", "floor", "ratio", "rss_mb")
        rounded = {name: round(number, 3) if isinstance(number, float) else number for name, number in fields.items()}
        rounded["ratio"] = round(self.ratio, 4)
        return {name: rounded[name] for name in order}


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much each figure moves; `QUICK` only shows that everything works."""

    rounds: int = 5
    bus_events: int = 10_000
    relay_rows: int = 20_000
    effects: int = 4_000
    slots: int = 200
    remote_seconds: float = 0.5
    backlog_large: int = 200_000
    backlog_small: int = 2_000
    mails: int = 200
    mail_bytes: int = 50_000_000
    mailbox_mails: int = 300
    kbo_scale: float = 0.1
    """Size of the company register: 1 is the real one, 46.8 million rows."""
    kbo_lookups: int = 2_000
    kbo_queries: int = 100
    """Of each kind."""
    address_scale: float = 0.1
    """Size of the address register: 1 is the real one, 3.7 million addresses."""
    address_streets: int = 200
    """That somebody types, letter by letter."""
    address_matches: int = 200
    """Of each kind."""
    address_http_seconds: float = 20.0


FULL = Sizes()
QUICK = Sizes(
    rounds=1,
    bus_events=1_000,
    relay_rows=2_000,
    effects=60,
    slots=20,
    remote_seconds=0.05,
    backlog_large=1_200,
    backlog_small=300,
    mails=10,
    mail_bytes=2_000_000,
    mailbox_mails=20,
    kbo_scale=0.0005,
    kbo_lookups=100,
    kbo_queries=4,
    address_scale=0.002,
    address_streets=6,
    address_matches=4,
    address_http_seconds=0.5,
)


def median(values: Sequence[float]) -> float:
    """The middle of several rounds: one round that the machine disturbed does not count."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def steady_rate(moments_ms: Sequence[int], warm_share: float = 0.1) -> float:
    """Events per second between the moment when `warm_share` was there and the last one.

    Args:
        moments_ms: when each event was appended, by one clock, in any order.
        warm_share: part that is left out: joining the group, filling caches.
    """
    ordered = sorted(moments_ms)
    start = ordered[int(len(ordered) * warm_share)]
    after = [moment for moment in ordered if moment > start]
    if not after:
        raise ValueError("everything was appended within one millisecond: too few events to time")
    return len(after) / (after[-1] - start) * 1000
