"""One import as the processes see it: where they read and where they write."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from loketbus.bulk import unjournaled

SORT_KIB = 160_000
"""What a step may use that sorts millions of rows."""


@dataclass(frozen=True, slots=True)
class Job:
    """One import."""

    folder: Path
    """Where the new files go."""
    old: Path | None
    """The replica that the updates follow on, when there is no Full."""
    full: Path | None
    updates: tuple[Path, ...]

    def as_json(self) -> dict[str, Any]:
        """For another process."""
        old, full = (str(path) if path else None for path in (self.old, self.full))
        return {"folder": str(self.folder), "old": old, "full": full, "updates": list(map(str, self.updates))}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Job:
        """What `as_json` gave."""
        old, full = (Path(values[name]) if values[name] else None for name in ("old", "full"))
        return cls(Path(values["folder"]), old, full, tuple(map(Path, values["updates"])))

    def path(self, file: str) -> Path:
        """Of one of the new files."""
        return self.folder / f"{file}.db"

    @contextmanager
    def writing(self, file: str, schema: str) -> Iterator[sqlite3.Connection]:
        """One of the new files: empty tables, or all as it was. In one transaction."""
        if self.old is not None:
            shutil.copyfile(self.old / f"{file}.db", self.path(file))
        with unjournaled(self.path(file)) as db:
            if self.old is None:
                db.executescript(schema)
            db.execute("BEGIN")
            yield db
            db.execute("COMMIT")

    def note_entities(self, name: str, entities: Iterable[int]) -> Path:
        """Keep numbers for another step of this import, in the table `touched` of a file of their own."""
        with unjournaled(self.path(name)) as db:
            db.execute("CREATE TABLE touched(entity INTEGER PRIMARY KEY)")
            db.execute("BEGIN")
            db.executemany("INSERT OR IGNORE INTO touched VALUES(?)", ((entity,) for entity in entities))
            db.execute("COMMIT")
        return self.path(name)


def attach(db: sqlite3.Connection, path: Path, name: str) -> None:
    """A finished file, to read."""
    db.execute(f"ATTACH ? AS {name}", (f"{path.absolute().as_uri()}?mode=ro&immutable=1",))
