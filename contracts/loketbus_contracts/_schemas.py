"""JSON Schema (draft 2020-12) of a topic's value, as a reader sees it."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode
from pydantic_core import CoreSchema

from loketbus_contracts.topics import Message, Topic

Schema = dict[str, Any]


class _Untitled(GenerateJsonSchema):
    """Without the titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """Never: the property's name says it."""
        return False

    def generate(self, schema: CoreSchema, mode: JsonSchemaMode = "validation") -> Schema:
        """The schema with its dialect first."""
        return {"$schema": self.schema_dialect, **super().generate(schema, mode)}


def value_schema(topic: Topic[Any]) -> Schema:
    """The schema of `topic`'s value; unknown fields are allowed, because readers ignore them."""
    body = topic.model.model_json_schema(schema_generator=_Untitled)
    dialect = body.pop("$schema")
    return {"$schema": dialect, "$id": f"urn:loketbus:{topic.name}:{topic.data_version}", **body}


def shared_definitions(models: list[type[Message]], ref_template: str) -> dict[str, Schema]:
    """Every model of a set and what it is made of, by name, for a document that holds them all."""
    generator = _Untitled(ref_template=ref_template)
    _, definitions = generator.generate_definitions([(m, "validation", m.__pydantic_core_schema__) for m in models])
    return {str(name): definition for name, definition in definitions.items()}
