"""`loketbus queue dispatch | return | assign | ...`: the commands of `queue.command.v1`, for one item or several."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

import typer

from loketbus.cli.client import ServiceClient
from loketbus.cli.output import print_line, print_problem
from loketbus.errors import Rejected
from services.mail_ingest.cli.group import client, path, queue
from services.mail_ingest.domain.accounts import account

Items = Annotated[list[str], typer.Argument(metavar="ITEM...", help="Items, zoals `list` ze toont.")]
Revision = Annotated[
    int | None, typer.Option("--revision", help="Alleen als het item nog deze revisie heeft (zie `show`).")
]


@queue.command()
def dispatch(
    items: Items, to: Annotated[str, typer.Option("--to", help="Code van de wachtrij.")], revision: Revision = None
) -> None:
    """Stuur door naar een andere wachtrij."""
    _each(items, {"command": "dispatch", "wachtrij": to}, revision)


@queue.command("return")
def send_back(
    items: Items,
    why: Annotated[str, typer.Option("--why", help="Voor wie het daarna verdeelt; wordt een notitie.")],
    revision: Revision = None,
) -> None:
    """Stuur terug naar W&E: verkeerde wachtrij."""
    _each(items, {"command": "return", "explanation": why}, revision)


@queue.command()
def assign(
    items: Items,
    to: Annotated[str | None, typer.Option("--to", help="Account van de behandelaar; zonder: uzelf.")] = None,
    revision: Revision = None,
) -> None:
    """Geef aan een behandelaar, ook als een collega het had."""
    service = client()
    _each(
        items,
        {"command": "assign", "behandelaar": account(to) if to else service.get("/queue/me")["account"]},
        revision,
        service,
    )


@queue.command()
def release(items: Items, revision: Revision = None) -> None:
    """Niemand behandelt het nog."""
    _each(items, {"command": "release"}, revision)


@queue.command()
def link(
    items: Items,
    klantenreis: Annotated[str, typer.Option("--klantenreis", help="Nummer van de klantenreis.")],
    dossier: Annotated[str | None, typer.Option("--dossier", help="Dossier van die klantenreis.")] = None,
    revision: Revision = None,
) -> None:
    """Koppel aan een klantenreis."""
    named = {} if dossier is None else {"dossier": dossier}
    _each(items, {"command": "link", "klantenreis": klantenreis, **named}, revision)


@queue.command()
def unlink(items: Items, revision: Revision = None) -> None:
    """Maak de koppeling los."""
    _each(items, {"command": "unlink"}, revision)


@queue.command()
def close(
    items: Items,
    reason: Annotated[str, typer.Option("--reason", help="Code van de reden; zie `loketbus queue reasons`.")],
    revision: Revision = None,
) -> None:
    """Sluit af met een reden."""
    _each(items, {"command": "close", "reason": reason}, revision)


@queue.command()
def reopen(items: Items, revision: Revision = None) -> None:
    """Heropen wat te vroeg is afgesloten."""
    _each(items, {"command": "reopen"}, revision)


@queue.command()
def note(items: Items, text: Annotated[str, typer.Option("--text", help="De notitie.")]) -> None:
    """Schrijf er een notitie bij."""
    _each(items, {"command": "note", "text": text}, None)


@queue.command("hand-over")
def hand_over(
    absent: Annotated[str, typer.Argument(metavar="ACCOUNT", help="Wie afwezig is.")],
    to: Annotated[str | None, typer.Option("--to", help="Wie overneemt; zonder: niemand nog.")] = None,
    wachtrij: Annotated[str | None, typer.Option("--wachtrij", help="Alleen wat in deze wachtrij staat.")] = None,
) -> None:
    """Geef alle open items van een afwezige collega aan een ander."""
    answer = client().post("/queue/hand-over", {"from": absent, "to": to, "wachtrij": wachtrij})
    print_line(f"{answer['done']} overgedragen.")
    for left in answer["results"]:
        print_problem(f"{left['item']}: {left['message']}")
    if answer["rejected"]:
        raise typer.Exit(1)


def _each(items: list[str], action: dict[str, Any], revision: int | None, service: ServiceClient | None = None) -> None:
    """One command per item: what is refused is said, and does not stop the others; then the exit code is 1."""
    service = service or client()
    refused = False
    for item in items:
        body = {"action": action, "expected_revision": revision}
        try:
            answer = service.post(f"{path(item)}/commands", body, **{"Idempotency-Key": str(uuid.uuid4())})
        except Rejected as error:
            refused = True
            print_problem(f"{item}: {error.message}" if len(items) > 1 else error.message)
        else:
            print_line(f"{item}: {answer['message']}" if len(items) > 1 else answer["message"])
    if refused:
        raise typer.Exit(1)
