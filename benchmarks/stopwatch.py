"""How long a question takes: by the clock, as a person waits, and in CPU time, which a busy machine leaves be."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from benchmarks.figure import percentile

T = TypeVar("T")


@dataclass(slots=True)
class Times:
    """Of many questions, in seconds."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Of all threads of this process."""

    def of(self, ask: Callable[[], T]) -> T:
        """Ask, and note how long it took."""
        cpu, start = time.process_time(), time.perf_counter()
        answer = ask()
        self.wall.append(time.perf_counter() - start)
        self.cpu.append(time.process_time() - cpu)
        return answer

    def as_json(self) -> dict[str, list[float]]:
        """For the process that asked to measure: `Times(**values)`."""
        return asdict(self)

    def __add__(self, more: Times) -> Times:
        return Times(self.wall + more.wall, self.cpu + more.cpu)

    def ms(self, share: float) -> float:
        """A percentile by the clock, in milliseconds."""
        return percentile(self.wall, share) * 1e3

    def __str__(self) -> str:
        p50, p99 = (percentile(self.cpu, share) * 1e3 for share in (0.5, 0.99))
        return f"p50 {self.ms(0.5):.2f} ms, p99 {self.ms(0.99):.2f} ms (CPU {p50:.2f}, {p99:.2f})"


def told(values: dict[str, Any]) -> dict[str, Times]:
    """From JSON, by who was asked."""
    return {name: Times(**times) for name, times in values.items()}
