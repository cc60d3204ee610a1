"""Kept-open lines to Kafka for a test that sends and reads many times: connecting costs more than the records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from tests.support.kafka_tools import Raw, Read
from tests.support.polling import wait_until

PRODUCER_MAX_BYTES = 4 * 1024 * 1024
"""Above the broker's limit, so that it is the broker that says no."""


class Writer:
    """Sends raw records, each acknowledged."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer: AIOKafkaProducer | None = None

    async def send(self, topic: str, raws: Sequence[Raw]) -> list[tuple[int, int]]:
        """(partition, offset) of each, in order."""
        if self._producer is None:
            self._producer = AIOKafkaProducer(
                bootstrap_servers=self._bootstrap, acks="all", max_request_size=PRODUCER_MAX_BYTES, linger_ms=2
            )
            await self._producer.start()
        sent = [
            await self._producer.send(topic, raw.value, key=raw.key, partition=raw.partition, headers=list(raw.headers))
            for raw in raws
        ]
        done = [await one for one in sent]
        return [(one.partition, one.offset) for one in done]

    async def close(self) -> None:
        """Hang up."""
        if self._producer is not None:
            await self._producer.stop()


class Wiretap:
    """Reads topics (name -> partitions) as any read_committed reader, and remembers what it read."""

    def __init__(self, bootstrap: str, topics: Mapping[str, int]) -> None:
        self._bootstrap = bootstrap
        self._topics = topics
        self._consumer: AIOKafkaConsumer | None = None
        self._read: dict[str, list[Read]] = {topic: [] for topic in topics}

    async def read(self) -> dict[str, list[Read]]:
        """Everything up to the present end, per topic; order holds within a partition."""
        consumer = self._consumer or await self._connect()
        ends = await consumer.end_offsets(consumer.assignment())

        async def at_end() -> bool:
            if all([await consumer.position(tp) >= end for tp, end in ends.items()]):
                return True
            for batch in (await consumer.getmany(timeout_ms=50)).values():
                for record in batch:
                    self._read[record.topic].append(_read(record))
            return False

        await wait_until(at_end, 60, what=f"read {', '.join(self._topics)} to the end")
        return self._read

    async def close(self) -> None:
        """Hang up."""
        if self._consumer is not None:
            await self._consumer.stop()

    async def _connect(self) -> AIOKafkaConsumer:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._bootstrap,
            isolation_level="read_committed",
            enable_auto_commit=False,
            auto_offset_reset="none",
        )
        await consumer.start()
        self._consumer = consumer
        tps = [TopicPartition(topic, number) for topic, count in self._topics.items() for number in range(count)]
        consumer.assign(tps)
        for tp, first in (await consumer.beginning_offsets(tps)).items():
            consumer.seek(tp, first)
        return consumer


async def make_topics(
    bootstrap: str, partitions: Mapping[str, int], config: Mapping[str, dict[str, str]] | None = None
) -> None:
    """Make topics, all at once, and wait until every partition has a leader."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await client.start()
    try:
        await client.create_topics(
            [
                NewTopic(name, number, 1, topic_configs=dict((config or {}).get(name, {})))
                for name, number in partitions.items()
            ]
        )

        async def led() -> bool:
            found = await client.describe_topics(list(partitions))
            return all(_is_led(one, partitions) for one in found)

        await wait_until(led, what=f"{', '.join(partitions)} have leaders")
    finally:
        await client.close()


def _is_led(described: Mapping[str, Any], partitions: Mapping[str, int]) -> bool:
    found = described["partitions"]
    return len(found) == partitions[described["topic"]] and all(part["leader"] >= 0 for part in found)


def _read(record: Any) -> Read:
    return Read(record.partition, record.offset, record.key, record.value, tuple(record.headers), record.timestamp)
