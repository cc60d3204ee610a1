"""What may follow a released schema. Each refusal is shown to be a real break, each permission to be a real read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from loketbus_contracts import ALL, Message, Topic
from loketbus_contracts._compatibility import Problem, breaking_changes, release_problems, same_shape
from loketbus_contracts._generate import ROOT, released_schemas
from loketbus_contracts._schemas import Schema, value_schema
from pydantic import Field, ValidationError, create_model


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class MoreColours(StrEnum):
    RED = "red"
    BLUE = "blue"
    GREEN = "green"


class Inner(Message):
    """The inner words."""

    city: str
    zip: str | None = None


class InnerWithoutZip(Message):
    city: str


class InnerWithMore(Message):
    """Other words."""

    city: str
    zip: str | None = None
    country: str | None = None


class Walk(Message):
    command: Literal["walk"] = "walk"
    far: int


class Ride(Message):
    command: Literal["ride"] = "ride"
    wheels: int


def one(annotation: Any, default: Any = ...) -> type[Message]:
    """A model with one field."""
    return create_model("Thing", __base__=Message, thing=(annotation, default))


def with_more(**fields: Any) -> type[Message]:
    return create_model("Thing", __base__=Message, thing=(str, ...), **fields)


Move = Annotated[Walk | Ride, Field(discriminator="command")]
WALK = {"thing": {"command": "walk", "far": 3}}
RIDE = {"thing": {"command": "ride", "wheels": 2}}


@dataclass(frozen=True)
class Change:
    """`unreadable` is a value that one side may write and the other cannot read, or None where it merely loses data."""

    name: str
    old: type[Message]
    new: type[Message]
    problem: Problem
    path: str = "thing"
    old_unreadable: dict[str, Any] | None = None
    """Written by old, refused by new."""
    new_unreadable: dict[str, Any] | None = None
    """Written by new, refused by old."""


REFUSED = [
    Change("required field removed", with_more(a=(str, ...)), with_more(), Problem.REMOVED, "a", None, {"thing": "x"}),
    Change("optional field removed", with_more(a=(str | None, None)), with_more(), Problem.REMOVED, "a"),
    Change("field renamed", one(str), create_model("T", __base__=Message, ding=(str, ...)), Problem.REMOVED, "thing",
           {"thing": "x"}, {"ding": "x"}),
    Change("new field is required", with_more(), with_more(a=(str, ...)), Problem.REQUIRED, "a", {"thing": "x"}),
    Change("optional became required", one(str | None, None), one(str), Problem.REQUIRED, "thing", {}),
    Change("default became required", one(int, 0), one(int), Problem.REQUIRED, "thing", {}),
    Change("required became optional", one(str), one(str | None, None), Problem.REQUIRED, "thing", None, {}),
    Change("type changed", one(str), one(int), Problem.TYPE, "thing", {"thing": "x"}, {"thing": 1}),
    Change("one became a list", one(str), one(tuple[str, ...]), Problem.TYPE, "thing", {"thing": "x"}, {"thing": []}),
    Change("list of another type", one(tuple[str, ...]), one(tuple[int, ...]), Problem.TYPE, "thing[]",
           {"thing": ["x"]}, {"thing": [1]}),
    Change("type narrowed", one(str | int), one(int), Problem.NARROWED, "thing", {"thing": "x"}),
    Change("type widened", one(int), one(str | int), Problem.WIDENED, "thing", None, {"thing": "x"}),
    Change("closed list narrowed", one(MoreColours), one(Colour), Problem.NARROWED, "thing", {"thing": "green"}),
    Change("closed list widened", one(Colour), one(MoreColours), Problem.WIDENED, "thing", None, {"thing": "green"}),
    Change("open string closed", one(str), one(Colour), Problem.NARROWED, "thing", {"thing": "grey"}),
    Change("closed list opened", one(Colour), one(str), Problem.WIDENED, "thing", None, {"thing": "grey"}),
    Change("fixed value changed", one(Literal["a"]), one(Literal["b"]), Problem.NARROWED, "thing",
           {"thing": "a"}, {"thing": "b"}),
    Change("command gone", one(Move), one(Walk), Problem.NARROWED, "thing", RIDE),
    Change("command new", one(Walk), one(Move), Problem.WIDENED, "thing", None, RIDE),
    Change("shorter", one(str), one(Annotated[str, Field(max_length=2)]), Problem.CONSTRAINT, "thing",
           {"thing": "xxx"}),
    Change("longer", one(Annotated[str, Field(max_length=2)]), one(str), Problem.CONSTRAINT, "thing", None,
           {"thing": "xxx"}),
    Change("other pattern", one(Annotated[str, Field(pattern="^a$")]), one(Annotated[str, Field(pattern="^b$")]),
           Problem.CONSTRAINT, "thing", {"thing": "a"}, {"thing": "b"}),
    Change("other default", one(int, 0), one(int, 1), Problem.CONSTRAINT),
    Change("removed deep inside", one(tuple[Inner, ...]), one(tuple[InnerWithoutZip, ...]), Problem.REMOVED,
           "thing[].zip"),
    Change("map of another type", one(dict[str, str]), one(dict[str, int]), Problem.TYPE, "thing{}",
           {"thing": {"a": "x"}}, {"thing": {"a": 1}}),
]  # fmt: skip

ALLOWED = [
    ("nothing", one(str), one(str), [{"thing": "x"}]),
    ("optional field", with_more(), with_more(a=(str | None, None)), [{"thing": "x"}, {"thing": "x", "a": "y"}]),
    ("field with a default", with_more(), with_more(a=(int, 0)), [{"thing": "x"}, {"thing": "x", "a": 1}]),
    ("optional field inside", one(Inner), one(InnerWithMore), [{"thing": {"city": "x", "country": "BE"}}]),
    ("optional field in a list", one(tuple[Inner, ...]), one(tuple[InnerWithMore, ...]), [{"thing": [{"city": "x"}]}]),
    ("new code in an open string", one(str), one(Annotated[str, Field(description="a or b")]), [{"thing": "b"}]),
    ("models in another order", one(Walk | Ride), one(Ride | Walk), [WALK, RIDE]),
]


def schema_of(model: type[Message]) -> Schema:
    return value_schema(topic_of(model))


def topic_of(model: type[Message], minor: int = 0, readers: tuple[str, ...] = ("crm",)) -> Topic[Any]:
    return Topic(
        name="thing.changed.v1", model=model, key="id", writers=("kbo",), readers=readers, summary="...", minor=minor
    )


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: change.name)
def test_refused(change: Change) -> None:
    findings = breaking_changes(schema_of(change.old), schema_of(change.new))
    assert (change.path, change.problem) in [(finding.path, finding.problem) for finding in findings]


@pytest.mark.parametrize(
    ("reader", "value"),
    [pytest.param(c.new, c.old_unreadable, id=f"{c.name}: old event") for c in REFUSED if c.old_unreadable is not None]
    + [
        pytest.param(c.old, c.new_unreadable, id=f"{c.name}: new event")
        for c in REFUSED
        if c.new_unreadable is not None
    ],
)
def test_what_is_refused_breaks_a_reader(reader: type[Message], value: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        reader.model_validate(value)


@pytest.mark.parametrize(("name", "old", "new", "values"), ALLOWED, ids=[row[0] for row in ALLOWED])
def test_allowed(name: str, old: type[Message], new: type[Message], values: list[dict[str, Any]]) -> None:
    assert breaking_changes(schema_of(old), schema_of(new)) == []
    for value in values:
        for writer, reader in ((old, new), (new, old)):
            written = writer.model_validate(value).model_dump_json(exclude_none=True)
            reader.model_validate_json(written)


@pytest.mark.parametrize("change", [c for c in REFUSED if c.problem is Problem.WIDENED], ids=lambda change: change.name)
def test_closed_list_may_grow_where_every_reader_holds_what_is_newer(change: Change) -> None:
    assert breaking_changes(schema_of(change.old), schema_of(change.new), may_widen=True) == []
    released = {"1.0": schema_of(change.old)}
    for readers, refused in ((("mail_ingest",), False), (("mail_ingest", "crm"), True)):
        topic = topic_of(change.new, minor=1, readers=readers)
        assert bool(release_problems(topic, value_schema(topic), released)) is refused


def test_a_field_that_is_called_like_an_annotation_counts() -> None:
    old, new = one(str), create_model("Thing", __base__=Message, thing=(str, ...), title=(str | None, None))
    assert not same_shape(schema_of(old), schema_of(new))
    assert [finding.path for finding in breaking_changes(schema_of(new), schema_of(old))] == ["title"]


def test_changed_model_must_grow_minor() -> None:
    released = {"1.0": schema_of(one(Inner))}
    [problem] = release_problems(topic_of(one(InnerWithMore)), schema_of(one(InnerWithMore)), released)
    assert "minor must grow" in problem
    assert release_problems(topic_of(one(InnerWithMore), minor=1), schema_of(one(InnerWithMore)), released) == []


def test_other_words_need_no_new_version() -> None:
    reworded = one(Annotated[str, Field(description="Said better.", examples=["x"])])
    assert release_problems(topic_of(reworded), schema_of(reworded), {"1.0": schema_of(one(str))}) == []


def test_minor_cannot_go_back() -> None:
    released = {"1.0": schema_of(with_more()), "1.1": schema_of(with_more(a=(str | None, None)))}
    assert "1.1 is released already" in release_problems(topic_of(with_more()), schema_of(with_more()), released)[0]


def test_every_older_version_counts_not_only_the_last() -> None:
    model = with_more(b=(str | None, None))
    released = {"1.0": schema_of(with_more(a=(str | None, None))), "1.1": schema_of(with_more())}
    [problem] = release_problems(topic_of(model, minor=2), schema_of(model), released)
    assert "breaks readers of 1.0: a: removed" in problem


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_current_models_keep_every_released_promise(topic: Topic[Any]) -> None:
    released = released_schemas(ROOT, topic)
    assert topic.data_version in released
    assert release_problems(topic, value_schema(topic), released) == []


@pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)
def test_current_schemas_are_really_looked_into(topic: Topic[Any]) -> None:
    """Taking any one field away, anywhere in the schema, is noticed."""
    whole, changed = value_schema(topic), value_schema(topic)
    for properties, name in fields(changed):
        kept = properties.pop(name)
        assert breaking_changes(whole, changed), name
        properties[name] = kept


def fields(schema: Schema) -> list[tuple[Schema, str]]:
    """(properties, name) of every field in the document."""
    objects = [schema, *schema.get("$defs", {}).values()]
    return [(part["properties"], name) for part in objects if "properties" in part for name in list(part["properties"])]
