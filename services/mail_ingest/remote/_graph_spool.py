"""Raw mails under way on local disk, and the check that what came is a mail."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

HEAD_BYTES = 8_192
_HEADER = re.compile(rb"^[\x21-\x39\x3b-\x7e]+[ \t]*:", re.MULTILINE)


class Spool:
    """A folder of one mailbox alone; files that an earlier life left are deleted here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self._folder.glob("*.eml"):
            path.unlink()

    def batch(self) -> Batch:
        """Room for the files of one call."""
        return Batch(self._folder, secrets.token_hex(8))


class Batch:
    """The files of one call."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name

    def new(self) -> BinaryIO:
        """An empty file that only we can read; `name` is its path."""
        path = self._folder / f"{self._name}-{secrets.token_hex(8)}.eml"
        return open(path, "x+b", opener=_private)

    def delete(self, *, keep: Collection[Path] = ()) -> None:
        """Delete its files, but for those in `keep`."""
        for path in self._folder.glob(f"{self._name}-*.eml"):
            if path not in keep:
                path.unlink()


def looks_like_mail(head: bytes) -> bool:
    """Does a header line stand in the beginning of it?"""
    return _HEADER.search(head, 0, HEAD_BYTES) is not None


def head_of(file: BinaryIO, size: int = HEAD_BYTES) -> bytes:
    """The first `size` bytes of a file that was written."""
    file.seek(0)
    return file.read(size)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
