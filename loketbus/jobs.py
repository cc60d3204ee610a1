"""Scheduled work that runs once over all replicas: under a lease, at its interval, with the state of its lane."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, insert, select, update

from loketbus.clock import Clock, utc_now
from loketbus.errors import Denied, LostOwnership, Unavailable
from loketbus.health import Health
from loketbus.lanes.gate import Gate, Status
from loketbus.leases import Lease, Leases
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tables import job as jobs
from loketbus.outcomes import LaneState, RetryPolicy

log = structlog.get_logger(__name__)

LEASE_SECONDS = 30.0
TICK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Job:
    """Runs `run(lease)` every `interval_seconds`, counted from the end of the former run.

    With a `lane`, an outage or refusal closes that lane, and a closed lane (or a paused one) keeps the job from running
    until its next probe, which is the job itself.
    """

    name: str
    interval_seconds: float
    run: Callable[[Lease], Awaitable[None]]
    lane: str | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    """Set to run at once."""


class JobRunner:
    """Keeps one job running; see `Job`."""

    def __init__(
        self, job: Job, ledger: Ledger, leases: Leases, health: Health, gate: Gate | None, *, clock: Clock = utc_now
    ) -> None:
        self.job = job
        self.wake = job.wake
        self._ledger = ledger
        self._leases = leases
        self._health = health
        self._gate = gate
        self._clock = clock
        self._asked = False
        self._failures = 0
        self._retry_at: datetime | None = None
        self._policy = RetryPolicy(base_seconds=1.0, cap_seconds=60.0)

    @property
    def part(self) -> str:
        """Its name in the health report."""
        return f"taak {self.job.name}"

    async def run(self) -> None:
        """Run the job until cancelled."""
        while True:
            try:
                async with self._leases.hold(f"job:{self.job.name}", ttl_seconds=LEASE_SECONDS) as lease:
                    await self._serve(lease)
            except LostOwnership:
                log.warning("job_lost", job=self.job.name)
            except LedgerUnavailable:
                await asyncio.sleep(TICK_SECONDS)

    async def _serve(self, lease: Lease) -> None:
        while True:
            lease.check()
            self._asked |= self.wake.is_set()
            self.wake.clear()
            if await self._may_run():
                self._asked = False
                await self._run_once(lease)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_SECONDS):
                    await self.wake.wait()

    async def _may_run(self) -> bool:
        now = self._clock()
        status = Status() if self._gate is None else await self._gate.refresh()
        if status.paused_by is not None or status.backs_off(now):
            return False
        if self._asked:
            return True
        if self._retry_at is not None:
            return now >= self._retry_at
        if not status.open:
            return True
        last = await self._ledger.read(self._last_run)
        return last is None or now >= last + timedelta(seconds=self.job.interval_seconds)

    def _last_run(self, connection: Connection) -> datetime | None:
        return connection.execute(select(jobs.c.last_run_at).where(jobs.c.name == self.job.name)).scalar_one_or_none()

    async def _run_once(self, lease: Lease) -> None:
        error: str | None = None
        try:
            await self.job.run(lease)
        except (LostOwnership, LedgerUnavailable):
            raise
        except (Unavailable, Denied) as trouble:
            error = trouble.code
            await self._outside(trouble)
        except Exception as defect:
            error = f"defect_{type(defect).__name__}"
            log.exception("job_defect", job=self.job.name)
            self._put_off(error, "Deze taak mislukte door een fout in Loketbus; ze wordt herhaald.")
        else:
            await self._succeeded()
        await self._record(lease, error)

    async def _succeeded(self) -> None:
        self._failures, self._retry_at = 0, None
        self._health.ok(self.part)
        if self._gate is not None:
            await self._gate.succeeded()
            self._health.ok(f"verbinding {self._gate.name}")

    async def _outside(self, trouble: Unavailable | Denied) -> None:
        retry_after = (trouble.retry_after_seconds if isinstance(trouble, Unavailable) else None) or 0
        if self._gate is None:
            self._put_off(trouble.code, trouble.message, retry_after)
            return
        self._retry_at = None  # the lane's back-off is the only one
        state = LaneState.DENIED if isinstance(trouble, Denied) else LaneState.OUTAGE
        await self._gate.failed(state, trouble.code, trouble.message, retry_after)
        self._health.problem(f"verbinding {self._gate.name}", trouble.code, trouble.message, blocks=False)

    def _put_off(self, code: str, reason: str, retry_after: float = 0) -> None:
        self._failures += 1
        self._retry_at = self._clock() + max(self._policy.delay(self._failures), timedelta(seconds=retry_after))
        self._health.problem(self.part, code, reason, blocks=False)

    async def _record(self, lease: Lease, error: str | None) -> None:
        now = self._clock()
        values = {"last_run_at": now, "last_error": error} | ({} if error else {"last_ok_at": now})

        def write(connection: Connection) -> None:
            lease.verify(connection)
            if connection.execute(update(jobs).where(jobs.c.name == self.job.name).values(**values)).rowcount == 0:
                connection.execute(insert(jobs).values(name=self.job.name, **values))

        await self._ledger.write(write)
