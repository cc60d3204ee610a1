"""A CRM team that uses plain FastStream: it can read what we publish, and we accept what it publishes."""

import asyncio
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from loketbus_contracts import QUEUE_COMMAND, QUEUE_ITEM, QueueCommand, QueueItem, encode
from loketbus_contracts._examples import examples
from loketbus_contracts._generate import ROOT

from loketbus.consume.records import receive
from loketbus.settings import BusSettings
from loketbus.topics import apply
from tests.support.kafka_tools import Raw, produce, read_all

pytestmark = pytest.mark.kafka

READ_WITHIN_SECONDS = 30.0


@pytest.fixture
async def topics(kafka: str, topic_prefix: str) -> str:
    """The prefix of fresh queue topics."""
    await apply(BusSettings(kafka=kafka, topic_prefix=topic_prefix), [QUEUE_ITEM, QUEUE_COMMAND])
    return topic_prefix


def first_event(topic: Any) -> Any:
    return examples(ROOT / "examples", topic)[0].event(topic)


async def test_plain_subscriber_reads_our_event_as_its_model(kafka: str, topics: str) -> None:
    event = first_event(QUEUE_ITEM)
    got: asyncio.Future[tuple[QueueItem, dict[str, str]]] = asyncio.get_running_loop().create_future()
    broker = KafkaBroker(kafka, logger=None, allow_auto_create_topics=False)

    @broker.subscriber(
        topics + QUEUE_ITEM.name,
        group_id=f"{topics}crm",
        ack_policy=AckPolicy.ACK,
        auto_offset_reset="earliest",
        no_reply=True,
    )
    async def handle(item: QueueItem) -> None:
        got.set_result((item, dict(broker.context.get_local("message").headers)))

    key, value, headers = encode(event)
    await produce(kafka, topics + QUEUE_ITEM.name, [Raw(value, key, tuple(headers))])
    async with broker:
        await broker.start()
        item, read = await asyncio.wait_for(got, READ_WITHIN_SECONDS)
    assert item == event.data
    assert (read["ce_id"], read["ce_type"], read["ce_subject"]) == (event.id, QUEUE_ITEM.name, event.key)


async def test_plain_publisher_writes_a_command_that_we_accept(kafka: str, topics: str) -> None:
    command: QueueCommand = first_event(QUEUE_COMMAND).data
    request, now = str(uuid.uuid4()), datetime.now(UTC)
    headers = {
        "ce_specversion": "1.0",
        "ce_id": request,
        "ce_type": QUEUE_COMMAND.name,
        "ce_source": "crm",
        "ce_time": now.isoformat(),
    }
    async with KafkaBroker(kafka, acks="all", logger=None, allow_auto_create_topics=False) as broker:
        await broker.start()
        await broker.publish(command, topics + QUEUE_COMMAND.name, key=command.item.encode(), headers=headers)
    [record] = await read_all(kafka, topics + QUEUE_COMMAND.name)
    received = receive(QUEUE_COMMAND, SimpleNamespace(topic=QUEUE_COMMAND.name, **asdict(record)), at=now)
    assert received.error is None
    assert received.event is not None
    assert (received.id, received.source, received.event.key) == (request, "crm", command.item)
    assert received.event.data == command
    assert received.correlation_id == request
