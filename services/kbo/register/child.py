"""One step of an import in a process of its own. A job comes in by standard input, JSON lines go out."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from loketbus.errors import Rejected
from loketbus.replicas import full_disk
from services.kbo.register import building
from services.kbo.register.job import Job
from services.kbo.register.tally import Tally

PR_SET_PDEATHSIG = 1
TELL_SECONDS = 0.2

STEPS: dict[str, Callable[[Job, building.Tell], list[Tally]]] = {
    "entities": building.build_entities,
    "addresses": building.build_addresses,
    "activities": building.build_activities,
    "search": building.build_names,
    "places": building.build_places,
}


def main() -> None:
    """Entry point: the arguments are the parent's process id and the steps to make, in order."""
    _die_with(int(sys.argv[1]))
    gc.disable()  # rows hold no cycles, and looking for them takes a third of the time
    job = Job.from_json(json.loads(sys.stdin.readline()))
    os.environ["SQLITE_TMPDIR"] = str(job.folder)  # sorting takes room where the replica takes it
    try:
        for step in sys.argv[2:]:
            start = time.perf_counter()
            tallies = STEPS[step](job, Telling())
            seconds = round(time.perf_counter() - start, 3)
            _say(made=step, seconds=seconds, tallies=[tally.as_json() for tally in tallies])
    except Exception as error:
        _say(error=_described(error))
        sys.exit(1)


class Telling:
    """Tells the parent how far it is, some times a second."""

    def __init__(self) -> None:
        self._bytes: dict[str, int] = {}
        self._told = 0.0

    def __call__(self, table: str, read: int) -> None:
        """So many bytes more."""
        self._bytes[table] = self._bytes.get(table, 0) + read
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            _say(read=self._bytes)
            self._bytes = {}


def _described(error: Exception) -> dict[str, Any]:
    if isinstance(error, Rejected):
        return {"code": error.code, "message": error.message, "detail": error.detail}
    if full_disk(error):
        return {"code": "kbo_disk_full", "message": None, "detail": type(error).__name__}
    if isinstance(error, MemoryError):
        return {"code": "kbo_import_died", "message": None, "detail": "out of memory"}
    raise error


def _say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _die_with(parent: int) -> None:
    """End when the parent ends, also by SIGKILL (the kernel's promise on Linux); Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the promise was made
        os._exit(0)
