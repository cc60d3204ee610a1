"""Which mails stand in an mbox: found by reading it once, then kept beside the mailbox until the file changes."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path

from services.mail_ingest.remote._folder_mbox import Place, places
from services.mail_ingest.remote._folder_tree import Parts, Stamp, Tree, as_name, guarded, stamp_of

_END = "end\n"


class Indexes:
    """One small file per mbox in `folder`; a damaged or missing one is made again."""

    def __init__(self, tree: Tree, folder: Path) -> None:
        self._tree = tree
        self._folder = folder

    def stamp(self, parts: Parts) -> Stamp | None:
        """How the mbox looked when it was indexed; None when it was not."""
        try:
            with self._path(parts).open("rb") as file:
                first = file.readline().decode().split()
                file.seek(-len(_END), os.SEEK_END)
                return Stamp(int(first[0]), int(first[1])) if file.read() == _END.encode() else None
        except (OSError, ValueError, IndexError):
            return None

    def mails(self, parts: Parts) -> list[tuple[str, Place]]:
        """Mark and place of every mail, in the order of the file."""
        return list(self._read(parts))

    def find(self, parts: Parts, marks: Collection[str]) -> dict[str, Place]:
        """Places of some."""
        return {mark: place for mark, place in self._read(parts) if mark in marks}

    def make(self, parts: Parts) -> None:
        """Read the mbox. When it changes meanwhile there is no index afterwards.

        Raises:
            FileNotFoundError, UnreadableError: of the mbox.
            OSError: the index cannot be written.
        """
        path = self._path(parts)
        path.unlink(missing_ok=True)
        part = path.with_suffix(".part")
        seen: Counter[str] = Counter()
        with self._tree.open(parts) as mbox, part.open("w") as file:
            stamp = stamp_of(mbox)
            file.write(f"{stamp.mtime_ns} {stamp.size}\n")
            for place in guarded(places(mbox)):
                file.write(f"{_mark(place.digest, seen)} {place.digest} {place.offset} {place.length}\n")
            file.write(_END)
            unchanged = stamp_of(mbox) == stamp
        if unchanged:
            os.replace(part, path)

    def _read(self, parts: Parts) -> Iterator[tuple[str, Place]]:
        if self.stamp(parts) is None:
            return
        with self._path(parts).open() as file:
            next(file)
            for line in file:
                if line != _END:
                    mark, digest, offset, length = line.split()
                    yield mark, Place(digest, int(offset), int(length))

    def _path(self, parts: Parts) -> Path:
        return self._folder / f"{hashlib.sha256(as_name(parts).encode()).hexdigest()[:32]}.index"


def _mark(digest: str, seen: Counter[str]) -> str:
    """The digest; the same mail once more gets a number."""
    seen[digest] += 1
    return digest if seen[digest] == 1 else f"{digest}~{seen[digest]}"
