"""The group of commands, and the way to the register on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from loketbus.errors import OutsideUnavailable, Unavailable
from loketbus.settings import BusSettings, load

if TYPE_CHECKING:
    from services.kbo.questions import View

kbo = typer.Typer(help="Ondernemingen, vestigingen en VME's uit de KBO.", no_args_is_help=True)


@kbo.callback()
def root() -> None:
    """Ondernemingen, vestigingen en VME's uit de KBO."""


def folder() -> Path:
    """Where the register is, as set in this shell; no service needs to run."""
    return load(BusSettings).var / "kbo" / "register"


@contextmanager
def answering() -> Iterator[None]:
    """What is not there now is no refusal: exit code 3."""
    try:
        yield
    except Unavailable as error:
        raise OutsideUnavailable(error.message) from error


@contextmanager
def opened() -> Iterator[View]:
    """The register, to ask.

    Raises:
        OutsideUnavailable: there is none.
    """
    from services.kbo.questions import Register

    register = Register(folder())
    try:
        with answering(), register.open() as view:
            yield view
    finally:
        register.close()


def typed(argument: str) -> str:
    """An argument as text: what a shell passes need not be UTF-8."""
    return os.fsencode(argument).decode("utf-8", "replace")


def print_json_line(value: Mapping[str, Any]) -> None:
    """One object on one line; in UTF-8, whatever the shell thinks."""
    sys.stdout.flush()
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()
