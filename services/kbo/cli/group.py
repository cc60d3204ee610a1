"""The group of commands, and the way to the register on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

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
def opened() -> Iterator[View]:
    """The register, to ask.

    Raises:
        OutsideUnavailable: there is none.
    """
    from loketbus.cli.registers import answering
    from services.kbo.questions import Register

    register = Register(folder())
    try:
        with answering(), register.open() as view:
            yield view
    finally:
        register.close()
