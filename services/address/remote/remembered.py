"""Answers that are remembered: taken as they are for a while, then held against the register by their ETag. No I/O."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")

ENTRIES_MAX = 5_000
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept(Generic[T]):
    """One answer."""

    value: T
    as_of: datetime
    fresh_until: datetime
    etag: str | None

    def counts(self, now: datetime) -> bool:
        """It need not be asked again."""
        return now < self.fresh_until


class Remembered:
    """The latest answers by what was asked, in memory: what is lost at a restart is asked again.

    Args:
        keep: how long an answer counts, at most; less where the register says so.
    """

    def __init__(self, keep: timedelta, entries_max: int = ENTRIES_MAX) -> None:
        self._keep = keep
        self._entries_max = entries_max
        self._kept: OrderedDict[tuple[str, str], Kept[Any]] = OrderedDict()

    def get(self, asked: tuple[str, str]) -> Kept[Any] | None:
        """What was answered, old or new."""
        kept = self._kept.get(asked)
        if kept is not None:
            self._kept.move_to_end(asked)
        return kept

    def put(self, asked: tuple[str, str], value: object, headers: httpx.Headers, now: datetime) -> None:
        """Remember a new answer, unless the register does not want that."""
        control = headers.get("Cache-Control", "").lower()
        if "no-store" in control:
            self.drop(asked)
            return
        self._kept[asked] = Kept(value, now, now + self._age(control), headers.get("ETag"))
        self._kept.move_to_end(asked)
        while len(self._kept) > self._entries_max:
            self._kept.popitem(last=False)

    def confirmed(self, asked: tuple[str, str], kept: Kept[T], headers: httpx.Headers, now: datetime) -> Kept[T]:
        """The register says that it is unchanged."""
        again = replace(kept, as_of=now, fresh_until=now + self._age(headers.get("Cache-Control", "").lower()))
        self._kept[asked] = again
        return again

    def drop(self, asked: tuple[str, str]) -> None:
        """It is not so any more."""
        self._kept.pop(asked, None)

    def _age(self, control: str) -> timedelta:
        if "no-cache" in control:
            return timedelta(0)
        said = _MAX_AGE.search(control)
        return self._keep if said is None else min(self._keep, timedelta(seconds=int(said[1])))
