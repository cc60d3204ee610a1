"""`loketbus deadletters | connectors | trace | erase`: `/_ops` of every service, from one place."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Annotated, Any

import typer

from loketbus.cli.client import ServiceClient, bus_settings, clients
from loketbus.cli.output import JsonOption, print_fields, print_json, print_line, print_table, show
from loketbus.errors import Rejected

deadletters = typer.Typer(help="Mislukte berichten: bekijken, opnieuw proberen, laten vervallen.", no_args_is_help=True)
connectors = typer.Typer(help="Verbindingen: toestand, pauzeren, hervatten.", no_args_is_help=True)

_SHOWN = (
    "state",
    "lane",
    "code",
    "message",
    "detail",
    "topic",
    "partition",
    "record_offset",
    "key",
    "behind",
    "payload",
    "stack",
)

ServiceOption = Annotated[str | None, typer.Option("--service", help="Alleen deze dienst.")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="Waarom; komt in het auditspoor.")]
Reference = Annotated[str, typer.Argument(help="dienst/nummer, zoals `list` het toont.")]


@deadletters.command("list")
def list_dead(
    service: ServiceOption = None,
    groups: Annotated[bool, typer.Option("--groups", help="Per oorzaak.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Toon wat op een beslissing wacht."""
    path = "/_ops/deadletters/groups" if groups else "/_ops/deadletters"
    rows = [_named(client, row) for client in clients(bus_settings(), service) for row in client.get(path)]
    columns = {"reference": "nummer", "state": "toestand", "lane": "verbinding", "code": "code", "message": "wat"}
    if groups:
        columns = {"count": "aantal", "group": "groep", **columns, "first_failed_at": "sinds"}
        columns.pop("reference")
    else:
        columns |= {"attempts": "pogingen", "first_failed_at": "sinds"}
    show(rows, as_json, "Mislukte berichten", columns)


@deadletters.command("show")
def show_dead(reference: Reference, as_json: JsonOption = False) -> None:
    """Toon één bericht met inhoud en geschiedenis (het lezen wordt opgetekend)."""
    client, number = _resolve(reference)
    row = client.get(f"/_ops/deadletters/{number}")
    if as_json:
        print_json(row)
        return
    print_fields({name: row[name] for name in _SHOWN if row.get(name) is not None})
    print_table(
        "Geschiedenis",
        ["wanneer", "wat", "code", "wie"],
        [(h["at"], h["what"], h.get("code"), h.get("actor")) for h in row["history"]],
    )


@deadletters.command()
def replay(
    reference: Reference,
    edited: Annotated[Path | None, typer.Option("--edited", help="Bestand met de verbeterde inhoud.")] = None,
    reason: ReasonOption = None,
) -> None:
    """Probeer één bericht (dienst/nummer) of een hele groep (dienst/groep) opnieuw."""
    client, target = _resolve(reference)
    if target.isdecimal():
        body: dict[str, Any] = {"reason": reason}
        if edited is not None:
            body["payload_base64"] = base64.b64encode(edited.read_bytes()).decode()
        answer = client.post(f"/_ops/deadletters/{target}/replay", body)
    else:
        answer = client.post(f"/_ops/deadletters/groups/{target}/replay", {"reason": reason})
    print_line(f"{answer['replayed']} opnieuw geprobeerd.")


@deadletters.command()
def drop(reference: Reference, reason: Annotated[str, typer.Option("--reason", help="Waarom; verplicht.")]) -> None:
    """Laat één bericht of een hele groep vervallen, met een reden."""
    client, target = _resolve(reference)
    path = f"/_ops/deadletters/{target}/drop" if target.isdecimal() else f"/_ops/deadletters/groups/{target}/drop"
    print_line(f"{client.post(path, {'reason': reason})['dropped']} vervallen.")


@connectors.command("list")
def list_connectors(service: ServiceOption = None, as_json: JsonOption = False) -> None:
    """Toon elke verbinding: toestand, reden, sinds wanneer."""
    rows = []
    for client in clients(bus_settings(), service):
        for name, lane in client.get("/_ops/status")["lanes"].items():
            rows.append({"service": client.address.service, "lane": name, **lane})
    columns = {
        "service": "dienst",
        "lane": "verbinding",
        "state": "toestand",
        "reason": "reden",
        "since": "sinds",
        "next_probe_at": "volgende poging",
    }
    show(rows, as_json, "Verbindingen", columns)


def _act(action: str, done: str) -> None:
    def act(lane: Annotated[str, typer.Argument(help="dienst/verbinding")], reason: ReasonOption = None) -> None:
        client, name = _resolve(lane)
        client.post(f"/_ops/lanes/{name}/{action}", {"reason": reason})
        print_line(f"{lane} {done}.")

    act.__doc__ = {
        "pause": "Houd een verbinding tegen; niets gaat verloren.",
        "resume": "Laat ze weer lopen.",
        "retry": "Probeer nu, zonder te wachten.",
    }[action]
    connectors.command(action)(act)


for _action, _done in (("pause", "is gepauzeerd"), ("resume", "loopt weer"), ("retry", "wordt nu geprobeerd")):
    _act(_action, _done)


def trace(
    who: Annotated[str, typer.Argument(metavar="ID", help="Correlatie-id of sleutel.")], as_json: JsonOption = False
) -> None:
    """Toon één verhaal over alle diensten heen."""
    entries = [
        {"service": client.address.service, **entry}
        for client in clients(bus_settings())
        for entry in client.get(f"/_ops/journal/{who}")
    ]
    entries.sort(key=lambda entry: entry["at"])
    if as_json:
        print_json(entries)
        return
    print_table(
        f"Verhaal van {who}",
        ["wanneer", "dienst", "wat", "soort", "bijzonder"],
        [(e["at"], e["service"], e["what"], e["type"], e["detail"]) for e in entries],
    )


def erase(
    subject: Annotated[str, typer.Option("--subject", help="Mailadres of contactpersoon-id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Niet vragen.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Wis een persoon uit elke dienst en bewijs het met een tweede zoektocht."""
    everyone = list(clients(bus_settings()))
    found = {client.address.service: client.post("/_ops/subjects/find", {"subject": subject}) for client in everyone}
    if not yes and not typer.confirm(f"Gevonden: {found}. Definitief wissen?"):
        raise typer.Exit(1)
    reports = {client.address.service: client.post("/_ops/subjects/erase", {"subject": subject}) for client in everyone}
    if as_json:
        print_json(reports)
        return
    rows = [
        (name, r["found"] or "niets", r["erased"] or "niets", r["left"] or "niets", r["topics_empty_at"][:10])
        for name, r in reports.items()
    ]
    print_table("Gewist", ["dienst", "gevonden", "gewist", "nog gevonden", "kanalen leeg op"], rows)


def _named(client: ServiceClient, row: dict[str, Any]) -> dict[str, Any]:
    service = client.address.service
    named = {"service": service, **row}
    if "id" in row:
        named["reference"] = f"{service}/{row['id']}"
    else:
        named["group"] = f"{service}/{row['fingerprint']}"
    return named


def _resolve(reference: str) -> tuple[ServiceClient, str]:
    service, slash, rest = reference.partition("/")
    if not slash or not rest:
        raise Rejected("reference", f"Schrijf dienst/nummer, bijvoorbeeld mail_ingest/17 (gekregen: {reference}).")
    return ServiceClient(bus_settings(), service), rest
