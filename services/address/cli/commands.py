"""The commands of `loketbus address`. What a command runs is imported by that command: the others stay quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loketbus.cli.output import JsonOption
from services.address.cli.group import address

LIMIT_MAX = 100

LinesOption = Annotated[bool, typer.Option("--json", help="Eén regel JSON per adres.")]
PostcodeOption = Annotated[str, typer.Option("--postcode", metavar="N", help="Alleen straten in deze postcode.")]
NisOption = Annotated[str, typer.Option("--nis", metavar="N", help="Alleen straten van deze gemeente.")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=LIMIT_MAX, help="Hoogstens zoveel.")]
RefreshOption = Annotated[bool, typer.Option("--refresh", help="Vraag het ook aan het Adressenregister zelf.")]


@address.command("import")
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Download van het register (DBF, zip of map) of openaddress-bevlg.zip van BeSt; meer delen mogen.",
        ),
    ],
    nis: Annotated[
        str | None,
        typer.Option(
            "--nis",
            metavar="CODE,...|all",
            help="Gemeenten waarvan de adressen bewaard worden; zonder: LOKETBUS_ADDRESS_NIS.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Laad een download. Tot het einde geldt het oude register; mislukt het, dan blijft dat."""
    from services.address.cli import importing

    importing.load(paths, nis, as_json=as_json)


@address.command()
def match(
    texts: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT...",
            help="Adressen, elk als één argument (tussen aanhalingstekens); - leest ze van standaardinvoer, één per "
            "regel.",
        ),
    ],
    as_json: LinesOption = False,
) -> None:
    """Zoek adressen op, elk met oordeel. Code 1 als er een niet gevonden is zoals het er staat of verbeterd."""
    from services.address.cli import matching

    _end(matching.match_all(texts, as_json=as_json))


@address.command()
def municipalities(
    postcode: Annotated[str, typer.Argument(metavar="POSTCODE", help="Vier cijfers.")], as_json: JsonOption = False
) -> None:
    """Toon de gemeenten van een postcode."""
    from services.address.cli import choosing

    choosing.municipalities(postcode, as_json=as_json)


@address.command()
def suggest(
    prefix: Annotated[
        str, typer.Argument(metavar="PREFIX", help="Begin van een of meer woorden van de straat; leeg: de eerste.")
    ],
    postcode: PostcodeOption = "",
    nis: NisOption = "",
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Stel straten voor bij wat al getypt is."""
    from services.address.cli import choosing

    choosing.suggest(prefix, postcode, nis, limit, as_json=as_json)


@address.command()
def numbers(
    street: Annotated[int, typer.Argument(metavar="STREET_ID", min=0, help="Id van de straat, zoals suggest toont.")],
    house: Annotated[str | None, typer.Argument(metavar="HOUSE", help="Toon wat er op dit huisnummer is.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Toon de huisnummers van een straat, of het gebouw en de bussen op een huisnummer. Code 1 als er niets is."""
    from services.address.cli import choosing

    _end(choosing.numbers(street, house, as_json=as_json))


@address.command()
def show(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of URI van een adres, of een caPaKey in een van haar drie vormen.")
    ],
    refresh: RefreshOption = False,
    as_json: JsonOption = False,
) -> None:
    """Toon een adres met zijn hele gebouw, of een perceel met zijn adressen. Code 1 als het er niet is."""
    from services.address.cli import looking

    _end(looking.show(id, refresh=refresh, as_json=as_json))


@address.command()
def status(as_json: JsonOption = False) -> None:
    """Toon welk register er is, hoe vers, en wat er te doen is. Code 1 als er iets te doen is."""
    from services.address.cli import status as told

    _end(told.status(as_json=as_json))


def _end(fine: bool) -> None:
    if not fine:
        raise typer.Exit(1)
