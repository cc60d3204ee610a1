import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator
from loketbus_contracts import ALL, DEADLETTER, Topic
from loketbus_contracts.__main__ import main
from loketbus_contracts._generate import ROOT, check, write
from loketbus_contracts._schemas import value_schema

COMPONENT_NAME = re.compile(r"[a-zA-Z0-9._-]+")

each_topic = pytest.mark.parametrize("topic", ALL, ids=lambda topic: topic.name)


@pytest.fixture(scope="module")
def asyncapi() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "asyncapi.json").read_text())
    return document


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The committed documents, to spoil."""
    for name in ("schemas", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "asyncapi.json", tmp_path)
    return tmp_path


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def resolve(document: dict[str, Any], reference: str) -> Any:
    assert reference.startswith("#/")
    node: Any = document
    for part in reference[2:].split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def test_committed_documents_are_what_the_models_say() -> None:
    assert check(ROOT) == []


def test_writing_again_changes_nothing(copy: Path) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*.json")}
    assert write(copy) == []
    assert {path: path.read_bytes() for path in copy.rglob("*.json")} == before


def test_check_names_what_is_out_of_date_unreleased_or_left_over(copy: Path) -> None:
    (copy / "asyncapi.json").unlink()
    (copy / "schemas" / "reply.v1.schema.json").write_text("{}")
    (copy / "schemas" / "gone.v1.schema.json").write_text("{}")
    (copy / "schemas" / "released" / "mail.sent.v1" / "1.0.schema.json").unlink()
    found = " | ".join(check(copy))
    for expected in (
        "asyncapi.json is out of date",
        "reply.v1.schema.json is out of date",
        "mail.sent.v1 1.0 is not released",
        "gone.v1.schema.json belongs to no topic",
    ):
        assert expected in found
    assert found.count(" | ") == 3


def test_a_released_schema_is_never_overwritten(copy: Path) -> None:
    released = copy / "schemas" / "released" / "deadletter.v1" / "1.0.schema.json"
    schema = json.loads(released.read_text())
    del schema["properties"]["code"]
    released.write_text(json.dumps(schema))
    shutil.rmtree(copy / "schemas" / "released" / "reply.v1")
    assert any("deadletter.v1: the model changed since 1.0" in problem for problem in write(copy))
    assert json.loads(released.read_text()) == schema
    assert not (copy / "schemas" / "released" / "reply.v1").exists()


def test_a_new_version_is_released_beside_the_old(copy: Path) -> None:
    grown: Topic[Any] = Topic(
        name=DEADLETTER.name,
        model=type("DeadLetter", (DEADLETTER.model,), {"__annotations__": {"hint": str | None}, "hint": None}),
        key=DEADLETTER.key,
        writers=DEADLETTER.writers,
        readers=DEADLETTER.readers,
        summary=DEADLETTER.summary,
        retention=timedelta(days=30),
        personal_data=False,
        minor=1,
    )
    assert write(copy, [grown]) == []
    released = copy / "schemas" / "released" / "deadletter.v1"
    assert sorted(path.name for path in released.iterdir()) == ["1.0.schema.json", "1.1.schema.json"]
    assert "hint" in json.loads((released / "1.1.schema.json").read_text())["properties"]


def test_command_line_says_what_is_wrong(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", "--root", str(copy)]) == 0
    (copy / "asyncapi.json").write_text("{}")
    assert main(["--check", "--root", str(copy)]) == 1
    assert "asyncapi.json is out of date" in capsys.readouterr().err
    assert main(["--root", str(copy)]) == 0
    assert main(["--check", "--root", str(copy)]) == 0


@each_topic
def test_schema_is_a_schema_that_lets_a_newer_writer_through(topic: Topic[Any]) -> None:
    schema = value_schema(topic)
    Draft202012Validator.check_schema(schema)
    assert {resolve(schema, reference).get("type") for reference in references(schema)} <= {"object", "string"}
    assert "additionalProperties" not in json.dumps(schema)


def test_every_reference_resolves(asyncapi: dict[str, Any]) -> None:
    found = list(references(asyncapi))
    assert len(found) > len(ALL) * 4
    for reference in found:
        assert resolve(asyncapi, reference), reference


def test_document_has_the_shape_of_asyncapi_3(asyncapi: dict[str, Any]) -> None:
    assert asyncapi["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= asyncapi["info"].keys()
    assert asyncapi["channels"].keys() == asyncapi["components"]["messages"].keys() == {topic.name for topic in ALL}
    for group in asyncapi["components"].values():
        assert all(COMPONENT_NAME.fullmatch(name) for name in group)
    for schema in asyncapi["components"]["schemas"].values():
        Draft7Validator.check_schema(schema)
    assert not any(isinstance(value, dict) for value in named(asyncapi, "discriminator"))


def named(node: Any, key: str) -> Iterator[Any]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from named(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from named(value, key)


@each_topic
def test_channel_says_how_kafka_has_it(asyncapi: dict[str, Any], topic: Topic[Any]) -> None:
    channel = asyncapi["channels"][topic.name]
    binding = channel["bindings"]["kafka"]
    assert channel["address"] == binding["topic"] == topic.name
    assert binding["partitions"] == topic.partitions
    config = {**binding["topicConfiguration"]}
    assert config.pop("cleanup.policy") == [topic.cleanup]
    assert {name: str(value) for name, value in config.items()} == {
        name: value for name, value in topic.config().items() if name != "cleanup.policy"
    }


@each_topic
def test_operations_say_who_sends_and_who_receives(asyncapi: dict[str, Any], topic: Topic[Any]) -> None:
    reference = {"$ref": f"#/channels/{topic.name}"}
    found = {
        (operation["tags"][0]["name"], operation["action"])
        for operation in asyncapi["operations"].values()
        if operation["channel"] == reference
    }
    assert found == {(s, "send") for s in topic.writers} | {(s, "receive") for s in topic.readers}


@each_topic
def test_message_has_its_event_name_headers_key_and_valid_examples(asyncapi: dict[str, Any], topic: Topic[Any]) -> None:
    message = asyncapi["components"]["messages"][topic.name]
    headers = {**message["headers"], "components": asyncapi["components"]}
    payload = {**message["payload"], "components": asyncapi["components"]}
    assert message["name"] == topic.name
    for example in message["examples"]:
        Draft7Validator(headers).validate(example["headers"])
        Draft7Validator(payload).validate(example["payload"])
        Draft7Validator(message["bindings"]["kafka"]["key"]).validate(example["headers"]["ce_subject"])
        assert not Draft7Validator(headers).is_valid({**example["headers"], "ce_type": "other.v1"})
        assert not Draft7Validator(headers).is_valid({"ce_type": topic.name})
    assert not Draft7Validator(message["bindings"]["kafka"]["key"]).is_valid("lotte.verbeelde@example.org")
