"""`loketbus topics apply`: makes Kafka's topics as the contracts declare them, and nothing more.

What is already right is left alone; settings that an operator added to a topic and we do not declare stay; a topic with
another number of partitions is refused before anything is changed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, UnknownTopicOrPartitionError, for_code
from loketbus_contracts import catalog
from loketbus_contracts.topics import Topic
from tenacity import AsyncRetrying, retry_if_result, stop_after_delay, wait_fixed

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_client import connection_options
from loketbus.settings import BusSettings

BROKER_DEFAULT = -1
"""Replication factor: the broker's `default.replication.factor`."""

VISIBLE_WITHIN_SECONDS = 30.0
VISIBLE_POLL_SECONDS = 0.1

_SET_ON_TOPIC = 1
"""`config_source` of a value that was set on the topic itself (DescribeConfigs, TOPIC_CONFIG)."""


class Action(StrEnum):
    """What `apply` did to a topic."""

    CREATED = "created"
    ALTERED = "altered"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Existing:
    """A topic as Kafka has it; `config` is what was set on the topic itself, not what the broker adds."""

    partitions: int
    config: Mapping[str, str]


# Both by the topic's name on the cluster.
Wanted = Mapping[str, Topic[Any]]
Found = Mapping[str, Existing]


@dataclass(frozen=True, slots=True)
class Change:
    """What `apply` does to one topic; `config` is name -> (value before, value after)."""

    topic: str
    action: Action
    config: Mapping[str, tuple[str | None, str]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of `loketbus topics list`."""

    topic: str
    key: str
    partitions: int
    config: Mapping[str, str]
    personal_data: bool
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    summary: str


def listing(prefix: str = "", topics: Iterable[Topic[Any]] = catalog.ALL) -> list[Listed]:
    """The topics that the contracts declare, under their names on the cluster."""
    return [
        Listed(
            topic=prefix + topic.name,
            key=topic.key,
            partitions=topic.partitions,
            config=topic.config(),
            personal_data=topic.personal_data,
            writers=topic.writers,
            readers=topic.readers,
            summary=topic.summary,
        )
        for topic in topics
    ]


def plan(wanted: Wanted, existing: Found) -> list[Change]:
    """What has to be done so that Kafka has the `wanted` topics.

    Raises:
        ConfigurationError: a topic exists with another number of partitions.
    """
    others = [name for name in wanted if name in existing and existing[name].partitions != wanted[name].partitions]
    if others:
        raise ConfigurationError(_other_partitions(others, wanted, existing))
    return [_change(name, topic, existing.get(name)) for name, topic in wanted.items()]


async def apply(
    settings: BusSettings, topics: Sequence[Topic[Any]] = catalog.ALL, *, replication_factor: int = BROKER_DEFAULT
) -> list[Change]:
    """Create missing topics and set what differs; safe to repeat and to run twice at once.

    `replication_factor` counts for new topics only.

    Raises:
        ConfigurationError: another number of partitions (nothing was changed), no rights, or Kafka refuses a value.
        OutsideUnavailable: Kafka does not answer.
    """
    wanted = {settings.topic_prefix + topic.name: topic for topic in topics}
    async with _admin(settings) as admin:
        changes = plan(wanted, await _existing(admin, wanted))
        created = {change.topic: wanted[change.topic] for change in changes if change.action is Action.CREATED}
        await _create(admin, created, replication_factor)
        # What was written shows a little later; and somebody else may have been first, with other settings.
        existing = await _once(admin, wanted, lambda found: found.keys() == wanted.keys())
        await _alter(admin, wanted, existing)
        await _once(admin, wanted, lambda found: not _differing(wanted, found))
    return changes


async def preview(settings: BusSettings, topics: Sequence[Topic[Any]] = catalog.ALL) -> list[Change]:
    """What `apply` would do to the topics that are not right; raises as `apply`."""
    wanted = {settings.topic_prefix + topic.name: topic for topic in topics}
    async with _admin(settings) as admin:
        changes = plan(wanted, await _existing(admin, wanted))
    return [change for change in changes if change.action is not Action.UNCHANGED]


def _change(name: str, topic: Topic[Any], found: Existing | None) -> Change:
    before = {} if found is None else found.config
    differing = {key: (before.get(key), value) for key, value in topic.config().items() if before.get(key) != value}
    if found is None:
        return Change(name, Action.CREATED, differing)
    return Change(name, Action.ALTERED if differing else Action.UNCHANGED, differing)


def _differing(wanted: Wanted, existing: Found) -> list[str]:
    return [change.topic for change in plan(wanted, existing) if change.action is not Action.UNCHANGED]


def _other_partitions(names: Iterable[str], wanted: Wanted, existing: Found) -> str:
    counts = [f"{name} heeft er {existing[name].partitions} in plaats van {wanted[name].partitions}" for name in names]
    return (
        f"Het aantal partities van een topic ligt vast: {', '.join(counts)}. Een ander aantal zou sleutels verplaatsen "
        "en de volgorde breken: groeien gebeurt met een nieuwe topicversie."
    )


@asynccontextmanager
async def _admin(settings: BusSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    """A started admin client; trouble with Kafka inside becomes one of our errors."""
    client = AIOKafkaAdminClient(**connection_options(settings, "loketbus-topics"))
    try:
        await client.start()
        yield client
    except (KafkaError, TimeoutError, OSError) as error:
        raise OutsideUnavailable(
            f"Kafka op {settings.kafka} antwoordt niet; kijk na of hij draait en of LOKETBUS_KAFKA klopt ({error})."
        ) from error
    finally:
        await client.close()


async def _existing(admin: AIOKafkaAdminClient, names: Iterable[str]) -> dict[str, Existing]:
    # All topics are asked for: asking by name makes a broker with auto-creation create them.
    partitions = {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics()}
    present = [name for name in names if name in partitions]
    if not present:
        return {}
    answers = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name) for name in present])
    existing = {}
    for code, message, _, name, entries in (resource for answer in answers for resource in answer.resources):
        if code == UnknownTopicOrPartitionError.errno:
            continue  # so new that this broker has not heard of it
        _accept(name, code, message)
        existing[name] = Existing(partitions[name], _set_on_topic(entries))
    return existing


def _set_on_topic(entries: Iterable[Sequence[Any]]) -> dict[str, str]:
    return {name: value for name, value, _, source, *_ in entries if source == _SET_ON_TOPIC}


async def _create(admin: AIOKafkaAdminClient, topics: Wanted, replication_factor: int) -> None:
    if not topics:
        return
    # NewTopic lets -1 through only beside an assignment of replicas; an empty one leaves the choice to the broker.
    assignment: dict[int, list[int]] | None = {} if replication_factor == BROKER_DEFAULT else None
    new = [
        NewTopic(name, topic.partitions, replication_factor, assignment, topic.config())
        for name, topic in topics.items()
    ]
    answer = await admin.create_topics(new)
    for name, code, message in answer.topic_errors:
        if code != TopicAlreadyExistsError.errno:
            _accept(name, code, message)


async def _alter(admin: AIOKafkaAdminClient, wanted: Wanted, existing: Found) -> None:
    # aiokafka has no IncrementalAlterConfigs: what is not named is reset, so what an operator set goes along.
    configs = {name: {**existing[name].config, **wanted[name].config()} for name in _differing(wanted, existing)}
    if not configs:
        return
    resources = [ConfigResource(ConfigResourceType.TOPIC, name, config) for name, config in configs.items()]
    for answer in await admin.alter_configs(resources):
        for code, message, _, name in answer.resources:
            _accept(name, code, message)


async def _once(
    admin: AIOKafkaAdminClient, names: Iterable[str], ready: Callable[[Found], bool]
) -> dict[str, Existing]:
    """What Kafka has, once that is `ready`."""
    attempts = AsyncRetrying(
        retry=retry_if_result(lambda found: not ready(found)),
        wait=wait_fixed(VISIBLE_POLL_SECONDS),
        stop=stop_after_delay(VISIBLE_WITHIN_SECONDS),
        retry_error_callback=_never_seen,
    )
    found: dict[str, Existing] = await attempts(_existing, admin, names)
    return found


def _never_seen(_state: object) -> None:
    raise OutsideUnavailable("Kafka bevestigt de gevraagde topics niet; probeer het later opnieuw.")


def _accept(topic: str, code: int, message: str | None) -> None:
    """Pass when Kafka said yes.

    Raises:
        ConfigurationError: it refused: no rights, a policy, a replication factor above the number of brokers.
        OutsideUnavailable: it cannot right now.
    """
    if code == 0:
        return
    error = for_code(code)
    said = message or error.__name__
    if error.retriable:
        raise OutsideUnavailable(f"Kafka kan topic {topic} nu niet aanmaken of wijzigen: {said}")
    raise ConfigurationError(f"Kafka weigert topic {topic}: {said}")
