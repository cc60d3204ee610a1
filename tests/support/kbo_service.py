"""kbo in this process without Kafka: its ledger, a made-up register, its handlers and jobs, and what it wrote."""

from __future__ import annotations

import json
import shutil
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from loketbus_contracts import Event
from loketbus_contracts.topics import Message, Topic
from sqlalchemy import delete, select

from loketbus.clock import utc_now
from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Cause, Tx
from loketbus.runtime import Runtime
from services.kbo.app import service
from services.kbo.fetch_job import register_folder
from services.kbo.register.importing import import_archives
from simulators.kbo import Spec, write

SPEC = Spec(updates=4)
FIRST = SPEC.extract
LAST = SPEC.extract + SPEC.updates


def registers(folder: Path) -> dict[int, Path]:
    """A made-up register as it is after each extract: imported once, because a test changes none."""
    write(folder / "archives", SPEC, next_full=False)
    made: dict[int, Path] = {}
    for archive in sorted((folder / "archives").glob("*.zip")):
        extract = import_archives(folder / "register", [archive]).extract
        made[extract] = folder / f"{extract}"
        shutil.copytree(folder / "register" / "current", made[extract])
    return made


class KboHouse:
    """`async with KboHouse(...)`; the register is loaded with `load`."""

    def __init__(self, var: Path, database: str | None, made: dict[int, Path], **settings: Any) -> None:
        given = {"kbo_vkbo_url": None, "kafka": "127.0.0.1:1"} | settings
        self.settings = service.settings(var=var, database=database, **given)
        self.registers = made
        self.ahead = timedelta()
        self._runtime: Runtime[Any] | None = None

    async def __aenter__(self) -> KboHouse:
        self._runtime = Runtime(service, self.settings, clock=self.now)
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

    def load(self, extract: int) -> None:
        """This register is the current one from now on, as if it were imported."""
        folder = register_folder(self.settings)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / str(extract)).is_symlink():
            (folder / str(extract)).symlink_to(self.registers[extract])
        (folder / "next").symlink_to(str(extract))
        (folder / "next").replace(folder / "current")

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
        cause = Cause(consumer="kbo", source="crm", id=str(uuid.uuid4()), at=self.now(), correlation_id="c")
        await self.runtime.write(cause, lambda tx: found.forget(tx, key))

    async def write(self, event: Event[Any], work: Any) -> None:
        """A transaction that this event causes."""
        cause = Cause(consumer="kbo", source=event.source, id=event.id, at=event.time, correlation_id=event.id)
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
