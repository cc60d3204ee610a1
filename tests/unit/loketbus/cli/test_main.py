"""The command as a whole: what it prints where."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from importlib import import_module

import pytest
import structlog
import typer

from loketbus.cli import main
from loketbus.cli.output import print_json


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """`loketbus ask` answers with JSON, and meanwhile we and a library log; afterwards logs are as they were."""
    made = typer.Typer()

    @made.command("ask")
    def ask() -> None:
        structlog.get_logger("services.address").info("asked")
        structlog.get_logger("services.address").warning("not_heard", code="register_away")
        logging.getLogger("aiokafka").error("Unable to connect")
        print_json({"found": True})

    @made.command("other")
    def other() -> None:
        """With one command only typer would take no name."""

    monkeypatch.setattr(import_module("loketbus.cli.main"), "app", made)
    monkeypatch.setattr("loketbus.discovery.command_groups", tuple)
    monkeypatch.setattr(sys, "argv", ["loketbus", "ask"])
    before = list(logging.getLogger().handlers)
    yield
    logging.getLogger().handlers[:] = before
    structlog.reset_defaults()


@pytest.mark.usefixtures("command")
def test_nothing_but_the_answer_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert end.value.code == 0
    assert json.loads(said.out) == {"found": True}
    (line,) = said.err.splitlines()
    assert "not_heard" in line
    assert "code=register_away" in line
