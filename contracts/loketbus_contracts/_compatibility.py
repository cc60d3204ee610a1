"""May this schema follow that one on the same topic? Both ways: an old reader reads new events, a new reader old ones.

The second matters as much as the first: compacted topics and replays hand old events to new readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from loketbus_contracts._schemas import Schema
from loketbus_contracts.topics import Topic

_ANNOTATIONS = frozenset({"$id", "$schema", "$comment", "title", "description", "examples", "discriminator"})
_STRUCTURE = frozenset(
    {
        "$defs",
        "$ref",
        "type",
        "properties",
        "required",
        "items",
        "additionalProperties",
        "anyOf",
        "oneOf",
        "enum",
        "const",
    }
)
_ABSENT: Schema = {}


class Problem(StrEnum):
    """What kind of change it is; only WIDENED can ever be allowed."""

    REMOVED = "removed"
    REQUIRED = "required"
    TYPE = "type"
    NARROWED = "narrowed"
    CONSTRAINT = "constraint"
    WIDENED = "widened"


@dataclass(frozen=True, slots=True)
class Finding:
    """One change that breaks a reader; `path` is like `link.candidates[].method`."""

    path: str
    problem: Problem
    detail: str

    def __str__(self) -> str:
        return f"{self.path or '(value)'}: {self.detail}"


def breaking_changes(old: Schema, new: Schema, *, may_widen: bool = False) -> list[Finding]:
    """Every change from `old` to `new` that would break a reader.

    `may_widen` allows new members of a closed list: only where every reader holds events that are newer than itself.
    """
    found = dict.fromkeys(_Comparison(old, new).values(old, new, ""))
    return [finding for finding in found if not (may_widen and finding.problem is Problem.WIDENED)]


def same_shape(old: Schema, new: Schema) -> bool:
    """Whether nothing but words (titles, descriptions, examples) differs."""
    return bool(_without_words(old) == _without_words(new))


def release_problems(topic: Topic[Any], current: Schema, released: Mapping[str, Schema]) -> list[str]:
    """Why `current` may not be released as `topic.data_version`; `released` is version -> schema of the same major."""
    version = topic.data_version
    newer = [other for other in released if _minor(other) > topic.minor]
    problems = [f"{topic.name}: {other} is released already, so minor cannot be {topic.minor}" for other in newer]
    if version in released and not same_shape(released[version], current):
        problems.append(f"{topic.name}: the model changed since {version} was released, so minor must grow")
    for other in sorted(released, key=_minor):
        breaking = breaking_changes(released[other], current, may_widen=not topic.read_outside)
        problems += [f"{topic.name}: breaks readers of {other}: {finding}" for finding in breaking]
    return problems


def _minor(version: str) -> int:
    return int(version.partition(".")[2])


def _without_words(node: Any, *, names: bool = False) -> Any:
    """`node` without annotations; in a map of names (`names`) a field called `title` is not one."""
    if isinstance(node, list):
        return [_without_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if names or key not in _ANNOTATIONS}
    return {
        key: _without_words(value, names=not names and key in {"properties", "$defs"}) for key, value in kept.items()
    }


class _Comparison:
    """Walks two documents side by side; each `$ref` is looked up in its own document."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old_defs = old.get("$defs", _ABSENT)
        self._new_defs = new.get("$defs", _ABSENT)

    def values(self, old: Schema, new: Schema, path: str) -> Iterator[Finding]:
        """Changes between two places in the documents."""
        old_choices, new_choices = _choices(old, self._old_defs), _choices(new, self._new_defs)
        tagged = max(_objects(old_choices), _objects(new_choices)) > 1
        olds = {_name(choice, tagged=tagged): choice for choice in old_choices}
        news = {_name(choice, tagged=tagged): choice for choice in new_choices}
        lost, gained = sorted(olds.keys() - news.keys()), sorted(news.keys() - olds.keys())
        if not olds.keys() & news.keys():
            yield Finding(path, Problem.TYPE, f"was {', '.join(lost)}, is {', '.join(gained)}")
            return
        if lost:
            yield Finding(path, Problem.NARROWED, f"no longer accepts {', '.join(lost)}")
        if gained:
            yield Finding(path, Problem.WIDENED, f"also accepts {', '.join(gained)}")
        yield from self._constraints(_resolve(old, self._old_defs), _resolve(new, self._new_defs), path)
        for name in sorted(olds.keys() & news.keys()):
            yield from self._same_type(olds[name], news[name], path)

    def _same_type(self, old: Schema, new: Schema, path: str) -> Iterator[Finding]:
        yield from _members(old, new, path)
        yield from self._constraints(old, new, path)
        yield from self._properties(old, new, path)
        for keyword, suffix in (("items", "[]"), ("additionalProperties", "{}")):
            if isinstance(old.get(keyword), dict) and isinstance(new.get(keyword), dict):
                yield from self.values(old[keyword], new[keyword], path + suffix)
            elif old.get(keyword) != new.get(keyword):
                yield Finding(path, Problem.CONSTRAINT, f"{keyword} changed")

    def _properties(self, old: Schema, new: Schema, path: str) -> Iterator[Finding]:
        olds, news = old.get("properties", _ABSENT), new.get("properties", _ABSENT)
        old_required, new_required = set(old.get("required", [])), set(new.get("required", []))
        for name, schema in olds.items():
            here = f"{path}.{name}".lstrip(".")
            if name not in news:
                yield Finding(here, Problem.REMOVED, "removed")
                continue
            if (name in old_required) != (name in new_required):
                now = "required" if name in new_required else "optional"
                yield Finding(here, Problem.REQUIRED, f"became {now}")
            yield from self.values(schema, news[name], here)
        for name in sorted(new_required - olds.keys()):
            yield Finding(f"{path}.{name}".lstrip("."), Problem.REQUIRED, "is new, so it must be optional")

    @staticmethod
    def _constraints(old: Schema, new: Schema, path: str) -> Iterator[Finding]:
        for keyword in sorted((old.keys() | new.keys()) - _ANNOTATIONS - _STRUCTURE):
            if old.get(keyword) != new.get(keyword):
                change = f"{keyword} was {old.get(keyword)!r}, is {new.get(keyword)!r}"
                yield Finding(path, Problem.CONSTRAINT, change)


