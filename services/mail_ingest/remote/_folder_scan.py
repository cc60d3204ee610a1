"""What mails stand in a folder now, with ids that stay the same while the mail does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.mail_ingest.remote._folder_index import Indexes
from services.mail_ingest.remote._folder_tree import Found, Parts, Stamp, Tree, UnreadableError, as_name

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Mail:
    """`id` is the file's name and a mark: time and size of an .eml, the digest of a mail's bytes in an mbox."""

    id: str
    size: int


class Scanner:
    """Lists folders.

    A file that is being written is not looked at: one that changed less than `settle_seconds` ago, by its own time or
    (clocks differ, times can be set) by ours since we first saw it so. An mbox that grows keeps the mails it had.
    """

    def __init__(self, tree: Tree, indexes: Indexes, settle_seconds: float, now: Callable[[], float]) -> None:
        self._tree = tree
        self._indexes = indexes
        self._settle_seconds = settle_seconds
        self._now = now
        self._young: dict[Parts, tuple[Stamp, float]] = {}

    def mails(self, folder: Parts) -> Iterator[Mail]:
        """Every mail that stands directly in a folder, newest file first; none in a folder that is not there.

        Raises:
            OSError: the folder cannot be read, or the root is not there.
        """
        try:
            files = [found for found in self._tree.files(folder) if found.suffix in _READERS]
        except FileNotFoundError:
            self._tree.folders(())
            files = []
        self._young = {parts: seen for parts, seen in self._young.items() if parts[:-1] != folder} | {
            found.parts: self._young[found.parts] for found in files if found.parts in self._young
        }
        for found in sorted(files, key=lambda one: (-one.stamp.mtime_ns, one.parts)):
            yield from _READERS[found.suffix](self, found, self._is_settled(found))

    def _eml(self, found: Found, settled: bool) -> Iterator[Mail]:
        if settled:
            yield Mail(mail_id(found.parts, str(found.stamp)), found.stamp.size)

    def _mbox(self, found: Found, settled: bool) -> Iterator[Mail]:
        """A file that cannot be read is one mail, so that somebody hears of it; it is tried again each time."""
        try:
            if settled and self._indexes.stamp(found.parts) != found.stamp:
                self._indexes.make(found.parts)
        except FileNotFoundError:
            return
        except UnreadableError:
            yield Mail(mail_id(found.parts, UNREADABLE), found.stamp.size)
            return
        for mark, place in reversed(self._indexes.mails(found.parts)):
            yield Mail(mail_id(found.parts, mark), place.length)

    def _is_settled(self, found: Found) -> bool:
        now = self._now()
        if now - found.stamp.mtime_ns / 1e9 >= self._settle_seconds:
            self._young.pop(found.parts, None)
            return True
        stamp, since = self._young.get(found.parts, (None, now))
        if stamp != found.stamp:
            since = now
        self._young[found.parts] = (found.stamp, since)
        return now - since >= self._settle_seconds


_READERS: dict[str, Callable[[Scanner, Found, bool], Iterator[Mail]]] = {".eml": Scanner._eml, ".mbox": Scanner._mbox}


def mail_id(parts: Parts, mark: str) -> str:
    """For the ledger: opaque, without spaces."""
    return f"{as_name(parts)}#{mark}"


def is_mbox(parts: Parts) -> bool:
    """By its name."""
    return os.fsdecode(parts[-1]).lower().endswith(".mbox")
