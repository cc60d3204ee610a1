"""Records in the hands of a consumer, without Kafka."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from loketbus_contracts.envelope import Event

from loketbus.consume.apply import Work
from loketbus.consume.cursors import Place, Taken
from loketbus.consume.partitions import PartitionRun
from loketbus.consume.records import Received
from loketbus.consume.subscription import AfterDeath, Subscription
from tests.support import example

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Bytes:
    """A Kafka record."""

    value: bytes | None = b"{}"
    key: bytes | None = b"k"
    headers: tuple[tuple[str, bytes | None], ...] = ()
    topic: str = example.TOLD.name
    partition: int = 0
    offset: int = 0


class Preparing:
    """A handler with a `prepare`."""

    async def prepare(self, event: Event[Any]) -> None: ...

    def apply(self, tx: Any, event: Event[Any], prepared: None) -> None: ...


class Plain:
    """A handler without."""

    def apply(self, tx: Any, event: Event[Any], prepared: None) -> None: ...


PREPARING = Subscription(example.TOLD, Preparing(), AfterDeath.HOLD_KEY)
PLAIN = Subscription(example.STATE, Plain(), AfterDeath.GO_ON)


def work(subscription: Subscription, place: Place, offset: int, key: str = "k", *, readable: bool = True) -> Work:
    """A record that was read."""
    event = Event(
        id=f"{place.partition}-{offset}",
        type=place.topic,
        source="test",
        key=key,
        time=AT,
        data=example.Told(number=offset),
        correlation_id="c",
    )
    received = Received(
        source="test",
        id=event.id,
        type=place.topic,
        key=key,
        at=AT,
        correlation_id="c",
        traceparent=None,
        payload_hash=b"h",
        event=event if readable else None,
    )
    record = Bytes(partition=place.partition, offset=offset, value=b"x" * (offset % 3))
    return Work(subscription, place, offset, record, received, 0)


def run_of(place: Place, first: int = 0) -> PartitionRun:
    """A partition that was just taken."""
    return PartitionRun(place, Taken(epoch=1, next_offset=first, gap=None), first)
