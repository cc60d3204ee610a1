"""Runs one lane: due heads side by side, within its budget, under its lease.

What a failure means is found out in `loketbus.lanes.diagnosis`, how a row ends is written in `loketbus.lanes.attempt`.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from loketbus.clock import Clock, utc_now
from loketbus.errors import LostOwnership
from loketbus.health import Health
from loketbus.http import RateBudget
from loketbus.lanes import store
from loketbus.lanes.attempt import Attempts
from loketbus.lanes.diagnosis import Diagnosis
from loketbus.lanes.execution import Execution
from loketbus.lanes.gate import Gate
from loketbus.leases import Lease, Leases
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.outcomes import LaneState, RetryPolicy

log = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
"""How often the shared state of the lane is read again (an operator on another replica, a NotYet that fell due)."""

LEASE_MARGIN_SECONDS = 15.0

ORPHAN_PAUSE = timedelta(seconds=5)
"""Before a row whose end could not be written runs again."""


class LaneRunner:
    """See the module."""

    def __init__(
        self,
        service: str,
        gate: Gate,
        execution: Execution,
        ledger: Ledger,
        leases: Leases,
        health: Health,
        *,
        outbox_filled: asyncio.Event,
        concurrency: int = 16,
        rate_per_second: float | None = None,
        call_timeout_seconds: float = 60.0,
        policy: RetryPolicy | None = None,
        topic_prefix: str = "",
        clock: Clock = utc_now,
    ) -> None:
        self.gate = gate
        self._ledger = ledger
        self._leases = leases
        self._health = health
        self._concurrency = concurrency
        self._budget = None if rate_per_second is None else RateBudget(rate_per_second)
        self._timeout = call_timeout_seconds
        self._clock = clock
        self._diagnosis = Diagnosis(
            gate, execution, budget=self._budget, call_timeout_seconds=call_timeout_seconds, clock=clock
        )
        self._attempts = Attempts(
            service,
            execution,
            ledger,
            self._diagnosis,
            outbox_filled=outbox_filled,
            call_timeout_seconds=call_timeout_seconds,
            policy=policy or RetryPolicy(),
            topic_prefix=topic_prefix,
            clock=clock,
        )
        self._running: dict[int, asyncio.Task[None]] = {}
        self._orphans: timedelta | None = None
        """Rows may be marked as running that nobody runs; they run again after this pause."""
        self._draining = False

    @property
    def name(self) -> str:
        """The lane's name."""
        return self.gate.name

    async def run(self) -> None:
        """Serve the lane whenever its lease is ours, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch(), name=f"watch-{self.name}")
            tasks.create_task(self._serve_when_ours(), name=f"serve-{self.name}")

    async def drain(self, seconds: float) -> None:
        """Start nothing more and let what runs end, for at most `seconds`."""
        self._draining = True
        if running := list(self._running.values()):
            await asyncio.wait(running, timeout=seconds)

    async def _watch(self) -> None:
        """Every replica follows the lane's state, also those that do not run it: their consumers pause by it."""
        while True:
            with contextlib.suppress(LedgerUnavailable):
                await self.gate.refresh()
            self._show()
            await asyncio.sleep(TICK_SECONDS)

    async def _serve_when_ours(self) -> None:
        # Renewed at every third: at the worst moment it still outlasts a call, so that a call of ours has ended before
        # anybody else may take the lane and make it again.
        ttl_seconds = 1.5 * self._timeout + LEASE_MARGIN_SECONDS
        while True:
            try:
                async with self._leases.hold(f"lane:{self.name}", ttl_seconds=ttl_seconds) as lease:
                    try:
                        await self._serve(lease)
                    finally:
                        await self._cancel_running()
            except LostOwnership:
                log.warning("lane_lost", lane=self.name)

    async def _serve(self, lease: Lease) -> None:
        self._orphans = timedelta(0)
        while True:
            self.gate.changed.clear()
            lease.check()
            try:
                await self._turn(lease)
            except LedgerUnavailable:
                # Of a claim we may not have seen that it was committed.
                self._orphans = ORPHAN_PAUSE
                await asyncio.sleep(TICK_SECONDS)

    async def _turn(self, lease: Lease) -> None:
        if self._orphans is not None:
            await self._recover(lease, self._orphans)
        self._show()
        if self.gate.status.open:
            await self._start_due(lease)
        elif self.gate.status.paused_by is None:
            await self._look_again(lease)
        await self._wait(lease)

    async def _recover(self, lease: Lease, pause: timedelta) -> None:
        self._orphans = None
        now, running = self._clock(), tuple(self._running)
        number = await self._ledger.write(
            lambda connection: store.recover(connection, lease, self.name, running, now, now + pause)
        )
        if number:
            log.warning("lane_recovered", lane=self.name, rows=number)

    def _room(self, lease: Lease) -> int:
        """How many more may start: one until something went through, so that a wrong password is tried once."""
        if self._draining or not lease.lasts(self._timeout):
            return 0
        return max(0, (self._concurrency if self._diagnosis.proven else 1) - len(self._running))

    async def _start_due(self, lease: Lease, *, canary: bool = False) -> None:
        if not self._room(lease):
            return
        if self._budget is not None:
            # A claim says that the call is being made, so the waiting comes before it.
            status = self.gate.status
            if not await self._something_due():
                return
            await self._budget.take()
            if self.gate.status != status:
                return
        room = min(self._room(lease), 1 if self._budget is not None else self._concurrency)
        if not room:
            return
        rows = await self._ledger.write(
            lambda connection: store.claim(connection, lease, self.name, room, self._clock(), fresh_first=canary)
        )
        for row in rows:
            row = replace(row, attempts=row.attempts + 1)
            task = asyncio.create_task(self._attempts.carry_out(lease, row), name=f"{self.name}#{row.id}")
            self._running[row.id] = task
            task.add_done_callback(partial(self._ended, row.id))

    def _ended(self, row_id: int, task: asyncio.Task[None]) -> None:
        del self._running[row_id]
        self.gate.changed.set()
        if task.cancelled() or (error := task.exception()) is None:
            return
        self._orphans = ORPHAN_PAUSE
        if not isinstance(error, LostOwnership):
            log.error("lane_defect", lane=self.name, row=row_id, error=type(error).__name__, exc_info=error)

    async def _look_again(self, lease: Lease) -> None:
        """The lane is out: at the end of the back-off, probe; without a probe let one item try."""
        if self._running or not self._room(lease) or self.gate.status.backs_off(self._clock()):
            return
        if await self._diagnosis.look_again():
            return
        if await self._something_due():
            await self._start_due(lease, canary=True)
        else:
            await self.gate.give_a_chance()

    async def _something_due(self) -> bool:
        due = await self._ledger.read(lambda connection: store.next_due(connection, self.name))
        return due is not None and due <= self._clock()

    async def _wait(self, lease: Lease) -> None:
        """Until something changed, a row is due or the back-off ended; at most a tick."""
        moment, seconds = await self._next_moment(lease), TICK_SECONDS
        if moment is not None:
            seconds = min(seconds, max(0.0, (moment - self._clock()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.gate.changed.wait()

    async def _next_moment(self, lease: Lease) -> datetime | None:
        if not self._room(lease) or self.gate.status.paused_by is not None:
            return None
        if self.gate.status.open:
            return await self._ledger.read(lambda connection: store.next_due(connection, self.name))
        return None if self._running else self.gate.status.next_probe_at

    async def _cancel_running(self) -> None:
        for task in (running := list(self._running.values())):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _show(self) -> None:
        part, status = f"verbinding {self.name}", self.gate.status
        if status.state is LaneState.UP:
            self._health.ok(part)
        else:
            self._health.problem(
                part, status.code or str(status.state), status.reason or "Deze verbinding is onderbroken.", blocks=False
            )
