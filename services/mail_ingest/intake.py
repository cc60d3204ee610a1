"""From the mailbox to the ledger, folder by folder, page by page.

The sync state of a folder is saved when every mail of its page is safe. The next mails are fetched meanwhile.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from loketbus.errors import Denied, Unavailable
from loketbus.failpoints import reach
from loketbus.leases import Lease
from loketbus.service import Wiring
from services.mail_ingest.leaving import Leaving
from services.mail_ingest.reading import STANDING, Batch, FolderReader, FolderTrouble, ahead, fetch
from services.mail_ingest.remote.protocol import ChangeKind, Folder, Mailbox, Page, Wanted
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import folders, places, quarantine
from services.mail_ingest.store.folders import Known
from services.mail_ingest.store.places import INBOX, JUNK, SENT, Room
from services.mail_ingest.taking import Taker, name_of

log = structlog.get_logger(__name__)

ROOTS = (INBOX, SENT, JUNK)
READ = (INBOX, SENT)
"""What is taken in; of the junk folder only the number is looked at."""
TRY_AGAIN_AT_ONCE = 20
TRY_QUARANTINE_AGAIN_AFTER = timedelta(minutes=5)
SAVE_QUIET_CURSOR_AFTER = timedelta(minutes=10)
"""The cursor of a page without changes is not worth a write each time; but an old one may be refused some day."""


class Intake:
    """Takes in one mailbox. `box` is its opaque id."""

    def __init__(self, bus: Wiring[MailSettings], mailbox: Mailbox, taker: Taker, box: str) -> None:
        self._bus = bus
        self._mailbox = mailbox
        self._taker = taker
        self._box = box
        self._leaving = Leaving(bus, box, mailbox.provider)
        self._one_at_a_time = asyncio.Lock()
        self._looked_at: datetime | None = None
        self._quiet: dict[str, datetime] = {}
        self.first_round = asyncio.Event()
        """Set once the mailbox was read to its end."""

    @property
    def leaving(self) -> Leaving:
        """Who is told what left and what came back."""
        return self._leaving

    def room(self, root: str) -> Room:
        """Where the ids of a root's items mean something."""
        return Room(self._box, self._mailbox.provider, root)

    async def sync(self, lease: Lease | None = None, *, whole: bool = False) -> None:
        """Bring the ledger level with the mailbox.

        Args:
            lease: of the job; None for a person who waits. Whoever writes, writes the truth: it only saves work.
            whole: every folder, also those that are quiet, and the list of folders itself.

        Raises:
            Unavailable, Denied: the server is the reason why not.
        """
        async with self._one_at_a_time:
            left = self._leaving.take()
            try:
                await self._round(lease, whole=whole or bool(left))
            except BaseException:
                self._leaving.look_at_everything()
                raise
            await self._leaving.tell(left)
            self.first_round.set()

    async def tell_what_left(self) -> None:
        """After a look at the whole mailbox: what left it is known for certain."""
        async with self._one_at_a_time:
            await self._leaving.tell(self._leaving.take())
            await self._leaving.tell_of_strays()

    async def known(self) -> list[Known]:
        """The folders of the last look."""
        return await self._bus.ledger.read(
            lambda connection: folders.known(connection, self._box, self._mailbox.provider)
        )

    async def _round(self, lease: Lease | None, *, whole: bool) -> None:
        await self._try_quarantine_again()
        if whole or self._is_time_to_look():
            await self.look_at_folders()
        for folder in await self.known():
            if folder.root in READ and (whole or self._is_time_for(folder)):
                whole |= await self._read_unless_troubled(folder, lease)

    # --- which folders --------------------------------------------------------------------------------------------

    def _is_time_to_look(self) -> bool:
        every = timedelta(seconds=self._bus.settings.mail_folders_seconds)
        return self._looked_at is None or self._bus.now() >= self._looked_at + every

    def _is_time_for(self, folder: Known) -> bool:
        """The roots always; a folder where nothing happened the last time, or that cannot be read, less often."""
        asked = self._quiet.get(folder.folder)
        quiet = timedelta(seconds=self._bus.settings.mail_quiet_seconds)
        always = folder.is_root and (folder.problem is None or folder.root == INBOX)
        return always or asked is None or self._bus.now() >= asked + quiet

    async def look_at_folders(self) -> None:
        """Ask which folders there are.

        Raises:
            Unavailable, Denied: not even the inbox can be asked for.
        """
        found: dict[str, tuple[Folder, ...]] = {INBOX: await self._mailbox.folders(INBOX)}
        for root in ROOTS[1:]:
            try:
                found[root] = await self._mailbox.folders(root)
            except Denied as refusal:
                log.warning("folder_denied", mailbox=self._box, root=root, code=refusal.code)
        now = self._bus.now()

        def keep(connection: Connection) -> set[str]:
            return folders.keep(connection, self._box, self._mailbox.provider, found, now)

        self._leaving.left(await self._bus.ledger.write(keep))
        self._looked_at = now

    # --- one folder -----------------------------------------------------------------------------------------------

    async def _read_unless_troubled(self, folder: Known, lease: Lease | None) -> bool:
        """Read a folder; one that cannot be read while the inbox can be, must not hold up the others.

        True when something left it: it may stand in another folder now.
        """
        try:
            return await self._read(folder, lease)
        except FolderTrouble as error:
            if not error.may_be_its_own or (folder.is_root and folder.root == INBOX):
                raise error.trouble from error
            await self.look_at_folders()  # raises when it is the server, and forgets the folder when it was removed
            await self._note(folder, error.trouble)
            return False

    async def _note(self, folder: Known, trouble: Unavailable | Denied) -> None:
        log.warning("folder_not_read", mailbox=self._box, root=folder.root, code=trouble.code)
        self._quiet[folder.folder] = self._bus.now()
        await self._bus.ledger.write(
            lambda connection: folders.note_problem(connection, self.room(folder.root), folder.folder, trouble.code)
        )

    async def _read(self, folder: Known, lease: Lease | None) -> bool:
        reader = FolderReader(
            self._mailbox, self._bus.ledger, self.room(folder.root), folder, self._bus.settings.mail_page_size
        )
        quiet, something_left = True, False
        async with aclosing(ahead(reader.steps())) as steps:
            async for step in steps:
                if lease is not None:
                    lease.check()
                if isinstance(step, Batch):
                    self._leaving.came(await self._taker.take_all(step.answers))
                else:
                    quiet &= not step.page.changes
                    something_left |= await self._page_is_safe(folder, step.page, lease)
        if quiet:
            self._quiet[folder.folder] = self._bus.now()
        else:
            self._quiet.pop(folder.folder, None)
        return something_left

    async def _page_is_safe(self, folder: Known, page: Page, lease: Lease | None) -> bool:
        """Save what else the page says, with its cursor; True when something left the folder."""
        await self._put_poison_aside(folder, page)
        reach("mail.page_written")
        now = self._bus.now()
        if _is_no_news(folder, page) and now < folder.seen_at + SAVE_QUIET_CURSOR_AFTER:
            return False
        room = self.room(folder.root)
        # A later one knows better.
        last = {one.provider_id: one.kind for one in page.changes if one.kind is not ChangeKind.READ_FLAG}
        standing = {name for name, kind in last.items() if kind in STANDING}
        deleted = {name for name, kind in last.items() if kind is ChangeKind.DELETE}

        def save(connection: Connection) -> tuple[set[str], set[str]]:
            if lease is not None:
                lease.verify(connection)
            came = places.still_there(connection, room, folder.folder, standing, now)
            left = places.gone(connection, room, folder.folder, deleted, now)
            folders.save_cursor(connection, room, folder.folder, page.cursor, now)
            reach("mail.state_saving")
            return came, left

        came, left = await self._bus.ledger.write(save)
        reach("mail.state_saved")
        self._leaving.came(came)
        self._leaving.left(left)
        return bool(deleted)

    # --- what cannot be read --------------------------------------------------------------------------------------

    async def _put_poison_aside(self, folder: Known, page: Page) -> None:
        """Once: an item that stands there unreadable is no news each time."""
        if not page.poison:
            return
        room, poison = self.room(folder.root), {name_of(one): one for one in page.poison}
        new = await self._bus.ledger.read(lambda connection: places.unseen(connection, room, poison.keys()))
        for name in sorted(new):
            await self._taker.put_aside(poison[name], room.at(name, folder.folder))

    async def _try_quarantine_again(self) -> None:
        before, provider = self._bus.now() - TRY_QUARANTINE_AGAIN_AFTER, self._mailbox.provider
        waiting = await self._bus.ledger.read(
            lambda connection: quarantine.to_try_again(connection, self._box, provider, before, TRY_AGAIN_AT_ONCE)
        )
        if waiting:
            batch = await fetch(self._mailbox, [(Wanted(provider_id=one.provider_id), one) for one in waiting])
            await self._taker.take_all(batch.answers)


def _is_no_news(folder: Known, page: Page) -> bool:
    return not page.changes and not page.poison and folder.state is not None and folder.problem is None
