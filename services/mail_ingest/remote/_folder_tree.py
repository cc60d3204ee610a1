"""A directory that is read and never left or changed: symbolic links in it are not followed, nor is `..`."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar
from urllib.parse import quote, unquote_to_bytes

T = TypeVar("T")

Parts = tuple[bytes, ...]
"""Names from the root down, as the file system has them: they need not be text."""

_SAFE = "!$&'()+,;=@[]{}~"
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_NOT_OURS = (errno.ELOOP, errno.ENOTDIR)
"""A link, or a file where a folder was."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file looks like from outside; another one means another content."""

    mtime_ns: int
    size: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        return cls(status.st_mtime_ns, status.st_size)

    def __str__(self) -> str:
        return f"{self.mtime_ns:x}-{self.size:x}"


@dataclass(frozen=True, slots=True)
class Found:
    """A plain file in a folder."""

    parts: Parts
    stamp: Stamp

    @property
    def suffix(self) -> str:
        """Lower case, with its dot."""
        return os.path.splitext(os.fsdecode(self.parts[-1]))[1].lower()


class UnreadableError(Exception):
    """A file is there, but may not or cannot be read."""


class Tree:
    """Everything below `root`, addressed by `Parts`.

    Its methods raise FileNotFoundError for what is not there or may not be named, other OSErrors for a folder that
    cannot be read, UnreadableError for a file.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def files(self, folder: Parts) -> list[Found]:
        """Plain files that stand directly in a folder, hidden ones left out."""
        stamps = ((entry.name, _stamp(entry)) for entry in self._entries(folder))
        return [Found((*folder, os.fsencode(name)), stamp) for name, stamp in stamps if stamp is not None]

    def folders(self, folder: Parts) -> list[Parts]:
        """Folders that stand directly in a folder, by name, hidden ones left out."""
        entries = self._entries(folder)
        return sorted((*folder, os.fsencode(entry.name)) for entry in entries if entry.is_dir(follow_symlinks=False))

    @contextmanager
    def open(self, parts: Parts) -> Iterator[BinaryIO]:
        """A plain file; read it through `guarded`."""
        try:
            descriptor = self._descriptor(parts)
        except FileNotFoundError:
            raise
        except OSError:
            raise UnreadableError from None
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise FileNotFoundError
        with os.fdopen(descriptor, "rb") as file:
            yield file

    def _entries(self, folder: Parts) -> Iterator[os.DirEntry[str]]:
        descriptor = self._descriptor(folder)
        try:
            with os.scandir(descriptor) as entries:
                yield from (entry for entry in entries if not entry.name.startswith("."))
        finally:
            os.close(descriptor)

    def _descriptor(self, parts: Parts) -> int:
        """Open name by name, so that no name on the way can be a link, whoever changes it meanwhile."""
        here = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for name in parts:
            above = here
            try:
                here = _open_in(above, name)
            finally:
                os.close(above)
        return here


def _open_in(folder: int, name: bytes) -> int:
    if name in (b"", b".", b"..") or b"/" in name or b"\0" in name:
        raise FileNotFoundError
    try:
        return os.open(name, _FLAGS, dir_fd=folder)
    except OSError as error:
        if error.errno in _NOT_OURS:
            raise FileNotFoundError from None
        raise


def guarded(pieces: Iterator[T]) -> Iterator[T]:
    """The same pieces; an error of reading becomes UnreadableError, apart from errors of whoever uses them."""
    while True:
        try:
            piece = next(pieces)
        except StopIteration:
            return
        except OSError:
            raise UnreadableError from None
        yield piece


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    """None for what is no plain file, or none any more."""
    try:
        return Stamp.of(entry.stat(follow_symlinks=False)) if entry.is_file(follow_symlinks=False) else None
    except FileNotFoundError:
        return None


def stamp_of(file: BinaryIO) -> Stamp:
    """How an open file looks now."""
    return Stamp.of(os.fstat(file.fileno()))


def as_name(parts: Parts) -> str:
    """Text without spaces or `#` from which `as_parts` makes the same parts again."""
    return "/".join(quote(part, safe=_SAFE) for part in parts)


def as_parts(name: str) -> Parts:
    """The inverse of `as_name`."""
    return tuple(unquote_to_bytes(part) for part in name.split("/")) if name else ()


def as_shown(parts: Parts) -> str:
    """For people."""
    return "/".join(part.decode(errors="replace") for part in parts)
