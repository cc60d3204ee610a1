"""A directory as a mailbox, for backfill and tests: `.eml` files, `.mbox` files, folders. It is only read.

The directory itself is the inbox; `Sent` or `sentitems` in it is what was sent, `Junk` or `junkemail` is junk; other
directories are folders. Names that begin with a dot are not looked at: write a mail under such a name, then rename it.
"""

from __future__ import annotations

import asyncio
import errno
import heapq
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from loketbus.errors import ConfigurationError, Denied, Outcome, Unavailable
from services.mail_ingest.remote._folder_copy import Copier
from services.mail_ingest.remote._folder_index import Indexes
from services.mail_ingest.remote._folder_rounds import Rounds
from services.mail_ingest.remote._folder_scan import Mail, Scanner
from services.mail_ingest.remote._folder_tree import Parts, Tree, as_name, as_parts, as_shown
from services.mail_ingest.remote.protocol import Fetched, Folder, Listing, Page, Wanted

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

INBOX = "inbox"
OTHER_ROOTS = {
    "sentitems": ("sentitems", "sent", "sent items", "verzonden items"),
    "junkemail": ("junkemail", "junk", "spam", "ongewenste e-mail"),
}
"""What a directory may be called, in any case of letters."""
SETTLE_SECONDS = 5.0
_BELOW = "./"


class FolderMailbox:
    """`protocol.Mailbox` over a directory.

    Args:
        root: the directory.
        spool: local folder of this mailbox alone, outside `root`: raw mails under way (deleted here), indexes of mbox
            files, and what the last rounds saw. Losing it costs a full round.
        max_mail_bytes: a larger mail is not copied (`Poison` with reason `too_large`).
        settle_seconds: a file must have been left alone for so long.
        now: seconds since 1970, as files have them.

    Raises:
        ConfigurationError: the spool lies in the directory.
    """

    provider = "folder"

    def __init__(
        self,
        root: Path,
        spool: Path,
        *,
        max_mail_bytes: int = 150_000_000,
        settle_seconds: float = SETTLE_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._root, spool = root.resolve(), spool.resolve()
        if spool.is_relative_to(self._root):
            raise ConfigurationError(
                "De werkmap van Loketbus (LOKETBUS_VAR) ligt in de map met mails; kies een andere."
            )
        spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in spool.glob("*.eml"):
            path.unlink()
        self._tree = Tree(self._root)
        indexes = Indexes(self._tree, spool)
        self._scanner = Scanner(self._tree, indexes, settle_seconds, now)
        self._copier = Copier(self._tree, indexes, spool, max_mail_bytes)
        self._rounds = Rounds(spool)
        self._one_at_a_time = asyncio.Lock()

    async def folders(self, root: str) -> tuple[Folder, ...]:
        """See `protocol.Mailbox`."""
        return await self._run(self._folders, root)

    async def listing(self, folder: str, after: str | None, limit: int) -> Listing:
        """See `protocol.Mailbox`; in the order of ids, so that what comes or goes hides no other."""
        return await self._run(self._listing, folder, after or "", limit)

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        """See `protocol.Mailbox`. A file with other content is a deletion and a new mail, and so is a renamed one."""
        return await self._run(self._changes, folder, cursor, limit)

    async def fetch(self, wanted: Sequence[Wanted]) -> Mapping[str, Fetched]:
        """See `protocol.Mailbox`."""
        return await self._run(self._copier.fetch, wanted)

    async def probe(self) -> None:
        """See `protocol.Mailbox`."""
        await self._run(self._tree.folders, ())

    async def close(self) -> None:
        """Nothing is kept open."""

    async def _run(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Off the event loop, one call at a time: they share indexes and rounds."""
        async with self._one_at_a_time:
            try:
                return await asyncio.to_thread(function, *arguments)
            except OSError as error:
                raise _outcome(error) from None

    def _folders(self, root: str) -> tuple[Folder, ...]:
        top = self._parts(root)
        first = Folder(folder_id=root, path=self._shown(top, root), total=self._total(top))
        below = [] if top is None else list(self._below(top))
        return first, *(
            Folder(folder_id=_BELOW + as_name(parts), path=self._shown(parts, ""), total=self._total(parts))
            for parts in below
        )

    def _below(self, top: Parts) -> Iterator[Parts]:
        """All folders below, each before its own."""
        for parts in self._tree.folders(top):
            if top or _root_of(parts[0]) is None:
                yield parts
                try:
                    yield from self._below(parts)
                except PermissionError:
                    continue  # `changes` of the folder itself says so

    def _total(self, parts: Parts | None) -> int:
        try:
            return sum(1 for _ in self._mails(parts))
        except PermissionError:
            return 0

    def _listing(self, folder: str, after: str, limit: int) -> Listing:
        later = (mail for mail in self._mails(self._parts(folder)) if mail.id > after)
        found = heapq.nsmallest(limit + 1, later, key=lambda mail: mail.id)
        items = tuple(Wanted(provider_id=mail.id, size=mail.size) for mail in found[:limit])
        return Listing(items=items, next=items[-1].provider_id if len(found) > limit else None)

    def _changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        return self._rounds.page(folder, cursor, limit, self._mails(self._parts(folder)))

    def _mails(self, parts: Parts | None) -> Iterator[Mail]:
        return iter(()) if parts is None else self._scanner.mails(parts)

    def _parts(self, folder: str) -> Parts | None:
        """Where a folder is; None for a root that this directory does not have."""
        if folder == INBOX:
            return ()
        if folder.startswith(_BELOW):
            return as_parts(folder.removeprefix(_BELOW))
        return next((parts for parts in self._tree.folders(()) if _root_of(parts[0]) == folder), None)

    def _shown(self, parts: Parts | None, otherwise: str) -> str:
        return "/".join(filter(None, (self._root.name, otherwise if parts is None else as_shown(parts))))


def _root_of(name: bytes) -> str | None:
    """Which well-known folder a directory of that name is."""
    shown = name.decode(errors="replace").lower()
    return next((root for root, names in OTHER_ROOTS.items() if shown in names), None)


def _outcome(error: OSError) -> Outcome:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        message = "De map met mails is er niet: kijk na of ze bestaat en of de schijf of de netwerkmap verbonden is."
        return Unavailable("folder_away", message)
    if isinstance(error, PermissionError):
        message = "De map met mails mag niet gelezen worden: geef de gebruiker van Loketbus leesrechten."
        return Denied("folder_denied", message)
    message = "De map met mails of de eigen schijf geeft een fout."
    return Unavailable("folder_trouble", message, detail=errno.errorcode.get(error.errno or 0, type(error).__name__))
