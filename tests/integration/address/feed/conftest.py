"""A small town whose feed was begun, and the job that follows it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from loketbus.replicas import current
from services.address.domain.feed_events import REGISTERS, Register
from services.address.feed_job import FeedJob
from services.address.register.applying import Applied, Position, apply_page, position, start
from services.address.register.schema import FILE
from tests.support import address_feed as feed
from tests.support.address_feed import rows
from tests.support.address_feed_source import MemoryFeed, lease
from tests.support.address_register import Town

MARKT, HOUSE, BOX = 100, 200, 201
DOWNLOAD = 4_000


class Replica:
    """A replica, and pages applied to it as the job would."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def begin(self, *, page: int = 1, event: int = 0) -> Replica:
        """All registers from here."""
        for register in REGISTERS:
            start(self.file, register, Position(page, event))
        return self

    def take(self, register: Register, *events: Any, complete: bool = False) -> Applied:
        """What stands on the page that is being read."""
        at = position(self.file, register)
        assert at is not None
        return apply_page(self.file, register, at.page, events, complete)


def town(nis: str = "12025,12040") -> Town:
    """Grote Markt 21 with one box; a download that tells up to which event it goes."""
    made = Town()
    made.meta["nis"] = nis
    made.street("Grote Markt", id=MARKT)
    made.address(MARKT, "21", id=HOUSE)
    made.address(MARKT, "21", "0101", id=BOX)
    for register in REGISTERS:
        made.add("feed", register, 0, 4_000, None)
    return made


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    """Of Mechelen and Willebroek."""
    return Replica(town().save(tmp_path / "register")).begin()


@pytest.fixture
def made(tmp_path: Path) -> Callable[[Town], Replica]:
    """Another one."""
    return lambda rows: Replica(rows.save(tmp_path / "register")).begin()


class Hand:
    """A replica's folder, its feed, its job and a clock."""

    def __init__(self, folder: Path, source: MemoryFeed) -> None:
        self.folder, self.source = folder, source
        self.now = datetime(2026, 8, 3, 12, tzinfo=UTC)
        self.woken = 0
        self.job = FeedJob(source, folder, every_seconds=600, changed=self._wake, now=lambda: self.now)

    def _wake(self) -> None:
        self.woken += 1

    async def round(self, minutes: float = 0) -> list[tuple[str, int]]:
        """A round so many minutes later; which pages it asked for."""
        self.now += timedelta(minutes=minutes)
        self.source.asked.clear()
        await self.job.run(lease())
        return list(self.source.asked)

    @property
    def file(self) -> Path:
        found = current(self.folder)
        assert found is not None
        return found / FILE


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    """Of a feed with two events a page."""
    town().save(tmp_path / "register")
    return Hand(tmp_path / "register", MemoryFeed(page_size=2))


def houses(hand: Hand) -> list[str]:
    """House numbers of the addresses of `many`."""
    return [house for (house,) in rows(hand.file, "SELECT house FROM address WHERE id >= 300 ORDER BY id")]


def many(count: int, after: int = DOWNLOAD) -> list[feed.Event]:
    """New addresses in the Grote Markt, behind the download."""
    return [feed.address(300 + at, MARKT, str(1 + at), id=after + 1 + at) for at in range(count)]
