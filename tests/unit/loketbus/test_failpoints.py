from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

PROGRAM = "from loketbus.failpoints import reach\nfor n in range(3): reach('b'); reach('a'); print(n)"


@pytest.mark.parametrize(
    ("kill_at", "printed"), [(None, 3), ("c", 3), ("a", 0), ("a:1", 0), ("a:3", 2), ("a:4", 3), ("b:2", 1)]
)
def test_it_ends_there_and_nowhere_else(kill_at: str | None, printed: int) -> None:
    environment = os.environ | ({} if kill_at is None else {"LOKETBUS_TEST_KILL_AT": kill_at})
    done = subprocess.run(
        [sys.executable, "-u", "-c", PROGRAM], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(n) for n in range(printed)]
    assert done.returncode == (0 if printed == 3 else -signal.SIGKILL)
