"""Raw Kafka for tests: bytes in and out, with nothing of ours between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic, RecordsToDelete

from tests.support.polling import wait_until

Isolation = Literal["read_committed", "read_uncommitted"]

READ_DEADLINE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Raw:
    """A record to write."""

    value: bytes | None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    partition: int | None = None
    timestamp_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A record as it lies in the log."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp_ms: int

    def header(self, name: str) -> bytes | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key == name), None)


@asynccontextmanager
async def admin(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started admin client."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        yield client
    finally:
        await client.close()


async def create_topic(
    bootstrap: str, topic: str, partitions: int = 1, config: Mapping[str, str] | None = None
) -> None:
    """Make a topic and wait until every partition has a leader."""
    async with admin(bootstrap) as client:
        await client.create_topics([NewTopic(topic, partitions, 1, topic_configs=dict(config or {}))])

        async def led() -> bool:
            [described] = await client.describe_topics([topic])
            found = described["partitions"]
            return len(found) == partitions and all(part["leader"] >= 0 for part in found)

        await wait_until(led, what=f"{topic} has {partitions} partitions with a leader")


async def produce(bootstrap: str, topic: str, records: Iterable[Raw]) -> list[tuple[int, int]]:
    """Write records in order, each once even if a broker answers late; returns their (partition, offset)."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    try:
        sent = [
            await producer.send(
                topic,
                record.value,
                key=record.key,
                partition=record.partition,
                timestamp_ms=record.timestamp_ms,
                headers=list(record.headers),
            )
            for record in records
        ]
        return [(done.partition, done.offset) for done in await asyncio.gather(*sent)]
    finally:
        await producer.stop()


async def read_all(bootstrap: str, topic: str, isolation: Isolation = "read_committed") -> list[Read]:
    """Every record from the start of the log to its present end, ordered by partition and offset."""
    async with _reader(bootstrap, topic, isolation) as (consumer, partitions):
        ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        found: list[Read] = []

        async def at_end() -> bool:
            batches = await consumer.getmany(timeout_ms=100)
            found.extend(_read(record) for batch in batches.values() for record in batch)
            return all([await consumer.position(part) >= end for part, end in ends.items()])

        await wait_until(at_end, READ_DEADLINE_SECONDS, what=f"read {topic} to {ends}")
    bounds = {part.partition: end for part, end in ends.items()}
    inside = [record for record in found if record.offset < bounds[record.partition]]
    return sorted(inside, key=lambda record: (record.partition, record.offset))


async def end_offsets(bootstrap: str, topic: str, isolation: Isolation = "read_uncommitted") -> dict[int, int]:
    """Partition -> next offset; with read_committed the last stable offset."""
    async with _reader(bootstrap, topic, isolation) as (consumer, partitions):
        return {part.partition: end for part, end in (await consumer.end_offsets(partitions)).items()}


async def delete_records(bootstrap: str, topic: str, before: Mapping[int, int]) -> None:
    """Truncate the log: everything below the offset given per partition is gone when this returns."""
    wanted = {TopicPartition(topic, part): RecordsToDelete(before_offset=offset) for part, offset in before.items()}
    async with admin(bootstrap) as client:
        await client.delete_records(wanted)


@asynccontextmanager
async def _reader(
    bootstrap: str, topic: str, isolation: Isolation
) -> AsyncIterator[tuple[AIOKafkaConsumer, list[TopicPartition]]]:
    """A consumer in no group, assigned every partition of `topic`, at the start of the log."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, isolation_level=isolation, enable_auto_commit=False, auto_offset_reset="none"
    )
    await consumer.start()
    try:
        async with admin(bootstrap) as client:
            [described] = await client.describe_topics([topic])
        partitions = [TopicPartition(topic, part["partition"]) for part in described["partitions"]]
        if not partitions:
            raise AssertionError(f"topic {topic} does not exist")
        consumer.assign(partitions)
        for part, start in (await consumer.beginning_offsets(partitions)).items():
            consumer.seek(part, start)
        yield consumer, partitions
    finally:
        await consumer.stop()


def _read(record: Any) -> Read:
    return Read(record.partition, record.offset, record.key, record.value, tuple(record.headers), record.timestamp)
