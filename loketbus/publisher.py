"""One transactional producer: publishes batches, each in a transaction of its own, until its first error.

Order per key: the records of a partition leave in the order in which they are given. aiokafka has at most one batch per
partition on its way, its sequence numbers make the broker refuse what comes out of order, and a batch of ours is
committed whole or not at all.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from loketbus.failpoints import reach
from loketbus.kafka_client import connection_options
from loketbus.settings import BusSettings

TRANSACTION_TIMEOUT_MS = 15_000
"""A relay that dies in a transaction holds up read-committed readers no longer than this."""
START_SECONDS = 15.0
PUBLISH_SECONDS = 12.0
"""Within the transaction's timeout, so that we give up before Kafka does."""
TOPIC_ANSWER_SECONDS = 2.0
LET_GO_SECONDS = 5.0
KAFKA_BATCH_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the outbox on its way."""

    id: int
    topic: str
    key: str
    value: bytes | None
    headers: bytes
    """JSON: list of [name, text]."""


class Publisher:
    """See the module. After any error it is of no more use: make another."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    async def knows(self, topic: str) -> bool:
        """Is the topic there?"""
        try:
            async with asyncio.timeout(TOPIC_ANSWER_SECONDS):
                await self._producer.partitions_for(topic)
        except (KafkaError, TimeoutError):
            return False
        return True

    async def publish(self, rows: Sequence[Row]) -> None:
        """Publish all of them or none.

        Raises:
            ProducerFenced: another relay of this service took over.
            KafkaError, TimeoutError: Kafka did not take them.
        """
        async with asyncio.timeout(PUBLISH_SECONDS):
            await self._producer.begin_transaction()
            sent: list[asyncio.Future[object]] = []
            try:
                for row in rows:
                    sent.append(await self._send(row))  # noqa: PERF401 - what was sent is needed when one fails
                await asyncio.gather(*sent)
            finally:
                for future in sent:
                    future.cancel()
            reach("relay.sent")
            await self._producer.commit_transaction()

    async def _send(self, row: Row) -> asyncio.Future[object]:
        headers = [(name, text.encode()) for name, text in json.loads(row.headers)]
        sent: asyncio.Future[object] = await self._producer.send(
            row.topic, row.value, key=row.key.encode(), headers=headers
        )
        return sent


@contextlib.asynccontextmanager
async def open_publisher(settings: BusSettings, service: str) -> AsyncIterator[Publisher]:
    """Take over as the one relay of `service`: Kafka aborts what an earlier one left open and fences it.

    Raises:
        KafkaError, TimeoutError: Kafka does not answer.
    """
    producer = AIOKafkaProducer(
        transactional_id=f"{settings.topic_prefix}loketbus.{service}.relay",
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        acks="all",
        enable_idempotence=True,
        max_batch_size=KAFKA_BATCH_BYTES,
        **connection_options(settings, f"loketbus-{service}-relay"),
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            await producer.start()
        yield Publisher(producer)
    finally:
        await _let_go(producer)


async def _let_go(producer: AIOKafkaProducer) -> None:
    """Close it without waiting for what it still wants to send, as its `stop` would for as long as Kafka is away.

    A transaction left open is aborted by the next relay, or by Kafka at its timeout.
    """
    sender = producer._sender.sender_task
    while sender is not None and not sender.done():
        sender.cancel()
        await asyncio.wait([sender], timeout=0.2)
    producer._closed = True  # else it warns that nobody stopped it
    with contextlib.suppress(KafkaError, TimeoutError, OSError):
        async with asyncio.timeout(LET_GO_SECONDS):
            await producer.client.close()
