from typing import Any

import pytest
from loketbus_contracts import ALL, PARTITIONS, Message, Topic

from loketbus.errors import ConfigurationError
from loketbus.topics import Action, Existing, listing, plan


class Thing(Message):
    thing: str


TOPIC: Topic[Any] = Topic(
    name="thing.changed.v1", model=Thing, key="thing id", writers=("crm",), readers=("kbo",), summary="A thing changed."
)
WANTED = {"gent.thing.changed.v1": TOPIC, "gent.other.v1": TOPIC}


def existing(partitions: int = PARTITIONS, **changes: str | None) -> Existing:
    config = {**TOPIC.config(), **{name.replace("_", "."): value for name, value in changes.items()}}
    return Existing(partitions, {name: value for name, value in config.items() if value is not None})


def test_missing_topics_are_created_with_their_whole_config() -> None:
    changes = plan(WANTED, {})
    assert [(change.topic, change.action) for change in changes] == [(name, Action.CREATED) for name in WANTED]
    assert changes[0].config == {name: (None, value) for name, value in TOPIC.config().items()}


def test_only_what_we_declare_is_compared() -> None:
    found = {name: existing(min_insync_replicas="2") for name in WANTED}
    assert [(change.action, change.config) for change in plan(WANTED, found)] == [(Action.UNCHANGED, {})] * 2


@pytest.mark.parametrize("before", ["5", None])
def test_what_differs_or_only_comes_from_the_broker_is_set(before: str | None) -> None:
    found = {"gent.thing.changed.v1": existing(), "gent.other.v1": existing(segment_ms=before)}
    unchanged, altered = plan(WANTED, found)
    assert unchanged.action is Action.UNCHANGED
    assert (altered.action, altered.config) == (Action.ALTERED, {"segment.ms": (before, "86400000")})


def test_another_number_of_partitions_is_refused_in_dutch_with_every_topic_that_has_it() -> None:
    found = {"gent.thing.changed.v1": existing(partitions=6), "gent.other.v1": existing(partitions=24)}
    with pytest.raises(ConfigurationError) as refused:
        plan(WANTED, found)
    text = str(refused.value)
    assert "gent.thing.changed.v1 heeft er 6 in plaats van 12, gent.other.v1 heeft er 24 in plaats van 12" in text
    assert "nieuwe topicversie" in text


def test_listing_shows_every_topic_under_its_name_on_the_cluster() -> None:
    rows = listing("gent.")
    assert [row.topic for row in rows] == [f"gent.{topic.name}" for topic in ALL]
    assert [row.config for row in rows] == [topic.config() for topic in ALL]
