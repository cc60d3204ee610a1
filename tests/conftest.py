"""Fixtures of every test: a real Kafka, a real PostgreSQL, a clean environment. The work is in `tests/support`."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from loketbus.kafka_node import LocalKafka
from tests.support import nodes, postgres
from tests.support.shared import run_folder, share


def pytest_configure() -> None:
    """Forget an operator's settings, so that no test (nor a process it starts) can touch what they point at."""
    for name in [name for name in os.environ if name.startswith("LOKETBUS_") and not name.startswith("LOKETBUS_TEST_")]:
        del os.environ[name]


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Bootstrap servers of the Kafka that all tests of this run share: use `topic_prefix`, and do not break it."""
    given = os.environ.get("LOKETBUS_TEST_KAFKA")
    if given:
        return given
    kind = "kafka-docker" if nodes.docker_wanted() else "kafka-local"
    return share(kind, run_folder(tmp_path_factory) / "kafka")


@pytest.fixture(scope="session")
def guarded_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this worker; nodes in the folders below it are killed when the worker ends, in whatever way."""
    folder = tmp_path_factory.getbasetemp() / "own-kafka"
    share("kafka-guard", folder)
    return folder


@pytest.fixture
def kafka_folder(guarded_folder: Path) -> Iterator[Path]:
    """A folder for a local node of this test's own; a node that runs there afterwards is killed."""
    folder = guarded_folder / secrets.token_hex(4)
    yield folder
    nodes.local(folder).kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_kafka(kafka_folder: Path) -> LocalKafka:
    """A started local node that this test may stop, kill and freeze."""
    node = nodes.local(kafka_folder)
    node.start()
    return node


@pytest.fixture
def topic_prefix() -> str:
    """A prefix for topics and groups that no other test has."""
    return f"t{secrets.token_hex(4)}."


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """SQLAlchemy URL of the PostgreSQL server that all tests of this run share."""
    given = os.environ.get("LOKETBUS_TEST_POSTGRES")
    return given or share("postgres", run_folder(tmp_path_factory) / "postgres")


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """SQLAlchemy URL of an empty database of this test's own."""
    with postgres.fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """SQLAlchemy URL of an empty database: the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_database"))
    return f"sqlite:///{tmp_path / 'ledger.db'}"
