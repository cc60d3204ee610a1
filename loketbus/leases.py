"""Leases: one process at a time runs a relay, a lane or a job. A fence number makes a late writer fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    insert,
    literal_column,
    select,
    text,
    type_coerce,
    update,
)

from loketbus.clock import Clock, utc_now
from loketbus.errors import LostOwnership
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tables import Instant, lease

POLL_MAX_SECONDS = 2.0
"""How often, at least, is looked whether a lease has come free."""

# Made once: they run in every transaction that a lease protects.
_OWNER = select(lease.c.fence).where(lease.c.name == bindparam("lease_name"))
_OWNER_LOCKED = _OWNER.with_for_update()


@dataclass(slots=True)
class Lease:
    """A lease that was taken; `check` before acting on the outside, `verify` inside every transaction it protects."""

    name: str
    fence: int
    ttl_seconds: float
    _renewed_at: float = field(default_factory=time.monotonic)
    _lost: bool = False

    @property
    def valid(self) -> bool:
        """False once it may have run out, by our own clock."""
        return self.lasts(0)

    def lasts(self, seconds: float) -> bool:
        """Will it be ours for `seconds` more, even if it is never renewed again?"""
        return not self._lost and time.monotonic() + seconds < self._renewed_at + self.ttl_seconds

    def check(self) -> None:
        """Raise `LostOwnership` when the lease may have run out."""
        if not self.valid:
            raise LostOwnership(f"lease {self.name} ran out")

    def verify(self, connection: Connection) -> None:
        """Lock the lease row for this transaction; raise `LostOwnership` when somebody else has it."""
        self._compare(connection, _OWNER_LOCKED)

    def confirm(self, connection: Connection) -> None:
        """Raise `LostOwnership` when somebody else has it; locks nothing, so only for reading."""
        self._compare(connection, _OWNER)

    def _compare(self, connection: Connection, query: Select[int]) -> None:
        if connection.execute(query, {"lease_name": self.name}).scalar_one_or_none() != self.fence:
            self._lost = True
            raise LostOwnership(f"lease {self.name} was taken over")


class Leases:
    """Takes and renews leases in one ledger, under one holder name (a process)."""

    def __init__(self, ledger: Ledger, holder: str, clock: Clock = utc_now) -> None:
        self._ledger = ledger
        self._holder = holder
        self._clock = clock

    async def forget_all(self) -> None:
        """Let every lease run out now: right after taking a ledger that only one process can have (SQLite)."""
        await self._ledger.write(lambda connection: connection.execute(update(lease).values(expires_at=self._clock())))

    @asynccontextmanager
    async def hold(
        self, name: str, *, ttl_seconds: float, waiting: Callable[[], None] = lambda: None
    ) -> AsyncIterator[Lease]:
        """Wait until the lease is free (calling `waiting` whenever somebody has it), keep it renewed, give it back."""
        mine = await self._wait_for(name, ttl_seconds, waiting)
        keeper = asyncio.create_task(self._keep(mine), name=f"lease-{name}")
        try:
            yield mine
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            await self._give_back(mine)

    async def _wait_for(self, name: str, ttl_seconds: float, waiting: Callable[[], None]) -> Lease:
        while True:
            try:
                mine = await self._try(name, ttl_seconds)
                if mine is not None:
                    return mine
                waiting()
            except LedgerUnavailable:
                pass
            await asyncio.sleep(min(ttl_seconds / 6, POLL_MAX_SECONDS))

    async def _try(self, name: str, ttl_seconds: float) -> Lease | None:
        # Looked at before it is asked for: who waits must not lock the row that the owner needs in every transaction.
        if await self._ledger.read(lambda connection: self._taken(connection, name)):
            return None
        asked_at = time.monotonic()
        fence = await self._ledger.write(lambda connection: self._take(connection, name, ttl_seconds))
        return None if fence is None else Lease(name, fence, ttl_seconds, asked_at)

    def _taken(self, connection: Connection, name: str) -> bool:
        expires_at = connection.execute(select(lease.c.expires_at).where(lease.c.name == name)).scalar_one_or_none()
        return expires_at is not None and expires_at > self._now(connection)

    def _take(self, connection: Connection, name: str, ttl_seconds: float) -> int | None:
        now, ttl = self._now(connection), timedelta(seconds=ttl_seconds)
        if connection.dialect.name == "postgresql":
            # Two replicas may both find no row: let one wait for the other instead of failing on the primary key.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})
        row = connection.execute(select(lease).where(lease.c.name == name).with_for_update()).first()
        if row is None:
            connection.execute(insert(lease).values(name=name, holder=self._holder, fence=1, expires_at=now + ttl))
            return 1
        if row.expires_at > now:
            return None
        values = {"holder": self._holder, "fence": row.fence + 1, "expires_at": now + ttl}
        connection.execute(update(lease).where(lease.c.name == name).values(**values))
        return int(row.fence) + 1

    async def _keep(self, mine: Lease) -> None:
        while True:
            await asyncio.sleep(mine.ttl_seconds / 3)
            asked_at = time.monotonic()
            try:
                await self._ledger.write(lambda connection: self._extend(connection, mine))
            except LedgerUnavailable:
                continue  # it runs out by itself if this lasts
            except LostOwnership:
                return
            mine._renewed_at = asked_at

    def _extend(self, connection: Connection, mine: Lease) -> None:
        mine.verify(connection)
        expires_at = self._now(connection) + timedelta(seconds=mine.ttl_seconds)
        connection.execute(update(lease).where(lease.c.name == mine.name).values(expires_at=expires_at))

    async def _give_back(self, mine: Lease) -> None:
        try:
            await self._ledger.write(lambda connection: self._expire(connection, mine))
        except (LostOwnership, LedgerUnavailable):
            return

    def _expire(self, connection: Connection, mine: Lease) -> None:
        mine.verify(connection)
        connection.execute(update(lease).where(lease.c.name == mine.name).values(expires_at=self._now(connection)))

    def _now(self, connection: Connection) -> datetime:
        """The database's clock where several machines share it; ours where we are alone."""
        if connection.dialect.name == "postgresql":
            micros: ColumnElement[int] = literal_column("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
            return connection.execute(select(type_coerce(micros, Instant))).scalar_one()
        return self._clock()
