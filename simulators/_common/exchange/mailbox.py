"""The mailbox itself: folders, items, and the feed of changes that sync and notifications read.

Every change takes the next number of one sequence. An item's id is good for one stay in one folder: a move gives
a new one.
"""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from simulators._common.exchange.content import MailContent
from simulators._common.exchange.ids import Ids

ChangeKind = Literal["create", "update", "read", "delete"]
EventKind = Literal["NewMailEvent", "CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent", "CopiedEvent"]
OrderKey = tuple[datetime, int]
Recorder = Callable[[str, dict[str, Any]], None]

ROOT, TOP = "root", "msgfolderroot"
WELL_KNOWN = {
    ROOT: "Root",
    TOP: "Bovenste niveau van gegevensarchief",
    "inbox": "Postvak IN",
    "sentitems": "Verzonden items",
    "deleteditems": "Verwijderde items",
    "junkemail": "Ongewenste e-mail",
    "drafts": "Concepten",
}
"""Distinguished names and what a Belgian user sees."""


class ItemNotFoundError(KeyError):
    """No such item (any more)."""


class FolderNotFoundError(KeyError):
    """No such folder."""


@dataclass(eq=False, slots=True)
class Item:
    """One mail in one folder; sequence numbers say when it came, when anything and when its content last changed."""

    id: str
    number: int
    born: int
    """The number of its first stay: a move keeps it, a copy does not. Immutable ids are made of it."""
    folder: Folder
    content: MailContent
    received: datetime
    search_key: bytes
    created: int
    changed: int
    content_changed: int
    is_read: bool = False
    categories: tuple[str, ...] = ()

    @property
    def order(self) -> OrderKey:
        """Oldest first; the number separates mails of the same second."""
        return self.received, self.number


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a folder's log."""

    sequence: int
    kind: ChangeKind
    item_id: str
    born: int


@dataclass(frozen=True, slots=True)
class Event:
    """One notification; the old ids are set for a move or a copy."""

    kind: EventKind
    item_id: str
    folder_id: str
    at: datetime
    old_item_id: str | None = None
    old_folder_id: str | None = None


@dataclass(eq=False, slots=True)
class Folder:
    """One folder: its items, their order by time, and the log of what happened in it."""

    id: str
    number: int
    name: str
    distinguished: str | None
    parent: Folder | None
    items: dict[str, Item] = field(default_factory=dict)
    order: list[tuple[OrderKey, str]] = field(default_factory=list)
    log: list[Change] = field(default_factory=list)
    gone: dict[str, int] = field(default_factory=dict)
    """Removed ids and the sequence at which they had been created."""

    def put(self, item: Item) -> None:
        """Take an item in."""
        self.items[item.id] = item
        insort(self.order, (item.order, item.id))
        self.log.append(Change(item.created, "create", item.id, item.born))

    def remove(self, item: Item, sequence: int) -> None:
        """Let an item go."""
        del self.items[item.id]
        del self.order[bisect_left(self.order, (item.order, item.id))]
        self.gone[item.id] = item.created
        self.log.append(Change(sequence, "delete", item.id, item.born))

    def after(self, sequence: int) -> int:
        """Index in the log of the first change after `sequence`."""
        return bisect_right(self.log, sequence, key=lambda change: change.sequence)

    def is_below(self, other: Folder) -> bool:
        """True when `other` is an ancestor."""
        return self.parent is not None and (self.parent is other or self.parent.is_below(other))


