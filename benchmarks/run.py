"""What every figure gets: where Kafka is, how much to move, a folder, and somebody to tell how far it is."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.figure import Sizes
from benchmarks.process import Spec

PEERS = Path(".venv-peers")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the benchmarks."""

    bootstrap: str
    sizes: Sizes
    folder: Path
    say: Callable[[str], None]
    data: Path
    """Where large inputs are kept from one run to the next."""
    peers: Path = PEERS
    """The environment of peers that cannot live in ours; may be absent."""
    prefix: str = field(default_factory=lambda: f"bench-{secrets.token_hex(3)}")
    """Of every topic and group, so that a Kafka can be used twice."""
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def topic(self, name: str) -> str:
        """A topic of this run."""
        return f"{self.prefix}.{name}.v1"

    def spec(self, **values: Any) -> Spec:
        """What a contender is told, with a fresh folder of its own."""
        folder = self.folder / f"{self.prefix}-{next(self._numbers)}"
        folder.mkdir(parents=True)
        return {"bootstrap": self.bootstrap, "folder": str(folder), "group": folder.name, **values}
