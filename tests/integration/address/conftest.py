"""address on SQLite and PostgreSQL, without a register until a test loads one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.address_service import AddressHouse


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[AddressHouse]:
    """address on SQLite."""
    async with AddressHouse(tmp_path, None) as house:
        yield house


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def address_on_both(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[AddressHouse]:
    """address on SQLite and on PostgreSQL."""
    database = str(request.getfixturevalue("postgres_database")) if request.param == "postgres" else None
    async with AddressHouse(tmp_path, database) as house:
        yield house
