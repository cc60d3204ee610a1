"""Our Runtime: consume, one row in the ledger, publish; a plain handler without `prepare`, SQLite."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from loketbus_contracts.envelope import Event
from loketbus_contracts.topics import Topic
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, select
from tenacity import retry, retry_if_result, wait_fixed

from benchmarks.payloads import Question, topic
from benchmarks.process import Spec, contend
from loketbus.consume.subscription import AfterDeath
from loketbus.ledger.tables import outbox
from loketbus.ledger.tx import Tx
from loketbus.runtime import Runtime
from loketbus.service import Service, Wiring
from loketbus.settings import BusSettings

_metadata = MetaData()
asked = Table(
    "asked",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("queue", String, nullable=False),
)
REMEMBER = insert(asked)


class AskedHandler:
    """Remembers and passes on."""

    def __init__(self, to: Topic[Question], expected: int) -> None:
        self._to = to
        self._left = expected
        self.all_applied = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def apply(self, tx: Tx, event: Event[Question], prepared: None) -> None:
        """One row and one event."""
        data = event.data
        tx.execute(REMEMBER, {"key": event.key, "number": data.number, "queue": data.queue})
        tx.emit(self._to, event.key, data)
        self._left -= 1
        if self._left == 0:
            self._loop.call_soon_threadsafe(self.all_applied.set)


def service(spec: Spec, handler: AskedHandler) -> Service[BusSettings]:
    """A service that reads `spec["source"]`."""

    def wire(bus: Wiring[BusSettings]) -> None:
        bus.ledger.write_sync(_metadata.create_all)
        bus.consume(topic(spec["source"]), handler, after_death=AfterDeath.HOLD_KEY)

    return Service(spec["group"], "Meting", wire, BusSettings)


async def published(runtime: Runtime[Any], rows: int) -> None:
    """Wait until Kafka has `rows` rows of the outbox."""
    count = select(func.count()).where(outbox.c.published_at.is_not(None))
    read = retry(retry=retry_if_result(lambda found: found < rows), wait=wait_fixed(0.1))(runtime.ledger.read)
    await read(lambda connection: connection.execute(count).scalar_one())


async def main(spec: Spec) -> dict[str, Any]:
    """Handle `spec["events"]` events and publish as many."""
    handler = AskedHandler(topic(spec["to"]), spec["events"])
    settings = BusSettings(kafka=spec["bootstrap"], var=Path(spec["folder"]))
    async with Runtime(service(spec, handler), settings) as runtime:
        await handler.all_applied.wait()
        await published(runtime, spec["events"])
    return {"handled": spec["events"]}


if __name__ == "__main__":
    contend(main)
