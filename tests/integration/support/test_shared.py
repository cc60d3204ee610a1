"""Shared services: one for all users, and gone after the last, however it ended."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support.polling import wait_until
from tests.support.postgres import SCHEME
from tests.support.shared import REPOSITORY

USER = """
import sys
from pathlib import Path
from tests.support.shared import share
print(share(sys.argv[1], Path(sys.argv[2])), flush=True)
sys.stdin.read()
"""

StartUser = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def start_user(tmp_path: Path) -> Iterator[StartUser]:
    """Start a process that uses a service until its stdin is closed or it is killed, and prints the address first."""
    started: list[subprocess.Popen[str]] = []

    def start(kind: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", USER, kind, str(tmp_path / kind)]
        started.append(
            subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _address(user: "subprocess.Popen[str]") -> str:
    assert user.stdout is not None
    return user.stdout.readline().strip()


@pytest.mark.postgres
async def test_the_service_lives_until_its_last_user_is_killed(start_user: StartUser, tmp_path: Path) -> None:
    first, second = start_user("postgres"), start_user("postgres")
    address = _address(first)
    assert address == _address(second)
    first.kill()
    first.wait()
    psycopg.connect(address.replace(SCHEME, "postgresql://")).close()

    second.kill()
    await wait_until(lambda: not (tmp_path / "postgres" / "state.json").exists(), what="PostgreSQL is gone")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address.replace(SCHEME, "postgresql://"))


@pytest.mark.kafka
async def test_a_killed_run_leaves_no_node_behind(start_user: StartUser, tmp_path: Path) -> None:
    user = start_user("kafka-local")
    assert _address(user).startswith("127.0.0.1:")
    assert (tmp_path / "kafka-local" / "node" / "process.json").exists()
    user.kill()
    await wait_until(lambda: not (tmp_path / "kafka-local" / "node").exists(), what="the node and its data are gone")


def test_an_empty_database_for_each_test(database_url: str, tmp_path: Path) -> None:
    assert database_url.startswith((SCHEME, f"sqlite:///{tmp_path}"))
