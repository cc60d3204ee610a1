"""The process record: only the very process that was started counts as the node."""

import os
from pathlib import Path

import psutil
import pytest

from loketbus.kafka_node import _process as process
from loketbus.kafka_node._layout import Layout


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


@pytest.fixture
def me() -> process.Record:
    return process.Record(pid=os.getpid(), started_at=psutil.Process().create_time())


@pytest.fixture
def layout_of_me(me: process.Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A layout whose record is this process, which looks as if it had been started with its properties."""
    layout = Layout(tmp_path)
    monkeypatch.setattr(psutil.Process, "cmdline", lambda _self: ["java", "kafka.Kafka", str(layout.properties)])
    process.write_record(layout.process, me)
    return layout


def test_the_recorded_process_is_found(layout_of_me: Layout) -> None:
    found = process.find(layout_of_me)
    assert found is not None
    assert found.pid == os.getpid()


def test_an_unreadable_command_line_leaves_it_to_the_start_time(
    layout_of_me: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(psutil.Process, "cmdline", lambda _self: [])
    assert process.find(layout_of_me) is not None


def test_a_pid_that_was_reused_is_not_the_node(layout_of_me: Layout, me: process.Record) -> None:
    process.write_record(layout_of_me.process, process.Record(me.pid, me.started_at - 60))
    assert process.find(layout_of_me) is None


def test_another_program_is_not_the_node(layout: Layout, me: process.Record) -> None:
    process.write_record(layout.process, me)
    assert process.find(layout) is None


@pytest.mark.parametrize("content", ["", "null", "{}", '{"pid": 1}', '{"pid": "x", "started_at": 0}'])
def test_a_damaged_record_is_no_node(layout: Layout, content: str) -> None:
    layout.process.write_text(content)
    assert process.find(layout) is None


def test_without_a_record_there_is_no_node(layout: Layout) -> None:
    assert process.find(layout) is None
