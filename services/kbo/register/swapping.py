"""Which register is the current one of a folder (`loketbus.replicas`), and what to say when it cannot be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loketbus.errors import Rejected, Unavailable
from loketbus.replicas import current
from services.kbo.domain.imports import day
from services.kbo.register.schema import FILES


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """The present register."""

    extract: int
    snapshot: date
    path: Path


def replica_state(folder: Path) -> ReplicaState | None:
    """Extract number and snapshot of the present register; None when there is none.

    Raises:
        Unavailable: `register_unreadable`, one of its files is gone, cut short or no database. Damage that lies further
            in only shows to who reads there.
    """
    while (path := current(folder)) is not None:
        try:
            return _state(path)
        except (sqlite3.Error, LookupError, ValueError) as error:
            if current(folder) == path:
                raise unreadable(error) from error
            # It was replaced between the two looks.
    return None


def readable_state(folder: Path) -> ReplicaState | None:
    """As `replica_state`; a register that cannot be read counts as none, so that a Full takes its place."""
    try:
        return replica_state(folder)
    except Unavailable:
        return None


def unreadable(error: Exception) -> Unavailable:
    """What to say of a register whose files are damaged."""
    message = (
        "Het ondernemingsregister kan niet gelezen worden: een bestand ervan is beschadigd of weg. "
        "Laad een Full opnieuw met: loketbus kbo import BESTAND.zip --again."
    )
    return Unavailable("register_unreadable", message, detail=str(error))


def busy() -> Rejected:
    """Another import runs."""
    text = "Er loopt al een import van het KBO-register; wacht tot die klaar is."
    return Rejected("kbo_busy", text, audience="ict")


def _state(path: Path) -> ReplicaState:
    for name in FILES:
        with _opened(path / f"{name}.db") as db:
            if db.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
                raise LookupError(f"{name}.db is empty")
    with _opened(path / "entities.db") as db:
        values: dict[str, str] = dict(db.execute("SELECT name, value FROM meta"))
    return ReplicaState(int(values["ExtractNumber"]), day(values["SnapshotDate"]), path)


def _opened(file: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True))
