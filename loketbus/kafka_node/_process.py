"""The node's process: started so that it outlives us, found again by its record, guarded against a reused pid."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from loketbus.kafka_node._layout import Layout

CLOCK_TOLERANCE_SECONDS = 2.0
"""A process's start time is derived from the boot time, which moves a little when the clock is set."""


@dataclass(frozen=True, slots=True)
class Record:
    """What `process.json` holds."""

    pid: int
    started_at: float
    """Unix time, as psutil reports it."""


def spawn(command: list[str], layout: Layout) -> psutil.Process:
    """Start `command` in a session of its own (a Ctrl-C here does not reach it) and record it."""
    console = os.open(layout.console, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    try:
        # Not subprocess.Popen: its object warns when it is dropped before the child ends, and this child outlives us.
        pid = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, console, 1),
                (os.POSIX_SPAWN_DUP2, console, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(console)
    process = psutil.Process(pid)
    write_record(layout.process, Record(pid=pid, started_at=process.create_time()))
    return process


def write_record(path: Path, record: Record) -> None:
    """Write it in one step."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(record)) + "\n")
    partial.replace(path)


def find(layout: Layout) -> psutil.Process | None:
    """The running node of this folder, or None: not started, ended, or its pid now belongs to something else."""
    try:
        record = Record(**json.loads(layout.process.read_text()))
        process = psutil.Process(record.pid)
        return process if _is_ours(process, record, layout) else None
    except (FileNotFoundError, ValueError, TypeError, psutil.Error):
        return None


def _is_ours(process: psutil.Process, record: Record, layout: Layout) -> bool:
    if process.status() == psutil.STATUS_ZOMBIE:
        process.wait(timeout=0)  # ours and not yet reaped
        return False
    same_start = abs(process.create_time() - record.started_at) < CLOCK_TOLERANCE_SECONDS
    command = process.cmdline()
    # Linux shows the command line of a busy JVM as empty now and then (seen on 6.18, 2026-11-21).
    return same_start and (not command or str(layout.properties) in command)


def end(process: psutil.Process, patience_seconds: float) -> bool:
    """SIGTERM, and SIGKILL after `patience_seconds`; True if it had to be killed."""
    try:
        process.resume()  # a frozen process would not see the SIGTERM
        process.terminate()
        process.wait(timeout=patience_seconds)
    except psutil.NoSuchProcess:
        return False
    except psutil.TimeoutExpired:
        kill(process, patience_seconds)
        return True
    return False


def kill(process: psutil.Process, patience_seconds: float) -> None:
    """SIGKILL, and wait until the kernel has taken it away (its port and files are free then)."""
    try:
        process.kill()
        process.wait(timeout=patience_seconds)
    except psutil.NoSuchProcess:
        return


def uptime_seconds(process: psutil.Process) -> float:
    """Since when it runs."""
    return max(0.0, time.time() - float(process.create_time()))
