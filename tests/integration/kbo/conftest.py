"""A made-up register and its updates, and kbo on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.kbo_service import KboHouse, registers


@pytest.fixture(scope="session")
def made_registers(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """A register after its Full and after each update, by extract."""
    return registers(tmp_path_factory.mktemp("kbo"))


@pytest.fixture
async def kbo(tmp_path: Path, made_registers: dict[int, Path]) -> AsyncIterator[KboHouse]:
    """kbo on SQLite, without a register."""
    async with KboHouse(tmp_path, None, made_registers) as house:
        yield house


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def kbo_on_both(
    request: pytest.FixtureRequest, tmp_path: Path, made_registers: dict[int, Path]
) -> AsyncIterator[KboHouse]:
    """kbo on SQLite and on PostgreSQL, without a register."""
    database = str(request.getfixturevalue("postgres_database")) if request.param == "postgres" else None
    async with KboHouse(tmp_path, database, made_registers) as house:
        yield house
