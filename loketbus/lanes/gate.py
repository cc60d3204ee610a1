"""The state of a lane, kept in the ledger and shown to people: up, outage, denied; and paused, a person's wish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from loketbus.clock import Clock, utc_now
from loketbus.ledger import Ledger
from loketbus.ledger.tables import lane
from loketbus.outcomes import LaneState, RetryPolicy

OUTAGE_POLICY = RetryPolicy(base_seconds=2.0, cap_seconds=60.0)
DENIED_POLICY = RetryPolicy(base_seconds=60.0, cap_seconds=3600.0)
"""Slow on purpose: a wrong password tried often locks the account."""


@dataclass(frozen=True, slots=True)
class Status:
    """A lane as it stands."""

    state: LaneState = LaneState.UP
    paused_by: str | None = None
    code: str | None = None
    reason: str | None = None
    since: datetime | None = None
    failures: int = 0
    next_probe_at: datetime | None = None

    @property
    def open(self) -> bool:
        """May items run?"""
        return self.state is LaneState.UP and self.paused_by is None

    def backs_off(self, now: datetime) -> bool:
        """Is the lane out, and not yet to be tried again?"""
        return self.state is not LaneState.UP and self.next_probe_at is not None and self.next_probe_at > now


class Gate:
    """One lane's gate. Every process has one per lane; the ledger's row is what they share."""

    def __init__(
        self,
        name: str,
        ledger: Ledger,
        *,
        outage_policy: RetryPolicy = OUTAGE_POLICY,
        denied_policy: RetryPolicy = DENIED_POLICY,
        clock: Clock = utc_now,
    ) -> None:
        self.name = name
        self.status = Status()
        self.changed = asyncio.Event()
        """Set whenever something about the lane changed or work arrived; its runner clears it."""
        self.last_success_at: datetime | None = None
        self._ledger = ledger
        self._policies = {LaneState.OUTAGE: outage_policy, LaneState.DENIED: denied_policy}
        self._clock = clock
        self._writes = 0

    async def refresh(self) -> Status:
        """Read the shared state (an operator or another replica may have changed it)."""
        writes = self._writes
        status = await self._ledger.read(self._read)
        if writes == self._writes:  # else what was read may be older than what we wrote meanwhile
            self._set(status)
        return self.status

    async def failed(self, state: LaneState, code: str, reason: str, retry_after_seconds: float = 0) -> None:
        """The lane is out (`OUTAGE`) or refuses us (`DENIED`); the next probe backs off with every failure.

        A failure during the back-off was on its way before the lane closed: only refused credentials are news then.
        """
        now = self._clock()
        asked = now + timedelta(seconds=retry_after_seconds)

        def change(before: Status) -> Status:
            same = before.state is state
            if before.backs_off(now) and (same or state is not LaneState.DENIED):
                assert before.next_probe_at is not None
                return replace(before, next_probe_at=max(before.next_probe_at, asked))
            # Up with failures is a lane that was only given a chance.
            failures = before.failures + 1 if same or before.state is LaneState.UP else 1
            return replace(
                before,
                state=state,
                code=code,
                reason=reason,
                since=before.since if same else now,
                failures=failures,
                next_probe_at=max(now + self._policies[state].delay(failures - 1), asked),
            )

        await self._change(change)

    async def succeeded(self) -> None:
        """Something went through: the lane is up. Cheap when it already was."""
        self.last_success_at = now = self._clock()
        if self.status.state is not LaneState.UP:
            await self._change(lambda before: Status(paused_by=before.paused_by, since=now))

    async def give_a_chance(self) -> None:
        """Nothing is there to try with: let the next item find out. If it fails, the back-off goes on where it was."""
        await self._change(
            lambda before: replace(before, state=LaneState.UP, code=None, reason=None, next_probe_at=None)
        )

    async def pause(self, actor: str) -> None:
        """Hold the lane until `resume`."""
        await self._mark_paused(actor)

    async def resume(self) -> None:
        """Let the lane go on."""
        await self._mark_paused(None)

    async def retry_now(self) -> None:
        """Probe at once instead of at the end of the back-off."""
        now = self._clock()
        await self._change(lambda before: replace(before, next_probe_at=now))

    async def _mark_paused(self, actor: str | None) -> None:
        now = self._clock()

        def change(before: Status) -> Status:
            since = now if before.state is LaneState.UP else before.since
            return replace(before, paused_by=actor, since=since)

        await self._change(change)

    async def _change(self, change: Callable[[Status], Status]) -> None:
        def write(connection: Connection) -> Status:
            before = self._read(connection, lock=True)
            after = change(before)
            if after != before:
                self._write(connection, after)
            return after

        self._writes += 1
        status = await self._ledger.write(write)
        self._writes += 1
        self._set(status)

    def _set(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            self.changed.set()

    def _read(self, connection: Connection, *, lock: bool = False) -> Status:
        query = select(lane).where(lane.c.name == self.name)
        if lock:
            # Replicas and operators change it side by side: none may write over another's change.
            self._make(connection)
            query = query.with_for_update()
        row = connection.execute(query).first()
        if row is None:
            return Status()
        return Status(
            LaneState(row.state), row.paused_by, row.code, row.reason, row.since, row.failures, row.next_probe_at
        )

    def _make(self, connection: Connection) -> None:
        insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
        values = {"name": self.name, "state": LaneState.UP, "since": self._clock()}
        connection.execute(insert(lane).values(**values).on_conflict_do_nothing())

    def _write(self, connection: Connection, status: Status) -> None:
        values = {
            "state": status.state,
            "paused_by": status.paused_by,
            "code": status.code,
            "reason": status.reason,
            "since": status.since or self._clock(),
            "failures": status.failures,
            "next_probe_at": status.next_probe_at,
            "last_success_at": self.last_success_at,
        }
        connection.execute(update(lane).where(lane.c.name == self.name).values(**values))
