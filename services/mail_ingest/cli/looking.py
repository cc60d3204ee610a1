"""`loketbus queue list | show | history | queues | reasons`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from loketbus.cli import output
from loketbus.cli.output import JsonOption, ago, print_fields, print_json, print_line, print_table
from services.mail_ingest.cli.group import SHORT_ID, client, path, queue
from services.mail_ingest.domain.accounts import account

ALL = "alle"
Item = Annotated[str, typer.Argument(help="Het item, zoals `list` het toont.")]


@queue.command("list")
def list_items(
    wachtrij: Annotated[str, typer.Option("--wachtrij", help=f"Code van de wachtrij, of `{ALL}`.")] = "we",
    linked: Annotated[bool | None, typer.Option("--linked/--unlinked", help="Alleen (niet) gekoppelde.")] = None,
    ambiguous: Annotated[bool, typer.Option("--ambiguous", help="Alleen met meerdere mogelijke dossiers.")] = False,
    automatic: Annotated[
        bool, typer.Option("--automatic", help="De automatische post in plaats van die van mensen.")
    ] = False,
    mine: Annotated[bool, typer.Option("--mine", help="Alleen wat ik behandel.")] = False,
    unassigned: Annotated[bool, typer.Option("--unassigned", help="Alleen wat niemand behandelt.")] = False,
    behandelaar: Annotated[str | None, typer.Option("--behandelaar", help="Alleen wat deze account behandelt.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Wat afgesloten is.")] = False,
    search: Annotated[str | None, typer.Option("--search", help="Staat in onderwerp of afzender.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=500)] = 50,
    as_json: JsonOption = False,
) -> None:
    """Toon wat er in een wachtrij staat, wat het langst wacht eerst."""
    service = client()
    rows = service.get(
        "/queue/items",
        wachtrij=wachtrij,
        open="false" if closed else "true",
        linked=linked,
        ambiguous=True if ambiguous else None,
        automatic=automatic,
        behandelaar="mine" if mine else "none" if unassigned else behandelaar and account(behandelaar),
        q=search,
        limit=limit,
    )
    if as_json:
        print_json(rows)
        return
    columns = _columns(rows, wachtrij)
    print_table(f"Wachtrij {wachtrij}", list(columns), [[show(row) for show in columns.values()] for row in rows])
    _print_counts(service.get("/queue/counts"), wachtrij)


@queue.command()
def show(item: Item, as_json: JsonOption = False) -> None:
    """Toon één item met de eigen woorden van de afzender."""
    row = client().get(path(item))
    if as_json:
        print_json(row)
        return
    print_fields(
        {
            "Onderwerp": row["subject"],
            "Afzender": row["afzender"],
            "Ontvangen": row["first_contact_at"],
            "Wachtrij": row["wachtrij"],
            "Voorstel": _suggested(row["suggestion"]),
            "Behandelaar": row["behandelaar"],
            "Toestand": "open" if row["open"] else f"afgesloten ({row['closed_reason']})",
            "Gekoppeld": _linked(row),
            "Mogelijk": ", ".join(f"{one['klantenreis']} ({one['method']})" for one in row["candidates"]),
            "Beantwoord": row["answered_at"] and f"{row['answered_at']} via {row['answered_via']}",
            "Bijlagen": ", ".join(entry["name"] for entry in row["attachments"]),
            "Dossier maken": row["links"]["maak_dossier"],
            "Revisie": row["revision"],
        }
    )
    for remark in row["remarks"]:
        print_line(f"Let op: {remark['text']}")
    print_line("")
    print_line(row["new_text"])
    for note in row["notes"]:
        print_line(f"\nNotitie van {note['actor']}, {ago(note['at'])} geleden: {note['text']}")


@queue.command()
def history(item: Item, as_json: JsonOption = False) -> None:
    """Toon wie wat met een item deed."""
    rows = client().get(f"{path(item)}/history")
    columns = {"at": "wanneer", "actor": "wie", "text": "wat"}
    output.show([row | {"actor": row["actor"] or "Loketbus"} for row in rows], as_json, "Geschiedenis", columns)


@queue.command()
def queues(as_json: JsonOption = False) -> None:
    """Toon de wachtrijen, wie ze verantwoordt en wat er wacht."""
    rows = client().get("/queue/queues")
    if as_json:
        print_json(rows)
        return
    columns = ["code", "naam", "verantwoordelijke", "open", "automatisch", "wacht"]
    print_table("Wachtrijen", columns, [_queue(row, row["count"]) for row in rows])


@queue.command()
def reasons(as_json: JsonOption = False) -> None:
    """Toon waarom een item afgesloten kan worden."""
    rows = client().get("/queue/reasons")
    shown = [
        row | {"bulk": "ja" if row["bulk"] else "", "active": "" if row["active"] else "niet meer"} for row in rows
    ]
    columns = {"reason": "code", "label": "naam", "bulk": "voor veel tegelijk", "active": "in gebruik"}
    output.show(rows if as_json else shown, as_json, "Redenen", columns)


def _columns(rows: list[dict[str, Any]], wachtrij: str) -> dict[str, Callable[[dict[str, Any]], object]]:
    """Headings and what stands under them; a window is narrow, so only what says something."""
    columns: dict[str, Callable[[dict[str, Any]], object]] = {
        "wacht": lambda row: ago(row["first_contact_at"]),
        "onderwerp": lambda row: row["subject"] or "(geen onderwerp)",
        "afzender": lambda row: row["afzender"],
        "gekoppeld": _linked,
    }
    if wachtrij == ALL:
        columns["wachtrij"] = lambda row: row["wachtrij"]
    if any(row["behandelaar"] for row in rows):
        columns["behandelaar"] = lambda row: row["behandelaar"]
    columns["bijlagen"] = lambda row: len(row["attachments"]) or ""
    columns["item"] = lambda row: row["item"][:SHORT_ID]
    return columns


def _queue(row: dict[str, Any], count: dict[str, Any]) -> tuple[object, ...]:
    return (
        row["wachtrij"],
        row["label"] if row["active"] else f"{row['label']} (niet meer in gebruik)",
        row["responsible"],
        count["unlinked"] + count["linked"],
        count["automatic"],
        ago(count["oldest_at"]),
    )


def _linked(row: dict[str, Any]) -> str:
    if row["klantenreis"] is not None:
        return f"{row['klantenreis']} ({row['link_method']})"
    return "meerdere mogelijk" if row["link_state"] == "ambiguous" else "nog niet"


def _suggested(suggestion: dict[str, Any] | None) -> str | None:
    if suggestion is None:
        return None
    why = ", ".join(suggestion["words"]) or suggestion["basis"]
    return f"{suggestion['wachtrij']} ({why})"


def _print_counts(counts: dict[str, Any], wachtrij: str) -> None:
    chosen = [count for code, count in counts["queues"].items() if wachtrij in (code, ALL)]
    unlinked, linked, automatic = (sum(one[kind] for one in chosen) for kind in ("unlinked", "linked", "automatic"))
    quarantine = f"; {counts['quarantine']} in quarantaine" if counts["quarantine"] else ""
    text = f"{unlinked} nog niet gekoppeld, {linked} gekoppeld, {automatic} automatische berichten"
    print_line(f"Open: {text}{quarantine}.")
