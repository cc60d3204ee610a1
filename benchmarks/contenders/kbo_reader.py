"""Somebody who keeps asking the register which extract it has; prints a line when it reads, and when it saw the one."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from services.kbo.questions import Register

INTERVAL_SECONDS = 0.02


def extract(register: Register) -> int | None:
    """Number of the extract that answers."""
    with register.open() as view:
        return view.source.extract


def main(folder: Path, wanted: int) -> None:
    """Read until the wanted extract answers."""
    register = Register(folder)
    print(extract(register), flush=True)
    while extract(register) != wanted:
        time.sleep(INTERVAL_SECONDS)
    print(time.monotonic(), flush=True)


if __name__ == "__main__":
    told = json.loads(sys.argv[1])
    main(Path(told["register"]), told["extract"])
