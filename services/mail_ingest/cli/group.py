"""The group of commands, and the way to the service."""

from __future__ import annotations

from urllib.parse import quote

import typer

from loketbus.cli.client import ServiceClient, bus_settings

SHORT_ID = 8
"""Of an item's id, as every command takes it."""

queue = typer.Typer(help="De wachtrijen.", no_args_is_help=True)


def client() -> ServiceClient:
    """To the service, as set in this shell."""
    return ServiceClient(bus_settings(), "mail_ingest")


def path(item: str) -> str:
    """Of an item."""
    return f"/queue/items/{quote(item, safe='')}"
