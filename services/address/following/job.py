"""Addresses that the CRM uses, compared with the register as it changes; what changed is told: once, in order.

Event and new snapshot are one transaction, so that a crash at any point neither loses nor repeats a change. Between two
looks only the addresses that the change feed touched are compared; all of them at the start, after an import and when
the feed of municipalities moved.

A register that went back (an older download) tells nothing: an address is not compared with a register of an earlier
moment than its snapshot, nor with an older version of it. An address that is simply not there was removed only when the
register says so, or when a dated download of its municipality lacks it.

An address that was never looked at is no news as it is, unless it cannot be used any more: a dossier should not keep
an address that a merger took away before anybody looked.

One address that cannot be told does not stop the others: it is logged, counted, shown as a problem of this job, and
tried again at each run.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

import structlog
from loketbus_contracts import ADDRESS_CHANGED, AddressChanged
from sqlalchemy import Connection

from loketbus.errors import Outcome, Unavailable
from loketbus.failpoints import reach
from loketbus.leases import Lease
from loketbus.ledger.tx import Cause, Tx
from loketbus.replicas import current
from loketbus.revisions import next_revision
from loketbus.service import Wiring
from services.address.domain import changes
from services.address.following.comparing import OWN_FAULT, Look, Moment, News, Seen, look
from services.address.questions import Register
from services.address.settings import AddressSettings, register_folder
from services.address.store import following as rows
from services.address.store.following import Followed
from services.address.told import source_model

log = structlog.get_logger(__name__)

BATCH = 500
"""Addresses per transaction: others wait no longer than that for the ledger."""
TOUCHED_MAX = 5_000
"""Changes of the feed that are looked through at once."""
CONSUMER = "address/following"
MUNICIPALITIES = "gemeenten"
"""The feed whose events are seen in every address of a municipality."""
NAMED_MAX = 5


class _Next(Protocol):
    def __call__(self, connection: Connection, address: int, limit: int) -> list[int]:
        """Followed addresses after this one, by id."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Up to where the register was looked through."""

    replica: str | None
    municipalities: int | None
    as_of: datetime | None
    change: int
    behind: bool = False
    """Something was left, because this register is older than what was told."""

    def all_may_differ(self, now: Stand) -> bool:
        """Another register, or one in which a change does not name the addresses that it touches."""
        other = (self.replica, self.municipalities) != (now.replica, now.municipalities)
        return other or (self.behind and self.as_of != now.as_of)


class Following:
    """Tells what changed about the addresses that are followed.

    Args:
        bus: with the ledger.
        register: the replica.
        count: gets how many addresses could not be told, after each run.
    """

    def __init__(
        self, bus: Wiring[AddressSettings], register: Register, count: Callable[[int], None] = lambda _: None
    ) -> None:
        self._bus = bus
        self._register = register
        self._count = count
        self._stand: Stand | None = None
        self._failed: frozenset[int] = frozenset()

    async def run(self, lease: Lease) -> None:
        """The job: bring all that is followed up to the register of this moment.

        Raises:
            Unavailable: something is followed and there is no register; or `untold`: all was told but what is named.
        """
        if not await self._bus.ledger.read(rows.anybody):
            return
        now = await asyncio.to_thread(_stand, self._register, register_folder(self._bus.settings))
        look_through = _LookingThrough(self._bus, lease, self._register)
        if self._stand is None or self._stand.all_may_differ(now):
            await look_through.all()
        else:
            now = replace(now, behind=self._stand.behind)
            await look_through.touched(self._stand.change, now.change)
            await look_through.these(self._failed)
        self._stand = replace(now, behind=now.behind or look_through.behind)
        self._failed = frozenset(look_through.failed)
        self._count(len(self._failed))
        if self._failed:
            raise _untold(self._failed)


