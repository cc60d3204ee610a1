"""The example service's topics and ledger, for processes of its own."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from tests.bus_suite.databases import Base, make_base
from tests.bus_suite.yard import Yard
from tests.support import example, postgres
from tests.support.example_subject import Commands


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
    """An empty ledger."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
    with postgres.fresh_database(server) if server else nullcontext() as url:
        yield make_base(request.param, tmp_path / "var", lambda: str(url))


@pytest.fixture
def postgres_base(tmp_path: Path, postgres_database: str) -> Base:
    """An empty ledger that several processes may share."""
    return make_base("postgres", tmp_path / "var", lambda: postgres_database)


@pytest.fixture
async def yard(base: Base, kafka: str) -> AsyncIterator[Yard]:
    """Topics, and a look in the ledger."""
    async for made in _yard(base, kafka):
        yield made


@pytest.fixture
async def shared_yard(postgres_base: Base, kafka: str) -> AsyncIterator[Yard]:
    """The same, on PostgreSQL only."""
    async for made in _yard(postgres_base, kafka):
        yield made


async def _yard(base: Base, kafka: str) -> AsyncIterator[Yard]:
    made = Yard(Commands(), kafka, f"chaos-{secrets.token_hex(4)}.", base.var, base.url)
    await made.open(example.STATE)
    yield made
    await made.close()
