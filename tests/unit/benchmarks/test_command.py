import io

from rich.console import Console
from typer import Typer
from typer.testing import CliRunner

from benchmarks.__main__ import main, table
from benchmarks.figure import Figure
from benchmarks.machine import describe


def test_unknown_figure_is_a_usage_error_before_anything_starts() -> None:
    app = Typer()
    app.command()(main)
    result = CliRunner().invoke(app, ["busses"])
    assert result.exit_code == 2
    assert "busses" in result.output


def test_table_says_what_was_compared_and_on_what_machine() -> None:
    figure = Figure("relay", 12_000.0, "rows/s", 24_000.0, 130.0, "bare producer, no ledger")
    out = io.StringIO()
    Console(file=out, width=200).print(table([figure], describe()))
    text = out.getvalue()
    for part in ("relay", "12,000 rows/s", "24,000", "0.50", "130", "bare producer, no ledger", "cores", "aiokafka"):
        assert part in text
