"""The root of the command, and the one place where errors become a line and an exit code.

Exit codes: 0 fine, 1 refused, 2 usage or settings, 3 the outside world is not available.
"""

from __future__ import annotations

import sys

import typer
from typer.core import TyperGroup

from loketbus import __version__, discovery
from loketbus.cli import kafka, operations, running, topics
from loketbus.cli.output import print_problem
from loketbus.errors import ConfigurationError, LoketbusError, Outcome, OutsideUnavailable
from loketbus.logs import configure_command

EXIT_REFUSED, EXIT_USAGE, EXIT_OUTSIDE = 1, 2, 3
WRONG_PATH = (FileNotFoundError, NotADirectoryError, IsADirectoryError, FileExistsError, PermissionError)

app = typer.Typer(
    name="loketbus",
    help="De verbindingen van het Woon- en Energieloket.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    cls=TyperGroup,
)


@app.callback(invoke_without_command=True)
def root(version: bool = typer.Option(False, "--version", help="Toon de versie.")) -> None:
    """De verbindingen van het Woon- en Energieloket."""
    if version:
        print(__version__)
        raise typer.Exit


app.command("up")(running.up)
app.command("run")(running.run)
app.command("doctor")(running.doctor)
app.add_typer(running.tokens, name="tokens")
app.add_typer(kafka.app, name="kafka")
app.add_typer(topics.app, name="topics")
app.add_typer(operations.deadletters, name="deadletters")
app.add_typer(operations.connectors, name="connectors")
app.command("trace")(operations.trace)
app.command("erase")(operations.erase)


def main() -> None:
    """Run the command line."""
    configure_command()  # `run` sets up logs of its own
    for entry in discovery.command_groups():
        app.add_typer(entry.load(), name=entry.name)
    try:
        app(standalone_mode=True)
    except LoketbusError as error:
        print_problem(error.message if isinstance(error, Outcome) else str(error))
        sys.exit(exit_code(error))
    except WRONG_PATH as error:
        print_problem(f"{error.filename} kan niet gelezen of geschreven worden ({error.strerror}).")
        sys.exit(EXIT_USAGE)


def exit_code(error: LoketbusError) -> int:
    """The exit code for an error of ours."""
    if isinstance(error, ConfigurationError):
        return EXIT_USAGE
    return EXIT_OUTSIDE if isinstance(error, OutsideUnavailable) else EXIT_REFUSED
