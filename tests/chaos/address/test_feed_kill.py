"""SIGKILL while a page of the change feed is taken over: each page counts whole or not at all, and none twice."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from services.address.domain.feed_events import REGISTERS
from services.address.feed_job import FeedJob
from tests.chaos.address.feed_process import PAGE
from tests.support import address_feed as feed
from tests.support.address_feed import Event, dump
from tests.support.address_feed_source import MemoryFeed, lease
from tests.support.address_register import Town
from tests.support.shared import REPOSITORY

pytestmark = pytest.mark.chaos

POINTS = {
    "address.feed.event:9": "in the middle of the second page of addresses",
    "address.feed.before_commit:3": "at the end of a page",
    "address.feed.committed:3": "behind a page",
}


def story() -> dict[str, list[Event]]:
    """A street with boxes that lose their building address and find it again; five events a page."""
    houses = [feed.address(300 + at, 100, str(1 + at), id=5_000 + at) for at in range(6)]
    boxes = [feed.address(400 + at, 100, "1", f"{at:04}", id=5_100 + at) for at in range(4)]
    rest = [feed.delete("adressen", 300, id=5_200), feed.address(310, 100, "1", id=5_201)]
    return {"straatnamen": [feed.street(100, "Grote Markt", id=4_900)], "adressen": [*houses, *boxes, *rest]}


def town(folder: Path) -> Path:
    rows = Town()
    for register in REGISTERS:
        rows.add("feed", register, 0, 4_000, None)
    return rows.save(folder)


def found(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows, without the moment of the last round."""
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        places = db.execute("SELECT register, page, event FROM feed ORDER BY register").fetchall()
    return dump(file, ["feed"]) | {"feed": places}


async def test_killed_anywhere_the_next_round_ends_where_it_should(tmp_path: Path) -> None:
    events = tmp_path / "events.json"
    events.write_text(json.dumps(story()), encoding="utf-8")
    never = town(tmp_path / "never")
    await one_round(never.parents[1])
    expected = found(never)
    assert len(expected["address"]) == 10
    assert len(expected["change"]) == 1 + 6 + 4 + 2 * (1 + 4), "a house that goes or comes touches its four boxes"
    for number, point in enumerate(POINTS):
        file = town(tmp_path / str(number))
        assert killed_at(point, file, events) == -signal.SIGKILL
        assert found(file) != expected
        await one_round(file.parents[1])
        assert found(file) == expected, POINTS[point]


async def one_round(folder: Path) -> None:
    await FeedJob(MemoryFeed(story(), page_size=PAGE), folder, every_seconds=600).run(lease())


def killed_at(point: str, file: Path, events: Path) -> int:
    command = [sys.executable, "-m", "tests.chaos.address.feed_process", str(file), str(events)]
    environment = {**os.environ, "LOKETBUS_TEST_KILL_AT": point}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, timeout=60, stdout=subprocess.DEVNULL).returncode


def test_no_named_point_is_left_out() -> None:
    source = (REPOSITORY / "services" / "address" / "register" / "applying.py").read_text(encoding="utf-8")
    named = set(re.findall(r'reach\("(address\.feed\.\w+)"\)', source))
    assert {point.partition(":")[0] for point in POINTS} == named
