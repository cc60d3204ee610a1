"""What every mailbox adapter offers, so that the service does not know whether it reads EWS, Graph or a folder.

Every answer names the item it is about: callers match by `provider_id`, never by position (EWS may leave answers out).
An item that cannot be read is an answer of its own (`Poison`), never an exception that costs the others.

Errors of a whole call: `Unavailable` (back off, `retry_after_seconds`), `Denied` (credentials or rights: a state of the
mailbox, tried once), `CursorLost` (start over without a cursor; the ledger knows what it has).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from loketbus.errors import LoketbusError


class CursorLost(LoketbusError):
    """The server does not accept the cursor (any more)."""


class ChangeKind(StrEnum):
    """What a change says; an update or a move may come as any of them, and any may come twice."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    READ_FLAG = "read_flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of a page. A create or an update is worth a fetch; a delete says nothing about the queue item."""

    kind: ChangeKind
    provider_id: str
    """Good for one stay in one folder: EWS gives a moved item another id."""
    size: int | None = None
    """Bytes, as the server counts them."""
    received_at: datetime | None = None
    message_id: str | None = None
    """As the server shows it: a hint for logs and look-ups, the mail's own header decides."""
    has_attachments: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """An item that cannot be read now, for quarantine."""

    provider_id: str | None
    """None when the answer did not even say which item it is about."""
    reason: str
    """Stable code: the server's response code, or one of ours (`too_large`, `no_answer`, `not_mail`, ...)."""
    transient: bool = False
    """Trying this item again later may help."""
    raw: bytes = b""
    """What the server answered, at most 64 kB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Changes since a cursor, and the cursor to save when they are safe."""

    changes: tuple[Change, ...]
    poison: tuple[Poison, ...]
    cursor: str
    last: bool
    """Nothing was left when the server answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An item to fetch; the size keeps batches small."""

    provider_id: str
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedMail:
    """A raw mail on local disk; who asked for it deletes the file."""

    provider_id: str
    path: Path
    size: int
    """Bytes of the file."""
    received_at: datetime | None
    has_attachments: bool | None
    """As the server counts them: true without an attachment in the file means one that is only a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The item does not exist (any more), which is no fault."""

    provider_id: str


Fetched = FetchedMail | Gone | Poison


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of the mailbox."""

    folder_id: str
    """What `changes` and `listing` take; stays the same while the adapter stays the same."""
    path: str
    """As people see it, `Postvak IN/Nieuw`, for reports."""
    total: int
    """Items in it, not counting its subfolders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A part of all that stands in a folder now."""

    items: tuple[Wanted, ...]
    next: str | None
    """Where the next part begins; None at the end."""


class Mailbox(Protocol):
    """One mailbox at one server."""

    provider: str
    """`ews`, `graph` or `folder`: ids and cursors of one mean nothing to another."""

    async def folders(self, root: str) -> tuple[Folder, ...]:
        """The folder `root` (`inbox`, `sentitems`, `junkemail`) and all mail folders below it, `root` first.

        Raises:
            Unavailable, Denied: see the module.
        """

    async def listing(self, folder: str, after: str | None, limit: int) -> Listing:
        """Part of all ids in a folder, for the reconciler: independent of the sync protocol and its cursors.

        An item that comes or goes meanwhile may be missing or come twice.

        Args:
            folder: a `Folder.folder_id`, or one of the names that `folders` takes.
            after: `next` of the part before; None to begin.
            limit: 1 to 1,000 ids.

        Raises:
            Unavailable, Denied: see the module.
        """

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        """One page of at most `limit` changes after `cursor` (None: everything, newest first).

        Args:
            folder: a `Folder.folder_id`, or one of the names that `folders` takes.
            cursor: of the last page that is safe.
            limit: 1 to 512.

        Raises:
            CursorLost, Unavailable, Denied: see the module.
        """

    async def fetch(self, wanted: Sequence[Wanted]) -> Mapping[str, Fetched]:
        """The raw mails; exactly one answer per wanted id.

        Raises:
            Unavailable, Denied: nothing could be fetched; files of this call are deleted.
        """

    async def probe(self) -> None:
        """Ask for as little as possible; raises `Unavailable` or `Denied`."""

    async def close(self) -> None:
        """Let go of connections and processes."""