class _LookingThrough:
    """One run. Each batch is read from the register as it is then: what changed since the stand is seen next time."""

    def __init__(self, bus: Wiring[AddressSettings], lease: Lease, register: Register) -> None:
        self._bus = bus
        self._lease = lease
        self._register = register
        self.behind = False
        self.failed: set[int] = set()

    async def all(self) -> None:
        """Compare everything that is followed."""
        await self._each(rows.beyond)

    async def touched(self, after: int, until: int) -> None:
        """Compare what the change feed touched since, and what was never looked at."""
        await self._each(rows.never_looked_at)
        while after < until:
            ids, last = await asyncio.to_thread(_touched, self._register, after)
            await self.these(ids)
            if last <= after:  # an import took its place meanwhile
                return
            after = last

    async def these(self, addresses: Iterable[int]) -> None:
        """Compare those of them that are followed."""
        ids = sorted(addresses)
        for at in range(0, len(ids), BATCH):
            part = ids[at : at + BATCH]
            if batch := await self._bus.ledger.read(partial(rows.among, addresses=part)):
                await self._compare(batch)

    async def _each(self, following: _Next) -> None:
        """Compare what `following` gives after an id, in batches."""
        last = 0
        while batch := await self._bus.ledger.read(partial(following, address=last, limit=BATCH)):
            await self._compare(batch)
            last = batch[-1]

    async def _compare(self, addresses: Sequence[int]) -> None:
        self._lease.check()
        held = await self._bus.ledger.read(lambda connection: rows.held(connection, addresses))
        looked = await asyncio.to_thread(_look, self._register, held)
        self.behind |= looked.behind
        for address, fault in looked.failed.items():
            self._fail(address, fault)
        if looked.news:
            await self._tell(looked.moment, looked.news)

    async def _tell(self, moment: Moment, news: Mapping[int, Seen]) -> None:
        """All in one transaction; where one of them cannot be told, each in its own."""
        comparison = _Comparison(self._lease, moment, news, self._bus.now())
        try:
            await self._bus.write(_cause(f"batch:{min(news)}", self._bus.now()), comparison.apply)
        except OWN_FAULT as fault:
            if len(news) == 1:
                self._fail(min(news), fault)
                return
            for address, seen in news.items():
                await self._tell(moment, {address: seen})
        reach("address.following.told")

    def _fail(self, address: int, fault: Exception) -> None:
        code, detail = (fault.code, fault.detail) if isinstance(fault, Outcome) else (type(fault).__name__, None)
        log.error("address_untold", address=address, code=code, detail=detail)
        self.failed.add(address)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """A batch of addresses beside what was last told about them."""

    lease: Lease
    moment: Moment
    seen: Mapping[int, Seen]
    now: datetime

    def apply(self, tx: Tx) -> None:
        self.lease.verify(tx.connection)
        kept = []
        for one in rows.held(tx.connection, self.seen, locked=True):
            news = self.moment.news(one, self.seen[one.address])
            if news is not None:  # else somebody told it meanwhile
                revision = self._tell(tx, one, news) if news.changes else one.revision
                kept.append(replace(one, taken=news.taken, revision=revision))
        rows.keep(tx, kept)
        reach("address.following.compared")

    def _tell(self, tx: Tx, one: Followed, news: News) -> int:
        """Returns the revision that was told."""
        at = news.at or self.now
        # Followed again after a while, its revisions go on: somebody may know the former ones.
        revision = next_revision(one.revision, max(at, one.since))
        seen, was = self.seen[one.address], one.taken.snapshot.state if one.taken else None
        named = was or seen.state
        whom = rows.concerned(tx.connection, one.address)
        data = AddressChanged(
            address_id=str(one.address),
            changes=news.changes,
            address=seen.state,
            successors=seen.successors,
            revision=revision,
            dossiers=whom.dossiers,
            klantenreizen=whom.klantenreizen,
            source=source_model(self.moment.source),
            occurred_at=at,
            tijdlijn_tekst=changes.line(str(one.address), None if named is None else named.label, news.changes),
        )
        _under(tx, f"change:{one.address}:{revision}", at).emit(ADDRESS_CHANGED, data.address_id, data)
        return revision


def _stand(register: Register, folder: Path) -> Stand:
    replica = current(folder)  # before it is opened: a swap between is seen next time
    with register.open() as view:
        name = None if replica is None else replica.name
        return Stand(name, view.positions.get(MUNICIPALITIES), view.source.as_of, view.last_change)


def _look(register: Register, held: Sequence[Followed]) -> Look:
    with register.open() as view:
        return look(view, held)


def _untold(addresses: Iterable[int]) -> Unavailable:
    ids = sorted(addresses)
    named, more = ", ".join(map(str, ids[:NAMED_MAX])), len(ids) - NAMED_MAX
    which = f"{named} en nog {more} andere" if more > 0 else named
    text = f"Wat er veranderde aan deze gevolgde adressen kan niet gemeld worden: {which}. Andere worden wel gemeld."
    return Unavailable("untold", f"{text} Laad een nieuwe download; helpt dat niet, meld het aan ICT.")


def _touched(register: Register, after: int) -> tuple[list[int], int]:
    with register.open() as view:
        ids, last = view.touched(after, TOUCHED_MAX)
    return sorted(ids), last


def _cause(what: str, at: datetime) -> Cause:
    return Cause(consumer=CONSUMER, source=CONSUMER, id=what, at=at, correlation_id=what)


def _under(tx: Tx, what: str, at: datetime) -> Tx:
    """The same transaction with a cause of the address's own: its ids do not depend on what else is in the batch."""
    return Tx(tx.connection, _cause(what, at), tx.now, tx.source, tx.topic_prefix, emitted=tx.emitted)
