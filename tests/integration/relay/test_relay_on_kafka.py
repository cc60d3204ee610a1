"""The relay against real Kafka: order per key, topics that refuse, Kafka away, killed before it could mark."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from loketbus.kafka_node import LocalKafka
from loketbus.ledger import Ledger
from loketbus.relay import Relay
from tests.support import outbox
from tests.support.kafka_tools import create_topic, read_all
from tests.support.outbox import by_key, running
from tests.support.polling import wait_until

pytestmark = pytest.mark.kafka


@dataclass
class Desk:
    """An outbox, and relays on it."""

    ledger: Ledger
    kafka: str
    prefix: str
    var: Path

    def relay(self, holder: str = "here", **options: Any) -> Relay:
        return outbox.make_relay(self.kafka, self.prefix, self.var, self.ledger, holder, **options)

    async def put(self, topic: str, *wanted: tuple[str, int], padding: int = 0) -> None:
        await outbox.put(self.ledger, self.prefix + topic, wanted, padding)

    async def all_published(self, seconds: float = 60.0) -> None:
        async def so() -> bool:
            return None not in await outbox.marks(self.ledger)

        await wait_until(so, seconds, what="every row is marked as published")

    async def log(self, topic: str) -> dict[str, list[int]]:
        return by_key(await read_all(self.kafka, self.prefix + topic))


@pytest.fixture
async def desk(kafka: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[Desk]:
    ledger = await asyncio.to_thread(outbox.open_outbox, f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Desk(ledger, kafka, topic_prefix, tmp_path)
    await asyncio.to_thread(ledger.close)


async def test_order_per_key_over_many_batches(desk: Desk) -> None:
    await create_topic(desk.kafka, desk.prefix + "a", 12)
    wanted = [(f"k{number % 37}" if number % 2 else "hot", number) for number in range(3_000)]
    await desk.put("a", *wanted[:2_000], padding=100)
    relay = desk.relay(batch_rows=150)
    async with running(relay):
        for start in range(2_000, 3_000, 100):
            await desk.put("a", *wanted[start : start + 100])
            relay.filled.set()
        await desk.all_published()
    expected: dict[str, list[int]] = {}
    for key, number in wanted:
        expected.setdefault(key, []).append(number)
    assert await desk.log("a") == expected
    assert relay.published == {desk.prefix + "a": 3_000}


async def test_records_at_the_limit_in_size_pass(desk: Desk) -> None:
    await create_topic(desk.kafka, desk.prefix + "a", 3)
    await desk.put("a", *[(f"k{number % 4}", number) for number in range(12)], padding=990_000)
    async with running(desk.relay()):
        await desk.all_published()
    assert await desk.log("a") == {f"k{key}": [key, key + 4, key + 8] for key in range(4)}


async def test_a_missing_topic_holds_up_no_other_and_is_made_up_for(desk: Desk) -> None:
    await create_topic(desk.kafka, desk.prefix + "a", 3)
    await desk.put("missing", ("k", 1), ("k", 2))
    await desk.put("a", ("k", 1))
    relay = desk.relay()
    async with running(relay):
        await wait_until(lambda: relay.published[desk.prefix + "a"] == 1)
        await wait_until(lambda: relay.part in relay._health.problems)
        assert "missing" in relay._health.problems[relay.part].reason
        await desk.put("a", ("k", 2))
        await wait_until(lambda: relay.published[desk.prefix + "a"] == 2)
        await create_topic(desk.kafka, desk.prefix + "missing", 3)
        await desk.all_published()
        await wait_until(lambda: relay._health.ready() == (True, {}))
    assert await desk.log("missing") == {"k": [1, 2]}


async def test_a_topic_that_refuses_a_record_holds_up_no_other(desk: Desk) -> None:
    await create_topic(desk.kafka, desk.prefix + "small", 1, {"max.message.bytes": "2000"})
    await create_topic(desk.kafka, desk.prefix + "a", 1)
    await desk.put("small", ("k", 1), padding=5_000)
    await desk.put("a", ("k", 1))
    relay = desk.relay()
    async with running(relay):
        await wait_until(lambda: relay.published[desk.prefix + "a"] == 1)
        await desk.put("a", ("k", 2))
        await wait_until(lambda: relay.published[desk.prefix + "a"] == 2)
        await wait_until(lambda: "small" in getattr(relay._health.problems.get(relay.part), "reason", ""))
    assert await desk.log("a") == {"k": [1, 2]}
    assert await desk.log("small") == {}


async def test_killed_between_acknowledgement_and_mark_the_same_ids_come_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_topic(desk.kafka, desk.prefix + "a", 3)
    await desk.put("a", *[(f"k{number % 3}", number) for number in range(9)])
    committed = asyncio.Event()

    async def killed(work: Callable[[Connection], Any]) -> Any:
        committed.set()
        await asyncio.Event().wait()

    first = desk.relay("first")
    async with running(first):
        monkeypatch.setattr(first, "_mark", lambda lease, rows: killed(lambda connection: None))
        await committed.wait()
        monkeypatch.setattr("loketbus.relay.FINISH_SECONDS", 0.01)
    async with running(desk.relay("second")):
        await desk.put("a", ("k0", 9))
        await desk.all_published()
    records = await read_all(desk.kafka, desk.prefix + "a")
    assert len(records) == 19
    assert len({record.header("ce_id") for record in records}) == 10
    assert by_key(records) == {"k0": [0, 3, 6, 0, 3, 6, 9], "k1": [1, 4, 7, 1, 4, 7], "k2": [2, 5, 8, 2, 5, 8]}


@pytest.mark.chaos
async def test_kafka_away_for_a_while(own_kafka: LocalKafka, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost, it says so, goes on by itself and says nothing any more; order per key held; a stop is quick."""
    monkeypatch.setattr("loketbus.relay.SLOW_SECONDS", 0.5)
    ledger = await asyncio.to_thread(outbox.open_outbox, f"sqlite:///{tmp_path / 'ledger.db'}")
    desk = Desk(ledger, own_kafka.bootstrap, "t.", tmp_path)
    try:
        await create_topic(desk.kafka, "t.a", 3)
        await desk.put("a", ("k", 0))
        relay = desk.relay()
        async with running(relay):
            await desk.all_published()
            await asyncio.to_thread(own_kafka.kill)
            await desk.put("a", *[("k", number) for number in range(1, 100)])
            relay.filled.set()
            await wait_until(lambda: relay.part in relay._health.problems, what="it says that Kafka is away")
            assert not relay._health.ready()[0]
            await desk.put("a", *[("k", number) for number in range(100, 120)])
            await asyncio.to_thread(own_kafka.start)
            await desk.all_published()
            await wait_until(lambda: relay._health.ready() == (True, {}), what="it is well again")
            numbers = (await desk.log("a"))["k"]
            await asyncio.to_thread(own_kafka.kill)
            await desk.put("a", ("k", 120))
            relay.filled.set()
            await wait_until(lambda: relay.part in relay._health.problems)
        assert list(dict.fromkeys(numbers)) == list(range(120))
        assert numbers == sorted(numbers), "what was not acknowledged was not committed: nothing came twice"
    finally:
        await asyncio.to_thread(ledger.close)
