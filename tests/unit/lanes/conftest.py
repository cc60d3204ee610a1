"""A ledger on SQLite, and a clock that a test turns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url

from loketbus.ledger import Ledger, migrate, open_ledger
from tests.support.polling import wait_until


@dataclass
class Time:
    """Stands still until it is turned."""

    moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    looked_at: int = 0

    def __call__(self) -> datetime:
        self.looked_at += 1
        return self.moment

    def turn(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    async def looked(self) -> None:
        """Wait until it was looked at some more, by whoever runs."""
        enough = self.looked_at + 6
        await wait_until(lambda: self.looked_at > enough, what="somebody looks at the clock")


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    made = open_ledger(make_url(f"sqlite:///{tmp_path / 'ledger.db'}"), "example")
    await asyncio.to_thread(migrate, made)
    yield made
    await asyncio.to_thread(made.close)
