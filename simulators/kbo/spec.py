"""What register is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Spec:
    """A register at `scale` (1.0 is the real size) on the day of `snapshot`, and the days that follow.

    The same spec gives the same bytes. `changes` is the number of enterprises that each update touches; None takes the
    share of a working day. `duplicates` rows per table are repeated, `bom` opens each CSV with a byte order mark.
    """

    scale: float = 0.001
    seed: int = 1
    updates: int = 5
    changes: int | None = None
    snapshot: date = date(2025, 10, 4)
    extract: int = 140
    bom: bool = False
    duplicates: int = 0

    def __post_init__(self) -> None:
        if not 0 < self.scale <= 1:
            raise ValueError("scale must be above 0 and at most 1")
        if self.updates < 0 or self.duplicates < 0 or (self.changes is not None and self.changes < 0):
            raise ValueError("updates, changes and duplicates must be 0 or more")

    def count(self, real: float) -> int:
        """A number of the real register at this scale."""
        return max(1, round(real * self.scale))

    def day(self, day: int) -> date:
        """The snapshot of the `day`-th extract after the first."""
        return self.snapshot + timedelta(days=day)

    def written(self, day: int, full: bool) -> datetime:
        """When that extract was made: the next morning, the Full some 40 s after the Update."""
        morning = datetime.combine(self.day(day), datetime.min.time()) + timedelta(days=1, hours=7, minutes=40)
        return morning + timedelta(seconds=58 if full else 18)
