"""What fetching last saw and did, kept in a small file so that CLI, API and doctor can tell it while nothing runs."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError


class FetchProblem(BaseModel):
    """What stands in the way; the message is Dutch and says what to do."""

    model_config = ConfigDict(frozen=True)

    code: str
    message: str
    at: datetime


class Loaded(BaseModel):
    """The last import that fetching did."""

    model_config = ConfigDict(frozen=True)

    extract: int
    snapshot: date
    archives: tuple[str, ...]
    at: datetime


class FetchStatus(BaseModel):
    """Times are UTC; `newest` is the newest extract of the last listing, `state` the register's own at that time."""

    model_config = ConfigDict(frozen=True)

    phase: Literal["idle", "listing", "fetching", "importing"] = "idle"
    archive: str | None = None
    """While fetching: which one, how many bytes are there, of how many."""
    got_bytes: int | None = None
    size_bytes: int | None = None
    listed_at: datetime | None = None
    offered: int = 0
    newest: int | None = None
    state: int | None = None
    why: str | None = None
    """See `services.kbo.domain.extracts.Why`."""
    steps: tuple[str, ...] = ()
    missing: tuple[int, ...] = ()
    problem: FetchProblem | None = None
    loaded: Loaded | None = None
    next_at: datetime | None = None
    """When the drop is asked again; None while the lane's back-off decides."""


class StatusFile:
    """The status on disk; what cannot be read counts as never written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._now = self._read()

    def get(self) -> FetchStatus:
        """As last written in this process, or found at its start."""
        return self._now

    def put(self, **changes: object) -> None:
        """Write the whole file anew; readers see the old or the new one."""
        self._now = self._now.model_copy(update=changes)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        part = self._path.with_name(self._path.name + ".part")
        part.write_text(self._now.model_dump_json(indent=1) + "\n", encoding="utf-8")
        os.replace(part, self._path)

    def _read(self) -> FetchStatus:
        try:
            return FetchStatus.model_validate_json(self._path.read_bytes())
        except (OSError, ValidationError):
            return FetchStatus()


def read_status(path: Path) -> FetchStatus:
    """For another process than the one that fetches."""
    return StatusFile(path).get()
