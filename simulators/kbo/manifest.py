"""What is true about a folder of archives, written beside them as manifest.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from simulators.kbo.archives import Archive
from simulators.kbo.spec import Spec

NAME = "manifest.json"


@dataclass(slots=True)
class Happening:
    """An entity of which an update changes rows, and in which tables.

    `what` names what happened to itself (born, gone, moved, renamed, contacts, activities, situation, form, struck,
    transferred); it is empty for an establishment or branch that comes or goes with its enterprise.
    """

    extract: int
    number: str
    what: tuple[str, ...]
    tables: list[str]


@dataclass(slots=True)
class Manifest:
    """The archives in the order of publication, and what makes each update differ from the day before."""

    spec: Spec
    archives: list[Archive] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """As JSON; dates as ISO 8601."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, default=str)
        (folder / NAME).write_text(text + "\n", encoding="utf-8")
