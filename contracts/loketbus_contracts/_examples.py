"""Golden examples: what a record of each topic looks like on the wire, as committed in `examples/<topic>.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from loketbus_contracts.envelope import Event, decode
from loketbus_contracts.topics import Message, Topic


class Example(Message):
    """One record, with its value as JSON instead of bytes."""

    name: str
    summary: str
    headers: dict[str, str]
    key: str
    value: dict[str, Any]

    def record(self) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
        """(key, value, headers) as they lie in Kafka."""
        headers = [(name, text.encode()) for name, text in self.headers.items()]
        return self.key.encode(), json.dumps(self.value).encode(), headers

    def event(self, topic: Topic[Any]) -> Event[Any]:
        """The record, read."""
        return decode(topic, *self.record())


def examples(folder: Path, topic: Topic[Any]) -> list[Example]:
    """The examples of `topic`; none where they are not there (an installed wheel carries none)."""
    file = folder / f"{topic.name}.json"
    return [Example.model_validate(item) for item in json.loads(file.read_text())] if file.is_file() else []
