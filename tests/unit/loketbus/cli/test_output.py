from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loketbus.cli import output
from loketbus.cli.main import exit_code
from loketbus.errors import ConfigurationError, OutsideUnavailable, Rejected

HOSTILE = "[/red] [link=http://x.example]klik[/link] [bold]"


def test_a_problem_is_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_problem(f"Pad [var/x] is fout:\n{HOSTILE} " + "lang " * 50)
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert err.startswith(f"Fout: Pad [var/x] is fout: {HOSTILE} lang")


def test_a_citizens_text_is_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table("Wachtrij", ["onderwerp"], [(HOSTILE,), (None,)])
    output.print_fields({"Onderwerp": HOSTILE, "Leeg": None})
    output.print_line(HOSTILE)
    out = capsys.readouterr().out
    assert out.count("[/red]") == 3
    assert "Leeg: -" in out


def test_a_strangers_text_steers_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    hostile = "a\x1b[31m\x9b1mb\x07"
    output.print_table("Wachtrij", ["onderwerp"], [(hostile,)])
    output.print_fields({"Onderwerp": hostile})
    output.print_line(hostile)
    output.print_problem(hostile)
    said = capsys.readouterr()
    assert (said.out + said.err).count("a\ufffd[31m\ufffd1mb\ufffd") == 4
    assert not {"\x1b", "\x9b", "\x07"} & {*said.out, *said.err}


def test_an_empty_table_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    output.print_table("Wachtrij we", ["onderwerp"], [])
    assert capsys.readouterr().out == "Wachtrij we: niets.\n"


@pytest.mark.parametrize(
    ("past", "text"),
    [
        (timedelta(seconds=5), "5 s"),
        (timedelta(minutes=3, seconds=59), "3 min"),
        (timedelta(hours=25), "1 d"),
        (-timedelta(minutes=3, seconds=30), "over 3 min"),
    ],
)
def test_ago(past: timedelta, text: str) -> None:
    # Half a second of room: the clock goes on while the test runs.
    then = datetime.now(UTC) - past - timedelta(seconds=0.5)
    assert output.ago(then) == output.ago(then.isoformat()) == text


def test_ago_of_nothing() -> None:
    assert output.ago(None) == ""


@pytest.mark.parametrize(
    ("error", "code"),
    [(Rejected("x", "Nee."), 1), (ConfigurationError("fout"), 2), (OutsideUnavailable("weg"), 3)],
)
def test_exit_codes(error: Exception, code: int) -> None:
    assert exit_code(error) == code  # type: ignore[arg-type]
