"""`loketbus mail quarantine ...` and `loketbus mail reconcile`: sub-commands of `loketbus mail`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from loketbus.cli.client import ServiceClient, bus_settings
from loketbus.cli.output import JsonOption, ago, print_fields, print_json, print_line, print_table
from services.mail_ingest.cli_mail import mail

__all__ = ["mail"]

SHORT_ID = 8
EML = "message/rfc822"

quarantine = typer.Typer(help="Mails die niet opgenomen konden worden.", no_args_is_help=True)
mail.add_typer(quarantine, name="quarantine")

Item = Annotated[str, typer.Argument(metavar="ID", help="Zoals `list` het toont.")]


def _client() -> ServiceClient:
    return ServiceClient(bus_settings(), "mail_ingest")


def _path(item: str, act: str = "") -> str:
    return f"/mailbox/quarantine/{quote(item, safe='')}{act}"


@quarantine.command("list")
def list_quarantine(
    dropped: Annotated[bool, typer.Option("--dropped", help="Wat men liet vervallen.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Toon welke mails niet opgenomen konden worden, en waarom."""
    rows = _client().get("/mailbox/quarantine", dropped=dropped)
    if as_json:
        print_json(rows)
        return
    print_table(
        "Vervallen" if dropped else "Quarantaine",
        ["id", "sinds", "reden", "uitleg", "pogingen", "grootte", "map"],
        [_line(row) for row in rows],
    )


@quarantine.command()
def show(item: Item, as_json: JsonOption = False) -> None:
    """Toon één mail in quarantaine met haar hoofdingen (het lezen wordt opgetekend)."""
    row = _client().get(_path(item))
    if as_json:
        print_json(row)
        return
    print_fields(
        {
            "Id": row["id"],
            "Reden": row["reason"],
            "Uitleg": row["explanation"],
            "Map": row["path"],
            "Verbinding": row["provider"],
            "Sinds": row["since"],
            "Laatste poging": row["tried_at"],
            "Pogingen": row["attempts"],
            "Wordt vanzelf herhaald": "ja" if row["tried_again_by_itself"] else "nee",
            "Niet meer in het postvak sinds": row["gone_at"],
            "Vervallen": row["dropped"],
            "Bewaard": _kept(row),
            **row["headers"],
        }
    )


@quarantine.command()
def export(
    item: Item,
    to: Annotated[Path | None, typer.Option("--to", help="Naar dit bestand; het mag nog niet bestaan.")] = None,
) -> None:
    """Bewaar wat er van een mail ontvangen is als bestand (het lezen wordt opgetekend)."""
    client = _client()
    file = to or _named(client.get(_path(item)))
    size = client.download(_path(item, "/raw"), file)
    print_line(f"{size} bytes bewaard als {file}.")


@quarantine.command("import")
def bring(
    file: Annotated[Path, typer.Argument(help="Een mail (.eml).")],
    item: Annotated[
        str | None,
        typer.Option("--item", help="De mail in quarantaine die dit bestand vervangt; zonder is het een eigen mail."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Neem een (herstelde) mail op uit een bestand."""
    path = "/mailbox/import" if item is None else _path(item, "/import")
    answer = _client().upload(path, file, EML)
    if as_json:
        print_json(answer)
    else:
        print_line("Deze mail was al opgenomen." if answer["known_before"] else "Opgenomen in de wachtrij.")


@quarantine.command()
def retry(item: Item, as_json: JsonOption = False) -> None:
    """Haal een mail nu opnieuw op en lees ze opnieuw."""
    answer = _client().post_and_wait(_path(item, "/retry"))
    if as_json:
        print_json(answer)
    elif answer["state"] == "taken_in":
        print_line("Opgenomen.")
    else:
        print_line(_failed(answer))
    if answer["state"] != "taken_in":
        raise typer.Exit(1)


@quarantine.command()
def drop(item: Item, reason: Annotated[str, typer.Option("--reason", help="Waarom; verplicht.")]) -> None:
    """Laat een mail vervallen; ze komt niet terug."""
    _client().post(_path(item, "/drop"), {"reason": reason})
    print_line("Vervallen.")


@mail.command()
def reconcile(as_json: JsonOption = False) -> None:
    """Vergelijk het hele postvak met het grootboek en neem op wat ontbrak; dat kan minuten duren."""
    report = _client().post_and_wait("/mailbox/reconcile")
    if as_json:
        print_json(report)
        return
    counts = ("listed", "known", "missing", "vanished", "repaired", "quarantined", "gone")
    rows = [*report["folders"], {"path": "samen", "explanation": None, **report}]
    print_table(
        "Postvak en grootboek",
        ["map", "opgelijst", "gekend", "ontbrak", "intussen weg", "opgenomen", "quarantaine", "verdwenen", "opmerking"],
        [(row["path"], *(row[count] for count in counts), row["explanation"]) for row in rows],
    )
    if not report["complete"]:
        print_line("Niet elke map kon gelezen worden. Wat verdween uit het deel van het postvak waar zo'n map in zit")
        print_line("(Postvak IN of Verzonden items, met de mappen eronder), is niet nagegaan.")


def _line(row: dict[str, Any]) -> tuple[object, ...]:
    why = row["dropped"] or row["explanation"]
    size = "" if row["size"] is None else f"{row['size']:,}".replace(",", ".")
    return row["id"][:SHORT_ID], ago(row["since"]), row["reason"], why, row["attempts"], size, row["path"]


def _named(row: dict[str, Any]) -> Path:
    return Path(f"{row['id'][:SHORT_ID]}.{'eml' if row['whole'] else 'txt'}")


def _kept(row: dict[str, Any]) -> str:
    if row["kept_bytes"] is None:
        return "niets"
    return f"{row['kept_bytes']} bytes ({'de hele mail' if row['whole'] else 'het antwoord van de mailserver'})"


def _failed(answer: dict[str, Any]) -> str:
    if answer["state"] == "gone":
        return "Deze mail staat niet meer in het postvak."
    return f"Niet gelukt: {answer['explanation']}"
