"""mail_ingest as a process of its own (`loketbus run mail_ingest`), and what it left behind: ledger, blobs, topics."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from loketbus_contracts import MAIL_RECEIVED, QUEUE_ITEM
from loketbus_contracts.topics import Topic

from loketbus import topics
from loketbus.settings import BusSettings
from simulators.ews import EwsSimulator
from simulators.graph import GraphSimulator
from tests.support.kafka_tools import Read, read_all
from tests.support.mailboxes import AtEws, AtGraph, Outside
from tests.support.polling import wait_until
from tests.support.shared import REPOSITORY

T = TypeVar("T")

PAGE_SIZE = 5
START_SECONDS = 60.0
KILLED_SECONDS = 60.0


@dataclass(slots=True)
class MailService:
    """The service beside its mailbox; `environment` adds to or overrides its settings."""

    var: Path
    kafka: str
    topic_prefix: str
    outside: Outside
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def spawn(self, *, kill_at: str | None = None) -> subprocess.Popen[bytes]:
        """Start the process; with `kill_at` it SIGKILLs itself at that failpoint."""
        assert self.process is None
        self.var.mkdir(parents=True, exist_ok=True)
        self._address.unlink(missing_ok=True)
        environment = self.settings | ({} if kill_at is None else {"LOKETBUS_TEST_KILL_AT": kill_at})
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "loketbus", "run", "mail_ingest", "--port", "0"],
                cwd=REPOSITORY,
                env=os.environ | environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self.process

    async def start(self) -> None:
        """Start it and wait until it answers."""
        process = self.spawn()

        def answers() -> bool:
            assert process.poll() is None, f"it ended with {process.returncode}: {self.last_words()}"
            return self._address.exists()

        await wait_until(answers, START_SECONDS, what="mail_ingest answers")

    async def die_at(self, point: str) -> None:
        """Start it and wait until it killed itself at `point`."""
        process = self.spawn(kill_at=point)
        await wait_until(lambda: process.poll() is not None, KILLED_SECONDS, what=f"killed at {point}")
        assert process.returncode == -signal.SIGKILL, f"{point}: {process.returncode}: {self.last_words()}"
        self.process = None

    async def stop(self) -> int:
        """SIGTERM; the exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """SIGKILL."""
        await self._end(signal.SIGKILL)

    def discard(self) -> None:
        """End it in whatever state it is, at the end of a test."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    async def _end(self, number: signal.Signals) -> int:
        process = self.process
        assert process is not None
        process.send_signal(number)
        await wait_until(lambda: process.poll() is not None, what=f"ended after {number.name}")
        self.process = None
        return process.returncode

    @property
    def ews(self) -> EwsSimulator:
        """The Exchange simulator behind which its mailbox is."""
        assert isinstance(self.outside, AtEws)
        return self.outside.simulator

    # --- what it says -----------------------------------------------------------------------------------------------

    @property
    def settings(self) -> dict[str, str]:
        """Its environment."""
        return {
            "LOKETBUS_PROFILE": "demo",
            "LOKETBUS_VAR": str(self.var),
            "LOKETBUS_KAFKA": self.kafka,
            "LOKETBUS_TOPIC_PREFIX": self.topic_prefix,
            **self.outside.environment,
            "LOKETBUS_MAIL_POLL_SECONDS": "0.1",
            "LOKETBUS_MAIL_PAGE_SIZE": str(PAGE_SIZE),
            **self.environment,
        }

    @property
    def token(self) -> str:
        """The demo's own, with every role."""
        return (self.var / "operator.token").read_text().strip()

    def http(self) -> httpx.AsyncClient:
        """A client with every role."""
        url = json.loads(self._address.read_text())["url"]
        return httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30)

    async def get(self, path: str, **query: Any) -> Any:
        """GET as JSON, whatever the status."""
        async with self.http() as client:
            return (await client.get(path, params=query)).json()

    async def until_ready(self, wanted: bool = True) -> dict[str, Any]:
        """Wait until `/ready` says so; its whole answer."""

        async def answer() -> dict[str, Any] | None:
            said: dict[str, Any] = await self.get("/ready")
            return said if said["ready"] is wanted else None

        said = await wait_until(answer, START_SECONDS, what=f"ready is {wanted}")
        assert said is not None
        return said

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.var / "output.log"

    def last_words(self) -> str:
        """The end of what it printed."""
        return self.log.read_text(errors="replace")[-3000:]

    @property
    def _address(self) -> Path:
        return self.var / "mail_ingest" / "http.json"

    # --- what it left -----------------------------------------------------------------------------------------------

    @property
    def ledger(self) -> Path:
        """The SQLite file."""
        return self.var / "mail_ingest" / "ledger.db"

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Ask the ledger beside whoever writes it."""
        with closing(sqlite3.connect(f"file:{self.ledger}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def has_blob(self, sha256: str) -> bool:
        """Is the file there?"""
        return (self.var / "blobs" / "mail_ingest" / sha256[:2] / sha256[2:4] / sha256).is_file()

    def count(self, table: str) -> int:
        """Rows of a table; 0 before there is one."""
        try:
            return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])
        except sqlite3.OperationalError:
            return 0

    def unpublished(self) -> int:
        """Rows that wait in the outbox."""
        return int(self.rows("SELECT count(*) FROM outbox WHERE published_at IS NULL")[0][0])

    async def settle(self, mails: int, timeout_seconds: float = 60.0) -> None:
        """Wait until so many mails are in the ledger and all that was to be said is on Kafka."""
        await self.until(lambda: self.count("mail") >= mails, f"{mails} mails in the ledger", timeout_seconds)
        await self.until(lambda: self.unpublished() == 0, "the outbox is empty", timeout_seconds)

    async def until(self, condition: Callable[[], T], what: str, timeout_seconds: float = 60.0) -> T:
        """Wait for something while the process lives."""

        def holds() -> T:
            assert self.process is not None
            assert self.process.poll() is None, f"it ended with {self.process.returncode}: {self.last_words()}"
            return condition()

        return await wait_until(holds, timeout_seconds, what=what)

    async def read(self, topic: Topic[Any]) -> list[Read]:
        """A topic of this test, committed records only."""
        return await read_all(self.kafka, self.topic_prefix + topic.name)


@pytest.fixture
async def service(
    kafka: str, topic_prefix: str, tmp_path: Path, ews_process: EwsSimulator
) -> AsyncIterator[MailService]:
    """Not started yet; its topics exist, its mailbox (the fixture `ews_process`) is empty."""
    var = tmp_path / "var"
    await topics.apply(BusSettings(kafka=kafka, topic_prefix=topic_prefix, var=var))
    running = MailService(var, kafka, topic_prefix, AtEws(ews_process))
    yield running
    running.discard()


@pytest.fixture
async def at_graph(
    kafka: str, topic_prefix: str, tmp_path: Path, graph_process: GraphSimulator
) -> AsyncIterator[MailService]:
    """As `service`, with its mailbox behind the Graph simulator (the fixture `graph_process`)."""
    var = tmp_path / "var"
    await topics.apply(BusSettings(kafka=kafka, topic_prefix=topic_prefix, var=var))
    running = MailService(var, kafka, topic_prefix, AtGraph(graph_process))
    yield running
    running.discard()


def one_content_per_id(records: list[Read]) -> dict[bytes, dict[str, Any]]:
    """Event id -> value; the same id twice must be the same record, byte for byte."""
    contents: dict[bytes, set[Any]] = defaultdict(set)
    values = {}
    for record in records:
        event_id = record.header("ce_id")
        assert event_id is not None
        contents[event_id].add((record.key, record.value, record.headers))
        values[event_id] = json.loads(record.value or b"null")
    assert [event_id for event_id, seen in contents.items() if len(seen) > 1] == []
    return values


async def assert_whole(service: MailService) -> None:
    """The mailbox, the ledger, the blob store and the topics say the same; call it when the service has settled."""
    outside = service.outside
    mails = dict(service.rows("SELECT mail, message_id FROM mail"))
    assert sorted(mails.values()) == outside.message_ids()
    adapter = outside.environment["LOKETBUS_MAIL_ADAPTER"]
    places = service.rows("SELECT provider_id, mail, quarantine FROM mailbox_place WHERE provider = ?", adapter)
    ids = outside.ids()
    assert sorted(place[0] for place in places) == sorted(ids) if ids is not None else len(places) == len(mails)
    assert {(place[1] in mails, place[2]) for place in places} == {(True, None)}
    assert sorted(row[0] for row in service.rows("SELECT mail FROM queue_item")) == sorted(mails)
    referenced = {row[0] for row in service.rows("SELECT sha256 FROM blob_ref")}
    assert [sha256 for sha256 in referenced if not service.has_blob(sha256)] == []
    received, items = await asyncio.gather(service.read(MAIL_RECEIVED), service.read(QUEUE_ITEM))
    assert sorted(value["mail"] for value in one_content_per_id(received).values()) == sorted(mails)
    assert {value["mail"] for value in one_content_per_id(items).values()} == set(mails)
    assert service.count("effect") == 0
