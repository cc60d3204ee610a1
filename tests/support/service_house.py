"""A service in this process without Kafka: its ledger, its handlers and jobs, and what it wrote."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from loketbus_contracts import Event
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import delete, select

from loketbus.clock import utc_now
from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Cause, Tx
from loketbus.runtime import Runtime
from loketbus.service import Service


class ServiceHouse:
    """`async with ServiceHouse(...)`; a service's own house says what it has besides."""

    def __init__(self, service: Service[Any], var: Path, database: str | None, **settings: Any) -> None:
        self.service = service
        self.settings = service.settings(var=var, database=database, **{"kafka": "127.0.0.1:1"} | settings)
        self.ahead = timedelta()
        self._runtime: Runtime[Any] | None = None

    async def __aenter__(self) -> Self:
        self._runtime = Runtime(self.service, self.settings, clock=self.now)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.runtime.stop()

    @property
    def runtime(self) -> Runtime[Any]:
        """Made, not started: no consumer, no relay."""
        assert self._runtime is not None
        return self._runtime

    def now(self) -> datetime:
        """The time in this house."""
        return utc_now() + self.ahead

    async def run(self, job: str) -> None:
        """Run a job once."""
        (found,) = [one for one in self.runtime.wiring.jobs if one.name == job]
        async with self.runtime.leases.hold(f"job:{job}", ttl_seconds=60) as lease:
            await found.run(lease)

    async def handle(self, topic: Topic[Any], key: str, data: Message, event_id: str | None = None) -> str:
        """Handle one event as the bus does: prepare, then apply in a transaction. Returns its id."""
        (found,) = [one for one in self.runtime.wiring.subscriptions if one.topic is topic]
        name = event_id or str(uuid.uuid4())
        event: Event[Any] = Event(
            id=name, type=topic.name, source="crm", key=key, time=self.now(), data=data, correlation_id=name
        )
        prepared = await found.prepare(event) if found.prepare else None
        await self.write(event, lambda tx: found.handler.apply(tx, event, prepared))
        return name

    async def forget(self, topic: Topic[Any], key: str) -> None:
        """Handle a tombstone."""
        (found,) = [one for one in self.runtime.wiring.subscriptions if one.topic is topic]
        cause = Cause(consumer=self.service.name, source="crm", id=str(uuid.uuid4()), at=self.now(), correlation_id="c")
        await self.runtime.write(cause, lambda tx: found.forget(tx, key))

    async def write(self, event: Event[Any], work: Any) -> None:
        """A transaction that this event causes."""
        consumer = self.service.name
        cause = Cause(consumer=consumer, source=event.source, id=event.id, at=event.time, correlation_id=event.id)
        await self.runtime.write(cause, work)

    async def transaction(self, work: Any, what: str = "test") -> Any:
        """A transaction of the test's own."""
        cause = Cause(consumer="test", source="test", id=what, at=self.now(), correlation_id="c")
        return await self.runtime.write(cause, work)

    def read(self, work: Any) -> Any:
        """Ask the ledger."""
        return self.runtime.ledger.read_sync(work)

    def told(self, topic: Topic[Any]) -> list[dict[str, Any]]:
        """Values of what was written for a topic, in order."""
        return [json.loads(row.record_value) for row in self.sent(topic)]

    def sent(self, topic: Topic[Any]) -> list[Any]:
        """Rows of the outbox for a topic, in order."""
        query = select(outbox).where(outbox.c.topic == topic.name).order_by(outbox.c.id)
        return self.runtime.ledger.read_sync(lambda connection: list(connection.execute(query)))

    async def forget_told(self) -> None:
        """Empty the outbox, as after it was published and kept for a week."""

        def empty(tx: Tx) -> None:
            tx.execute(delete(outbox))

        await self.transaction(empty, "empty")
