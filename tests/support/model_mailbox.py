"""A mailbox in memory, seen through any adapter: what people do to it, and what each protocol then says.

As `ews` an item gets another id when it is moved; as `graph` it keeps its id. Both give the newest first in a first
round, replay a change now and then, and can lose one (`lose`), as the real protocols do.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from services.mail_ingest.remote.protocol import (
    Change,
    ChangeKind,
    CursorLost,
    Fetched,
    FetchedMail,
    Folder,
    Gone,
    Listing,
    Page,
    Wanted,
)
from tests.support.mailroom import NOON

ROOTS = ("inbox", "sentitems", "junkemail")


@dataclass(slots=True)
class Item:
    """One item in one stay: a move ends the stay."""

    number: int
    folder: str
    raw: bytes
    stay: int
    received_at: datetime


@dataclass
class ModelMailbox:
    """The mailbox itself; `door(provider, spool)` is what an adapter sees of it."""

    items: dict[int, Item] = field(default_factory=dict)
    below: dict[str, list[str]] = field(default_factory=lambda: {"inbox": ["inbox/W&E"], "sentitems": []})
    log: list[tuple[str, ChangeKind, int, int]] = field(default_factory=list)
    """Folder, what, item, stay: in order; a cursor is a place in it."""
    lost: set[int] = field(default_factory=set)
    """Entries of the log that no protocol ever tells."""
    epoch: int = 0
    """Cursors of another epoch are refused."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def deliver(self, raw: bytes, folder: str = "inbox", received_at: datetime = NOON) -> int:
        """A mail comes in; its number."""
        number = next(self._numbers)
        item = Item(number, folder, raw, number, received_at)
        self.items[number] = item
        self._note(folder, ChangeKind.CREATE, item)
        return number

    def move(self, number: int, folder: str) -> None:
        """Into another folder."""
        item = self.items[number]
        if item.folder == folder:
            return
        self._note(item.folder, ChangeKind.DELETE, item)
        item.folder, item.stay = folder, next(self._numbers)
        self._note(folder, ChangeKind.CREATE, item)

    def copy(self, number: int, folder: str) -> int:
        """The copy's number."""
        return self.deliver(self.items[number].raw, folder, self.items[number].received_at)

    def delete(self, number: int) -> None:
        """For good."""
        item = self.items.pop(number)
        self._note(item.folder, ChangeKind.DELETE, item)

    def replay(self, number: int) -> None:
        """The server tells of it again, as an update."""
        item = self.items[number]
        self._note(item.folder, ChangeKind.UPDATE, item)

    def lose_last_change(self) -> None:
        """A cut page, a folder left and entered between two rounds: nobody is told."""
        if self.log:
            self.lost.add(len(self.log) - 1)

    def lose_cursors(self) -> None:
        """Every cursor given out so far is refused."""
        self.epoch += 1

    def folders(self, root: str) -> list[str]:
        """A root and what is below it."""
        return [root, *self.below.get(root, [])]

    def door(self, provider: str, spool: Path) -> Door:
        """How an adapter sees it."""
        return Door(self, provider, spool)

    def _note(self, folder: str, kind: ChangeKind, item: Item) -> None:
        self.log.append((folder, kind, item.number, item.stay))


@dataclass
class Door:
    """`protocol.Mailbox` over the model."""

    model: ModelMailbox
    provider: str
    spool: Path
    listed: int = 0
    """Ids handed out by `listing`."""
    fetched: int = 0
    cut: bool = False
    """The next page of changes loses all but its end: the last change and the cursor."""

    def id_of(self, item: Item) -> str:
        """As `ews` it changes with the stay."""
        return self._id(item.number, item.stay)

    async def folders(self, root: str) -> tuple[Folder, ...]:
        return tuple(
            Folder(folder_id=name, path=name, total=sum(item.folder == name for item in self.model.items.values()))
            for name in self.model.folders(root)
        )

    async def listing(self, folder: str, after: str | None, limit: int) -> Listing:
        start = int(after or 0)
        names = [self.id_of(item) for item in self.model.items.values() if item.folder == folder]
        part = names[start : start + limit]
        self.listed += len(part)
        more = start + limit < len(names)
        return Listing(
            items=tuple(Wanted(provider_id=name) for name in part), next=str(start + limit) if more else None
        )

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        if cursor is None:
            return self._first(folder)
        epoch, place = (int(part) for part in cursor.split("."))
        if epoch != self.model.epoch:
            raise CursorLost
        told = [
            (number, entry)
            for number, entry in enumerate(self.model.log)
            if number >= place and entry[0] == folder and number not in self.model.lost
        ]
        part, last = told[:limit], len(told) <= limit
        end = len(self.model.log) if last else part[-1][0] + 1
        return self._page([self._change(entry) for _, entry in part], end, last)

    async def fetch(self, wanted: Sequence[Wanted]) -> Mapping[str, Fetched]:
        here = {self.id_of(item): item for item in self.model.items.values()}
        self.fetched += len(wanted)
        return {one.provider_id: self._answer(one.provider_id, here.get(one.provider_id)) for one in wanted}

    async def probe(self) -> None: ...

    async def close(self) -> None: ...

    def _first(self, folder: str) -> Page:
        standing = [item for item in self.model.items.values() if item.folder == folder]
        changes = [Change(kind=ChangeKind.CREATE, provider_id=self.id_of(item)) for item in reversed(standing)]
        return self._page(changes, len(self.model.log), True)

    def _page(self, changes: list[Change], end: int, last: bool) -> Page:
        cut, self.cut = self.cut, False
        told = tuple(changes[-1:] if cut else changes)
        return Page(changes=told, poison=(), cursor=f"{self.model.epoch}.{end}", last=last)

    def _change(self, entry: tuple[str, ChangeKind, int, int]) -> Change:
        _, kind, number, stay = entry
        return Change(kind=kind, provider_id=self._id(number, stay))

    def _answer(self, name: str, item: Item | None) -> Fetched:
        if item is None:
            return Gone(provider_id=name)
        path = self.spool / f"{item.number}-{item.stay}.eml"
        path.write_bytes(item.raw)
        return FetchedMail(
            provider_id=name, path=path, size=len(item.raw), received_at=item.received_at, has_attachments=False
        )

    def _id(self, number: int, stay: int) -> str:
        return f"stay-{stay}" if self.provider == "ews" else f"item-{number}"
