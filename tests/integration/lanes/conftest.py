"""A house of lanes on both databases, and an outside system."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.lane_house import LaneHouse, lane_house
from tests.support.outside import Outside, outside


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[LaneHouse]:
    async with lane_house(f"sqlite:///{tmp_path / 'ledger.db'}") as made:
        yield made


@pytest.fixture
async def any_house(database_url: str) -> AsyncIterator[LaneHouse]:
    """On both databases, for what their locks or their SQL decide."""
    async with lane_house(database_url) as made:
        yield made


@pytest.fixture
async def remote() -> AsyncIterator[Outside]:
    async with outside() as made:
        yield made
