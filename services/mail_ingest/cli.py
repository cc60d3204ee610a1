"""`loketbus queue`."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from loketbus.cli.client import ServiceClient, bus_settings
from loketbus.cli.output import JsonOption, ago, print_fields, print_json, print_line, print_table

SHORT_ID = 8
"""Of an item's id, as `queue show` takes it."""

queue = typer.Typer(help="De wachtrijen.", no_args_is_help=True)


@queue.command("list")
def list_items(
    wachtrij: Annotated[str, typer.Option("--wachtrij", help="Code van de wachtrij.")] = "we",
    linked: Annotated[bool | None, typer.Option("--linked/--unlinked", help="Alleen (niet) gekoppelde.")] = None,
    automatic: Annotated[
        bool, typer.Option("--automatic", help="De automatische post in plaats van die van mensen.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    as_json: JsonOption = False,
) -> None:
    """Toon wat er in een wachtrij staat, wat het langst wacht eerst."""
    client = ServiceClient(bus_settings(), "mail_ingest")
    rows = client.get("/queue/items", wachtrij=wachtrij, linked=linked, automatic=automatic, limit=limit)
    if as_json:
        print_json(rows)
        return
    print_table(
        f"Wachtrij {wachtrij}",
        ["wacht", "onderwerp", "afzender", "gekoppeld", "bijlagen", "item"],
        [_line(row) for row in rows],
    )
    _print_counts(client.get("/queue/counts"), wachtrij)


@queue.command()
def show(
    item: Annotated[str, typer.Argument(help="Het item, zoals `list` het toont.")], as_json: JsonOption = False
) -> None:
    """Toon één item met de eigen woorden van de afzender."""
    row = ServiceClient(bus_settings(), "mail_ingest").get(f"/queue/items/{quote(item, safe='')}")
    if as_json:
        print_json(row)
        return
    print_fields(
        {
            "Onderwerp": row["subject"],
            "Afzender": row["afzender"],
            "Ontvangen": row["received_at"],
            "Gekoppeld": _linked(row),
            "Bijlagen": ", ".join(entry["name"] for entry in row["attachments"]),
        }
    )
    print_line("")
    print_line(row["new_text"])


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    return (
        ago(row["first_contact_at"]),
        row["subject"] or "(geen onderwerp)",
        row["afzender"],
        _linked(row),
        len(row["attachments"]) or "",
        row["item"][:SHORT_ID],
    )


def _linked(row: dict[str, Any]) -> str:
    return "nog niet" if row["klantenreis"] is None else f"{row['klantenreis']} ({row['link_method']})"


def _print_counts(counts: dict[str, Any], wachtrij: str) -> None:
    queue_counts = counts["queues"].get(wachtrij, {"unlinked": 0, "linked": 0, "automatic": 0})
    text = "{unlinked} nog niet gekoppeld, {linked} gekoppeld, {automatic} automatische berichten".format(
        **queue_counts
    )
    quarantine = f"; {counts['quarantine']} in quarantaine" if counts["quarantine"] else ""
    print_line(f"Open: {text}{quarantine}.")
