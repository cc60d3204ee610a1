"""An open ledger on each database, with a table to write in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import URL, Column, Integer, MetaData, String, Table, make_url

from loketbus.ledger import Ledger, open_ledger

_metadata = MetaData()
note = Table("note", _metadata, Column("id", Integer, primary_key=True), Column("text", String, nullable=False))


@pytest.fixture
def url(database_url: str) -> URL:
    """Where the ledger is."""
    return make_url(database_url)


@pytest.fixture
def open_(url: URL) -> Iterator[Callable[[], Ledger]]:
    """Opens the ledger; everything that was opened is closed afterwards."""
    opened: list[Ledger] = []

    def do() -> Ledger:
        opened.append(open_ledger(url, "example"))
        return opened[-1]

    yield do
    for ledger in opened:
        ledger.close()


@pytest.fixture
def ledger(open_: Callable[[], Ledger]) -> Ledger:
    """An open ledger with an empty table `note`."""
    made = open_()
    made.write_sync(_metadata.create_all)
    return made
