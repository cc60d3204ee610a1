from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, delete, make_url

from loketbus.ledger import Ledger, migrate, open_ledger
from loketbus.ledger.tables import blob_ref, outbox
from loketbus.ledger.tx import Cause, Tx, flush
from services.mail_ingest.app import service as declared
from services.mail_ingest.store import tables
from tests.support import postgres
from tests.support.matrix import WHOLE_MATRIX

T = TypeVar("T")

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class Book:
    """A ledger with the schema of mail_ingest, and transactions in it that keep what they emitted."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.emitted: list[dict[str, object]] = []
        self._causes = 0

    def write(self, work: Callable[[Tx], T], *, minutes: int = 0) -> T:
        """One transaction, `minutes` past noon."""
        self._causes += 1
        at = NOON + timedelta(minutes=minutes)
        cause = Cause(consumer="test", source="test", id=str(self._causes), at=at, correlation_id="c")

        def run(connection: Connection) -> tuple[T, Tx]:
            tx = Tx(connection, cause, at, "mail_ingest")
            result = work(tx)
            flush(tx.connection, [tx])
            return result, tx

        result, tx = self.ledger.write_sync(run)
        self.emitted += tx.emitted
        return result

    def read(self, work: Callable[..., T], *arguments: object) -> T:
        """Ask the ledger."""
        return self.ledger.read_sync(lambda connection: work(connection, *arguments))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def ledger(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """On SQLite and on PostgreSQL."""
    with ExitStack() as stack:
        if request.param == "postgres":
            server = request.getfixturevalue("postgres_url")
            url = make_url(stack.enter_context(postgres.fresh_database(server)))
        else:
            url = make_url(f"sqlite:///{tmp_path_factory.mktemp('book') / 'ledger.db'}")
        opened = open_ledger(url, "mail_ingest")
        stack.callback(opened.close)
        migrate(opened, declared.migrations)
        yield opened


@pytest.fixture
def long_on_postgres(request: pytest.FixtureRequest) -> None:
    """Half a minute on PostgreSQL: there it runs in `make chaos`."""
    if request.node.callspec.params["ledger"] == "postgres" and not WHOLE_MATRIX:
        pytest.skip("make chaos runs it on PostgreSQL")


@pytest.fixture
def book(ledger: Ledger) -> Book:
    """Empty."""

    def empty(connection: Connection) -> None:
        for table in (*reversed(tables.metadata.sorted_tables), blob_ref, outbox):
            connection.execute(delete(table))

    ledger.write_sync(empty)
    return Book(ledger)
