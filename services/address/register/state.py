"""Which replica is the current one of a folder (`loketbus.replicas`), and what to say when it cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loketbus.errors import Rejected, Unavailable
from loketbus.replicas import current, no_access
from services.address.register.schema import FILE


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """The present replica."""

    path: Path
    """Its folder; `file` is in it."""
    extract: str
    """Day of the download, `2026-08-01`."""
    imported_at: datetime
    format: int
    """Another one than `schema.FORMAT` must be imported again."""
    nis: tuple[str, ...] | None
    """Which municipalities it keeps the addresses of; None: all."""
    asked: tuple[str, ...] | None
    """Which of them the import was asked to keep: there may be one that the download did not have."""

    @property
    def file(self) -> Path:
        """The SQLite file."""
        return self.path / FILE


def replica_state(folder: Path) -> ReplicaState | None:
    """What the present replica says about itself; None when there is none.

    Raises:
        Unavailable: `register_unreadable`, the file is gone, cut short or no database. Damage that lies further in only
            shows to who reads there. `register_no_access`: this user may not read it.
    """
    while (path := current(folder)) is not None:
        try:
            return _state(path)
        except (sqlite3.Error, LookupError, ValueError) as error:
            if current(folder) == path:
                raise (no_access(path, error) or unreadable(error)) from error
            # It was replaced between the two looks.
    return None


def readable_state(folder: Path) -> ReplicaState | None:
    """As `replica_state`; a replica that is damaged counts as none, so that an import takes its place."""
    try:
        return replica_state(folder)
    except Unavailable:
        return None


def unreadable(error: Exception) -> Unavailable:
    """What to say of a replica whose file is damaged."""
    message = (
        "Het adressenregister kan niet gelezen worden: een bestand ervan is beschadigd of weg. "
        "Laad het opnieuw met: loketbus address import PAD."
    )
    return Unavailable("register_unreadable", message, detail=str(error))


def busy() -> Rejected:
    """Another import runs."""
    text = "Er loopt al een import van het adressenregister; wacht tot die klaar is."
    return Rejected("address_busy", text, audience="ict")


def nis_of(value: str) -> tuple[str, ...] | None:
    """`meta.nis` as it is kept: `all`, or codes with commas."""
    return None if value == "all" else tuple(value.split(","))


def nis_text(codes: Sequence[str] | None) -> str:
    """The inverse."""
    return "all" if codes is None else ",".join(codes)


def _state(path: Path) -> ReplicaState:
    with closing(sqlite3.connect(f"{(path / FILE).absolute().as_uri()}?mode=ro", uri=True)) as db:
        meta: dict[str, str] = dict(db.execute("SELECT name, value FROM meta"))
    imported_at = datetime.fromisoformat(meta["imported_at"])
    kept, asked = nis_of(meta["nis"]), nis_of(meta.get("nis_asked", meta["nis"]))
    return ReplicaState(path, meta["extract"], imported_at, int(meta["format"]), kept, asked)
