"""A live service whose ledger is gone, though Kafka knows the service, refuses to start over in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loketbus.consume.host import Limits
from loketbus.runtime import Runtime
from loketbus.settings import BusSettings
from tests.support import example
from tests.support.kafka_tools import admin, create_topic, produce
from tests.support.polling import wait_until

pytestmark = pytest.mark.kafka

QUICK = Limits(session_timeout_seconds=6, watch_seconds=0.1)
TOPICS = (example.TOLD, example.HEARD, example.STATE)


async def handled(runtime: Runtime[Any], number: int) -> None:
    async def all_of_them() -> bool:
        return sum(map(len, (await runtime.ledger.read(example.numbers)).values())) == number

    await wait_until(all_of_them)


async def test_an_empty_ledger_of_a_known_service_is_refused_until_confirmed(
    kafka: str, topic_prefix: str, tmp_path: Path
) -> None:
    for topic in TOPICS:
        await create_topic(kafka, topic_prefix + topic.name, 1)
    await produce(kafka, topic_prefix + example.TOLD.name, [example.told("k", 1)])
    settings = BusSettings(kafka=kafka, topic_prefix=topic_prefix, var=tmp_path / "first")
    async with Runtime(example.example_service(), settings, limits=QUICK) as runtime:
        await handled(runtime, 1)
        async with admin(kafka) as client:

            async def shown() -> bool:
                return bool(await client.list_consumer_group_offsets(f"{topic_prefix}loketbus.example"))

            await wait_until(shown)

    lost = settings.model_copy(update={"var": tmp_path / "second"})
    async with Runtime(example.example_service(), lost, limits=QUICK) as runtime:
        await wait_until(lambda: not runtime.health.alive)
        ready, reasons = runtime.health.ready()
        assert not ready
        assert "grootboek is leeg" in reasons["verbruiker"]
        assert await runtime.ledger.read(example.numbers) == {}

    confirmed = lost.model_copy(update={"new_ledger": True})
    async with Runtime(example.example_service(), confirmed, limits=QUICK) as runtime:
        await handled(runtime, 1)
        assert runtime.health.alive
