"""`loketbus up --profile demo`, as `make run` starts it: it shows a queue that fills, stops clean, and starts again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from loketbus.kafka_node import LocalKafka
from tests.support import nodes
from tests.support.command import loketbus
from tests.support.polling import wait_until
from tests.support.shared import REPOSITORY

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]

UP_SECONDS = 100.0


class Demo:
    """The command in a process group of its own, as in a terminal."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.output = var / "up.log"
        self.process: subprocess.Popen[bytes] | None = None

    async def up(self) -> subprocess.Popen[bytes]:
        process = self.spawn()

        def running() -> bool:
            assert process.poll() is None, self.said()
            return "Alles draait" in self.said()

        await wait_until(running, UP_SECONDS, what="everything runs")
        return process

    def spawn(self) -> subprocess.Popen[bytes]:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "loketbus", "up", "--profile", "demo"],
                cwd=REPOSITORY,
                env=os.environ | {"LOKETBUS_VAR": str(self.var), "LOKETBUS_PORT": "0"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self.process

    def said(self) -> str:
        return self.output.read_text()

    def mails(self) -> list[str]:
        """Message-IDs in the ledger, one for each mail that has one."""
        path = self.var / "mail_ingest" / "ledger.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as ledger:
            return [row[0] for row in ledger.execute("SELECT message_id FROM mail WHERE message_id IS NOT NULL")]

    def sent_by_the_world(self) -> Counter[str]:
        manifest = json.loads((self.var / "demo" / "mail_ingest" / "mails" / "manifest.json").read_text())
        return Counter(entry["message_id"] for entry in manifest["entries"] if entry["folder"] == "inbox")


@pytest.fixture
def demo(tmp_path: Path, kafka_folder: Path) -> Iterator[Demo]:
    var = tmp_path / "var"
    var.mkdir()
    kafka_folder.mkdir()
    (var / "kafka").symlink_to(kafka_folder)
    (kafka_folder / "lib").symlink_to(nodes.library())
    running = Demo(var)
    yield running
    if running.process is not None and running.process.poll() is None:
        running.process.kill()
        running.process.wait()


async def test_it_shows_mail_stops_clean_and_doubles_nothing_at_the_next_start(demo: Demo) -> None:
    up = await demo.up()
    started = [*psutil.Process(up.pid).children(recursive=True), _kafka(demo)]
    assert {"loketbus", "simulators.ews", "kafka.Kafka"} <= {word for one in started for word in one.cmdline()}
    assert "#token=lbt_" in demo.said()

    await wait_until(lambda: len(demo.mails()) > 100, 60, what="the mails of the start")
    people = await _list(demo)
    assert len(people) > 50
    assert not any(item["automatic"] for item in people)
    assert {item["klantenreis"] is None for item in people} == {True, False}
    automatic = await _list(demo, "--automatic")
    assert all(item["automatic"] for item in automatic)
    assert automatic
    before = set(demo.mails())

    await _interrupt(demo)
    assert [one for one in started if _runs(one)] == []

    up = await demo.up()
    await wait_until(lambda: len(demo.mails()) > len(before) + 1, 60, what="the mailbox goes on where it was")
    now = Counter(demo.mails())
    assert before <= now.keys()
    assert now <= demo.sent_by_the_world()

    # Killed, it cannot stop them: they end with it by themselves (Kafka stays, for the next start).
    kafka = _kafka(demo)
    children = [one for one in psutil.Process(up.pid).children(recursive=True) if one != kafka]
    assert len(children) >= 2
    up.kill()
    await wait_until(lambda: not any(map(_runs, children)), 60, what="services and simulators ended")


async def test_ctrl_c_while_it_starts(demo: Demo) -> None:
    demo.spawn()
    await wait_until(lambda: "Kafka starten" in demo.said(), 60, what="it starts Kafka")
    await _interrupt(demo)
    assert not LocalKafka(demo.var / "kafka").status().running
    assert "Alles draait" not in demo.said()


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def _list(demo: Demo, *options: str) -> list[dict[str, object]]:
    said = await loketbus("queue", "list", "--json", "--limit", "500", *options, var=demo.var)
    assert said.code == 0, said.err
    items: list[dict[str, object]] = said.json
    return items


async def _interrupt(demo: Demo) -> None:
    """Ctrl-C in a terminal reaches the whole process group."""
    process = demo.process
    assert process is not None
    os.killpg(process.pid, signal.SIGINT)
    await wait_until(lambda: process.poll() is not None, 60, what="up ended")
    assert process.returncode == 0, demo.said()


def _kafka(demo: Demo) -> psutil.Process:
    pid = LocalKafka(demo.var / "kafka").status().pid
    assert pid is not None
    return psutil.Process(pid)
