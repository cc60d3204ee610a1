"""`python -m tests.support.keeper KIND FOLDER`: start a service, tell its address, stop it after its last user."""

from __future__ import annotations

import fcntl
import json
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import FrameType

from tests.support import nodes, postgres

SERVICES: dict[str, Callable[[Path], AbstractContextManager[str]]] = {
    "kafka-local": nodes.running_local,
    "kafka-docker": nodes.running_docker,
    "kafka-guard": nodes.guarded,
    "postgres": postgres.running,
}


def main(kind: str, folder: Path) -> None:
    """Run until nobody holds `folder`/users any more.

    The lock is kept until the service is gone, so that a user who comes just then waits, and starts a new one.
    """
    signal.signal(signal.SIGTERM, _end)
    with (folder / "users").open("r+") as users:
        try:
            with SERVICES[kind](folder) as address:
                _tell(folder, {"address": address})
                fcntl.lockf(users, fcntl.LOCK_EX)
        except Exception as error:
            _tell(folder, {"error": f"{kind}: {error}"})
            raise
        (folder / "state.json").unlink()


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(1)


def _tell(folder: Path, answer: dict[str, str]) -> None:
    partial = folder / "state.partial"
    partial.write_text(json.dumps(answer))
    partial.replace(folder / "state.json")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
