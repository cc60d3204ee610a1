"""A ledger with the schema of kbo, empty at the start of each test; a clock that a test turns; VKBO."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, make_url

import services.kbo
from loketbus.ledger import Ledger, migrate, open_ledger
from loketbus.ledger import tables as bus
from services.kbo.store import tables
from simulators.vkbo import VkboSimulator
from tests.integration.kbo.second_source.rows import ELSEWHERE, GONE, HERE, STOPPED, unit_of, vme
from tests.support import postgres

MIGRATIONS = Path(services.kbo.__file__).parent / "migrations"


@dataclass
class Time:
    """Stands still until it is turned."""

    moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        """As `timedelta` takes it."""
        self.moment += timedelta(**by)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def vkbo() -> Iterator[VkboSimulator]:
    """With one who goes on, one who stopped, and one with its seat elsewhere."""
    with VkboSimulator(run_as="thread") as running:
        for row in (vme(HERE), vme(GONE, **STOPPED), unit_of(ELSEWHERE)):
            running.control.put(**row)
        yield running


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def open_book(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """On SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_url")
            url = make_url(stack.enter_context(postgres.fresh_database(server)))
        else:
            url = make_url(f"sqlite:///{tmp_path_factory.mktemp('book') / 'ledger.db'}")
        opened = open_ledger(url, "kbo")
        stack.callback(opened.close)
        migrate(opened, MIGRATIONS)
        yield opened


@pytest.fixture
def ledger(open_book: Ledger) -> Ledger:
    """Empty."""

    def empty(connection: Connection) -> None:
        for table in (*reversed(tables.metadata.sorted_tables), bus.outbox, bus.lane, bus.job, bus.lease):
            connection.execute(delete(table))

    open_book.write_sync(empty)
    return open_book
