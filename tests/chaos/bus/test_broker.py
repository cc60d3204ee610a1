"""The broker itself goes away and comes back."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from loketbus.kafka_node import LocalKafka
from tests.bus_suite.databases import Base
from tests.bus_suite.house import House
from tests.bus_suite.letters import letter
from tests.support.example_subject import Commands
from tests.support.polling import wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.postgres]


async def test_a_killed_broker_loses_and_doubles_nothing(
    own_kafka: LocalKafka, postgres_base: Base, tmp_path: Path
) -> None:
    subject, bootstrap = Commands(), own_kafka.bootstrap
    prefixes = [f"broker-{secrets.token_hex(3)}." for _ in range(2)]
    async with (
        House(subject, bootstrap, prefixes[0], tmp_path / "sqlite", None) as on_sqlite,
        House(subject, bootstrap, prefixes[1], postgres_base.var, postgres_base.url) as on_postgres,
    ):
        houses = (on_sqlite, on_postgres)
        for house in houses:
            await house.yard.send(*[letter(subject, f"key-{n % 30}", n) for n in range(300)])
        own_kafka.kill()
        for house in houses:
            await wait_until(lambda house=house: not house.run.health.ready()[0], what="/ready says that Kafka is away")
            assert "Kafka" in " ".join(house.run.health.ready()[1].values())
            assert house.run.health.alive
        own_kafka.start()
        for house in houses:
            await house.yard.applied(house.yard.sent)
            await house.healthy()
            await house.yard.applied(
                await house.yard.send(*[letter(subject, f"key-{n % 30}", n) for n in range(300, 400)])
            )
            assert not (await house.settled()).held
