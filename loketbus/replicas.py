"""The folder of a register replica: built aside, and current as a whole or not at all.

`current` is a symbolic link to a folder like `0141-3f9c2a10`. A reader opens the files in it and keeps them: they stay
readable when the folder is removed after the next import. Imports go one at a time.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from loketbus.errors import Unavailable
from loketbus.failpoints import reach

CURRENT = "current"
LOCK = "lock"
PRIVATE = 0o700
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
NO_RIGHTS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
FULL_OR_BROKEN = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
NOT_OPENED = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
PRIMARY = 0xFF
"""Of SQLite's error codes, which have details above it."""
_OURS = re.compile(r"[0-9A-Za-z]+-[0-9a-f]{8}|current\.[0-9a-f]{8}")


def current(folder: Path) -> Path | None:
    """The folder that is the replica now; None when there is none.

    Raises:
        Unavailable: `register_no_access`, this user may not look there.
    """
    name = current_name(folder)
    return None if name is None else folder / name


def current_name(folder: Path) -> str | None:
    """Its name: what every question asks, so without making a path (a tenth of the time of a short one).

    Raises:
        Unavailable: as `current`.
    """
    try:
        return os.readlink(f"{folder}/{CURRENT}")
    except PermissionError as error:
        raise _no_access(error) from None
    except OSError:  # nothing there, or no link of ours
        return None


def no_access(replica: Path, error: Exception) -> Unavailable | None:
    """What to say when a file in that folder could not be opened because this user may not read there, or may not
    write beside it, as readers of a register that changes must; None: that is not why."""
    opened = getattr(error, "sqlite_errorcode", 0) & PRIMARY not in NOT_OPENED
    if opened or not replica.is_dir() or os.access(replica, os.R_OK | os.W_OK | os.X_OK, effective_ids=True):
        return None
    return _no_access(error)


@contextmanager
def import_lock(folder: Path, busy: Callable[[], Exception]) -> Iterator[None]:
    """Only one import at a time, over all processes; the system lets go of it when the process dies.

    What killed imports left is removed first. Raises what `busy` makes when another one runs.

    Raises:
        Unavailable: `register_no_access`, who imports may not write there.
    """
    with _lock_file(folder) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise busy() from None
        _clean(folder)
        yield


@contextmanager
def fresh_folder(folder: Path, name: str) -> Iterator[Path]:
    """A folder for a new replica, removed again when it did not become the current one. Under the lock.

    `name` (letters and digits) is for people who look.
    """
    made = folder / f"{name}-{secrets.token_hex(4)}"
    made.mkdir(mode=PRIVATE)
    try:
        yield made
    finally:
        _clean(folder)


def swap(folder: Path, made: Path, points: str) -> None:
    """From now on `made` is the replica. Under the lock; fail points are `<points>.linked` and `<points>.swapped`."""
    flush(made)
    link = folder / f"{CURRENT}.{secrets.token_hex(4)}"
    link.symlink_to(made.name)
    reach(f"{points}.linked")
    if not (folder / CURRENT).is_symlink():  # a copy of the folder that followed the link
        shutil.rmtree(folder / CURRENT, ignore_errors=True)
    os.replace(link, folder / CURRENT)
    reach(f"{points}.swapped")
    flush(folder)


def flush(path: Path) -> None:
    """Wait until a file, or the entries of a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def full_disk(error: BaseException) -> bool:
    """There is no room to write, or the disk refuses."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & PRIMARY in FULL_OR_BROKEN
    return isinstance(error, OSError) and error.errno in FULL_DISK


def busy_database(error: sqlite3.Error) -> bool:
    """Somebody else writes; later it will go."""
    return getattr(error, "sqlite_errorcode", 0) & PRIMARY in BUSY


def _lock_file(folder: Path) -> TextIO:
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        return (folder / LOCK).open("a")
    except OSError as error:
        if error.errno in NO_RIGHTS:
            raise _no_access(error) from None
        raise


def _no_access(error: Exception) -> Unavailable:
    text = (
        "Geen toegang tot het register op deze machine: deze gebruiker mag in zijn map niet lezen of niet schrijven. "
        "Voer dit uit als de gebruiker van de dienst, of geef die map aan haar."
    )
    return Unavailable("register_no_access", text, detail=type(error).__name__)


def _clean(folder: Path) -> None:
    """Remove older replicas and what killed imports left."""
    kept = current(folder)
    for path in folder.iterdir():
        if path != kept and _OURS.fullmatch(path.name):
            if path.is_symlink():
                path.unlink()
            else:
                shutil.rmtree(path, ignore_errors=True)
