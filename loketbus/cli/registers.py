"""What the commands of a register replica share: arguments, answers line by line, and the progress of an import."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO, NamedTuple

import orjson

from loketbus.errors import OutsideUnavailable, Unavailable

Tell = Callable[[str, int, int], None]
"""Gets what is being read, bytes done and bytes in all."""


class Line(NamedTuple):
    """A line as somebody gave it."""

    text: str
    cut: bool
    """There was more of it."""


@contextmanager
def answering() -> Iterator[None]:
    """What is not there now is no refusal: exit code 3."""
    try:
        yield
    except Unavailable as error:
        raise OutsideUnavailable(error.message) from error


def typed(argument: str) -> str:
    """An argument as text: what a shell passes need not be UTF-8."""
    return os.fsencode(argument).decode("utf-8", "replace")


def typed_lines(max_bytes: int, *, empty: bool = False) -> Iterator[Line]:
    """The lines of standard input, `empty` ones too or not; of one longer than `max_bytes` only the beginning."""
    lines = sys.stdin.buffer
    while line := lines.readline(max_bytes):
        cut = len(line) == max_bytes and not line.endswith(b"\n")
        if cut:
            _skip_rest(lines, max_bytes)
        text = line.decode("utf-8", "replace").strip("\r\n")
        if text or cut or empty:
            yield Line(text, cut)


def print_json_line(value: Mapping[str, Any]) -> None:
    """One object on one line; in UTF-8, whatever the shell thinks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


@contextmanager
def import_progress() -> Iterator[Tell]:
    """A bar with what is read, bytes, rate and time left on stderr, where that is a terminal."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:<14}"),
        BarColumn(bar_width=20),
        DownloadColumn(),
        TransferSpeedColumn(),
        TextColumn("nog"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("openen", total=None)
        yield lambda name, done, total: bar.update(task, description=name, completed=done, total=total)


def _skip_rest(lines: BinaryIO, max_bytes: int) -> None:
    while (rest := lines.readline(max_bytes)) and not rest.endswith(b"\n"):
        pass
