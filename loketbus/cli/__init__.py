"""The command `loketbus`: Typer and Rich, on top of `/_ops` and of the services' own groups."""

from loketbus.cli.main import main

__all__ = ["main"]
