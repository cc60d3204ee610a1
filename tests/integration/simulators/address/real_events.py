"""How far an event of ours may differ from the real ones."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema

from tests.integration.simulators.address.samples import events, schema


def real(register: str) -> list[dict[str, Any]]:
    """The real events of a register."""
    return [one for batch in events().values() for one in batch if one["source"].endswith(f"/{register}")]


def unlike_real(event: dict[str, Any]) -> list[str]:
    """What no real event has: an order of its parts, an attribute of that kind, or a complaint of the published schema.

    The schemas forbid what real events have: positions in two systems, `@id`, no old names at all.
    """
    shapes, known, excused = _usual(event["source"].rsplit("/", 1)[1])
    changes = event["data"].get("attributen", ())
    strange = [one["naam"] for one in changes if (one["naam"], kind(one["nieuweWaarde"])) not in known]
    form = [] if (list(event), list(event["data"])) in shapes else ["form"]
    return [*form, *strange, *(_complaints(event) - excused)]


@cache
def _usual(register: str) -> tuple[list[tuple[list[str], list[str]]], list[tuple[str, Any]], set[str]]:
    """Of the real events: their parts, attributes with the kind of their value, and what the schema says of them."""
    found = real(register)
    changes = [change for one in found for change in one["data"].get("attributen", ())]
    kinds = [(change["naam"], kind(change["nieuweWaarde"])) for change in changes]
    return (
        [(list(one), list(one["data"])) for one in found],
        kinds,
        {name for one in found for name in _complaints(one)},
    )


def _complaints(event: dict[str, Any]) -> set[str]:
    """The attributes (or "") of which the published schema says no."""
    data = event["data"]
    paths = [list(error.absolute_path) for error in _validator(event["dataschema"].rsplit("/", 1)[1]).iter_errors(data)]
    return {
        data["attributen"][path[1]]["naam"] if path[:1] == ["attributen"] and len(path) > 1 else "" for path in paths
    }


@cache
def _validator(file: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(schema(file.removesuffix(".json")))


def kind(value: Any) -> Any:
    """What sort of value: a URI down to its last part, a list by its first, an object by its names."""
    if isinstance(value, str):
        return value.rsplit("/", 1)[0] if value.startswith("https://") else str
    if isinstance(value, list):
        return [kind(one) for one in value[:1]]
    if isinstance(value, dict):
        return {name: type(one) for name, one in value.items()}
    return type(value)
