"""What an import did: for a person, for a log, and beside the replica as `report.json`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from services.kbo.register.tally import KEPT, REASONS, Tally

NAME = "report.json"


@dataclass(frozen=True, slots=True)
class Given:
    """One archive, and what became of it."""

    name: str
    kind: Literal["full", "update"]
    extract: int
    outcome: Literal["loaded", "already_there"]


@dataclass(frozen=True, slots=True)
class Note:
    """Rows of a table that were treated in a special way, or skipped."""

    reason: str
    table: str
    count: int
    example: str
    """Number of the first one, ten digits; "" where it has none."""

    @property
    def skipped(self) -> bool:
        """The rows are not in the replica."""
        return self.reason not in KEPT

    @property
    def text(self) -> str:
        """Dutch."""
        example = f" (bijvoorbeeld {self.example})" if self.example else ""
        return f"{self.table}: {self.count} x {REASONS.get(self.reason, self.reason)}{example}"


@dataclass(frozen=True, slots=True)
class Rows:
    """What became of the rows of one table: of all archives together."""

    read: int
    kept: int
    keys: int
    """Numbers of which an update deletes all rows."""
    deleted: int
    """Rows that went with them."""
    seconds: float

    @property
    def rate(self) -> float:
        """Rows read per second."""
        return (self.read + self.keys) / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """An import. When nothing had to be loaded, `rows` is empty and the extract is that of the present register."""

    extract: int
    snapshot: date
    kind: Literal["full", "update", "nothing"]
    """What it began with: a Full, or updates on the register that was there."""
    previous_extract: int | None
    archives: tuple[Given, ...]
    rows: dict[str, Rows]
    notes: tuple[Note, ...]
    steps: dict[str, float]
    """Seconds that each process took; they run side by side."""
    seconds: float

    @property
    def skipped(self) -> tuple[Note, ...]:
        """Rows that are not in the replica, and why."""
        return tuple(note for note in self.notes if note.skipped)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "snapshot": self.snapshot.isoformat()}

    def save(self, folder: Path) -> Path:
        """Beside the replica."""
        path = folder / NAME
        path.write_text(json.dumps(self.as_json(), indent=1) + "\n")
        return path

    @classmethod
    def load(cls, folder: Path) -> Report:
        """The report of the replica in that folder."""
        values = json.loads((folder / NAME).read_text())
        values["snapshot"] = date.fromisoformat(values["snapshot"])
        values["archives"] = tuple(Given(**given) for given in values["archives"])
        values["rows"] = {table: Rows(**rows) for table, rows in values["rows"].items()}
        values["notes"] = tuple(Note(**note) for note in values["notes"])
        return cls(**values)


def rows_of(tallies: list[Tally]) -> dict[str, Rows]:
    """By table."""
    return {one.table: Rows(one.read, one.kept, one.keys, one.deleted, round(one.seconds, 3)) for one in tallies}


def notes_of(tallies: list[Tally]) -> tuple[Note, ...]:
    """Of all tables."""
    return tuple(
        Note(reason, one.table, count, example) for one in tallies for reason, (count, example) in one.notes.items()
    )
