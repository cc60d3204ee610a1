import json
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from loketbus_contracts import ALL, QUEUE_COMMAND, Topic, encode
from loketbus_contracts._examples import Example, examples
from loketbus_contracts._generate import ROOT, released_schemas
from loketbus_contracts._schemas import value_schema
from loketbus_contracts.queue import Action

EXAMPLES = [(topic, example) for topic in ALL for example in examples(ROOT / "examples", topic)]

each_example = pytest.mark.parametrize(
    ("topic", "example"), EXAMPLES, ids=[f"{topic.name}-{example.name}" for topic, example in EXAMPLES]
)


def validator(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_every_topic_has_at_least_two() -> None:
    assert {topic.name for topic in ALL if sum(found is topic for found, _ in EXAMPLES) < 2} == set()


def test_every_command_has_one() -> None:
    commands = {action.model_fields["command"].default for action in get_args(get_args(Action)[0])}
    assert {example.name for topic, example in EXAMPLES if topic is QUEUE_COMMAND} == commands


@each_example
def test_reading_and_writing_gives_the_same_record(topic: Topic[Any], example: Example) -> None:
    key, value, headers = encode(example.event(topic))
    assert key.decode() == example.key
    assert json.loads(value) == example.value
    assert headers == example.record()[2]


@each_example
def test_fits_the_schema(topic: Topic[Any], example: Example) -> None:
    validator(value_schema(topic)).validate(example.value)


@each_example
def test_reader_of_any_released_version_can_read_it(topic: Topic[Any], example: Example) -> None:
    for schema in released_schemas(ROOT, topic).values():
        validator(schema).validate(example.value)


@each_example
def test_schema_refuses_it_without_a_required_field(topic: Topic[Any], example: Example) -> None:
    schema = value_schema(topic)
    strict = validator(schema)
    for name in schema["required"]:
        with pytest.raises(ValidationError, match=name):
            strict.validate({field: value for field, value in example.value.items() if field != name})


@each_example
def test_envelope_and_value_agree(topic: Topic[Any], example: Example) -> None:
    assert example.headers["ce_type"] == topic.name
    assert example.headers["ce_subject"] == example.key
    assert example.headers["ce_source"] in topic.writers
    assert example.headers["ce_dataversion"].partition(".")[0] == str(topic.major)
    if topic.key_field is not None:
        assert example.value[topic.key_field] == example.key


@each_example
def test_persons_are_invented(topic: Topic[Any], example: Example) -> None:
    text = json.dumps(example.value)
    if not topic.personal_data:
        assert "@" not in text
    domains = {part.split(">")[0].split('"')[0] for part in text.split("@")[1:]}
    assert all(domain.endswith("example.org") for domain in domains)
