"""Which archives of a folder are published, and for how long."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

KEPT_DAYS = 31
_NAME = re.compile(r"KboOpenData_(\d{4,})_(\d{4})_(\d\d)(?:_(\d\d))?_(Full|Update)\.zip")


@dataclass(frozen=True, slots=True)
class Published:
    """An archive by what its name says; monthly ones are dated on the first."""

    path: Path
    extract: int
    day: date
    type: str


class Shelf:
    """Lays out `initial` archives (all, if None) and then one more every `interval_seconds`; the folder may grow."""

    def __init__(
        self,
        folder: Path,
        initial: int | None,
        interval_seconds: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder, self._initial, self._interval = folder, initial, interval_seconds
        self._now, self._opened = now, now()
        self._extra = 0

    def publish(self, count: int) -> None:
        """So many more, at once."""
        self._extra += count

    def archives(self) -> list[Published]:
        """The published ones of the last month, oldest first; an Update comes before the Full of its day."""
        found = sorted(self._all(), key=lambda one: (one.extract, one.type != "Update"))
        if self._initial is not None:
            found = found[: self._initial + self._extra + int((self._now() - self._opened) // self._interval)]
        oldest = max((one.day for one in found), default=date.min + timedelta(KEPT_DAYS)) - timedelta(KEPT_DAYS)
        return [one for one in found if one.day >= oldest]

    def find(self, name: str) -> Path | None:
        """A published archive by its name."""
        return next((one.path for one in self.archives() if one.path.name == name), None)

    def _all(self) -> list[Published]:
        found = []
        for path in self._folder.glob("*.zip"):
            if parts := _NAME.fullmatch(path.name):
                number, year, month, day, kind = parts.groups()
                found.append(Published(path, int(number), date(int(year), int(month), int(day or 1)), kind))
        return found
