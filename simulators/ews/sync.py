"""SyncFolderItems: pages of changes and the opaque state between them.

The state alone says where a client is, so any state ever given out stays good, in any order and after a restart. First
the folder as it was at the first request, newest to oldest; then what happened since, oldest change first.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Literal

from simulators._common.exchange.mailbox import Change, Folder, Item, OrderKey

MAX_CHANGES = 512
SyncKind = Literal["Create", "Update", "Delete", "ReadFlagChange"]


class InvalidSyncStateError(ValueError):
    """Not a state that this mailbox gave out for this folder."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """`sequence`: where the log was read to. `below`: the last mail given in the first round, None when it is over."""

    epoch: str
    folder: int
    sequence: int
    below: OrderKey | None = None

    def encode(self) -> str:
        """Base64 of gzip, as Exchange's own states look."""
        below = [self.below[0].isoformat(), self.below[1]] if self.below else None
        plain = json.dumps([self.epoch, self.folder, self.sequence, below]).encode()
        return base64.b64encode(gzip.compress(plain, mtime=0)).decode()

    @classmethod
    def decode(cls, text: str, epoch: str, folder: Folder) -> SyncState:
        """Raises: InvalidSyncStateError."""
        try:
            plain = gzip.decompress(base64.b64decode(text, validate=True))
            given, number, sequence, below = json.loads(plain)
            cursor = (datetime.fromisoformat(below[0]), int(below[1])) if below else None
        except (binascii.Error, OSError, EOFError, zlib.error, ValueError, TypeError, LookupError) as error:
            raise InvalidSyncStateError("not a sync state") from error
        if (given, number) != (epoch, folder.number):
            raise InvalidSyncStateError("sync state of another mailbox or folder")
        return cls(epoch, folder.number, int(sequence), cursor)


@dataclass(frozen=True, slots=True)
class SyncChange:
    """One change for the client; a deletion has no item."""

    kind: SyncKind
    item_id: str
    item: Item | None


@dataclass(frozen=True, slots=True)
class Page:
    """What one request brings, the state to go on from, and whether nothing is left."""

    changes: list[SyncChange]
    state: SyncState
    is_last: bool


def next_page(folder: Folder, state: SyncState | None, epoch: str, sequence: int, limit: int) -> Page:
    """At most `limit` changes after `state` (None: from the start); `sequence` is the mailbox's present number."""
    limit = min(limit, MAX_CHANGES)
    if state is None:
        return _first_round(folder, SyncState(epoch, folder.number, sequence), len(folder.order), limit)
    if state.below is not None:
        return _first_round(folder, state, _position(folder, state.below), limit)
    return _later_round(folder, state, limit)


def _position(folder: Folder, below: OrderKey) -> int:
    return bisect_left(folder.order, (below, ""))


def _first_round(folder: Folder, state: SyncState, top: int, limit: int) -> Page:
    """Downwards from `top`, leaving out what came after the round began: the log will bring it."""
    found = list(islice(_older(folder, top, state.sequence), limit + 1))
    page = found[:limit]
    more = len(found) > limit
    after = replace(state, below=page[-1].order if more else None)
    is_last = not more and folder.after(state.sequence) == len(folder.log)
    return Page([SyncChange("Create", item.id, item) for item in page], after, is_last)


def _older(folder: Folder, top: int, sequence: int) -> Iterator[Item]:
    for index in range(top - 1, -1, -1):
        item = folder.items[folder.order[index][1]]
        if item.created <= sequence:
            yield item


def _later_round(folder: Folder, state: SyncState, limit: int) -> Page:
    changes: list[SyncChange] = []
    position = folder.after(state.sequence)
    while position < len(folder.log) and len(changes) < limit:
        change = _seen_by_client(folder, folder.log[position], state.sequence)
        if change is not None:
            changes.append(change)
        position += 1
    sequence = folder.log[position - 1].sequence if position else state.sequence
    after = replace(state, sequence=max(sequence, state.sequence))
    return Page(changes, after, position == len(folder.log))


def _seen_by_client(folder: Folder, change: Change, since: int) -> SyncChange | None:
    """What a line of the log means to a client that knows the folder up to `since`; None when it needs no telling."""
    if change.kind == "delete":
        known = folder.gone[change.item_id] <= since
        return SyncChange("Delete", change.item_id, None) if known else None
    item = folder.items.get(change.item_id)
    if item is None:  # removed later on: the log says so further down
        return None
    if change.kind == "create":
        return SyncChange("Create", item.id, item)
    if change.sequence != item.changed or item.created > since:  # a later line, or this page's "create", covers it
        return None
    return SyncChange("Update" if item.content_changed > since else "ReadFlagChange", item.id, item)
