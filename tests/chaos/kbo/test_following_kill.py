"""Killed while it compares: every change is told, once, in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from loketbus_contracts import ORGANISATION_CHANGED

from services.kbo.app import FOLLOWING
from tests.integration.kbo.test_following import ALL, EXPECTED, follow, told
from tests.support.kbo_service import FIRST, LAST, KboHouse, registers
from tests.support.matrix import WHOLE_MATRIX
from tests.support.shared import REPOSITORY

SECONDS = 30
# Three batches of two; inside the transaction, and between two.
POINTS = ["kbo.following.compared:2", "kbo.following.told:1"]
if WHOLE_MATRIX:
    POINTS = [f"kbo.following.{point}:{nth}" for point in ("compared", "told") for nth in (1, 2, 3)]


@pytest.fixture(scope="module")
def made_registers(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A register after its Full and after each update, by extract."""
    return registers(tmp_path_factory.mktemp("kbo"))


def run(var: Path, kill_at: str | None = None) -> int:
    """The job in a process of its own; its exit code."""
    environment = os.environ | ({} if kill_at is None else {"LOKETBUS_TEST_KILL_AT": kill_at})
    command = [sys.executable, "-m", "tests.chaos.kbo.following_process", str(var)]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, timeout=SECONDS, check=False).returncode


async def prepare(var: Path, made: dict[int, Path], extract: int) -> None:
    """Everybody is followed since the first extract, and the register is at this one."""
    async with KboHouse(var, None, made) as house:
        house.load(FIRST)
        await follow(house, *ALL)
        await house.run(FOLLOWING)
        house.load(extract)


@pytest.mark.parametrize("point", POINTS)
async def test_killed_and_started_again(tmp_path: Path, made_registers: dict[int, Path], point: str) -> None:
    await prepare(tmp_path, made_registers, LAST)
    assert run(tmp_path, point) == -signal.SIGKILL
    assert run(tmp_path) == 0
    async with KboHouse(tmp_path, None, made_registers) as house:
        assert sorted(told(house)) == sorted((number, LAST, what) for number, _, what in EXPECTED)
        assert len({row.event_id for row in house.sent(ORGANISATION_CHANGED)}) == len(EXPECTED)


async def test_killed_at_one_extract_and_going_on_at_the_next(tmp_path: Path, made_registers: dict[int, Path]) -> None:
    await prepare(tmp_path, made_registers, FIRST + 2)
    assert run(tmp_path, "kbo.following.told:1") == -signal.SIGKILL
    async with KboHouse(tmp_path, None, made_registers) as house:
        house.load(LAST)
    assert run(tmp_path) == 0
    async with KboHouse(tmp_path, None, made_registers) as house:
        assert sorted((number, what) for number, _, what in told(house)) == sorted(
            (number, what) for number, _, what in EXPECTED
        )
        extracts = [extract for _, extract, _ in told(house)]
        assert extracts == sorted(extracts)
