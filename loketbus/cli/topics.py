"""`loketbus topics`: Kafka's topics as the contracts declare them, and the documents made from the contracts."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from loketbus.cli.client import bus_settings
from loketbus.cli.output import JsonOption, print_json, print_line, print_table

app = typer.Typer(help="De kanalen (topics) van Loketbus.", no_args_is_help=True)


@app.command()
def apply(as_json: JsonOption = False) -> None:
    """Maak en pas aan wat nodig is; een ander aantal partities wordt geweigerd."""
    from loketbus import topics

    changes = asyncio.run(topics.apply(bus_settings()))
    if as_json:
        print_json([asdict(change) for change in changes])
    else:
        print_table("Kanalen", ["kanaal", "gedaan"], [(change.topic, change.action) for change in changes])


@app.command("list")
def listing(as_json: JsonOption = False) -> None:
    """Toon elk kanaal: sleutel, bewaring, wie schrijft en wie leest."""
    from loketbus import topics

    rows = topics.listing(bus_settings().topic_prefix)
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    columns = ["kanaal", "sleutel", "van", "naar", "wat"]
    print_table(
        "Kanalen", columns, [(r.topic, r.key, ", ".join(r.writers), ", ".join(r.readers), r.summary) for r in rows]
    )


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="Map voor schema's en AsyncAPI.")]) -> None:
    """Schrijf de JSON Schema's en het AsyncAPI-document."""
    from loketbus_contracts import export as export_documents

    print_line(f"{len(export_documents(folder))} bestanden geschreven in {folder}.")
