"""A topic with ten records on a real Kafka, and FastStream batch subscribers on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRebalanceListener, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage

RECORDS = 10
WRITTEN = 0
"""The only partition that has records."""
OURS_AT = 5
"""Where our ledger's cursor stands there; Kafka's own committed offsets know nothing of it."""
LEDGER_SECONDS = 0.3
"""How long taking a partition over in the ledger takes here: long enough to see what is handled meanwhile."""
PATIENCE_SECONDS = 12.0

Headers = list[tuple[str, bytes | None]]
GOOD: Headers = [("content-type", b"application/json"), ("ce_id", b"x")]


@dataclass(slots=True)
class Seen:
    """What reached the handler."""

    offsets: list[int] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, records: Iterable[Any]) -> None:
        """Note a batch."""
        self.offsets += [record.offset for record in records]
        self.changed.set()

    async def reaches(self, offset: int, seconds: float = PATIENCE_SECONDS) -> bool:
        """Wait for the record at `offset`; False when it did not come."""
        try:
            async with asyncio.timeout(seconds):
                while offset not in self.offsets:
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return False
        return True


class Taking(ConsumerRebalanceListener):  # type: ignore[misc]
    """Seeks to our cursor when partitions are assigned, the way a ledger must: after a write."""

    def __init__(self, *, pausing: bool) -> None:
        self.subscriber: Any = None
        self._pausing = pausing

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Nothing to do here."""

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Take over, then seek."""
        consumer, tps = self.subscriber.consumer, list(assigned)
        if self._pausing:
            consumer.pause(*tps)
        await asyncio.sleep(LEDGER_SECONDS)
        for tp in tps:
            consumer.seek(tp, OURS_AT if tp.partition == WRITTEN else 0)
        if self._pausing:
            consumer.resume(*tps)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A started subscriber and the aiokafka consumer below it (a public attribute)."""

    broker: KafkaBroker
    subscriber: Any
    consumer: AIOKafkaConsumer
    group: str


async def _at_once() -> None:
    """A handler that holds nothing up."""


@dataclass(frozen=True, slots=True)
class Bench:
    """See the module."""

    bootstrap: str
    topic: str

    @property
    def partition(self) -> TopicPartition:
        """The one that has records."""
        return TopicPartition(self.topic, WRITTEN)

    @asynccontextmanager
    async def subscribed(
        self,
        seen: Seen,
        variant: str,
        options: dict[str, Any] | None = None,
        *,
        hold: Callable[[], Awaitable[Any]] = _at_once,
    ) -> AsyncIterator[Subscribed]:
        """A batch subscriber in a group of its own that notes what it gets and then acknowledges."""
        group = f"{self.topic}.{variant}"
        broker = KafkaBroker(self.bootstrap, logger=None, allow_auto_create_topics=False)
        given = {"auto_offset_reset": "earliest"} | (options or {})
        subscriber = broker.subscriber(
            self.topic,
            group_id=group,
            batch=True,
            ack_policy=AckPolicy.MANUAL,
            batch_timeout_ms=100,
            max_records=500,
            **given,
        )

        async def handle(_: Any) -> None:
            message: KafkaMessage = broker.context.get_local("message")
            seen.take(message.raw_message)
            await hold()
            await message.ack()

        subscriber(handle)
        if isinstance(listener := given.get("listener"), Taking):
            listener.subscriber = subscriber
        async with broker:
            await broker.start()
            yield Subscribed(broker, subscriber, subscriber.consumer, group)

    async def write(self, value: bytes = b"{}", headers: Headers = GOOD) -> int:
        """Append a record; returns its offset."""
        async with AIOKafkaProducer(bootstrap_servers=self.bootstrap, acks="all") as producer:
            sent = await producer.send_and_wait(self.topic, value, partition=WRITTEN, headers=headers)
            return int(sent.offset)

    async def members(self, group: str) -> int:
        """How many members Kafka counts in a group."""
        admin = AIOKafkaAdminClient(bootstrap_servers=self.bootstrap)
        await admin.start()
        try:
            [answer] = await admin.describe_consumer_groups([group])
            return len(answer.groups[0][5])
        finally:
            await admin.close()
