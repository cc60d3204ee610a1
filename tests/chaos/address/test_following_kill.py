"""Killed while it compares: every change is told, once, in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from loketbus_contracts import ADDRESS_CHANGED

from services.address.app import FOLLOWING
from tests.integration.address.followed import ALL, follow, told
from tests.support.address_service import HOUSE, AddressHouse
from tests.support.matrix import WHOLE_MATRIX
from tests.support.shared import REPOSITORY

SECONDS = 30
# Three batches of two; inside the transaction, and between two.
POINTS = ["address.following.compared:2", "address.following.told:1"]
if WHOLE_MATRIX:
    POINTS = [f"address.following.{point}:{nth}" for point in ("compared", "told") for nth in (1, 2, 3)]
LATER = "2026-08-03T10:00:00+02:00"


def run(var: Path, kill_at: str | None = None) -> int:
    """The job in a process of its own; its exit code."""
    environment = os.environ | ({} if kill_at is None else {"LOKETBUS_TEST_KILL_AT": kill_at})
    command = [sys.executable, "-m", "tests.chaos.address.following_process", str(var)]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, timeout=SECONDS, check=False).returncode


async def prepare(var: Path) -> None:
    """Everything is followed, and then gets another postcode."""
    async with AddressHouse(var, None) as house:
        house.load()
        await follow(house, *ALL)
        await house.run(FOLLOWING)
        with house.feed(*ALL) as db:
            db.execute("UPDATE address SET postcode = 2801")


@pytest.mark.parametrize("point", POINTS)
async def test_killed_and_started_again(tmp_path: Path, point: str) -> None:
    await prepare(tmp_path)
    assert run(tmp_path, point) == -signal.SIGKILL
    assert run(tmp_path) == 0
    async with AddressHouse(tmp_path, None) as house:
        assert sorted(told(house)) == [(one, ["postcode"]) for one in sorted(ALL)]
        assert len({row.event_id for row in house.sent(ADDRESS_CHANGED)}) == len(ALL)


async def test_killed_and_going_on_after_the_next_change(tmp_path: Path) -> None:
    await prepare(tmp_path)
    assert run(tmp_path, "address.following.told:1") == -signal.SIGKILL
    async with AddressHouse(tmp_path, None) as house:
        with house.feed(*ALL, at=LATER) as db:
            db.execute("UPDATE address SET postcode = 2811")
    assert run(tmp_path) == 0
    async with AddressHouse(tmp_path, None) as house:
        events = [one for one in house.told(ADDRESS_CHANGED) if one["address_id"] == str(HOUSE)]
        ways = [(each["before"], each["after"]) for one in events for each in one["changes"]]
        assert ways == [("2800", "2801"), ("2801", "2811")]  # it was in the first batch
        assert [one["revision"] for one in events] == sorted({one["revision"] for one in events})
        others = [one for one in house.told(ADDRESS_CHANGED) if one["address_id"] != str(HOUSE)]
        assert {one["address"]["postcode"] for one in others} >= {"2811"}
