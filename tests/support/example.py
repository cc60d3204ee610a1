"""An example service for tests of the bus: counts what it was told per key, in order, and says so."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from loketbus_contracts.envelope import Event, encode
from loketbus_contracts.topics import Cleanup, Message, Topic
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, func, insert, select

from loketbus.consume.subscription import AfterDeath
from loketbus.lanes.adapter import Lane
from loketbus.ledger.tx import Tx
from loketbus.service import Service, Wiring
from loketbus.settings import BusSettings
from tests.support.kafka_tools import Raw


class Told(Message):
    """What the example consumes."""

    number: int
    text: str = ""


class Heard(Message):
    """What it publishes: the number, and how many of this key were heard before."""

    number: int
    position: int


class Wiped(Message):
    """A compacted topic's value."""

    number: int


TOLD = Topic(name="example.told.v1", model=Told, key="example", writers=("test",), readers=("example",), summary="told")
HEARD = Topic(
    name="example.heard.v1", model=Heard, key="example", writers=("example",), readers=("test",), summary="heard"
)
STATE = Topic(
    name="example.state.v1",
    model=Wiped,
    key="example",
    writers=("test",),
    readers=("example",),
    summary="state",
    cleanup=Cleanup.COMPACT,
)

WIPING = -1
"""The number that stands for a tombstone."""

_metadata = MetaData()
heard = Table(
    "heard",
    _metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, index=True),
    Column("number", Integer, nullable=False),
)


class TellHandler:
    """Applies `Told`; `script` lets a test raise or wait by the event's text."""

    def __init__(self, script: Mapping[str, Callable[[Event[Told]], Any]] | None = None) -> None:
        self.script = dict(script or {})
        self.applying: dict[str, Callable[[Tx, Event[Told]], Any]] = {}

    async def prepare(self, event: Event[Told]) -> None:
        """Run the test's script for this text, if there is one."""
        act = self.script.get(event.data.text)
        if act is not None:
            answer = act(event)
            if asyncio.iscoroutine(answer):
                await answer

    def apply(self, tx: Tx, event: Event[Told], prepared: None) -> None:
        """Remember and publish."""
        act = self.applying.get(event.data.text)
        if act is not None:
            act(tx, event)
        before = tx.execute(select(func.count()).where(heard.c.key == event.key)).scalar_one()
        tx.execute(insert(heard), {"key": event.key, "number": event.data.number})
        tx.emit(HEARD, event.key, Heard(number=event.data.number, position=before))


class PlainHandler:
    """The same without `prepare`."""

    apply = TellHandler.apply

    def __init__(self) -> None:
        self.applying: dict[str, Callable[[Tx, Event[Told]], Any]] = {}


class StateHandler:
    """Applies the compacted topic, tombstones included."""

    def apply(self, tx: Tx, event: Event[Wiped], prepared: None) -> None:
        """Remember."""
        tx.execute(insert(heard).values(key=f"state:{event.key}", number=event.data.number))

    def forget(self, tx: Tx, key: str) -> None:
        """Remember the wiping."""
        tx.execute(insert(heard).values(key=f"state:{key}", number=WIPING))


def example_service(
    handler: Any = None, *, after_death: AfterDeath = AfterDeath.HOLD_KEY, lanes: tuple[Lane, ...] = (), **consume: Any
) -> Service[BusSettings]:
    """The example, ready for a Runtime."""

    def wire(bus: Wiring[BusSettings]) -> None:
        bus.ledger.write_sync(_metadata.create_all)
        bus.consume(TOLD, handler or TellHandler(), after_death=after_death, **consume)
        bus.consume(STATE, StateHandler(), after_death=AfterDeath.GO_ON)
        for lane in lanes:
            bus.lane(lane)

    return Service("example", "Voorbeeld", wire, BusSettings)


def told(key: str, number: int, text: str = "", *, event_id: str | None = None, version: str = "1.0") -> Raw:
    """A record of `example.told.v1`."""
    event = Event(
        id=event_id or str(uuid.uuid4()),
        type=TOLD.name,
        source="test",
        key=key,
        time=datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + timedelta(seconds=number),
        data=Told(number=number, text=text),
        correlation_id=f"c-{key}",
        data_version=version,
    )
    raw_key, value, headers = encode(event)
    return Raw(value, raw_key, tuple(headers))


def numbers(connection: Connection) -> dict[str, list[int]]:
    """What was applied, per key, in order."""
    found: dict[str, list[int]] = {}
    for key, number in connection.execute(select(heard.c.key, heard.c.number).order_by(heard.c.id)):
        found.setdefault(key, []).append(number)
    return found


def read_heard(records: list[Any]) -> dict[str, list[int]]:
    """What was published, per key, in order."""
    found: dict[str, list[int]] = {}
    for record in records:
        found.setdefault(record.key.decode(), []).append(json.loads(record.value)["number"])
    return found