class Mailbox:
    """One mailbox. `record` gets every change as (operation, JSON arguments), from which `replay` makes it again."""

    def __init__(self, address: str, record: Recorder | None = None) -> None:
        self.address = address
        self.ids = Ids(address)
        self.folders: dict[str, Folder] = {}
        self.items: dict[str, Item] = {}
        self.living: dict[int, Item] = {}
        """By `Item.born`."""
        self.events: list[Event] = []
        self.sources: set[str] = set()
        """Names of the files that were delivered."""
        self.sequence = 0
        self.on_change: list[Callable[[], None]] = []
        self._record = record
        self._last_number = 0
        for name, shown in WELL_KNOWN.items():
            self._new_folder(shown, name, self._named(ROOT if name == TOP else TOP) if self.folders else None)

    def replay(self, operation: str, arguments: dict[str, Any]) -> None:
        """Do again what `record` was told."""
        if operation == "deliver":
            raw = base64.b64decode(arguments["raw"])
            received = datetime.fromisoformat(arguments["received"])
            self.deliver(raw, arguments["folder"], received, arguments["source"])
        else:
            _REPLAYABLE[operation](self, **arguments)

    def recorded_by(self, record: Recorder) -> None:
        """From now on, tell `record` every change."""
        self._record = record

    def folder(self, key: str) -> Folder:
        """By id, distinguished name or shown name.

        Raises:
            FolderNotFoundError: there is none.
        """
        if key in self.folders:
            return self.folders[key]
        return self._named(key)

    def item(self, item_id: str) -> Item:
        """Raises: ItemNotFoundError."""
        try:
            return self.items[item_id]
        except KeyError:
            raise ItemNotFoundError(item_id) from None

    def create_folder(self, name: str, parent: str = TOP) -> Folder:
        """A user's own folder below `parent`."""
        above = self.folder(parent)
        self._note("create_folder", name=name, parent=above.id)
        return self._new_folder(name, None, above)

    def deliver(self, raw: bytes, folder: str, received: datetime, source: str | None = None) -> Item:
        """A mail comes in."""
        into = self.folder(folder)
        if self._record:
            text = base64.b64encode(raw).decode()
            self._note("deliver", raw=text, folder=into.id, received=received.isoformat(), source=source)
        if source is not None:
            self.sources.add(source)
        item = self._put(into, MailContent(raw), received, None)
        self._tell(self._event("NewMailEvent", item), self._event("CreatedEvent", item))
        return item

    def move(self, item_id: str, to: str) -> Item:
        """The item gets another id."""
        old, into = self.item(item_id), self.folder(to)
        self._note("move", item_id=item_id, to=into.id)
        self._drop(old)
        new = self._put(into, old.content, old.received, old, old.born)
        self._tell(self._event("MovedEvent", new, old))
        return new

    def copy(self, item_id: str, to: str) -> Item:
        """A second item with the same content and search key."""
        old, into = self.item(item_id), self.folder(to)
        self._note("copy", item_id=item_id, to=into.id)
        new = self._put(into, old.content, old.received, old)
        self._tell(self._event("CopiedEvent", new, old))
        return new

    def delete(self, item_id: str) -> None:
        """Gone for good (a "soft" delete is a move to deleteditems)."""
        item = self.item(item_id)
        self._note("delete", item_id=item_id)
        self._drop(item)
        self._tell(self._event("DeletedEvent", item))

    def mark_read(self, item_id: str, is_read: bool) -> Item:
        """The read flag alone: sync reports it as a change of its own kind."""
        item = self.item(item_id)
        self._note("mark_read", item_id=item_id, is_read=is_read)
        item.is_read = is_read
        return self._touch(item, "read")

    def categorise(self, item_id: str, categories: list[str]) -> Item:
        """A change of content."""
        item = self.item(item_id)
        self._note("categorise", item_id=item_id, categories=categories)
        item.categories = tuple(categories)
        return self._touch(item, "update")

    def change_key(self, item: Item) -> str:
        """The item's version."""
        return self.ids.change_key(item.changed)

    def _named(self, name: str) -> Folder:
        for folder in self.folders.values():
            if name in (folder.distinguished, folder.name):
                return folder
        raise FolderNotFoundError(name)

    def _new_folder(self, name: str, distinguished: str | None, parent: Folder | None) -> Folder:
        number = len(self.folders) + 1
        folder = Folder(self.ids.folder(number), number, name, distinguished, parent)
        self.folders[folder.id] = folder
        return folder

    def _put(
        self, folder: Folder, content: MailContent, received: datetime, like: Item | None, born: int | None = None
    ) -> Item:
        self._last_number += 1
        number, now = self._last_number, self._next()
        item = Item(
            id=self.ids.item(folder.number, number),
            number=number,
            born=born or number,
            folder=folder,
            content=content,
            received=received,
            search_key=like.search_key if like else self.ids.search_key(number),
            created=now,
            changed=now,
            content_changed=now,
        )
        if like:
            item.is_read, item.categories = like.is_read, like.categories
        self.items[item.id] = self.living[item.born] = item
        folder.put(item)
        return item

    def _drop(self, item: Item) -> None:
        del self.items[item.id], self.living[item.born]
        item.folder.remove(item, self._next())

    def _touch(self, item: Item, kind: Literal["update", "read"]) -> Item:
        item.changed = self._next()
        if kind == "update":
            item.content_changed = item.changed
        item.folder.log.append(Change(item.changed, kind, item.id, item.born))
        self._tell(self._event("ModifiedEvent", item))
        return item

    def _next(self) -> int:
        self.sequence += 1
        return self.sequence

    def _event(self, kind: EventKind, item: Item, old: Item | None = None) -> Event:
        old_ids = (old.id, old.folder.id) if old else (None, None)
        return Event(kind, item.id, item.folder.id, datetime.now(UTC), *old_ids)

    def _tell(self, *events: Event) -> None:
        self.events.extend(events)
        for call in self.on_change:
            call()

    def _note(self, operation: str, **arguments: Any) -> None:
        if self._record:
            self._record(operation, arguments)


_REPLAYABLE: dict[str, Callable[..., object]] = {
    method.__name__: method
    for method in (
        Mailbox.create_folder,
        Mailbox.move,
        Mailbox.copy,
        Mailbox.delete,
        Mailbox.mark_read,
        Mailbox.categorise,
    )
}
