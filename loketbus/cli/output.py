"""How every command speaks: tables for people, `--json` for programs, one line for what went wrong."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON in plaats van een tabel.")]

console = Console()
_errors = Console(stderr=True)


_CONTROLS = {code: "\ufffd" for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}
"""What a stranger's text could steer a terminal with."""


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, default=str, ensure_ascii=False, indent=2))


def print_problem(message: str) -> None:
    """What went wrong, on stderr: one line, however narrow the window is."""
    _errors.print(Text.assemble(("Fout: ", "bold red"), _harmless(" ".join(message.split()))), soft_wrap=True)


def print_line(line: str) -> None:
    """A line as it is: what looks like markup is a citizen's text."""
    console.print(Text(_harmless(line)), soft_wrap=True)


def print_fields(fields: Mapping[str, object]) -> None:
    """Names and values, one per line; values without anything in them as a dash."""
    for name, value in fields.items():
        shown = "-" if value is None or value == "" else str(value)
        console.print(Text.assemble((name, "bold"), f": {_harmless(shown)}"), soft_wrap=True)


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table; an empty one says so. Cells are texts as they are, unless they come styled (`rich.text.Text`)."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(_harmless(cell)) for cell in row))
    if table.row_count:
        console.print(table)
    else:
        print_line(f"{title}: niets.")


def show(value: Sequence[Mapping[str, Any]], as_json: bool, title: str, columns: Mapping[str, str]) -> None:
    """Rows as JSON or as a table; `columns` maps a field to its Dutch heading."""
    if as_json:
        print_json(value)
    else:
        print_table(title, list(columns.values()), [[_cell(name, row.get(name)) for name in columns] for row in value])


def _harmless(value: object) -> str:
    return "" if value is None else str(value).translate(_CONTROLS)


def ago(moment: str | datetime | None) -> str:
    """How long ago for people ("3 min"), or how long still ("over 3 min")."""
    if moment is None:
        return ""
    then = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    seconds = int((datetime.now(UTC) - then).total_seconds())
    return f"over {_span(-seconds)}" if seconds < 0 else _span(seconds)


def _span(seconds: int) -> str:
    for unit, size in (("d", 86_400), ("u", 3_600), ("min", 60)):
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _cell(name: str, value: Any) -> object:
    return ago(value) if name.endswith("_at") and value else value
