"""Houses for cases that stop, break and restore them."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, Protocol

import pytest

from tests.bus_suite.databases import DATABASES, MARKS, Base, make_base
from tests.bus_suite.house import House
from tests.bus_suite.letters import Letter, letter
from tests.bus_suite.subject import Subject
from tests.support import postgres


class OpenHouse(Protocol):
    """Makes a house; the options are those of `House`."""

    def __call__(self, **options: Any) -> AbstractAsyncContextManager[House]: ...


class HouseCases:
    """Cases that each have a house of their own."""

    subject: Subject
    databases: tuple[str, ...] = DATABASES

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Each test on each database."""
        if "base" in metafunc.fixturenames:
            suite: type[HouseCases] = metafunc.cls
            kinds = [pytest.param(kind, marks=MARKS[kind]) for kind in suite.databases]
            metafunc.parametrize("base", kinds, indirect=True)

    pytestmark = [pytest.mark.kafka]  # noqa: RUF012 - pytest reads a list

    @pytest.fixture
    def base(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Base]:
        """An empty ledger."""
        server = request.getfixturevalue("postgres_url") if request.param == "postgres" else ""
        with postgres.fresh_database(server) if server else nullcontext() as url:
            yield make_base(request.param, tmp_path / "var", lambda: str(url))

    @pytest.fixture
    def prefix(self) -> str:
        """Of this test's topics and group."""
        return f"life-{secrets.token_hex(4)}."

    @pytest.fixture
    def open_house(self, kafka: str, prefix: str, base: Base) -> OpenHouse:
        @asynccontextmanager
        async def open_(**options: Any) -> AsyncIterator[House]:
            async with House(self.subject, kafka, prefix, base.var, base.url, **options) as house:
                yield house

        return open_

    def many(self, house: House, count: int, keys: int = 5) -> list[Letter]:
        names = [house.key() for _ in range(keys)]
        return [letter(self.subject, names[number % keys], number) for number in range(count)]
