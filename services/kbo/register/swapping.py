"""Which folder is the register: one symbolic link says so, and changes as one. Imports go one at a time.

`current` points at a folder like `0141-3f9c2a10`. A reader opens the files in it and keeps them: they stay readable
when the folder is removed after the next import.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from loketbus.errors import Rejected, Unavailable
from loketbus.failpoints import reach
from services.kbo.domain.imports import day
from services.kbo.register.job import flush
from services.kbo.register.schema import FILES

CURRENT = "current"
LOCK = "lock"
PRIVATE = 0o700
"""40 % of the register are natural persons."""
_OURS = re.compile(r"\d{4,}-[0-9a-f]{8}|current\.[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """The present register."""

    extract: int
    snapshot: date
    path: Path


def current(folder: Path) -> Path | None:
    """The folder that is the register now; None when there is none."""
    try:
        return folder / os.readlink(folder / CURRENT)
    except OSError:  # nothing there, or no link of ours
        return None


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


@contextmanager
def import_lock(folder: Path) -> Iterator[None]:
    """Only one import at a time, over all processes; the system lets go of it when the process dies.

    What killed imports left is removed first.

    Raises:
        Rejected: `kbo_busy`.
    """
    folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    with (folder / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            text = "Er loopt al een import van het KBO-register; wacht tot die klaar is."
            raise Rejected("kbo_busy", text, audience="ict") from None
        _clean(folder)
        yield


@contextmanager
def fresh_folder(folder: Path, extract: int) -> Iterator[Path]:
    """A folder for a new register, removed again when it did not become the current one. Under the lock."""
    made = folder / f"{extract:04d}-{secrets.token_hex(4)}"
    made.mkdir(mode=PRIVATE)
    try:
        yield made
    finally:
        _clean(folder)


def swap(folder: Path, made: Path) -> None:
    """From now on `made` is the register. Under the lock."""
    flush(made)
    link = folder / f"{CURRENT}.{secrets.token_hex(4)}"
    link.symlink_to(made.name)
    reach("kbo.linked")
    if not (folder / CURRENT).is_symlink():  # a copy of the folder that followed the link
        shutil.rmtree(folder / CURRENT, ignore_errors=True)
    os.replace(link, folder / CURRENT)
    reach("kbo.swapped")
    flush(folder)


def _clean(folder: Path) -> None:
    """Remove older registers and what killed imports left."""
    kept = current(folder)
    for path in folder.iterdir():
        if path != kept and _OURS.fullmatch(path.name):
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)


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
