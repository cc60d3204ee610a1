"""The group of commands, and the way to the register on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from loketbus.settings import BusSettings, load

if TYPE_CHECKING:
    from services.address.questions import Register, View

address = typer.Typer(help="Adressen uit het Gebouwen- en Adressenregister.", no_args_is_help=True)


@address.callback()
def root() -> None:
    """Adressen uit het Gebouwen- en Adressenregister."""


def folder() -> Path:
    """Where the replica is, as set in this shell; no service needs to run."""
    return load(BusSettings).var / "address" / "register"


@contextmanager
def opened_register() -> Iterator[Register]:
    """The register, to ask one thing after another.

    Raises:
        OutsideUnavailable: there is none.
    """
    from loketbus.cli.registers import answering
    from services.address.questions import Register

    register = Register(folder())
    try:
        with answering():
            yield register
    finally:
        register.close()


@contextmanager
def opened() -> Iterator[View]:
    """One state of the register.

    Raises:
        OutsideUnavailable: there is none.
    """
    with opened_register() as register, register.open() as view:
        yield view
