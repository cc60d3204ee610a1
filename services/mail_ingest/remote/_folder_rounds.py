"""What changed in a folder between two looks, page by page.

A round compares the ids of now with those of the round before and writes down both what there is and what is to be
told. A cursor is a round's name and how far it was told, so it stays good over a restart, and only as long as the files
of its round stand here: without them a full round follows (the ledger knows what it has).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.mail_ingest.remote._folder_scan import Mail
from services.mail_ingest.remote.protocol import Change, ChangeKind, CursorLost, Page

_NEW, _GONE = "+", "-"


@dataclass(frozen=True, slots=True)
class _Round:
    """Two files: the ids that there are, and the lines to tell. Both are on disk before the cursor leaves us."""

    ids: Path
    changes: Path

    def written(self) -> bool:
        return self.ids.is_file() and self.changes.is_file()

    def known(self) -> set[str]:
        with self.ids.open() as file:
            return {line.rstrip("\n") for line in file}


class Rounds:
    """The rounds of all folders, in one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def page(self, folder: str, cursor: str | None, limit: int, now: Iterable[Mail]) -> Page:
        """At most `limit` changes after `cursor`; `now` is read only when a new round begins.

        Raises:
            CursorLost: its round is not here.
        """
        name, told = self._parse(folder, cursor) if cursor else (None, 0)
        if name is None or told == self._size(folder, name):
            began = self._begin(folder, name, now)
            name, told = began, told if began == name else 0
        return self._tell(folder, name, told, limit)

    def _parse(self, folder: str, cursor: str) -> tuple[str, int]:
        name, _, told = cursor.partition(":")
        if not (name.isalnum() and told.isdecimal() and self._round(folder, name).written()):
            raise CursorLost
        if int(told) > self._size(folder, name):
            raise CursorLost
        return name, int(told)

    def _begin(self, folder: str, before: str | None, now: Iterable[Mail]) -> str:
        """The round after `before`: that one itself when nothing changed.

        Others are forgotten: none of their cursors was saved after one of `before` was.
        """
        self._forget(folder, keep=before)
        mails = list(now)
        known = self._round(folder, before).known() if before else set()
        new = [f"{_NEW} {mail.id} {mail.size}\n" for mail in mails if mail.id not in known]
        gone = [f"{_GONE} {one} 0\n" for one in sorted(known.difference(mail.id for mail in mails))]
        if before and not new and not gone:
            return before
        name = secrets.token_hex(8)
        _write(self._round(folder, name).ids, (f"{mail.id}\n" for mail in mails))
        _write(self._round(folder, name).changes, [*new, *gone])
        return name

    def _tell(self, folder: str, name: str, told: int, limit: int) -> Page:
        with self._round(folder, name).changes.open("rb") as file:
            file.seek(told)
            lines = [line for line in (file.readline() for _ in range(limit)) if line]
            told = file.tell()
            last = not file.read(1)
        changes = tuple(map(_change, lines))
        return Page(changes=changes, poison=(), cursor=f"{name}:{told}", last=last)

    def _forget(self, folder: str, keep: str | None) -> None:
        kept = self._round(folder, keep) if keep else None
        for path in self._files(folder):
            if kept is None or path not in (kept.ids, kept.changes):
                path.unlink(missing_ok=True)

    def _files(self, folder: str) -> Iterator[Path]:
        return self._directory.glob(f"{_key(folder)}-*.round-*")

    def _size(self, folder: str, name: str) -> int:
        return self._round(folder, name).changes.stat().st_size

    def _round(self, folder: str, name: str) -> _Round:
        stem = f"{_key(folder)}-{name}"
        return _Round(self._directory / f"{stem}.round-ids", self._directory / f"{stem}.round-changes")


def _key(folder: str) -> str:
    return hashlib.sha256(folder.encode()).hexdigest()[:16]


def _write(path: Path, lines: Iterable[str]) -> None:
    """To disk for sure: a cursor that outlived its round's lines in a power cut would lose the mails in them."""
    with path.open("w") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())


def _change(line: bytes) -> Change:
    kind, mail, size = line.decode().split()
    if kind == _GONE:
        return Change(kind=ChangeKind.DELETE, provider_id=mail)
    return Change(kind=ChangeKind.CREATE, provider_id=mail, size=int(size))
