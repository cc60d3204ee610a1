"""Opening the database: SQLite in one file with one writer, or a PostgreSQL schema of the service's own."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import QueuePool

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.settings import BusSettings

_BUSY_TIMEOUT_SECONDS = 10
_FROZEN_WRITER_SECONDS = 5
"""A process that was frozen in a transaction holds the cursors that its successor waits for: PostgreSQL ends it."""


def database_url(settings: BusSettings, service: str) -> URL:
    """The service's database.

    Raises:
        ConfigurationError: the URL cannot be read or names a database we do not support.
    """
    if settings.database is None:
        return URL.create("sqlite", database=str(settings.var / service / "ledger.db"))
    try:
        url = make_url(settings.database)
    except ArgumentError as error:
        raise ConfigurationError(
            "LOKETBUS_DATABASE is geen geldige SQLAlchemy-URL, bijvoorbeeld postgresql://host/databank."
        ) from error
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    raise ConfigurationError(
        f"LOKETBUS_DATABASE: {url.get_backend_name()} wordt niet ondersteund; kies postgresql of laat leeg voor SQLite."
    )


def open_engine(url: URL, service: str) -> Engine:
    """An engine whose every connection is set up for this ledger."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=4,
        pool_pre_ping=True,
        connect_args={
            "options": f"-csearch_path={service} -cidle_in_transaction_session_timeout={_FROZEN_WRITER_SECONDS}s",
            "application_name": f"loketbus-{service}",
        },
    )
    try:
        with engine.begin() as connection:
            # IF NOT EXISTS alone fails when two replicas start at once.
            connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"schema {service}"})
            connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{service}"'))
    except DBAPIError as error:
        raise OutsideUnavailable(
            f"De databank {url.host}:{url.port or 5432} is niet bereikbaar of weigert: {type(error.orig).__name__}."
        ) from error
    return engine


def _open_sqlite(url: URL) -> Engine:
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(path.parent, os.W_OK):
            raise PermissionError(path.parent)
    except OSError as error:
        raise ConfigurationError(f"De map {path.parent} is niet beschrijfbaar (LOKETBUS_VAR).") from error
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=4, max_overflow=4, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:
        # We begin transactions ourselves (BEGIN IMMEDIATE), so the driver must not begin its own.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_TIMEOUT_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")

    return engine


@contextmanager
def sole_owner(url: URL) -> Iterator[None]:
    """Hold an OS lock beside a SQLite ledger, so that a second process is refused.

    PostgreSQL needs none: epochs and leases do it.

    Raises:
        OutsideUnavailable: another process holds the ledger.
    """
    if url.get_backend_name() != "sqlite":
        yield
        return
    path = Path(str(url.database)).with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.open("a+")
    except OSError as error:
        raise ConfigurationError(f"De map {path.parent} is niet beschrijfbaar (LOKETBUS_VAR).") from error
    with lock:
        _take(lock, path)
        yield


def _take(lock: TextIO, path: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.seek(0)
        owner = lock.read().strip() or "?"
        raise OutsideUnavailable(
            f"Het grootboek {path.with_suffix('.db')} is al in gebruik door proces {owner}; stop dat eerst."
        ) from error
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
