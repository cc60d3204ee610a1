"""The AsyncAPI 3.0 document: channels named by topic, messages by event, with headers, keys and Kafka bindings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from loketbus_contracts._examples import Example
from loketbus_contracts._schemas import Schema, shared_definitions
from loketbus_contracts.envelope import CONTENT_TYPE, KEY_MAX_CHARACTERS, SPEC_VERSION
from loketbus_contracts.topics import Cleanup, Topic

BINDING_VERSION = "0.5.0"
_SCHEMAS = "#/components/schemas/"

_DESCRIPTION = """What travels between the Woon- en Energieloket and the systems around it.

Every record is a CloudEvent 1.0 in Kafka's binary mode. Delivery is at least once, order is per key, unknown fields are
to be ignored. An installation may put a prefix before every topic name. `contracts/README.md` has the rules."""

_HEADERS: Schema = {
    "type": "object",
    "description": "CloudEvents 1.0 attributes as Kafka headers (UTF-8), three extensions of ours, W3C traceparent.",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"],
    "properties": {
        "content-type": {"type": "string", "const": CONTENT_TYPE},
        "ce_specversion": {"type": "string", "const": SPEC_VERSION},
        "ce_id": {
            "type": "string",
            "minLength": 1,
            "description": "Unique with ce_source; a delivery may repeat.",
        },
        "ce_type": {"type": "string", "description": "The topic's name without an installation's prefix."},
        "ce_source": {"type": "string", "minLength": 1, "description": "The service that wrote it."},
        "ce_subject": {"type": "string", "description": "The key again."},
        "ce_time": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
        "ce_dataversion": {
            "type": "string",
            "pattern": r"^[0-9]+\.[0-9]+$",
            "description": "<major>.<minor>; absent: 1.0.",
        },
        "ce_correlationid": {
            "type": "string",
            "description": "Shared by all that follows from one cause; absent: ce_id.",
        },
        "ce_causationid": {"type": "string", "description": "ce_id of the event that led to this one."},
        "traceparent": {"type": "string", "description": "W3C Trace Context."},
    },
}


def document(topics: Sequence[Topic[Any]], examples: Mapping[str, list[Example]], version: str) -> dict[str, Any]:
    """The whole document; `examples` is by topic name."""
    schemas = shared_definitions([topic.model for topic in topics], _SCHEMAS + "{model}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Loketbus",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"kafka": _server()},
        "channels": {topic.name: _channel(topic) for topic in topics},
        "operations": {name: operation for topic in topics for name, operation in _operations(topic).items()},
        "components": {
            "messages": {topic.name: _message(topic, examples[topic.name]) for topic in topics},
            "schemas": {"CloudEventHeaders": _HEADERS, **{name: _plain(schema) for name, schema in schemas.items()}},
        },
    }


def _server() -> dict[str, Any]:
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "Apache Kafka 4.x. Read with isolation level read_committed: writers use transactions.",
        "variables": {"bootstrap": {"default": "localhost:9092", "description": "Bootstrap servers."}},
    }


def _channel(topic: Topic[Any]) -> dict[str, Any]:
    binding = {
        "topic": topic.name,
        "partitions": topic.partitions,
        "topicConfiguration": _topic_configuration(topic),
        "bindingVersion": BINDING_VERSION,
    }
    return {
        "address": topic.name,
        "title": topic.name,
        "description": topic.summary,
        "messages": {topic.name: {"$ref": f"#/components/messages/{topic.name}"}},
        "bindings": {"kafka": binding},
        "x-key": topic.key,
        "x-personal-data": topic.personal_data,
    }


def _topic_configuration(topic: Topic[Any]) -> dict[str, Any]:
    config = topic.config()
    cleanup = config.pop("cleanup.policy").split(",")
    return {"cleanup.policy": cleanup, **{name: int(value) for name, value in config.items()}}


def _operations(topic: Topic[Any]) -> dict[str, Any]:
    """`<service>.send.<topic>` for each writer and `<service>.receive.<topic>` for each reader."""
    channel = {"$ref": f"#/channels/{topic.name}"}
    message = {"$ref": f"#/channels/{topic.name}/messages/{topic.name}"}
    sides = (("send", topic.writers), ("receive", topic.readers))
    return {
        f"{service}.{action}.{topic.name}": {
            "action": action,
            "channel": channel,
            "messages": [message],
            "tags": [{"name": service}],
        }
        for action, services in sides
        for service in services
    }


def _message(topic: Topic[Any], examples: list[Example]) -> dict[str, Any]:
    return {
        "name": topic.name,
        "title": topic.model.__name__,
        "summary": topic.summary,
        "contentType": CONTENT_TYPE,
        "headers": _headers(topic),
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "payload": {"$ref": _SCHEMAS + topic.model.__name__},
        "bindings": {"kafka": {"key": _key(topic), "bindingVersion": BINDING_VERSION}},
        "examples": [_example(example) for example in examples],
        "x-version": topic.data_version,
        "x-tombstones": topic.cleanup is Cleanup.COMPACT,
    }


def _headers(topic: Topic[Any]) -> Schema:
    return {
        "type": "object",
        "allOf": [{"$ref": f"{_SCHEMAS}CloudEventHeaders"}],
        "properties": {"ce_type": {"type": "string", "const": topic.name}},
    }


def _key(topic: Topic[Any]) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": KEY_MAX_CHARACTERS,
        "pattern": r"^[^\s@]+$",
        "description": f"{topic.key}. Partition: murmur2, {topic.partitions} partitions.",
    }


def _example(example: Example) -> dict[str, Any]:
    return {"name": example.name, "summary": example.summary, "headers": example.headers, "payload": example.value}


def _plain(node: Any) -> Any:
    """A schema as AsyncAPI's Schema Object wants it: `discriminator` is there the name of a field, not an object."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    named = {**node}
    if isinstance(named.get("discriminator"), dict):
        named["discriminator"] = named["discriminator"]["propertyName"]
    return {name: _plain(value) for name, value in named.items()}
