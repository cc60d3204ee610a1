"""The tests' own raw Kafka access, on which other tests rely."""

import pytest
from aiokafka import AIOKafkaProducer

from tests.support.kafka_tools import Raw, Read, create_topic, delete_records, end_offsets, produce, read_all
from tests.support.polling import wait_until

pytestmark = pytest.mark.kafka


@pytest.fixture
async def topic(kafka: str, topic_prefix: str) -> str:
    await create_topic(kafka, topic_prefix + "raw", 3)
    return topic_prefix + "raw"


async def test_bytes_come_back_as_they_were_written(kafka: str, topic: str) -> None:
    records = [
        Raw(b"\xff\xfe", key=b"k", headers=(("null", None), ("odd", b"\xff"), ("odd", b"2")), partition=1),
        Raw(None, key=b"tombstone", partition=1, timestamp_ms=1_700_000_000_000),
        Raw(b"", partition=2),
    ]
    assert await produce(kafka, topic, records) == [(1, 0), (1, 1), (2, 0)]
    first, second, third = await read_all(kafka, topic)
    assert (first.value, first.key, first.headers) == (records[0].value, b"k", records[0].headers)
    assert first.header("odd") == b"\xff"
    assert second == Read(1, 1, b"tombstone", None, (), 1_700_000_000_000)
    assert (third.partition, third.key, third.value) == (2, None, b"")


async def test_an_aborted_transaction_is_read_only_when_asked_for(kafka: str, topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id=topic)
    await producer.start()
    try:
        for value, keep in [(b"kept", True), (b"aborted", False)]:
            await producer.begin_transaction()
            await producer.send_and_wait(topic, value, partition=0)
            await (producer.commit_transaction() if keep else producer.abort_transaction())
    finally:
        await producer.stop()
    assert [record.value for record in await read_all(kafka, topic)] == [b"kept"]
    everything = await read_all(kafka, topic, "read_uncommitted")
    assert [record.value for record in everything] == [b"kept", b"aborted"]


async def test_a_truncated_log_starts_later(kafka: str, topic: str) -> None:
    await produce(kafka, topic, [Raw(b"%d" % number, partition=0) for number in range(5)])
    await delete_records(kafka, topic, {0: 3})
    assert [record.offset for record in await read_all(kafka, topic)] == [3, 4]
    assert await end_offsets(kafka, topic) == {0: 5, 1: 0, 2: 0}


async def test_a_topic_that_is_not_there_is_said(kafka: str, topic_prefix: str) -> None:
    with pytest.raises(AssertionError, match="does not exist"):
        await read_all(kafka, topic_prefix + "nowhere")


async def test_wait_until_returns_the_answer_and_fails_at_its_deadline() -> None:
    answers = iter([0, "", None, "done"])
    assert await wait_until(lambda: next(answers)) == "done"
    with pytest.raises(AssertionError, match="still not: peace"):
        await wait_until(lambda: False, 0.05, what="peace")
