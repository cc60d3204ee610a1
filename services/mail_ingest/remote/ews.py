"""EWS, through exchangelib in a child process that is killed at its deadline."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar, TypeVarTuple

from loketbus.errors import Unavailable
from loketbus.workers import WorkerDied, WorkerPool, WorkerTimeout
from services.mail_ingest.remote._ews_connection import (
    EWS_ENDS,
    EwsConnection,
    days_left,
    is_exchange_online,
    retirement_warning,
)
from services.mail_ingest.remote.protocol import Fetched, FetchedMail, Folder, Listing, Page, Poison, Wanted

__all__ = ["EWS_ENDS", "EwsConnection", "EwsMailbox", "days_left", "is_exchange_online", "retirement_warning"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

BATCH_ITEMS = 50
BATCH_BYTES = 16 * 1024 * 1024
SIZE_UNKNOWN_BYTES = 256 * 1024
SLOWEST_BYTES_PER_SECOND = 256 * 1024
"""A line below this speed is too slow for the largest mails."""


class EwsMailbox:
    """`protocol.Mailbox` over EWS.

    Args:
        connection: the server and the account.
        spool: local folder of this mailbox alone for raw mails under way; emptied here.

    Calls may overlap (the next fetch while the caller parses): the child does them one by one.
    """

    provider = "ews"

    def __init__(self, connection: EwsConnection, spool: Path) -> None:
        self._connection = connection
        self._spool = _emptied(spool.absolute())
        self._pool = WorkerPool("ews", max_workers=1, initializer=_child_connect, initargs=(connection,))

    async def folders(self, root: str) -> tuple[Folder, ...]:
        """See `protocol.Mailbox`."""
        return await self._call(_child_folders, root)

    async def listing(self, folder: str, after: str | None, limit: int) -> Listing:
        """See `protocol.Mailbox`; what can be missed is said in `_ews_child.list_part`."""
        return await self._call(_child_listing, folder, after, limit)

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        """See `protocol.Mailbox`."""
        return await self._call(_child_page, folder, cursor, limit)

    async def fetch(self, wanted: Sequence[Wanted]) -> dict[str, Fetched]:
        """See `protocol.Mailbox`."""
        limit = self._connection.max_mail_bytes
        answers: dict[str, Fetched] = {
            one.provider_id: Poison(provider_id=one.provider_id, reason="too_large")
            for one in wanted
            if (one.size or 0) > limit
        }
        files = self._spool / secrets.token_hex(8)
        try:
            for batch in _batches([one for one in wanted if one.provider_id not in answers]):
                answers |= await self._fetch(batch, files)
        except BaseException:
            _delete(files, keep=set())
            raise
        _delete(files, keep={answer.path for answer in answers.values() if isinstance(answer, FetchedMail)})
        return answers

    async def probe(self) -> None:
        """See `protocol.Mailbox`."""
        await self._call(_child_probe)

    @property
    def pids(self) -> frozenset[int]:
        """The child process, if there is one now."""
        return self._pool.pids

    async def close(self) -> None:
        """Kill the process."""
        await self._pool.close()

    async def _fetch(self, batch: list[Wanted], files: Path) -> dict[str, Fetched]:
        """One batch; when it kills or hangs the process while the server is well, the guilty item is singled out."""
        try:
            timeout = self._connection.call_timeout_seconds + _bytes(batch) / SLOWEST_BYTES_PER_SECOND
            return await self._pool.run(_child_fetch, batch, files, timeout_seconds=timeout)
        except (WorkerTimeout, WorkerDied) as error:
            await self.probe()
            if len(batch) == 1:
                return {batch[0].provider_id: _verdict(batch[0].provider_id, error)}
        middle = len(batch) // 2
        return await self._fetch(batch[:middle], files) | await self._fetch(batch[middle:], files)

    async def _call(self, function: Callable[[*Ts], T], *arguments: *Ts) -> T:
        try:
            return await self._pool.run(function, *arguments, timeout_seconds=self._connection.call_timeout_seconds)
        except (WorkerTimeout, WorkerDied) as error:
            message = "De mailserver antwoordt niet."
            raise Unavailable("ews_no_answer", message, detail=str(error)) from error


def _batches(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """Groups of few items and few bytes: what one bad item or a cut line costs the others."""
    batches: list[list[Wanted]] = []
    for one in wanted:
        if not batches or len(batches[-1]) >= BATCH_ITEMS or _bytes([*batches[-1], one]) > BATCH_BYTES:
            batches.append([])
        batches[-1].append(one)
    return batches


def _bytes(wanted: Sequence[Wanted]) -> int:
    """What they take, as far as is known."""
    return sum(one.size or SIZE_UNKNOWN_BYTES for one in wanted)


def _verdict(provider_id: str, error: WorkerTimeout | WorkerDied) -> Poison:
    timed_out = isinstance(error, WorkerTimeout)
    return Poison(provider_id=provider_id, reason="timeout" if timed_out else "reader_died", transient=True)


def _emptied(spool: Path) -> Path:
    """The folder, without files that an earlier life left."""
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in spool.glob("*.eml"):
        path.unlink()
    return spool


def _delete(files: Path, keep: set[Path]) -> None:
    """Delete the files of one call: also those of a process that was killed before it could tell of them."""
    for path in files.parent.glob(f"{files.name}-*.eml"):
        if path not in keep:
            path.unlink()


# The child's module is imported in the child alone: exchangelib costs a second and 50 MB.
def _child_connect(connection: EwsConnection) -> None:
    from services.mail_ingest.remote import _ews_child

    _ews_child.connect(connection)


def _child_page(folder: str, cursor: str | None, limit: int) -> Page:
    from services.mail_ingest.remote import _ews_child

    return _ews_child.read_page(folder, cursor, limit)


def _child_folders(root: str) -> tuple[Folder, ...]:
    from services.mail_ingest.remote import _ews_child

    return _ews_child.list_folders(root)


def _child_listing(folder: str, after: str | None, limit: int) -> Listing:
    from services.mail_ingest.remote import _ews_child

    return _ews_child.list_part(folder, after, limit)


def _child_fetch(wanted: list[Wanted], files: Path) -> dict[str, Fetched]:
    from services.mail_ingest.remote import _ews_child

    return _ews_child.fetch(wanted, files)


def _child_probe() -> None:
    from services.mail_ingest.remote import _ews_child

    _ews_child.probe()
