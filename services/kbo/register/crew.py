"""The processes of an import: each step in one of its own, a few side by side, none left when the import ends."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from dataclasses import dataclass
from typing import IO, Any, Protocol

from loketbus.errors import LoketbusError, Rejected
from loketbus.failpoints import reach
from services.kbo.register.job import Job
from services.kbo.register.tally import Tally

COMMAND = "import sys; sys.path[:] = {path!r}; from services.kbo.register.child import main; main()"
PIPE_BYTES = 1 << 16

AFTER: dict[str, set[str]] = {
    "entities": set(),
    "addresses": set(),
    "activities": set(),
    "search": {"entities"},
    "places": {"entities", "addresses"},
}
"""The steps, in the order in which they start when there is a process for them, and which ones each waits for."""
TABLES_OF = {
    "entities": ("code", "enterprise", "establishment", "branch", "denomination"),
    "addresses": ("address", "contact"),
    "activities": ("activity",),
    "search": ("search",),
    "places": ("place",),
}
"""What each step makes."""


class StepFailedError(LoketbusError):
    """A step ended by an error that nobody foresaw."""


class Heard(Protocol):
    """Who is told how far it is. What it raises ends the import."""

    def __call__(self, table: str, read: int) -> None:
        """So many bytes more of a table."""
        ...

    def finish(self, step: str) -> None:
        """A step is done."""
        ...


@dataclass(slots=True)
class _Worker:
    """A process, and the steps that it still has to make."""

    process: subprocess.Popen[bytes]
    steps: list[str]
    rest: bytes = b""
    error: dict[str, Any] | None = None

    @property
    def pipe(self) -> IO[bytes]:
        assert self.process.stdout is not None
        return self.process.stdout


class Crew:
    """At most `jobs` steps at a time; with one job, all of them in one process.

    Args:
        job: for all steps.
        jobs: processes side by side.
        heard: is told.
    """

    def __init__(self, job: Job, jobs: int, heard: Heard) -> None:
        self._job, self._jobs, self._heard = job, jobs, heard
        self._waiting = list(AFTER)
        self._running: list[_Worker] = []
        self._tallies: list[Tally] = []
        self.seconds: dict[str, float] = {}
        """By step that is made."""

    def work(self) -> list[Tally]:
        """All steps; what each counted.

        Raises:
            Rejected: of the step that was refused first; the others are killed.
            StepFailedError: a defect.
        """
        try:
            with selectors.DefaultSelector() as selector:
                self._start_more(selector)
                while self._running:
                    for key, _ in selector.select():
                        self._listen(selector, key.data)
                    self._start_more(selector)
        finally:
            self._kill()
        return self._tallies

    def _start_more(self, selector: selectors.BaseSelector) -> None:
        while len(self._running) < self._jobs and (steps := self._next()):
            worker = _Worker(_start(steps, self._job), steps)
            self._running.append(worker)
            selector.register(worker.pipe, selectors.EVENT_READ, worker)

    def _next(self) -> list[str]:
        """What can be started now."""
        ready = [name for name in self._waiting if self.seconds.keys() >= AFTER[name]]
        chosen = list(self._waiting) if self._jobs == 1 else ready[:1]
        self._waiting = [name for name in self._waiting if name not in chosen]
        return chosen

    def _listen(self, selector: selectors.BaseSelector, worker: _Worker) -> None:
        piece = os.read(worker.pipe.fileno(), PIPE_BYTES)
        if not piece:
            selector.unregister(worker.pipe)
            self._end(worker)
            return
        *lines, worker.rest = (worker.rest + piece).split(b"\n")
        for line in lines:
            self._hear(worker, json.loads(line))

    def _hear(self, worker: _Worker, message: dict[str, Any]) -> None:
        worker.error = message.get("error")
        for table, read in message.get("read", {}).items():
            self._heard(table, read)
            reach("kbo.building")
        if "made" in message:
            name = message["made"]
            worker.steps.remove(name)
            self.seconds[name] = message["seconds"]
            self._tallies += map(Tally.from_json, message["tallies"])
            self._heard.finish(name)
            reach("kbo.step_made")

    def _end(self, worker: _Worker) -> None:
        code = worker.process.wait()
        self._running.remove(worker)
        worker.pipe.close()
        if worker.error is not None:
            raise _refusal(worker.error)
        if code < 0:
            raise _died(f"exit code {code}")
        if code or worker.steps:
            raise StepFailedError(f"{worker.steps[0]}: exit code {code}; its stack is in the log of errors")

    def _kill(self) -> None:
        for worker in self._running:
            worker.process.kill()
        for worker in self._running:
            worker.process.wait()
            worker.pipe.close()


def disk_full(detail: str | None = None) -> Rejected:
    """Nothing more can be written."""
    text = (
        "De schijf is vol of kan niet beschreven worden; het oude register blijft in gebruik. "
        "Maak plaats (een import heeft ongeveer 4 GB nodig) en probeer opnieuw."
    )
    return Rejected("kbo_disk_full", text, detail=detail, audience="ict")


def _refusal(error: dict[str, Any]) -> Rejected:
    if error["code"] == "kbo_disk_full":
        return disk_full(error["detail"])
    if error["code"] == "kbo_import_died":
        return _died(error["detail"])
    return Rejected(error["code"], error["message"], detail=error["detail"], audience="ict")


def _died(detail: str) -> Rejected:
    text = (
        "De import is onverwacht gestopt, wellicht door te weinig geheugen; het oude register blijft in gebruik. "
        "Probeer opnieuw."
    )
    return Rejected("kbo_import_died", text, detail=detail, audience="ict")


def _start(steps: list[str], job: Job) -> subprocess.Popen[bytes]:
    """Ends with the thread that starts it (see `child`)."""
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", COMMAND.format(path=sys.path), str(os.getpid()), *steps],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_environment(),
        start_new_session=True,
    )
    assert process.stdin is not None
    with process.stdin as stdin:
        stdin.write(json.dumps(job.as_json()).encode() + b"\n")
    return process


def _environment() -> dict[str, str]:
    """Ours without our settings: who reads files from outside has no business with passwords."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("LOKETBUS_") or name.startswith("LOKETBUS_TEST_")
    }
