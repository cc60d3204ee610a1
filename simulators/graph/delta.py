"""Rounds of changes in one folder, page by page, and the opaque tokens between the pages.

A first round gives the folder as it stood when the round began, newest first. Each later round gives what changed
between two moments. The token alone says where a client is, so any token ever given out stays good.

With immutable ids, a mail that left and came back between two rounds is told as removed and never as created
(microsoft-graph-docs-contrib 72, microsoft-graph-docs 21752): that is how Graph is.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from simulators._common.exchange.mailbox import Change, Folder, Item, Mailbox, OrderKey
from simulators.graph import ids


class BadTokenError(ValueError):
    """Not a token of this mailbox and folder."""


class LostTokenError(ValueError):
    """A token of a generation that the server has dropped."""


@dataclass(frozen=True, slots=True)
class Token:
    """Where a client is in a round.

    `since` None is the first round; `until` is the moment at which the round began. How far it came: in a first round
    `below` the last mail given, in a later one `done`, the number of the last change. `left`: what `$top` still allows.
    """

    epoch: str
    folder: int
    select: tuple[str, ...]
    since: int | None
    until: int
    below: OrderKey | None = None
    done: int = 0
    left: int | None = None
    over: bool = False
    """The round is over: the token of a deltaLink."""

    def encode(self) -> str:
        """As it stands in a link."""
        below = [self.below[0].isoformat(), self.below[1]] if self.below else None
        fields = [self.epoch, self.folder, self.select, self.since, self.until, below, self.done, self.left, self.over]
        return base64.urlsafe_b64encode(gzip.compress(json.dumps(fields).encode(), mtime=0)).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, epoch: str, folder: Folder) -> Token:
        """Raises: BadTokenError, LostTokenError."""
        try:
            plain = gzip.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            given, number, select, since, until, below, done, left, over = json.loads(plain)
            cursor = (datetime.fromisoformat(below[0]), int(below[1])) if below else None
        except (binascii.Error, OSError, EOFError, zlib.error, ValueError, TypeError, LookupError) as error:
            raise BadTokenError("not a token") from error
        if number != folder.number:
            raise BadTokenError("token of another folder")
        if given != epoch:
            raise LostTokenError("token of another generation")
        return cls(epoch, number, tuple(select), since, until, cursor, done, left, over)


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of a page: a mail, or the id of one that is not in the folder any more."""

    id: str
    item: Item | None
    reason: str = ""
    """`deleted`, or `changed` for a mail that lives on in another folder."""


@dataclass(frozen=True, slots=True)
class Round:
    """A page of a round; the token of a nextLink, or of a deltaLink when it is `over`."""

    told: list[Told]
    token: Token


def next_page(mailbox: Mailbox, folder: Folder, token: Token, limit: int, *, keep: bool) -> Round:
    """At most `limit` entries after `token`; `keep` asks for immutable ids."""
    if token.over:
        token = replace(token, since=token.until, until=mailbox.sequence, below=None, done=0, over=False)
    limit = limit if token.left is None else min(limit, token.left)
    page, after, more = (
        _first(mailbox, folder, token, limit, keep)
        if token.since is None
        else _later(mailbox, folder, token, limit, keep)
    )
    left = None if token.left is None else token.left - len(page)
    over = not more or left == 0
    return Round(page, replace(after, left=None if over else left, over=over))


def _first(mailbox: Mailbox, folder: Folder, token: Token, limit: int, keep: bool) -> tuple[list[Told], Token, bool]:
    top = len(folder.order) if token.below is None else bisect_left(folder.order, (token.below, ""))
    found = list(islice(_older(folder, top, token.until), limit + 1))
    page = [Told(ids.message(mailbox, item, keep=keep), item) for item in found[:limit]]
    below = found[:limit][-1].order if page else token.below
    return page, replace(token, below=below), len(found) > limit


def _older(folder: Folder, top: int, until: int) -> Iterator[Item]:
    for index in range(top - 1, -1, -1):
        item = folder.items[folder.order[index][1]]
        if item.created <= until:
            yield item


def _later(mailbox: Mailbox, folder: Folder, token: Token, limit: int, keep: bool) -> tuple[list[Told], Token, bool]:
    """Goes on by the number of a change, never by position: what happens meanwhile must not shift the pages."""
    assert token.since is not None
    net = _net(mailbox, folder.log[folder.after(token.since) : folder.after(token.until)], keep)
    told = [
        (lines[-1].sequence, entry)
        for key, lines in net.items()
        if lines[-1].sequence > token.done and (entry := _entry(mailbox, folder, key, lines, token.since))
    ]
    page = told[:limit]
    done = page[-1][0] if page else token.done
    return [entry for _, entry in page], replace(token, done=done), len(told) > limit


def _net(mailbox: Mailbox, lines: Iterable[Change], keep: bool) -> dict[str, list[Change]]:
    """The lines of each id, in the order in which each id was last touched."""
    by_id: dict[str, list[Change]] = {}
    for line in lines:
        key = ids.immutable(mailbox, line.born) if keep else ids.rest(line.item_id)
        by_id[key] = [*by_id.pop(key, []), line]
    return by_id


def _entry(mailbox: Mailbox, folder: Folder, key: str, lines: list[Change], since: int) -> Told | None:
    left = any(line.kind == "delete" and folder.gone[line.item_id] <= since for line in lines)
    if left:  # the client knew it, and it was gone for a while: that it came back is not told
        return Told(key, None, "changed" if lines[-1].born in mailbox.living else "deleted")
    present = folder.items.get(lines[-1].item_id)
    return Told(key, present) if present is not None else None
