"""The README's examples, as a CRM developer would copy them, against a real Kafka."""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from loketbus_contracts import (
    QUEUE_COMMAND,
    QUEUE_ITEM,
    Close,
    EnvelopeError,
    Event,
    QueueItem,
    decode,
    encode,
    partition_for,
)
from loketbus_contracts._examples import examples
from loketbus_contracts._generate import ROOT

from loketbus.settings import BusSettings
from loketbus.topics import apply
from tests.support.kafka_tools import Raw, produce, read_all
from tests.support.polling import wait_until

pytestmark = pytest.mark.kafka

FIRST = next(e for e in examples(ROOT / "examples", QUEUE_ITEM) if e.name == "new_not_linked").event(QUEUE_ITEM)
LAST = next(e for e in examples(ROOT / "examples", QUEUE_ITEM) if e.name == "closed").event(QUEUE_ITEM)


def from_readme(name: str) -> Callable[..., Any]:
    """The function of that name in the README's Python blocks."""
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    [block] = [block for block in blocks if f"def {name}(" in block]
    names: dict[str, Any] = {}
    exec(block, names)
    function: Callable[..., Any] = names[name]
    return function


@pytest.fixture
async def topics(kafka: str, topic_prefix: str) -> str:
    """The prefix of fresh queue topics."""
    await apply(BusSettings(kafka=kafka, topic_prefix=topic_prefix), [QUEUE_ITEM, QUEUE_COMMAND])
    return topic_prefix


def raw(event: Event[Any]) -> Raw:
    key, value, headers = encode(event)
    return Raw(value, key, tuple(headers))


def state(key: str, revision: int) -> Event[Any]:
    data = LAST.data.model_copy(update={"item": key, "revision": revision})
    return Event(
        id=f"{key}-{revision}",
        type=QUEUE_ITEM.name,
        source="mail_ingest",
        key=key,
        time=LAST.time,
        data=data,
        correlation_id=key,
    )


@asynccontextmanager
async def aiokafka_reader(kafka: str, prefix: str, items: dict[str, QueueItem]) -> AsyncIterator[list[Any]]:
    aside: list[Any] = []
    task = asyncio.create_task(from_readme("follow_queue")(kafka, items, aside, prefix))
    try:
        yield aside
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


@asynccontextmanager
async def faststream_reader(kafka: str, prefix: str, items: dict[str, QueueItem]) -> AsyncIterator[list[Any]]:
    async with from_readme("queue_reader")(kafka, items, prefix) as broker:
        await broker.start()
        yield []


@pytest.mark.parametrize("reader", [aiokafka_reader, faststream_reader])
async def test_reader_keeps_the_newest_state_and_forgets_what_was_erased(
    kafka: str, topics: str, reader: Callable[..., Any]
) -> None:
    items: dict[str, QueueItem] = {}
    behind = {behind_it(key) for key in (LAST.key, "erased")}
    written = [raw(FIRST), raw(LAST), raw(LAST), raw(FIRST), raw(state("erased", 1)), Raw(None, b"erased")]
    async with reader(kafka, topics, items):
        await produce(kafka, topics + QUEUE_ITEM.name, [*written, *(raw(state(key, 1)) for key in behind)])
        await wait_until(lambda: behind <= items.keys(), what="what was written last")
    assert items.keys() == {LAST.key} | behind
    assert items[LAST.key] == LAST.data


def behind_it(key: str) -> str:
    """Another key on the same partition: once that is read, so is everything of `key`."""
    others = (f"behind-{number}" for number in itertools.count())
    return next(other for other in others if partition_for(other.encode()) == partition_for(key.encode()))


async def test_aiokafka_reader_puts_aside_what_it_cannot_read_and_goes_on(kafka: str, topics: str) -> None:
    items: dict[str, QueueItem] = {}
    good = raw(LAST)
    poison = [Raw(b"{", good.key, good.headers), Raw(good.value, good.key, (("ce_id", None),)), Raw(b"x", good.key)]
    async with aiokafka_reader(kafka, topics, items) as aside:
        await produce(kafka, topics + QUEUE_ITEM.name, [*poison, good])
        await wait_until(lambda: LAST.key in items, what="the good state behind the poison")
    assert [getattr(error, "code", "bad_value") for _, error in aside] == ["bad_value", "header_null", "header_missing"]
    assert sum(isinstance(error, EnvelopeError) for _, error in aside) == 2


async def test_command_arrives_as_the_contract_says(kafka: str, topics: str) -> None:
    request = await from_readme("close_item")(kafka, "item-1", 4, "crm-u-0117", topics)
    [record] = await read_all(kafka, topics + QUEUE_COMMAND.name)
    event = decode(QUEUE_COMMAND, record.key, record.value, record.headers)
    assert (event.id, event.key, event.data.action) == (request, "item-1", Close(reason="beantwoord"))
    assert json.loads(record.value or b"")["action"] == {"command": "close", "reason": "beantwoord"}


async def test_kafka_puts_keys_where_we_say(kafka: str, topics: str) -> None:
    keys = [f"item-{number}".encode() for number in range(50)]
    async with AIOKafkaProducer(bootstrap_servers=kafka) as producer:
        for key in keys:
            await producer.send(topics + QUEUE_COMMAND.name, b"{}", key=key)
    written = await read_all(kafka, topics + QUEUE_COMMAND.name)
    assert {record.key: record.partition for record in written} == {key: partition_for(key) for key in keys}
