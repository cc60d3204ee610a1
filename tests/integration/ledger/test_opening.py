"""Opening: who may, how it is set up, and what a person reads when it cannot be."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_node._config import pick_port
from loketbus.ledger import Ledger, database_url, migrate, open_ledger
from loketbus.settings import BusSettings
from tests.support.shared import REPOSITORY

OWNER = """
import sys
from sqlalchemy import make_url
from loketbus.ledger import open_ledger
ledger = open_ledger(make_url(sys.argv[1]), "example")
print("open", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_as_long_as_the_first_lives(url: URL, open_: Callable[[], Ledger]) -> None:
    plain = url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", OWNER, plain]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=REPOSITORY) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"open\n"
        if url.get_backend_name() == "sqlite":
            with pytest.raises(OutsideUnavailable, match=f"al in gebruik door proces {owner.pid}; stop dat eerst"):
                open_()
        else:
            open_()
        owner.kill()
    open_()  # a killed process leaves no lock behind


def test_a_write_survives_the_machine(ledger: Ledger) -> None:
    if ledger.is_sqlite:
        names = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
        found = ledger.read_sync(lambda c: {name: c.execute(text(f"PRAGMA {name}")).scalar_one() for name in names})
    else:
        # fsync is the server's; ours is that a frozen writer does not hold up its successor.
        names = {"synchronous_commit": "on", "idle_in_transaction_session_timeout": "5s", "search_path": "example"}
        found = ledger.read_sync(lambda c: {name: c.execute(text(f"SHOW {name}")).scalar_one() for name in names})
    assert found == names


def test_replicas_may_start_at_the_same_moment(url: URL) -> None:
    """PostgreSQL: schema and tables are made by one, the others wait."""
    if url.get_backend_name() == "sqlite":
        pytest.skip("one process only")

    def start(_: int) -> None:
        ledger = open_ledger(url, "example")
        try:
            migrate(ledger)
        finally:
            ledger.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(start, range(6))) == [None] * 6


def test_services_on_one_server_do_not_see_each_other(url: URL) -> None:
    if url.get_backend_name() == "sqlite":
        pytest.skip("one file per service")
    ledgers = [open_ledger(url, name) for name in ("one", "two")]
    try:
        for ledger in ledgers:
            ledger.write_sync(lambda connection: connection.execute(text("CREATE TABLE mine (id integer)")))
    finally:
        for ledger in ledgers:
            ledger.close()


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    url = database_url(BusSettings(var=tmp_path / "var"), "example")
    with pytest.raises(ConfigurationError, match="niet beschrijfbaar"):
        open_ledger(url, "example")


def test_a_server_that_is_not_there_is_one_clear_line_without_its_password() -> None:
    url = URL.create("postgresql+psycopg", "me", "hush", "127.0.0.1", pick_port(), "ledger")
    with pytest.raises(OutsideUnavailable, match="niet bereikbaar") as caught:
        open_ledger(url, "example")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("database", ["no url", "mysql://host/ledger", "sqlite:///x.db"])
def test_a_database_that_is_not_supported_is_one_clear_line(database: str) -> None:
    with pytest.raises(ConfigurationError, match="LOKETBUS_DATABASE"):
        database_url(BusSettings(database=database), "example")
