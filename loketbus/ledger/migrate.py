"""Bringing a ledger to today's schema: Alembic, the bus's tables first, then the service's, a version table each."""

from __future__ import annotations

import zlib
from importlib.resources import files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from loketbus.errors import OutsideUnavailable
from loketbus.ledger.core import Ledger

BUS_MIGRATIONS = Path(str(files("loketbus.ledger") / "migrations"))


def migrate(ledger: Ledger, service_migrations: Path | None = None) -> None:
    """Upgrade both histories to their head, once over all replicas (advisory lock on PostgreSQL).

    Raises:
        OutsideUnavailable: the ledger was written by a newer release than this one.
    """
    ledger.write_sync(lambda connection: _migrate(connection, service_migrations))


def _migrate(connection: Connection, service_migrations: Path | None) -> None:
    if connection.dialect.name == "postgresql":
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        connection.execute(
            text("SELECT pg_advisory_xact_lock(:key)"), {"key": zlib.crc32(f"loketbus.{schema}".encode())}
        )
    _upgrade(connection, BUS_MIGRATIONS, "bus_version")
    if service_migrations is not None:
        _upgrade(connection, service_migrations, "service_version")


def _upgrade(connection: Connection, folder: Path, version_table: str) -> None:
    config = Config()
    # The environment is the bus's for every history; only the versions differ.
    config.set_main_option("script_location", str(BUS_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("version_locations", str(folder / "versions").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    current = MigrationContext.configure(connection, opts={"version_table": version_table}).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise OutsideUnavailable(
            "Dit grootboek is geschreven door een nieuwere versie van Loketbus; "
            "installeer die versie of zet een back-up terug."
        )
    config.attributes["connection"] = connection
    config.attributes["version_table"] = version_table
    command.upgrade(config, "head")
