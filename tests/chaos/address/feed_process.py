"""`python -m tests.chaos.address.feed_process FILE EVENTS`: pages of five events into a replica, as a process."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from services.address.register.applying import Position, apply_page, start

PAGE = 5


def main(file: Path, events: Path) -> None:
    """As a round of the job, without what a service is made of: that takes a second to load."""
    for register, found in json.loads(events.read_text(encoding="utf-8")).items():
        start(file, register, Position(1, 0))
        for number in range(len(found) // PAGE + 1):
            page = found[number * PAGE : (number + 1) * PAGE]
            apply_page(file, register, number + 1, page, complete=len(page) == PAGE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
