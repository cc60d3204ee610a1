"""What `loketbus mail reconcile` shows of a report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from loketbus.cli import output
from services.mail_ingest import cli_mailbox
from services.mail_ingest.comparison import FolderReport, Report


class Service:
    """Answers with one report."""

    def __init__(self, report: Report) -> None:
        self._report = report

    def post_and_wait(self, path: str) -> dict[str, Any]:
        assert path == "/mailbox/reconcile"
        return self._report.as_dict()


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> str:
    inbox = FolderReport("inbox", "Postvak IN", "inbox", listed=9, known=5, missing=3, repaired=2, quarantined=1)
    inbox.vanished = 1
    sent = FolderReport("sentitems", "Verzonden items", "sentitems", problem="folder_denied")
    sent.explanation = "Deze map mag niet gelezen worden."
    report = Report(datetime(2026, 11, 20, tzinfo=UTC), "ews", [inbox, sent])
    monkeypatch.setattr(cli_mailbox, "_client", lambda: Service(report))
    monkeypatch.setattr(output, "console", Console(width=200))
    said = CliRunner().invoke(cli_mailbox.mail, ["reconcile"])
    assert said.exit_code == 0, said.output
    return said.output


def row(shown: str, first: str) -> list[str]:
    [line] = [line for line in shown.splitlines() if first in line and "│" in line]
    return [cell.strip() for cell in line.strip("│ ").split("│")]


def test_what_is_listed_is_accounted_for(shown: str) -> None:
    assert row(shown, "Postvak IN")[1:5] == ["9", "5", "3", "1"], "known, missing, and gone when asked for"
    assert row(shown, "samen")[1:8] == ["9", "5", "3", "1", "2", "1", "0"]


def test_what_could_not_be_listed_is_said_in_words(shown: str) -> None:
    assert row(shown, "Verzonden items")[-1] == "Deze map mag niet gelezen worden."
    assert "folder_denied" not in shown
    assert "Niet elke map kon gelezen worden" in shown
