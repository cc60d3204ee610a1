"""`loketbus.topics.apply` against a real Kafka."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from loketbus_contracts import ALL, MAIL_RECEIVED, MAIL_SENT, PARTITIONS, QUEUE_ITEM, Topic

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.settings import BusSettings
from loketbus.topics import Action, apply
from tests.support.kafka_tools import admin, create_topic

pytestmark = pytest.mark.kafka

TWO: list[Topic[Any]] = [MAIL_RECEIVED, QUEUE_ITEM]
SET_ON_TOPIC = 1


@pytest.fixture
def settings(kafka: str, topic_prefix: str) -> BusSettings:
    return BusSettings(kafka=kafka, topic_prefix=topic_prefix)


async def in_kafka(settings: BusSettings) -> dict[str, tuple[int, dict[str, str]]]:
    """Name without prefix -> (partitions, what is set on the topic), of every topic with the test's prefix."""
    async with admin(settings.kafka) as client:
        described = await client.describe_topics()
        ours = {t["topic"]: len(t["partitions"]) for t in described if t["topic"].startswith(settings.topic_prefix)}
        return {
            name.removeprefix(settings.topic_prefix): (partitions, await config_of(client, name))
            for name, partitions in ours.items()
        }


async def config_of(client: AIOKafkaAdminClient, name: str) -> dict[str, str]:
    [answer] = await client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    [(_, _, _, _, entries)] = answer.resources
    return {entry[0]: entry[1] for entry in entries if entry[3] == SET_ON_TOPIC}


async def test_makes_every_topic_as_declared(settings: BusSettings) -> None:
    changes = await apply(settings)
    assert {change.action for change in changes} == {Action.CREATED}
    assert await in_kafka(settings) == {topic.name: (PARTITIONS, topic.config()) for topic in ALL}


async def test_again_changes_nothing(settings: BusSettings) -> None:
    await apply(settings, TWO, replication_factor=1)
    assert [change.action for change in await apply(settings, TWO)] == [Action.UNCHANGED] * 2


async def test_sets_what_differs_and_keeps_what_an_operator_added(settings: BusSettings) -> None:
    name = settings.topic_prefix + MAIL_RECEIVED.name
    await create_topic(settings.kafka, name, PARTITIONS, {"retention.ms": "60000", "max.message.bytes": "2000000"})
    [changed, created] = await apply(settings, TWO)
    assert (created.action, changed.action) == (Action.CREATED, Action.ALTERED)
    assert changed.config["retention.ms"] == ("60000", MAIL_RECEIVED.config()["retention.ms"])
    assert (await in_kafka(settings))[MAIL_RECEIVED.name] == (
        PARTITIONS,
        {**MAIL_RECEIVED.config(), "max.message.bytes": "2000000"},
    )


async def test_another_number_of_partitions_is_refused_before_anything_is_done(settings: BusSettings) -> None:
    await create_topic(settings.kafka, settings.topic_prefix + MAIL_SENT.name, 3)
    with pytest.raises(ConfigurationError, match=r"mail\.sent\.v1 heeft er 3 in plaats van 12"):
        await apply(settings)
    assert (await in_kafka(settings)).keys() == {MAIL_SENT.name}


async def test_two_at_once_both_succeed(settings: BusSettings) -> None:
    shorter = [replace(topic, retention=timedelta(days=1)) for topic in TWO]
    await apply(settings, shorter)
    await asyncio.gather(*(apply(settings, ALL) for _ in range(3)))
    assert await in_kafka(settings) == {topic.name: (PARTITIONS, topic.config()) for topic in ALL}


async def test_what_kafka_refuses_is_one_clear_line(settings: BusSettings) -> None:
    with pytest.raises(ConfigurationError, match=r"Kafka weigert topic t.*mail\.received\.v1: .*replica"):
        await apply(settings, TWO, replication_factor=7)


async def test_kafka_that_is_away_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(OutsideUnavailable, match=f"Kafka op {nobody} antwoordt niet"):
            await apply(BusSettings(kafka=nobody), TWO)
