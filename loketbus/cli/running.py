"""`loketbus up | run | doctor | tokens`. What a command runs is imported by that command: the others stay quick."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from loketbus.cli.client import bus_settings
from loketbus.cli.output import JsonOption, print_json, print_line, print_table
from loketbus.settings import BusSettings, load

if TYPE_CHECKING:
    from loketbus.security import TokenStore

tokens = typer.Typer(help="Lokale toegangstokens.", no_args_is_help=True)


class Profile(StrEnum):
    """What `up` starts."""

    DEMO = "demo"
    LIVE = "live"


def up(profile: Annotated[Profile, typer.Option(help="demo of live")] = Profile.LIVE) -> None:
    """Start alle diensten samen; demo start ook Kafka, de nagebootste buitenwereld en de post."""
    from loketbus import together

    asyncio.run(together.up(profile.value, say=print_line))


def run(
    service: Annotated[str, typer.Argument(help="Naam van de dienst.")],
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Poort; 0 is een vrije.")] = None,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
) -> None:
    """Start één dienst (wat een container doet)."""
    from loketbus.serve import run_service

    raise typer.Exit(run_service(service, port=port, with_parent=with_parent))


def doctor(as_json: JsonOption = False) -> None:
    """Kijk alles na en zeg bij elke regel wat er te doen is."""
    from loketbus import doctoring

    findings = asyncio.run(doctoring.examine(bus_settings()))
    if as_json:
        print_json([{"what": f.what, "ok": f.ok, "advice": f.advice} for f in findings])
    else:
        good, bad = Text("ok", "green"), Text("fout", "red")
        print_table(
            "Nazicht", ["", "wat", "wat te doen"], [(good if f.ok else bad, f.what, f.advice) for f in findings]
        )
    if not all(finding.ok for finding in findings):
        raise typer.Exit(3)


@tokens.command()
def create(
    name: Annotated[str, typer.Argument(help="Voor wie of wat.")],
    role: Annotated[list[str], typer.Option("--role", help="Rol; mag meer dan eens.")],
) -> None:
    """Maak een token en toon het één keer."""
    print(_store().create(name, role))


@tokens.command("list")
def list_tokens(as_json: JsonOption = False) -> None:
    """Toon namen en rollen (een token zelf is nergens bewaard)."""
    known = _store().tokens
    if as_json:
        print_json([token.model_dump(exclude={"sha256"}) for token in known])
    else:
        print_table(
            "Tokens", ["naam", "rollen", "gemaakt"], [(t.name, ", ".join(t.roles), t.created_at) for t in known]
        )


@tokens.command()
def revoke(name: str) -> None:
    """Trek een token in."""
    gone = _store().revoke(name)
    print_line("Ingetrokken." if gone else f"Er is geen token {name}.")
    if not gone:
        raise typer.Exit(1)


def _store() -> TokenStore:
    from loketbus.security import TokenStore

    settings = load(BusSettings)
    return TokenStore(settings.tokens_file or settings.var / "tokens.json")
