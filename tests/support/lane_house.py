"""Lanes of a service, running in this process on a ledger of their own, without Kafka; time can be turned."""

from __future__ import annotations

import asyncio
import contextlib
import json
import uuid
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, insert, make_url, select
from sqlalchemy.engine import Row

from loketbus.clock import utc_now
from loketbus.deadletters import Act
from loketbus.health import Health
from loketbus.lanes.adapter import Adapter
from loketbus.lanes.execution import EffectExecution
from loketbus.lanes.gate import Gate
from loketbus.lanes.runner import LaneRunner
from loketbus.leases import Leases
from loketbus.ledger import Ledger, migrate, open_ledger
from loketbus.ledger.tables import effect
from loketbus.outcomes import RetryPolicy
from tests.support.outside import BareAdapter
from tests.support.polling import wait_until

R = TypeVar("R")

HASTY = RetryPolicy(base_seconds=0.01, cap_seconds=0.02, defect_attempts=3, stuck_after_attempts=3)


@dataclass
class LaneHouse:
    """Use `lane_house`."""

    ledger: Ledger
    ahead: timedelta = field(default_factory=timedelta)
    """How far the clock here is ahead of the real one."""
    health: Health = field(default_factory=Health)
    outbox_filled: asyncio.Event = field(default_factory=asyncio.Event)
    runners: dict[str, LaneRunner] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _adapters: list[Adapter] = field(default_factory=list)

    def now(self) -> datetime:
        """The time here."""
        return utc_now() + self.ahead

    def open(self, adapter: Adapter, name: str = "lane", *, holder: str = "here", **options: Any) -> LaneRunner:
        """Start a lane."""
        made: dict[str, Any] = {"policy": HASTY, "call_timeout_seconds": 20.0, **options}
        runner = LaneRunner(
            "example",
            Gate(name, self.ledger, clock=self.now),
            EffectExecution("example", adapter, self.now),
            self.ledger,
            Leases(self.ledger, holder, self.now),
            self.health,
            outbox_filled=self.outbox_filled,
            clock=self.now,
            **made,
        )
        self._adapters.append(adapter)
        self.runners[name] = runner
        self._tasks[name] = asyncio.create_task(runner.run())
        return runner

    async def close(self, name: str = "lane") -> None:
        """Stop a lane as a service that stops would."""
        await self.runners.pop(name).drain(5)
        await _end(self._tasks.pop(name))

    async def close_all(self) -> None:
        """Stop every lane at once, without draining."""
        await asyncio.gather(*map(_end, self._tasks.values()))
        for adapter in self._adapters:
            if isinstance(adapter, BareAdapter):
                await adapter.close()

    async def want(self, wanted: Iterable[tuple[str, int]], lane: str = "lane") -> None:
        """Ask for an effect for each (key, number)."""
        now = self.now()
        rows = [_row(lane, key, number, now) for key, number in wanted]
        await self.ledger.write(lambda connection: connection.execute(insert(effect), rows))
        if lane in self.runners:
            self.runners[lane].gate.changed.set()

    async def rows(self, lane: str = "lane") -> list[Row[Any]]:
        """Its rows, in order."""
        query = select(effect).where(effect.c.lane == lane).order_by(effect.c.id)
        return await self.ledger.read(lambda connection: list(connection.execute(query)))

    async def states(self, lane: str = "lane") -> list[str]:
        """The state of each row, in order."""
        return [row.state for row in await self.rows(lane)]

    async def all_are(self, *states: str, lane: str = "lane") -> None:
        """Wait until every row is in one of these states."""

        async def so() -> bool:
            return set(await self.states(lane)) <= set(states)

        await wait_until(so, what=f"{lane}: all are {states}")

    async def lane_is(self, state: str, lane: str = "lane", *, failures: int | None = None) -> None:
        """Wait until the lane is in this state (and failed so often in a row)."""

        def so() -> bool:
            status = self.runners[lane].gate.status
            return status.state == state and failures in (None, status.failures)

        await wait_until(so, what=f"{lane} is {state} {failures or ''}")

    def pass_backoff(self, lane: str = "lane") -> None:
        """Turn the clock to the end of the lane's back-off."""
        gate = self.runners[lane].gate
        assert gate.status.next_probe_at is not None
        self.ahead += max(timedelta(), gate.status.next_probe_at - self.now())
        gate.changed.set()

    async def by_hand(self, do: Callable[[Connection, Act], R], lane: str = "lane") -> R:
        """What an operator does."""
        act = Act("operator", self.now(), "test")
        answer = await self.ledger.write(lambda connection: do(connection, act))
        if lane in self.runners:
            self.runners[lane].gate.changed.set()
        return answer


@contextlib.asynccontextmanager
async def lane_house(database_url: str) -> AsyncIterator[LaneHouse]:
    """A house on this database."""
    ledger = open_ledger(make_url(database_url), "example")
    house = LaneHouse(ledger)
    try:
        migrate(ledger)
        if ledger.is_sqlite:
            await Leases(ledger, "here", house.now).forget_all()
        yield house
    finally:
        await house.close_all()
        await asyncio.to_thread(ledger.close)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _row(lane: str, key: str, number: int, now: datetime) -> dict[str, Any]:
    return {
        "lane": lane,
        "key": key,
        "kind": "do",
        "state": "pending",
        "blocks": True,
        "hold_key": True,
        "next_at": now,
        "payload": json.dumps({"number": number}).encode(),
        "ref": str(uuid.uuid4()),
        "correlation_id": f"c-{key}",
        "created_at": now,
        "updated_at": now,
    }
