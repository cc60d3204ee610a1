"""Acts upon the world by name, and their record in a file: a later start goes on where this one ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from simulators.address.api.events import Event
from simulators.address.api.feeds import Feeds
from simulators.address.editing import Editor
from simulators.address.world import World

ACTS = frozenset(
    {"propose", "approve", "reject", "retire", "retire_street", "rename_street", "correct_house", "correct_box",
     "correct_postcode", "move", "renumber", "readdress", "remove", "restore", "merge"}
)  # fmt: skip
"""What an `Editor` can do from outside."""
_HERE = ZoneInfo("Europe/Brussels")


class Acts:
    """Does them, and tells the feeds.

    Args:
        state: one line per act; those of an earlier life are done again at once, each at its own moment. None: nothing
            is kept, and moments are those of `Editor`.
    """

    def __init__(self, world: World, feeds: Feeds, state: Path | None = None) -> None:
        self._feeds, self._state = feeds, state
        self._at = datetime.now(_HERE)
        self._editor = Editor(world, None if state is None else lambda: self._at)
        if state is not None and state.is_file():
            self._again(state)

    def do(self, act: str, given: Mapping[str, Any]) -> list[Event]:
        """The events that followed, over all registers.

        Raises:
            LookupError, TypeError, ValueError: it cannot be done; one line.
        """
        if act not in ACTS:
            raise LookupError(f"no act {act!r}; there are {sorted(ACTS)}")
        self._at = datetime.now(_HERE)
        getattr(self._editor, act)(**given)
        if self._state is not None:
            line = json.dumps([self._at.isoformat(), act, given])
            with self._state.open("a", encoding="utf-8") as file:
                file.write(f"{line}\n")
        return self._feeds.follow()

    def _again(self, state: Path) -> None:
        whole, mark, torn = state.read_bytes().rpartition(b"\n")
        if torn:  # killed in the middle of a line: nobody heard of that act
            state.write_bytes(whole + mark)
        for line in whole.splitlines():
            at, act, given = json.loads(line)
            self._at = datetime.fromisoformat(at)
            getattr(self._editor, act)(**given)
            self._feeds.follow()
