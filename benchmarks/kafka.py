"""The Kafka of a run: one local node that every contender shares, its topics, and what was written there."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from loketbus_contracts.envelope import Event, encode
from loketbus_contracts.partitioning import PARTITIONS
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from loketbus.kafka_node import LocalKafka

LIBRARY = Path("var/kafka/lib")
FETCH_MS = 200


@contextmanager
def given_or_local(bootstrap: str | None = None) -> Iterator[str]:
    """Bootstrap servers: the given ones, or a local node that lasts as long as the block."""
    if bootstrap is not None:
        yield bootstrap
        return
    with tempfile.TemporaryDirectory(prefix="loketbus-bench-kafka-") as folder:
        kafka = LocalKafka(Path(folder) / "kafka", library=LIBRARY)
        try:
            yield kafka.start().bootstrap
        finally:
            kafka.kill()


async def make_topics(bootstrap: str, names: Iterable[str]) -> None:
    """Topics of twelve partitions whose records carry the broker's time of arrival: one clock for all contenders."""
    clock = {"message.timestamp.type": "LogAppendTime"}
    wanted = [NewTopic(name, PARTITIONS, 1, topic_configs=clock) for name in names]
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics(wanted)
        await _led(admin, [topic.name for topic in wanted])
    finally:
        await admin.close()


@retry(retry=retry_if_result(lambda led: not led), wait=wait_fixed(0.05), stop=stop_after_delay(30))
async def _led(admin: AIOKafkaAdminClient, names: list[str]) -> bool:
    described = await admin.describe_topics(names)
    leaders = [part["leader"] for topic in described for part in topic["partitions"]]
    return len(leaders) == len(names) * PARTITIONS and min(leaders) >= 0


async def fill(bootstrap: str, name: str, events: Iterable[Event[Any]]) -> None:
    """Write events to a topic."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
    await producer.start()
    try:
        sent = []
        for event in events:
            key, value, headers = encode(event)
            sent.append(await producer.send(name, value, key=key, headers=headers))
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def appended(bootstrap: str, name: str, expected: int) -> list[int]:
    """The broker's times (ms) of what a contender published.

    Raises:
        AssertionError: something is missing, there twice, or out of order within its key.
    """
    numbers: dict[bytes, list[int]] = defaultdict(list)
    moments = []
    async for record in read_all(bootstrap, name):
        numbers[record.key].append(json.loads(record.value)["number"])
        moments.append(record.timestamp)
    found = [number for of_key in numbers.values() for number in of_key]
    if sorted(found) != list(range(expected)):
        raise AssertionError(f"{name}: {len(found)} events ({len(set(found))} different) instead of {expected}")
    if any(of_key != sorted(of_key) for of_key in numbers.values()):
        raise AssertionError(f"{name}: out of order within a key")
    return moments


async def read_all(bootstrap: str, name: str) -> AsyncIterator[Any]:
    """Every committed record of a topic, up to its end as it is now."""
    async with _reader(bootstrap, name) as (consumer, ends):
        left = {partition for partition, end in ends.items() if end}
        while left:
            for batch in (await consumer.getmany(timeout_ms=FETCH_MS)).values():
                for record in batch:
                    yield record
            left = {partition for partition in left if await consumer.position(partition) < ends[partition]}


@asynccontextmanager
async def _reader(bootstrap: str, name: str) -> AsyncIterator[tuple[AIOKafkaConsumer, dict[TopicPartition, int]]]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, isolation_level="read_committed", enable_auto_commit=False)
    await consumer.start()
    try:
        partitions = [TopicPartition(name, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        yield consumer, await consumer.end_offsets(partitions)
    finally:
        await consumer.stop()
