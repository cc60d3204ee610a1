"""The job that follows the register's change feed into the replica, and its place in the service.

Registers are read in an order in which what is referred to comes first. Everything it needs to know is in the replica
itself, so an import that puts another one in place in the middle of a round is simply where the next page goes.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import structlog

from loketbus.clock import Clock, utc_now
from loketbus.errors import Rejected, Unavailable
from loketbus.leases import Lease
from loketbus.service import Wiring
from services.address.domain import feed_pages
from services.address.domain.feed_events import REGISTERS, Register
from services.address.domain.feed_round import WRONG_PLACE, Round
from services.address.register import applying_trouble as trouble
from services.address.register.applying import (
    Applied,
    Moved,
    Position,
    apply_page,
    begun_at,
    position,
    stand_still,
    start,
    urgent,
)
from services.address.register.catching_up import behind, catch_up
from services.address.register.outages import outage
from services.address.register.schema import FORMAT
from services.address.register.state import replica_state
from services.address.remote.connection import RegisterConnection
from services.address.remote.feed import ChangeFeed, FeedPage
from services.address.remote.feed import Position as Place
from services.address.settings import AddressSettings, register_folder

log = structlog.get_logger(__name__)
T = TypeVar("T")

JOB = "address_feed"
LANE = "address_feed"
ADDRESSES: Register = "adressen"
DAY = timedelta(days=1)
STREETS_EVERY = 6
"""Rounds of addresses to one of streets."""


class FeedSource(Protocol):
    """The change feed; `remote.feed.ChangeFeed` asks it."""

    async def page(self, register: Register, number: int) -> FeedPage:
        """One page, from 1 on."""

    async def position(self, register: Register, *, download: int | None = None) -> Place:
        """Where the feed stands at a download."""


class FeedJob:
    """One feed and the replica of one folder.

    Args:
        source: the feed.
        folder: of the replica.
        every_seconds: how often addresses are asked; streets `STREETS_EVERY` times less, municipalities and postcodes
            once a day.
        changed: called after a page that touched addresses or streets.
        now: the clock.
    """

    def __init__(
        self,
        source: FeedSource,
        folder: Path,
        *,
        every_seconds: float,
        changed: Callable[[], None] = lambda: None,
        now: Clock = utc_now,
    ) -> None:
        self._source, self._folder, self._changed, self._now = source, folder, changed, now
        every = timedelta(seconds=every_seconds)
        self._every: Mapping[Register, timedelta] = {
            "gemeenten": DAY,
            "postinfo": DAY,
            "straatnamen": every * STREETS_EVERY,
        }
        self._slack = every / 2
        """The job itself keeps the pace of addresses; a round that comes a little early counts as in time."""
        self._asked: dict[tuple[Path, Register], datetime] = {}
        self._left: dict[Register, tuple[Path, Position]] = {}
        """Where this round came from a page that it had read to its end."""

    async def run(self, lease: Lease) -> None:
        """One round of the job: every register that is due, up to its end. Nothing when there is no replica.

        Raises:
            Unavailable: a register does not answer (the others were read), or the replica cannot be written.
            Denied: the feed refuses us.
        """
        of_all = Round()
        for register in REGISTERS:
            if of_all.asks(register):
                await self._try(register, lease, of_all)
        of_all.end()

    async def _try(self, register: Register, lease: Lease, of_all: Round) -> None:
        try:
            if not await self._is_due(register):
                return
            await self._follow(register, lease, of_all)
            await self._catch_up(register, lease)
        except Moved:  # the replica was replaced: next round
            return
        except Unavailable as failure:
            of_all.failed(failure)
            if failure.code == WRONG_PLACE:
                await self._stand_still(register, trouble.NOT_SERVED)
        else:
            of_all.answered()

    async def _is_due(self, register: Register) -> bool:
        """Of the replica of this moment: what an import has just put in place is followed at once."""
        file = await self._file()
        asked = None if file is None else self._asked.get((file, register))
        if file is None or asked is None:
            return file is not None
        if register in await self._on_disk(file, lambda: urgent(file)):
            return True
        return self._now() >= asked + self._every.get(register, timedelta()) - self._slack

    async def _follow(self, register: Register, lease: Lease, of_all: Round) -> None:
        """Page by page up to the last one.

        What its events refer to and was not read yet is read in between, the first time that it is missed.
        """
        looked = register != ADDRESSES
        self._left.pop(register, None)
        while True:
            lease.check()
            try:
                file, done, more = await self._step(register, lease)
            except Moved:
                continue  # the replica was replaced, or another process went ahead: where it stands now
            if file is not None and done is not None and (done.parked or done.held) and not looked:
                looked = True
                for other in _in_order(await self._on_disk(file, partial(urgent, file))):
                    await self._try(other, lease, of_all)
                more |= await self._position(file, register) != done.position  # a merger sent it back
            if not more:
                break
        if file is not None:
            self._asked = {key: at for key, at in self._asked.items() if key[0] == file}
            self._asked[file, register] = self._now()

    async def _step(self, register: Register, lease: Lease) -> tuple[Path | None, Applied | None, bool]:
        """One page. Gives the replica, what became of the page, and whether the next one is to be read."""
        file = await self._file()
        at = None if file is None else await self._position(file, register)
        if file is None or at is None:
            return file, None, False
        now = self._now()
        page = await self._page(register, at.page)
        lease.check()
        if not await self._joins(file, register, at, feed_pages.ids(page.events)):
            await self._stand_still(register, trouble.GAP)
            return file, None, False
        is_open = feed_pages.is_open(page.events, complete=page.complete, unsaid=page.unsaid)
        until = None if is_open else now
        done = await self._on_disk(file, lambda: apply_page(file, register, at.page, page.events, page.complete, until))
        self._report(register, at, done)
        if is_open:
            await self._stand_still(register, trouble.PAGE_OPEN)
        if more := page.complete and bool(page.events):
            self._left[register] = file, done.position
        return file, done, more

    async def _joins(self, file: Path, register: Register, at: Position, here: frozenset[int]) -> bool:
        """Whether the page goes on where we were, else the feed is another one than it was. The page before it is only
        asked when this job did not read that itself."""
        if self._left.get(register) == (file, at):
            return True
        begun = await self._on_disk(file, lambda: begun_at(file, register)) == at
        found = feed_pages.joins(at.event, here, first=at.page == 1, begun=begun)
        if found is None:
            before = await self._page(register, at.page - 1)
            found = feed_pages.joins_before(at.event, feed_pages.ids(before.events), begun=begun)
        return found

    async def _stand_still(self, register: Register, code: str) -> None:
        """People are told, and the other registers go on."""
        log.warning("address_feed_stands_still", register=register, why=code)
        if (file := await self._file()) is not None:
            await self._on_disk(file, lambda: stand_still(file, register, code, self._now()))

    async def _catch_up(self, register: Register, lease: Lease) -> None:
        """What the last import leaped over, once; page by page, so that it goes on where it stopped."""
        while (file := await self._file()) is not None:
            lease.check()
            at = await self._on_disk(file, partial(behind, file, register))
            if at is None:
                return
            page = await self._page(register, at.page)
            lease.check()
            try:
                work = partial(catch_up, file, register, at.page, page.events, page.complete)
                counted = await self._on_disk(file, work)
            except Moved:
                continue
            log.info("address_feed_caught_up", register=register, page=at.page, applied=counted)
            if counted:
                self._changed()

    async def _position(self, file: Path, register: Register) -> Position | None:
        """Where to read; the first time the feed is asked where the download stands in it."""
        at = await self._on_disk(file, lambda: position(file, register))
        if at is None or at.page:
            return at
        place = await self._source.position(register, download=at.event)
        if place.page is None and place.feed is not None:
            log.warning("address_feed_not_ready", register=register)
            return None
        begun = Position(place.page or 1, place.event or 0)
        await self._on_disk(file, lambda: start(file, register, begun))
        return await self._on_disk(file, lambda: position(file, register))

    async def _page(self, register: Register, number: int) -> FeedPage:
        try:
            return await self._source.page(register, number)
        except Rejected as refusal:  # the feed, not an item, is refused
            raise Unavailable(refusal.code, refusal.message, detail=refusal.detail) from refusal

    async def _on_disk(self, file: Path, work: Callable[[], T]) -> T:
        """In a thread.

        Raises:
            Moved: an import took the file away.
            Unavailable: it is damaged or busy, or the disk is full; nothing of a page counted.
        """
        try:
            return await asyncio.to_thread(work)
        except sqlite3.Error as error:
            if await self._file() != file:
                raise Moved(file.name) from None
            raise outage(error) from error

    async def _file(self) -> Path | None:
        """The replica of this moment; None without one, or of another format (it must be imported again)."""
        state = await asyncio.to_thread(replica_state, self._folder)
        return None if state is None or state.format != FORMAT else state.file

    def _report(self, register: Register, at: Position, done: Applied) -> None:
        level = log.warning if done.troubled else log.info
        level(
            "address_feed_page", register=register, page=at.page, last=done.position.event, applied=done.applied,
            skipped=done.skipped, troubled=done.troubled, waiting=done.waiting, held=done.held, drift=done.drift,
        )  # fmt: skip
        if done.touched or (register == "straatnamen" and done.applied):
            self._changed()


def open_feed(
    bus: Wiring[AddressSettings], connection: RegisterConnection | None, changed: Callable[[], None]
) -> FeedJob | None:
    """Follow the feed as the settings say; None when they do not: no address of the register, no key, or not wanted."""
    settings = bus.settings
    if connection is None or not connection.has_key or not settings.address_feed:
        return None
    every = settings.address_feed_seconds
    job = FeedJob(ChangeFeed(connection), register_folder(settings), every_seconds=every, changed=changed, now=bus.now)
    bus.every(every, JOB, job.run, lane=LANE)
    return job


def _in_order(registers: Iterable[Register]) -> list[Register]:
    return [register for register in REGISTERS if register in registers]
