"""Is it the lane or the item? Keeps the lane's gate accordingly.

Credentials refused (401) or too many questions (429): the lane. Any other `Unavailable`: the outside system is probed.
If the probe fails too it is an outage, during which nothing counts as an attempt. If the probe is fine, only this item
is slow. An adapter without a probe is judged by what else went through since the item last failed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from loketbus.clock import Clock
from loketbus.errors import Denied, Outcome, Unavailable
from loketbus.http import RateBudget
from loketbus.lanes.execution import Execution, LaneRow
from loketbus.lanes.gate import Gate
from loketbus.outcomes import LaneState

BUSY = "remote_busy"
"""What `loketbus.http` calls a 429; an adapter that maps answers itself uses the same code."""

ANSWER_HOLDS = timedelta(seconds=1)
"""A probe that was fine so recently is not repeated for the next item that fails."""


class Diagnosis:
    """See the module."""

    def __init__(
        self,
        gate: Gate,
        execution: Execution,
        *,
        budget: RateBudget | None,
        call_timeout_seconds: float,
        clock: Clock,
    ) -> None:
        self.proven = False
        """Something went through since the lane was last closed: from then on items run side by side."""
        self._gate = gate
        self._execution = execution
        self._budget = budget
        self._timeout = call_timeout_seconds
        self._clock = clock
        self._asking = asyncio.Lock()
        self._answered_at: datetime | None = None

    async def succeeded(self, began: datetime) -> None:
        """A call that began then went through."""
        status = self._gate.status
        if status.state is not LaneState.UP and status.since is not None and began < status.since:
            return  # it was on its way before the lane closed, and says nothing about now
        self.proven = True
        await self._gate.succeeded()

    async def blames_lane(self, row: LaneRow, error: Exception, began: datetime) -> bool:
        """Is the lane at fault that this call failed? Then it is closed now."""
        match error:
            case Denied():
                await self._close(error)
                return True
            case Unavailable() if error.code == BUSY:
                await self._close(error)
                return True
            case Unavailable():
                return await self._is_outage(row, error, began)
            case _:
                return False

    async def look_again(self) -> bool:
        """Probe a closed lane at the end of its back-off; False when there is nothing to probe with."""
        try:
            answer = await self._probe()
        except (Unavailable, Denied) as trouble:
            await self._close(trouble)
            return True
        if answer:
            await self._gate.succeeded()
        return bool(answer)

    async def _is_outage(self, row: LaneRow, error: Unavailable, began: datetime) -> bool:
        failed_at = self._clock()
        async with self._asking:  # one probe for all that fail together
            if self._gate.status.paused_by is not None:
                return True
            if self._gate.status.state is not LaneState.UP:
                await self._close(error)
                return True
            if self._answered_at is not None and failed_at - self._answered_at < ANSWER_HOLDS:
                return False
            try:
                answer = await self._probe()
            except (Unavailable, Denied) as trouble:
                await self._close(trouble)
                return True
            if answer or self._others_succeed(row, began):
                return False
            await self._close(error)
            return True

    def _others_succeed(self, row: LaneRow, began: datetime) -> bool:
        since = began if row.first_failed_at is None else row.updated_at
        last = self._gate.last_success_at
        return last is not None and last > since

    async def _probe(self) -> bool | None:
        """Raises Unavailable or Denied; None when there is nothing to probe with."""
        if self._budget is not None:
            await self._budget.take()
        asked_at = self._clock()
        try:
            async with asyncio.timeout(self._timeout):
                answer = await self._execution.probe()
        except (Unavailable, Denied):
            raise
        except TimeoutError:
            raise Unavailable("timeout", "De verbinding antwoordt niet op tijd.") from None
        except Exception as error:
            code, detail = error.code if isinstance(error, Outcome) else "probe_failed", type(error).__name__
            raise Unavailable(code, "De verbinding kan niet getest worden.", detail=detail) from error
        if answer:
            self._answered_at = asked_at
            self.proven = True
        return answer

    async def _close(self, error: Unavailable | Denied) -> None:
        state = LaneState.DENIED if isinstance(error, Denied) else LaneState.OUTAGE
        retry_after = (error.retry_after_seconds if isinstance(error, Unavailable) else None) or 0
        self.proven = False
        await self._gate.failed(state, error.code, error.message, retry_after)
