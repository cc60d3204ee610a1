"""What the relay decides: which rows go together, what is marked when, whom a refusal holds up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, MessageSizeTooLargeError, ProducerFenced
from sqlalchemy import Connection, update

from loketbus import relay as module
from loketbus.errors import LostOwnership
from loketbus.ledger import LedgerUnavailable
from loketbus.ledger.tables import lease
from loketbus.outcomes import RetryPolicy
from loketbus.publisher import Row
from loketbus.relay import Relay
from tests.support.outbox import running
from tests.support.polling import wait_until
from tests.unit.relay.conftest import Desk


@pytest.fixture(autouse=True)
def _no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    def made(**_: Any) -> RetryPolicy:
        return RetryPolicy(base_seconds=0.01, cap_seconds=0.02)

    monkeypatch.setattr(module, "RetryPolicy", made)


def refuses(*topics: str, error: Exception | None = None) -> Callable[[Sequence[Row]], None]:
    """Kafka takes no batch with one of these topics in it."""

    def refuse(rows: Sequence[Row]) -> None:
        if {row.topic for row in rows} & set(topics):
            raise error or MessageSizeTooLargeError

    return refuse


async def test_rows_leave_in_the_order_in_which_they_were_decided(desk: Desk) -> None:
    await desk.put("a", *[(f"k{number % 3}", number) for number in range(50)])
    async with running(desk.relay(batch_rows=7)):
        await desk.all_published()
    assert [row_id for _, _, row_id in desk.kafka.rows] == list(range(1, 51))
    assert max(map(len, desk.kafka.batches)) == 7


async def test_new_rows_are_published_when_it_is_told(desk: Desk) -> None:
    relay = desk.relay(poll_seconds=3600)
    async with running(relay):
        await wait_until(lambda: relay.part in relay._health.started)
        for number in range(3):
            await desk.put("a", ("k", number))
            relay.filled.set()
            await desk.all_published()
    assert len(desk.kafka.rows) == 3


async def test_a_batch_is_bounded_in_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH_BYTES", 10_000)
    await desk.put("a", *[("k", number) for number in range(20)], padding=4_000)
    async with running(desk.relay()):
        await desk.all_published()
    assert [len(batch) for batch in desk.kafka.batches] == [3] * 6 + [2]


async def test_a_topic_that_is_not_there_holds_up_no_other(desk: Desk) -> None:
    desk.kafka.missing = {"gone"}
    await desk.put("gone", ("k", 1), ("k", 2))
    await desk.put("a", ("k", 3))
    relay = desk.relay()
    async with running(relay):
        await wait_until(lambda: desk.kafka.rows == [("a", "k", 3)])
        await wait_until(lambda: relay.part in relay._health.problems)
        problem = relay._health.problems[relay.part]
        assert (problem.code, problem.blocks) == ("topic_refused", False)
        assert "gone" in problem.reason
        await desk.put("a", ("k", 4))
        await wait_until(lambda: len(desk.kafka.rows) == 2)
        desk.kafka.missing = set()
        await desk.all_published()
        await wait_until(lambda: not relay._health.problems)
    assert desk.kafka.rows[2:] == [("gone", "k", 1), ("gone", "k", 2)]
    assert desk.kafka.opened == 1


async def test_a_topic_that_spoils_the_transaction_is_found(desk: Desk) -> None:
    desk.kafka.refuse = refuses("bad")
    for topic in ("a", "bad", "b"):
        await desk.put(topic, ("k", 1))
    relay = desk.relay()
    async with running(relay):
        await wait_until(lambda: {topic for topic, _, _ in desk.kafka.rows} == {"a", "b"})
        await desk.put("a", ("k", 2))
        await desk.put("b", ("k", 2))
        await wait_until(lambda: len(desk.kafka.rows) == 4)
        desk.kafka.refuse = refuses()
        await desk.all_published()
        await wait_until(lambda: not relay._health.problems)
    assert Counter(topic for topic, _, _ in desk.kafka.rows) == {"a": 2, "b": 2, "bad": 1}


async def test_after_any_error_the_producer_is_a_new_one(desk: Desk) -> None:
    errors: list[Exception] = [KafkaConnectionError(), AssertionError(), TimeoutError(), ProducerFenced()]

    def refuse(rows: Sequence[Row]) -> None:
        if errors:
            raise errors.pop(0)

    desk.kafka.refuse = refuse
    await desk.put("a", ("k", 1))
    relay = desk.relay()
    async with running(relay):
        await desk.all_published()
        await wait_until(lambda: not relay._health.problems)
    assert desk.kafka.opened == 5
    assert desk.kafka.rows == [("a", "k", 1)]


async def test_kafka_away_is_said_and_unsaid(desk: Desk) -> None:
    away = True

    def on_open() -> None:
        if away:
            raise KafkaConnectionError

    desk.kafka.on_open = on_open
    relay = desk.relay()
    async with running(relay):
        await wait_until(lambda: relay.part in relay._health.problems)
        problem = relay._health.problems[relay.part]
        assert (problem.code, problem.blocks) == ("kafka_unreachable", True)
        assert "nowhere:1" in problem.reason
        away = False
        await wait_until(lambda: relay._health.ready() == (True, {}))


async def test_a_batch_that_hangs_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW_SECONDS", 0.01)
    answered = asyncio.Event()
    desk.kafka.refuse = lambda rows: answered.wait()
    await desk.put("a", ("k", 1))
    relay = desk.relay()
    async with running(relay):
        await wait_until(lambda: relay.part in relay._health.problems)
        answered.set()
        await wait_until(lambda: not relay._health.problems)


async def test_what_was_published_is_marked_although_the_disk_was_full(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MARK_AGAIN_SECONDS", 0.0)
    write, full = desk.ledger.write, 3

    async def disk_full(work: Callable[[Connection], Any]) -> Any:
        nonlocal full
        if full and desk.kafka.batches:
            full -= 1
            raise LedgerUnavailable("disk full")
        return await write(work)

    monkeypatch.setattr(desk.ledger, "write", disk_full)
    await desk.put("a", ("k", 1))
    async with running(desk.relay()):
        await desk.all_published()
    assert full == 0
    assert desk.kafka.rows == [("a", "k", 1)]


async def test_a_stop_lets_a_batch_end(desk: Desk) -> None:
    sending, answered = asyncio.Event(), asyncio.Event()

    async def refuse() -> None:
        sending.set()
        await answered.wait()

    desk.kafka.refuse = lambda rows: refuse()
    await desk.put("a", ("k", 1))
    task = asyncio.create_task(desk.relay().run())
    await sending.wait()
    task.cancel()
    answered.set()
    await asyncio.gather(task, return_exceptions=True)
    assert task.cancelled()
    assert None not in await desk.marks()


async def test_a_stop_does_not_wait_for_ever(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FINISH_SECONDS", 0.01)
    sending = asyncio.Event()

    async def refuse() -> None:
        sending.set()
        await asyncio.Event().wait()

    desk.kafka.refuse = lambda rows: refuse()
    await desk.put("a", ("k", 1))
    async with running(desk.relay()):
        await sending.wait()
    assert await desk.marks() == [None]


async def test_who_waits_for_its_turn_is_ready(desk: Desk) -> None:
    async with running(desk.relay("first")) as first:
        await wait_until(lambda: first.part in first._health.started)
        second = desk.relay("second", lease_seconds=0.3)
        second._health.expect(second.part)
        assert not second._health.ready()[0]
        async with running(second):
            await wait_until(lambda: second._health.ready() == (True, {}))
    assert desk.kafka.opened == 1


async def test_who_lost_the_lease_marks_nothing(desk: Desk) -> None:
    async def taken_over() -> None:
        await _take_over(desk)

    desk.kafka.refuse = lambda rows: taken_over()
    await desk.put("a", ("k", 1))
    relay = desk.relay()
    publisher, held = desk.kafka, relay._leases.hold("relay", ttl_seconds=60)
    async with held as lease:
        with pytest.raises(LostOwnership):
            await relay._publish_all(publisher, lease)  # type: ignore[arg-type]
    assert desk.kafka.rows == [("a", "k", 1)]
    assert await desk.marks() == [None]


async def test_who_lost_the_lease_while_its_clock_stood_still_publishes_nothing(desk: Desk) -> None:
    """A machine that was suspended: by its own clock the lease is good, and it just took over as producer."""
    await desk.put("a", ("k", 1))
    relay: Relay = desk.relay()
    async with relay._leases.hold("relay", ttl_seconds=60) as held:
        await _take_over(desk)
        assert held.valid
        with pytest.raises(LostOwnership):
            await relay._publish_all(desk.kafka, held)  # type: ignore[arg-type]
    assert desk.kafka.rows == []


async def _take_over(desk: Desk) -> None:
    taken = update(lease).values(fence=lease.c.fence + 1, holder="other")
    await desk.ledger.write(lambda connection: connection.execute(taken))
