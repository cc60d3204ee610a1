from datetime import timedelta
from typing import Any

import pytest
from loketbus_contracts import ALL, PARTITIONS, Cleanup, Message, Topic

DAY_MS = "86400000"


class Thing(Message):
    thing: str


def declare(**changes: Any) -> Topic[Thing]:
    declaration: dict[str, Any] = {
        "name": "thing.changed.v1",
        "model": Thing,
        "key": "thing id",
        "writers": ("crm",),
        "readers": ("kbo",),
        "summary": "A thing changed.",
    }
    return Topic(**{**declaration, **changes})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"partitions": 6}, "12 partitions"),
        ({"retention": timedelta(days=31)}, "at most 30 days"),
        ({"name": "thing.changed"}, "v<major>"),
        ({"name": "Thing.changed.v1"}, "v<major>"),
        ({"name": "thing.changed.v0"}, "v<major>"),
    ],
)
def test_declaration_that_breaks_a_house_rule_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        declare(**changes)


def test_long_retention_is_fine_without_personal_data() -> None:
    assert declare(retention=timedelta(days=90), personal_data=False).config()["retention.ms"] == str(90 * 86_400_000)


def test_version_comes_from_name_and_minor() -> None:
    topic = declare(name="thing.changed.v12", minor=3)
    assert (topic.major, topic.data_version) == (12, "12.3")


def test_config_of_a_topic_that_expires() -> None:
    assert declare(retention=timedelta(days=7)).config() == {
        "cleanup.policy": "delete",
        "retention.ms": str(7 * 86_400_000),
        "segment.ms": DAY_MS,
    }


def test_config_of_a_compacted_topic_erases_within_a_day_and_shows_tombstones_for_weeks() -> None:
    assert declare(cleanup=Cleanup.COMPACT).config() == {
        "cleanup.policy": "compact",
        "max.compaction.lag.ms": DAY_MS,
        "segment.ms": DAY_MS,
        "delete.retention.ms": str(14 * 86_400_000),
    }


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_declared_topic(topic: Topic[Any]) -> None:
    assert topic.partitions == PARTITIONS
    assert topic.writers
    assert topic.readers
    if topic.key_field is not None:
        assert topic.model.model_fields[topic.key_field].is_required()


@pytest.mark.parametrize("topic", [t for t in ALL if t.cleanup is Cleanup.COMPACT], ids=lambda topic: topic.name)
def test_state_has_a_revision_and_one_owner(topic: Topic[Any]) -> None:
    assert topic.model.model_fields["revision"].is_required()
    assert len(topic.writers) == 1
