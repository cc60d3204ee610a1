"""One service for all xdist workers of a run, which dies with the last of them, also when the run is interrupted.

A keeper process (`tests.support.keeper`) starts the service and waits for an exclusive lock on `users`; every worker
holds a shared lock on it for as long as it lives. The kernel drops the lock of a worker that dies in whatever way, so
nothing has to be counted and nothing is left behind.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from io import TextIOWrapper
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
START_DEADLINE_SECONDS = 110.0
POLL_SECONDS = 0.02

# Kept for the life of this process: the locks it holds, and the keepers it must not report as forgotten children.
_HELD: dict[Path, TextIOWrapper] = {}
_KEEPERS: list[subprocess.Popen[bytes]] = []


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """The temporary folder that all workers of this run share."""
    base = factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


def share(kind: str, folder: Path) -> str:
    """The address of the service `kind` (see keeper.SERVICES) kept in `folder`, started by whoever comes first."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "start.lock").open("w") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX)
        _hold(folder / "users")
        state = folder / "state.json"
        if not state.exists():
            _keep(kind, folder, state)
        answer = json.loads(state.read_text())
    if "error" in answer:
        pytest.fail(answer["error"], pytrace=False)
    return str(answer["address"])


def _hold(users: Path) -> None:
    if users not in _HELD:
        stream = users.open("a+")
        fcntl.lockf(stream, fcntl.LOCK_SH)
        _HELD[users] = stream


def _keep(kind: str, folder: Path, state: Path) -> None:
    log = folder / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", kind, str(folder)],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,  # a Ctrl-C of the run must not reach it: it has the cleaning up to do
        )
    _KEEPERS.append(keeper)
    deadline = time.monotonic() + START_DEADLINE_SECONDS
    while not state.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"{kind} did not start:\n{log.read_text(errors='replace')[-3000:]}", pytrace=False)
        time.sleep(POLL_SECONDS)
