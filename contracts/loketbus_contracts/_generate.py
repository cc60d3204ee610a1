"""The committed documents: `schemas/`, `schemas/released/` (one per version, then frozen) and `asyncapi.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from loketbus_contracts import catalog
from loketbus_contracts._asyncapi import document
from loketbus_contracts._compatibility import release_problems
from loketbus_contracts._examples import examples
from loketbus_contracts._schemas import Schema, value_schema
from loketbus_contracts.topics import Topic

ROOT = Path(__file__).resolve().parents[1]
_SUFFIX = ".schema.json"
_AGAIN = "run `python -m loketbus_contracts`"

Topics = Sequence[Topic[Any]]


def write(root: Path, topics: Topics = catalog.ALL) -> list[str]:
    """Write every document, and release versions that are new; returns why it refused, and then wrote nothing."""
    problems = _refusals(root, topics)
    if problems:
        return problems
    documents = _documents(root, topics)
    releases = {_released_path(root, topic): _text(value_schema(topic)) for topic in topics}
    documents |= {path: text for path, text in releases.items() if not path.exists()}
    for path, text in documents.items():
        _put(path, text)
    return []


def check(root: Path, topics: Topics = catalog.ALL) -> list[str]:
    """What is refused, out of date, not released, or left over."""
    problems = _refusals(root, topics)
    wanted = _documents(root, topics)
    problems += [f"{path.name} is out of date: {_AGAIN}" for path, text in wanted.items() if _read(path) != text]
    unreleased = [topic for topic in topics if not _released_path(root, topic).exists()]
    problems += [f"{topic.name} {topic.data_version} is not released: {_AGAIN}" for topic in unreleased]
    strays = set((root / "schemas").glob(f"*{_SUFFIX}")) - wanted.keys()
    return problems + [f"{path.name} belongs to no topic" for path in sorted(strays)]


def export(folder: Path, topics: Topics = catalog.ALL) -> list[Path]:
    """Write the schemas and `asyncapi.json` to a folder of the caller's, for teams that want the documents alone."""
    documents = _documents(folder, topics)
    shown = {topic.name: examples(ROOT / "examples", topic) for topic in topics}
    documents[folder / "asyncapi.json"] = _text(document(topics, shown, version("loketbus-contracts")))
    for path, text in documents.items():
        _put(path, text)
    return sorted(documents)


def _refusals(root: Path, topics: Topics) -> list[str]:
    return [
        problem
        for topic in topics
        for problem in release_problems(topic, value_schema(topic), released_schemas(root, topic))
    ]


def released_schemas(root: Path, topic: Topic[Any]) -> dict[str, Schema]:
    """Version -> schema of every released version of `topic`."""
    files = _released_path(root, topic).parent.glob(f"*{_SUFFIX}")
    return {path.name.removesuffix(_SUFFIX): json.loads(path.read_text()) for path in files}


def _documents(root: Path, topics: Topics) -> dict[Path, str]:
    schemas = {root / "schemas" / f"{topic.name}{_SUFFIX}": _text(value_schema(topic)) for topic in topics}
    shown = {topic.name: examples(root / "examples", topic) for topic in topics}
    return {**schemas, root / "asyncapi.json": _text(document(topics, shown, version("loketbus-contracts")))}


def _released_path(root: Path, topic: Topic[Any]) -> Path:
    return root / "schemas" / "released" / topic.name / f"{topic.data_version}{_SUFFIX}"


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
