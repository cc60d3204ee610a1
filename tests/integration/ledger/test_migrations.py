"""The migrations make exactly the tables that the code declares, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from loketbus.errors import OutsideUnavailable
from loketbus.ledger import Ledger, migrate
from loketbus.ledger.tables import lease, metadata

SERVICE_MIGRATION = '''
"""A service's first."""
import sqlalchemy as sa
from alembic import op
revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
def upgrade() -> None:
    op.create_table("own", sa.Column("id", sa.Integer(), primary_key=True))
'''


def differences(connection: Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True, "include_object": _ours}
    found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    # What a column means stands in the code; the database needs no copy of it.
    return [one for one in found if not (isinstance(one, list) and all(part[0] == "modify_comment" for part in one))]


def _ours(thing: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    return not (kind == "table" and name == "bus_version")


def test_migrations_are_the_tables(open_: Callable[[], Ledger]) -> None:
    ledger = open_()
    migrate(ledger)
    assert ledger.read_sync(differences) == []


def test_migrations_make_the_very_same_indexes(open_: Callable[[], Ledger]) -> None:
    """Alembic does not compare the condition of a partial index; the database tells it."""
    ledger = open_()
    migrate(ledger)
    migrated = ledger.read_sync(indexes)

    def again(connection: Connection) -> dict[str, str]:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        return indexes(connection)

    declared = ledger.write_sync(again)
    assert migrated == declared
    assert any("blocks" in definition.lower().split("where")[-1] for definition in declared.values())


def indexes(connection: Connection) -> dict[str, str]:
    """Name -> definition, as the database has it."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        query = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    rows = connection.execute(text(query)).all()
    return {name: " ".join(sql.split()) for name, sql in rows if not name.endswith("_version_pkc")}


def test_migrating_again_changes_nothing(open_: Callable[[], Ledger]) -> None:
    ledger = open_()
    migrate(ledger)
    at = datetime(2026, 11, 20, 9, 0, 0, 123456, tzinfo=UTC)
    ledger.write_sync(lambda c: c.execute(lease.insert().values(name="x", holder="me", fence=1, expires_at=at)))
    migrate(ledger)
    assert ledger.read_sync(lambda c: c.execute(select(lease.c.expires_at)).scalar_one()) == at


def test_a_service_has_a_history_of_its_own(open_: Callable[[], Ledger], tmp_path: Path) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_own.py").write_text(SERVICE_MIGRATION)
    ledger = open_()
    migrate(ledger, tmp_path / "migrations")
    migrate(ledger, tmp_path / "migrations")
    names = ledger.read_sync(lambda connection: set(inspect(connection).get_table_names()))
    assert {"own", "bus_version", "service_version", "inbox"} <= names


def test_a_ledger_of_a_newer_release_is_refused_and_left_alone(open_: Callable[[], Ledger]) -> None:
    ledger = open_()
    migrate(ledger)
    ledger.write_sync(lambda connection: connection.execute(text("UPDATE bus_version SET version_num = '9999'")))
    with pytest.raises(OutsideUnavailable, match="nieuwere versie"):
        migrate(ledger)
    assert ledger.read_sync(lambda c: c.execute(text("SELECT version_num FROM bus_version")).scalar_one()) == "9999"


def test_a_migration_that_fails_leaves_nothing_half_done(open_: Callable[[], Ledger], tmp_path: Path) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_own.py").write_text(SERVICE_MIGRATION + '    raise RuntimeError("stop")\n')
    ledger = open_()
    with pytest.raises(RuntimeError, match="stop"):
        migrate(ledger, tmp_path / "migrations")
    assert ledger.read_sync(lambda connection: inspect(connection).get_table_names()) == []


def test_an_instant_without_a_zone_is_refused(open_: Callable[[], Ledger]) -> None:
    ledger = open_()
    migrate(ledger)
    naive = datetime(2026, 11, 20)
    with pytest.raises(Exception, match="offset-naive"):
        ledger.write_sync(lambda c: c.execute(lease.insert().values(name="x", holder="me", fence=1, expires_at=naive)))