def _members(old: Schema, new: Schema, path: str) -> Iterator[Finding]:
    olds, news = _closed_list(old), _closed_list(new)
    if olds == news:
        return
    if olds is None or (news is not None and olds - news):
        yield Finding(path, Problem.NARROWED, "the closed list lost members or is new")
    if news is None or (olds is not None and news - olds):
        yield Finding(path, Problem.WIDENED, "the closed list gained members or is gone")


def _closed_list(node: Schema) -> set[str] | None:
    if "const" in node:
        return {repr(node["const"])}
    return {repr(member) for member in node["enum"]} if "enum" in node else None


def _resolve(node: Schema, definitions: Schema) -> Schema:
    if "$ref" not in node:
        return node
    target = definitions[node["$ref"].rpartition("/")[2]]
    return {**_resolve(target, definitions), **{key: value for key, value in node.items() if key != "$ref"}}


def _choices(node: Schema, definitions: Schema) -> list[Schema]:
    node = _resolve(node, definitions)
    return [_resolve(choice, definitions) for choice in node.get("anyOf") or node.get("oneOf") or [node]]


def _objects(choices: list[Schema]) -> int:
    return sum(1 for choice in choices if choice.get("type") == "object")


def _name(choice: Schema, *, tagged: bool) -> str:
    """What tells a choice from the others and survives renaming a class: its type, or the tag among several objects."""
    kind = str(choice.get("type", "anything"))
    if kind != "object" or not tagged:
        return kind
    tags = [field["const"] for field in choice.get("properties", _ABSENT).values() if "const" in field]
    return str(tags[0] if tags else choice.get("title", kind))
