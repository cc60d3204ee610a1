"""A real PostgreSQL for tests, from Debian's package, with disposable data."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from loketbus.kafka_node._config import pick_port

HOST = "127.0.0.1"
START_DEADLINE_SECONDS = 60.0
INSTALL_DEADLINE_SECONDS = 100.0
SCHEME = "postgresql+psycopg://"

# fsync=off: tests kill processes, not the machine, and what a killed process wrote stays in the page cache.
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "200",
    "shared_buffers": "32MB",
}


@contextmanager
def running(_folder: Path) -> Iterator[str]:
    """SQLAlchemy URL of a new server."""
    programs = find_programs()
    user = _unprivileged_user()
    # Not below pytest's folder: that is closed to other users, and PostgreSQL refuses to run as root.
    with tempfile.TemporaryDirectory(prefix="loketbus-postgres-", ignore_cleanup_errors=True) as name:
        data = Path(name)
        if user is not None:
            shutil.chown(data, user)
        _initdb(programs, data, user)
        with _server(programs, data, user) as port:
            yield f"{SCHEME}postgres@{HOST}:{port}/postgres"


def find_programs() -> Path:
    """The folder with `initdb` and `postgres`, newest version first; as root it is installed when missing.

    Raises:
        FileNotFoundError: one line that says what to do.
    """
    found = _programs()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _programs()
    if found is None:
        raise FileNotFoundError(
            "no PostgreSQL: install Debian's postgresql, or set LOKETBUS_TEST_POSTGRES to a server's URL"
        )
    return found


def _programs() -> Path | None:
    packaged = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    on_path = shutil.which("initdb")
    candidates = packaged or ([Path(on_path).resolve()] if on_path else [])
    return candidates[-1].parent if candidates else None


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"]):
        subprocess.run(command, env=environment, timeout=INSTALL_DEADLINE_SECONDS, check=False)


def _unprivileged_user() -> str | None:
    """Whom to run as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as(user: str | None) -> dict[str, Any]:
    return {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}


def _initdb(programs: Path, data: Path, user: str | None) -> None:
    command: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(command, cwd=data, stdout=subprocess.DEVNULL, check=True, **_as(user))


@contextmanager
def _server(programs: Path, data: Path, user: str | None) -> Iterator[int]:
    port = pick_port()
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with subprocess.Popen(
        [programs / "postgres", "-D", data, "-p", str(port), *options], cwd=data, **_as(user)
    ) as server:
        try:
            _wait(server, port)
            yield port
        finally:
            server.send_signal(signal.SIGINT)  # "fast": ends sessions instead of waiting for them


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_DEADLINE_SECONDS
    while True:
        try:
            psycopg.connect(host=HOST, port=port, user="postgres", dbname="postgres", connect_timeout=5).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """SQLAlchemy URL of a new, empty database on the server; dropped afterwards, whoever is still connected."""
    name = f"t{secrets.token_hex(6)}"
    plain = server_url.replace(SCHEME, "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server_url.rsplit('/', 1)[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
