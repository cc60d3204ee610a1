"""One attempt at one row: the call, and what is written about how it ended.

Whoever calls outside cannot call and write in one act. The row was marked as running before the call; a result that
cannot be written is kept and written again for as long as the lane is ours; and a row of which the end is not known is
asked about, or becomes `uncertain`, and is never simply sent again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import Connection

from loketbus.clock import Clock
from loketbus.errors import LostOwnership, NotYet, Outcome, Unavailable
from loketbus.failpoints import reach
from loketbus.lanes import store
from loketbus.lanes.diagnosis import Diagnosis
from loketbus.lanes.execution import Execution, Finish, LaneRow, Uncertain
from loketbus.leases import Lease
from loketbus.ledger import Ledger, LedgerUnavailable
from loketbus.ledger.tx import Tx, flush
from loketbus.outcomes import LaneState, RetryPolicy, State, Verdict, judge
from loketbus.rows import announce, verdict_values
from loketbus.telemetry import continued, span

log = structlog.get_logger(__name__)

R = TypeVar("R")

WRITE_AGAIN_SECONDS = 0.5

_ANNOUNCED = ("ref", "lane", "key", "kind", "correlation_id", "topic", "partition", "record_offset", "event_id")


class Attempts:
    """Carries out rows of one lane."""

    def __init__(
        self,
        service: str,
        execution: Execution,
        ledger: Ledger,
        diagnosis: Diagnosis,
        *,
        outbox_filled: asyncio.Event,
        call_timeout_seconds: float,
        policy: RetryPolicy,
        topic_prefix: str,
        clock: Clock,
    ) -> None:
        self._service = service
        self._execution = execution
        self._ledger = ledger
        self._diagnosis = diagnosis
        self._outbox_filled = outbox_filled
        self._timeout = call_timeout_seconds
        self._policy = policy
        self._topic_prefix = topic_prefix
        self._clock = clock

    async def carry_out(self, lease: Lease, row: LaneRow) -> None:
        """Call, and write how it ended.

        Raises:
            LostOwnership: the lane may be somebody else's by now; nothing more was sent or written.
        """
        began = self._clock()
        reach("lane.intent")
        if not lease.lasts(self._timeout):
            raise LostOwnership(f"lease {lease.name} might run out during the call")
        try:
            finish = await self._call(row)
        except Exception as error:
            await self._failed(lease, row, error, began)
        else:
            reach("lane.called")
            await self._finish(lease, row, finish, began)

    async def _call(self, row: LaneRow) -> Finish:
        try:
            async with asyncio.timeout(self._timeout):
                with continued(row.traceparent), span(f"attempt {row.lane}"):
                    return await self._execution.attempt(row)
        except TimeoutError:
            raise Unavailable("timeout", "Het andere systeem antwoordde niet op tijd.", maybe_done=True) from None

    async def _finish(self, lease: Lease, row: LaneRow, finish: Finish, began: datetime) -> None:
        try:
            emitted = await self._write(lease, lambda connection: self._record(connection, lease, row, finish))
        except LostOwnership:
            raise
        except Exception as error:
            await self._failed(lease, replace(row, result=finish.result), error, began)
            return
        reach("lane.recorded")
        if emitted:
            self._outbox_filled.set()
        await self._diagnosis.succeeded(began)

    def _record(self, connection: Connection, lease: Lease, row: LaneRow, finish: Finish) -> bool:
        """Returns whether something was emitted."""
        lease.verify(connection)
        now = self._clock()
        if not store.finish(connection, lease, row, finish.result, now):
            return False
        tx = Tx(connection, self._execution.cause(row), now, self._service, self._topic_prefix)
        finish.record(tx)
        flush(connection, [tx])
        reach("lane.recording")
        return bool(tx.emitted)

    async def _failed(self, lease: Lease, row: LaneRow, error: Exception, began: datetime) -> None:
        now = self._clock()
        verdict = self._judge(row, error, now)
        if await self._diagnosis.blames_lane(row, error, began):
            # The lane's back-off is the only one: the item is due as soon as the lane is open.
            row, verdict = replace(row, attempts=row.attempts - 1), replace(verdict, next_at=now)
        elif verdict.waits_for is not None:
            row = replace(row, attempts=row.attempts - 1)
        elif verdict.lane is LaneState.OUTAGE and row.attempts >= self._policy.stuck_after_attempts:
            verdict = replace(verdict, state=State.STUCK)
        if verdict.state is not State.PENDING or not isinstance(error, Outcome):
            log.warning("lane_item_failed", lane=row.lane, row=row.id, state=str(verdict.state), code=verdict.code)
        await self._write(lease, lambda connection: self._write_verdict(connection, lease, row, verdict, now))
        if verdict.state is State.DEAD:
            self._outbox_filled.set()

    def _judge(self, row: LaneRow, error: Exception, now: datetime) -> Verdict:
        if isinstance(error, Uncertain):
            return Verdict(state=State.UNCERTAIN, code=error.code, message=error.message, audience="loket", next_at=now)
        if isinstance(error, NotYet) and row.deadline is not None:
            # Waiting again must not move the deadline.
            error = NotYet(error.what, deadline=min(row.deadline, error.deadline), message=error.message)
        verdict = judge(error, attempts=row.attempts, now=now, policy=self._policy)
        # Once there is a doubt it stays until somebody has answered it; a defect may have struck after the sending.
        doubt = row.ask_first or verdict.ask_first or not isinstance(error, Outcome)
        return replace(verdict, ask_first=doubt)

    def _write_verdict(
        self, connection: Connection, lease: Lease, row: LaneRow, verdict: Verdict, now: datetime
    ) -> None:
        lease.verify(connection)
        if not store.is_running(connection, row, lease):
            return
        kind = row.event_type or row.kind
        values = verdict_values(verdict, kind=kind, hold_key=row.hold_key, history=row.history, now=now)
        values |= {"attempts": row.attempts, "result": row.result, "first_failed_at": row.first_failed_at or now}
        if verdict.state is State.UNCERTAIN:
            # What went wrong before is what the person who looks has to go by.
            del values["detail"], values["stack"]
        store.put(connection, row.id, values)
        if not values["blocks"]:
            store.unblock(connection, row.lane, row.key)
        if verdict.state is State.DEAD:
            described = {field: getattr(row, field) for field in _ANNOUNCED} | values
            flush(connection, [announce(connection, self._service, self._topic_prefix, described, now)])

    async def _write(self, lease: Lease, work: Callable[[Connection], R]) -> R:
        """Write what happened outside: it cannot be done again, so it is tried for as long as the lane is ours."""
        while True:
            try:
                return await self._ledger.write(work)
            except LedgerUnavailable:
                lease.check()
                await asyncio.sleep(WRITE_AGAIN_SECONDS)
