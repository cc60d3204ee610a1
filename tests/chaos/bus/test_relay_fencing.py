"""A relay that was stopped and wakes up cannot put old state last: real Kafka, real PostgreSQL, real processes.

Process A freezes with an old state of each key in its hands; its lease runs out; B (this process) takes over and
publishes newer states of the same keys; A wakes. The mechanism is in docs/decisions/0002-relay-fencing.md.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loketbus.ledger import Ledger
from tests.support import outbox
from tests.support.children import Child, child
from tests.support.kafka_tools import Read, create_topic, read_all
from tests.support.polling import wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.postgres, pytest.mark.chaos]

LEASE_SECONDS = 1.5
PARTITIONS = 3
KEYS = [f"k{number}" for number in range(8)]
OLD, NEWER, NEWEST = 1, 2, 3


@dataclass
class Scene:
    """What both have in common."""

    kafka: str
    prefix: str
    database: str
    var: Path
    ledger: Ledger

    @property
    def topic(self) -> str:
        return self.prefix + "state"

    def relay_b(self) -> Any:
        return outbox.running(
            outbox.make_relay(self.kafka, self.prefix, self.var, self.ledger, "B", lease_seconds=LEASE_SECONDS)
        )

    async def put(self, number: int) -> None:
        await outbox.put(self.ledger, self.topic, [(key, number) for key in KEYS])

    async def all_marked(self) -> list[Any]:
        async def so() -> bool:
            return None not in await outbox.marks(self.ledger)

        await wait_until(so, 60, what="every row is marked as published")
        return await outbox.marks(self.ledger)

    async def log(self, isolation: Any = "read_committed") -> list[Read]:
        return await read_all(self.kafka, self.topic, isolation)

    @contextlib.asynccontextmanager
    async def frozen_at(self, point: str, *, plain: bool = False) -> AsyncIterator[Child]:
        """A, frozen with the old state of every key in its hands."""
        await self.put(OLD)
        given = {
            "point": point,
            "plain": plain,
            "kafka": self.kafka,
            "prefix": self.prefix,
            "database": self.database,
            "var": str(self.var),
            "lease_seconds": LEASE_SECONDS,
        }
        async with child("tests.chaos.bus.relay_process", given) as a:
            await a.froze()
            yield a


@pytest.fixture
async def scene(kafka: str, topic_prefix: str, postgres_database: str, tmp_path: Path) -> AsyncIterator[Scene]:
    ledger = await asyncio.to_thread(outbox.open_outbox, postgres_database)
    made = Scene(kafka, topic_prefix, postgres_database, tmp_path, ledger)
    try:
        await create_topic(kafka, made.topic, PARTITIONS, {"cleanup.policy": "compact"})
        yield made
    finally:
        await asyncio.to_thread(ledger.close)


def each(*numbers: int) -> dict[str, list[int]]:
    return {key: list(numbers) for key in KEYS}


def last_of_each(records: list[Read]) -> dict[str, int]:
    return {key: numbers[-1] for key, numbers in outbox.by_key(records).items()}


@pytest.mark.parametrize("point", ["init", "send", "produce", "commit"])
async def test_a_relay_that_wakes_up_puts_nothing_in_the_log(scene: Scene, point: str) -> None:
    async with scene.frozen_at(point) as a:
        await scene.put(NEWER)
        async with scene.relay_b():
            await scene.all_marked()
            await scene.put(NEWEST)
            marked = await scene.all_marked()
            before = await scene.log()
            a.wake()
            await a.says("relay_fenced", "by=ledger" if point == "init" else "by=kafka")
            await a.says("relay_fenced", "by=ledger")
            assert await scene.log() == before
            assert await outbox.marks(scene.ledger) == marked
            # B goes on, also where A fenced it for a moment by taking over as producer when it woke up.
            await scene.put(4)
            await scene.all_marked()
            assert last_of_each(await scene.log()) == dict.fromkeys(KEYS, 4)

        assert outbox.by_key(before) == each(OLD, NEWER, NEWEST)
        # What A had sent before it froze stays in the log as aborted: before B's.
        seen_twice = [OLD] if point == "commit" else []
        everything = outbox.by_key(await scene.log("read_uncommitted"))
        assert everything == each(*seen_twice, OLD, NEWER, NEWEST, 4)

        # A is of use again when B is gone.
        await scene.put(5)
        await scene.all_marked()
        assert last_of_each(await scene.log()) == dict.fromkeys(KEYS, 5)


async def test_a_relay_that_wakes_up_after_its_commit_marks_nothing(scene: Scene) -> None:
    async with scene.frozen_at("mark") as a:
        await scene.put(NEWER)
        async with scene.relay_b():
            await scene.all_marked()
            await scene.put(NEWEST)
            marked = await scene.all_marked()
            a.wake()
            await a.says("relay_fenced", "by=ledger")
        assert await outbox.marks(scene.ledger) == marked
    records = await scene.log()
    assert outbox.by_key(records) == each(OLD, OLD, NEWER, NEWEST)
    assert len({record.header("ce_id") for record in records}) == 3 * len(KEYS), "what came twice has the same ids"


async def test_an_idempotent_producer_alone_would_put_old_state_last(scene: Scene) -> None:
    """The danger is real: without the transactional id the same story ends badly."""
    async with scene.frozen_at("produce", plain=True) as a:
        await scene.put(NEWER)
        async with scene.relay_b():
            await scene.all_marked()
            a.wake()

            async def old_is_last() -> bool:
                return OLD in last_of_each(await scene.log()).values()

            await wait_until(old_is_last)
