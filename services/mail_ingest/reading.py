"""Reading one folder: its changes page by page, and the new mails of each page, one step ahead of who takes them in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass

import structlog

from loketbus.errors import Denied, LoketbusError, Unavailable
from loketbus.failpoints import reach
from loketbus.ledger import Ledger
from services.mail_ingest.remote.protocol import ChangeKind, CursorLost, Fetched, Mailbox, Page, Wanted
from services.mail_ingest.store import places
from services.mail_ingest.store.folders import Known
from services.mail_ingest.store.places import Place, Room
from services.mail_ingest.taking import remove_spooled

log = structlog.get_logger(__name__)

BATCH_ITEMS = 25
BATCH_BYTES = 32 * 1024 * 1024
SIZE_UNKNOWN_BYTES = 256 * 1024
_ITS_OWN = ("unexpected_answer", "cursor_refused", "folder_away")
"""Ends of codes that one folder alone may give."""
STANDING = (ChangeKind.CREATE, ChangeKind.UPDATE)
"""Such a change says that the item stands in the folder."""

Answered = tuple[Fetched, Place, int | None]
"""What was fetched, for which place, and its size as the server counts it."""


class FolderTrouble(LoketbusError):
    """This folder's changes cannot be had, which may be a matter of this folder alone."""

    def __init__(self, trouble: Unavailable | Denied) -> None:
        super().__init__(str(trouble))
        self.trouble = trouble

    @property
    def may_be_its_own(self) -> bool:
        """Not when the server is away or asks for patience."""
        return isinstance(self.trouble, Denied) or self.trouble.code.endswith(_ITS_OWN)


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails on local disk; who gets them deletes their files."""

    answers: list[Answered]

    def discard(self) -> None:
        """Nobody takes them in."""
        remove_spooled(answer for answer, _, _ in self.answers)


@dataclass(frozen=True, slots=True)
class PageRead:
    """Every mail of this page was handed over; its cursor may be saved when they are safe."""

    page: Page

    def discard(self) -> None:
        """Nothing to clean up."""


Step = Batch | PageRead
Ready = asyncio.Queue[Step | BaseException | None]


class FolderReader:
    """Reads what happened in one folder since its cursor."""

    def __init__(self, mailbox: Mailbox, ledger: Ledger, room: Room, folder: Known, page_size: int) -> None:
        self._mailbox = mailbox
        self._ledger = ledger
        self._room = room
        self._folder = folder
        self._page_size = page_size

    async def steps(self) -> AsyncGenerator[Step, None]:
        """Batches and pages, in the order in which they are to be made safe.

        Raises:
            FolderTrouble: no changes can be had; `cursor_refused` when the server takes no cursor at all.
            Unavailable, Denied: nothing can be fetched.
        """
        cursor, lost = self._folder.state, False
        while True:
            try:
                page = await self._mailbox.changes(self._folder.folder, cursor, self._page_size)
            except (Unavailable, Denied) as trouble:
                raise FolderTrouble(trouble) from trouble
            except CursorLost:
                if lost or cursor is None:
                    message = "De mailserver weigert ook een volledige nieuwe ronde."
                    raise FolderTrouble(Unavailable("cursor_refused", message)) from None
                log.warning("cursor_lost", mailbox=self._room.mailbox, root=self._room.root)
                cursor, lost = None, True
                continue
            reach("mail.page_fetched")
            for wanted in batches(await self._new(page)):
                yield await fetch(self._mailbox, [(one, self._place(one)) for one in wanted])
            yield PageRead(page)
            # A server that has no more to say, but never says so, must not keep us asking.
            if page.last or page.cursor == cursor:
                return
            cursor = page.cursor

    async def _new(self, page: Page) -> list[Wanted]:
        wanted = {
            change.provider_id: Wanted(provider_id=change.provider_id, size=change.size)
            for change in page.changes
            if change.kind in STANDING
        }
        if not wanted:
            return []
        new = await self._ledger.read(lambda connection: places.unseen(connection, self._room, wanted.keys()))
        return [one for name, one in wanted.items() if name in new]

    def _place(self, wanted: Wanted) -> Place:
        return self._room.at(wanted.provider_id, self._folder.folder)


async def fetch(mailbox: Mailbox, wanted: Sequence[tuple[Wanted, Place]]) -> Batch:
    """Fetch items, each for its place.

    Raises:
        Unavailable, Denied: see `protocol.Mailbox`.
    """
    by_id = {one.provider_id: (where, one.size) for one, where in wanted}
    answers = await mailbox.fetch([one for one, _ in wanted])
    reach("mail.fetched")
    return Batch([(answer, *by_id[name]) for name, answer in answers.items()])


async def ahead(steps: AsyncIterator[Step]) -> AsyncGenerator[Step, None]:
    """The same steps; the next one is made while the caller is busy with the last, and one more waits at most."""
    ready: Ready = asyncio.Queue(maxsize=1)
    maker = asyncio.create_task(_make(steps, ready))
    try:
        while (step := await ready.get()) is not None:
            if isinstance(step, BaseException):
                raise step
            yield step
    finally:
        maker.cancel()
        await asyncio.gather(maker, return_exceptions=True)
        while not ready.empty():
            _discard(ready.get_nowait())


def batches(wanted: Sequence[Wanted]) -> list[list[Wanted]]:
    """Groups of few items and few bytes: what stands on local disk at once."""
    groups: list[list[Wanted]] = []
    size = 0
    for one in wanted:
        size += one.size or SIZE_UNKNOWN_BYTES
        if not groups or len(groups[-1]) >= BATCH_ITEMS or size > BATCH_BYTES:
            groups.append([])
            size = one.size or SIZE_UNKNOWN_BYTES
        groups[-1].append(one)
    return groups


async def _make(steps: AsyncIterator[Step], ready: Ready) -> None:
    try:
        async for step in steps:
            await _hand_over(step, ready)
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # whatever it is, the caller waits for it
        await ready.put(error)
    else:
        await ready.put(None)


async def _hand_over(step: Step, ready: Ready) -> None:
    try:
        await ready.put(step)
    except BaseException:
        step.discard()
        raise


def _discard(step: Step | BaseException | None) -> None:
    if isinstance(step, Batch | PageRead):
        step.discard()
