"""SIGKILL in the middle of a round of fetching: the next round ends what was begun, whatever lies there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.kbo.register.swapping import replica_state
from simulators.kbo import Spec, write
from tests.support.shared import REPOSITORY

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def drop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Full 140 and Update 141."""
    folder = tmp_path_factory.mktemp("drop")
    write(folder, Spec(scale=0.00005, updates=1), next_full=False)
    return folder


def run(drop: Path, var: Path, kill_at: str | None = None) -> int:
    given = {} if kill_at is None else {"LOKETBUS_TEST_KILL_AT": kill_at}
    command = [sys.executable, "-m", "tests.support.kbo_fetch_process", str(drop), str(var)]
    return subprocess.run(command, cwd=REPOSITORY, env={**os.environ, **given}, timeout=60).returncode


@pytest.mark.parametrize(("point", "extract"), [("kbo.fetched:2", None), ("kbo.after_import", 141)])
def test_killed_and_started_again(drop: Path, tmp_path: Path, point: str, extract: int | None) -> None:
    register, incoming = tmp_path / "kbo" / "register", tmp_path / "kbo" / "incoming"
    assert run(drop, tmp_path, kill_at=point) == -signal.SIGKILL
    state = replica_state(register)
    assert (state and state.extract) == extract
    assert len(list(incoming.glob("*.zip"))) == 2, "killed before what was loaded was removed"

    assert run(drop, tmp_path) == 0
    state = replica_state(register)
    assert state is not None
    assert state.extract == 141
    assert list(incoming.iterdir()) == []
