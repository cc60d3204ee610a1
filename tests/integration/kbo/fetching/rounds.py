"""Fetching around a drop, with an importer that keeps the register's one rule and does what a test wants."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

from loketbus.errors import Rejected
from loketbus.leases import Lease
from services.kbo.fetch_status import StatusFile
from services.kbo.fetching import Fetching
from services.kbo.remote.drop import Drop

NOON = datetime(2025, 10, 11, 12, 0, tzinfo=UTC)
EVERY_SECONDS = 3600.0


@dataclass(frozen=True)
class Done:
    extract: int
    snapshot: date


@dataclass
class Register:
    """Its state, and an importer: updates in unbroken order, all archives or none, meta.csv believed."""

    extract: int | None = None
    imports: list[list[str]] = field(default_factory=list)
    refuse: Callable[[list[str]], Rejected | None] = lambda _: None
    hold: asyncio.Event | None = None
    """An import lasts until it is set."""

    def state(self) -> int | None:
        return self.extract

    async def load(self, archives: Sequence[Path]) -> Done:
        names = [path.name for path in archives]
        self.imports.append(names)
        if self.hold is not None:
            await self.hold.wait()
        if refusal := self.refuse(names):
            raise refusal
        at, snapshot = self.extract, date.min
        for path in archives:
            meta = read_meta(path)
            number = int(meta["ExtractNumber"])
            snapshot = datetime.strptime(meta["SnapshotDate"], "%d-%m-%Y").date()
            if meta["ExtractType"] == "update" and (at is None or number != at + 1):
                raise Rejected("kbo_gap", f"Uittreksel {number} past niet op {at}.")
            at = number
        assert at is not None
        self.extract = at
        return Done(at, snapshot)


def read_meta(path: Path) -> dict[str, str]:
    with ZipFile(path) as archive:
        text = archive.read("meta.csv").decode()
    return {row["Variable"]: row["Value"] for row in csv.DictReader(io.StringIO(text))}


@dataclass
class Clock:
    """Noon, and how far it is past that."""

    ahead: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        return NOON + self.ahead


@dataclass
class Rounds:
    """Rounds of the job, each as after a restart: only what is on disk is remembered."""

    folder: Path
    drop: Drop
    register: Register
    clock: Clock = field(default_factory=Clock)
    pauses: list[float] = field(default_factory=list)

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    @property
    def left(self) -> list[str]:
        """What lies in the folder for archives under way."""
        return sorted(path.name for path in self.incoming.glob("*"))

    @property
    def status(self) -> StatusFile:
        return StatusFile(self.folder / "fetching.json")

    async def run(self) -> None:
        await self.fetching().run(Lease("test", 1, ttl_seconds=60))

    def fetching(self) -> Fetching:
        async def pause(seconds: float) -> None:
            self.pauses.append(seconds)

        return Fetching(
            self.drop,
            self.register.load,
            self.register.state,
            incoming=self.incoming,
            status=self.status,
            every_seconds=EVERY_SECONDS,
            now=self.clock,
            sleep=pause,
        )
