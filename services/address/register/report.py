"""What an import did: for a person, for a log, and beside the replica as `report.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from services.address.register.tally import KEPT, REASONS, Tally

NAME = "report.json"


@dataclass(frozen=True, slots=True)
class Note:
    """Rows of a table that were treated in a special way, or skipped."""

    reason: str
    table: str
    count: int
    example: str
    """Id of the first one; "" where it has none."""

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
class Remark:
    """What somebody should know of an import as a whole."""

    code: str
    text: str
    """Dutch."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What became of the rows of one table."""

    read: int
    kept: int
    elsewhere: int
    """Of a municipality that is not wanted."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Report:
    """An import."""

    kind: Literal["extract", "best"]
    extract: str
    """Day of the download, `2026-08-01`."""
    previous_extract: str | None
    nis: tuple[str, ...] | None
    """Municipalities of which the addresses are kept; None: all."""
    files: tuple[str, ...]
    """What was read, as `archive.zip/Adres.dbf`."""
    rows: dict[str, Rows]
    notes: tuple[Note, ...]
    remarks: tuple[Remark, ...]
    events: dict[str, int]
    """The last event that the download contains, by register (`adressen`); empty when it does not say."""
    attribution: str
    bytes: int
    """Size of the replica."""
    seconds: float

    @property
    def skipped(self) -> tuple[Note, ...]:
        """Rows that are not in the replica, and why."""
        return tuple(note for note in self.notes if note.skipped)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def save(self, folder: Path) -> Path:
        """Beside the replica."""
        path = folder / NAME
        path.write_text(json.dumps(self.as_json(), indent=1) + "\n")
        return path

    @classmethod
    def load(cls, folder: Path) -> Report:
        """The report of the replica in that folder."""
        values = json.loads((folder / NAME).read_text())
        values["nis"] = None if values["nis"] is None else tuple(values["nis"])
        values["files"] = tuple(values["files"])
        values["rows"] = {table: Rows(**rows) for table, rows in values["rows"].items()}
        values["notes"] = tuple(Note(**note) for note in values["notes"])
        values["remarks"] = tuple(Remark(**remark) for remark in values.get("remarks", ()))
        return cls(**values)


def rows_of(tallies: Iterable[Tally]) -> dict[str, Rows]:
    """By table."""
    return {one.table: Rows(one.read, one.kept, one.elsewhere, round(one.seconds, 3)) for one in tallies}


def notes_of(tallies: Iterable[Tally]) -> tuple[Note, ...]:
    """Of all tables."""
    return tuple(
        Note(reason, one.table, count, example) for one in tallies for reason, (count, example) in one.notes.items()
    )
