from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path

import pytest

from simulators.demo import Entry, Manifest, write

NOW = datetime(2026, 11, 20, 12, 0)
SEED = 2800


def parse(raw: bytes) -> Message:
    return BytesParser(policy=compat32).parsebytes(raw)


def text_of(message: Message) -> str:
    """All text parts decoded with what they declare, HTML included, in one line."""
    parts = []
    for part in message.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            parts.append(payload.decode(part.get_content_charset("utf-8")))
    return " ".join(" ".join(parts).split())


@dataclass(frozen=True)
class Corpus:
    path: Path
    manifest: Manifest

    def raw(self, entry: Entry) -> bytes:
        return (self.path / entry.file).read_bytes()

    def message(self, entry: Entry) -> Message:
        return parse(self.raw(entry))

    @property
    def whole(self) -> list[Entry]:
        return [e for e in self.manifest.entries if not e.broken]


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    path = tmp_path_factory.mktemp("corpus")
    return Corpus(path, write(path, 200, SEED, NOW))


@pytest.fixture(scope="session")
def large(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Entry, bytes]]:
    """A corpus big enough to show every kind of damage."""
    path = tmp_path_factory.mktemp("large")
    return [(e, (path / e.file).read_bytes()) for e in write(path, 240, SEED, NOW).inbox]
