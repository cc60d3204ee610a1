"""The commands of `loketbus kbo`. What a command runs is imported by that command: the others stay quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from loketbus.cli.output import JsonOption
from services.kbo.cli.group import kbo

LIMIT_MAX = 500

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Ondernemings- of vestigingsnummer, hoe ook geschreven.")]
Address = Annotated[str, typer.Argument(metavar="ADDRESS", help="Bijvoorbeeld: Leopoldstraat 12, 2800 Mechelen.")]
LinesOption = Annotated[bool, typer.Option("--json", help="Eén regel JSON per nummer.")]
PostcodeOption = Annotated[str | None, typer.Option("--postcode", help="Alleen met een zetel in deze postcode.")]
FormOption = Annotated[str | None, typer.Option("--form", help="Alleen deze rechtsvorm, als code (070: VME).")]
LimitOption = Annotated[int, typer.Option("--limit", min=1, max=LIMIT_MAX, help="Hoogstens zoveel.")]
AgainOption = Annotated[
    bool, typer.Option("--again", help="Vergeet het register dat er is: laad deze Full, ook als die ouder is.")
]
PersonsOption = Annotated[
    bool,
    typer.Option(
        "--persons",
        help="Toon ook een natuurlijk persoon. Wie dit kan draaien, heeft de bestanden en dus de gegevens: gebruik ze "
        "alleen waarvoor u ze nodig hebt.",
    ),
]


@kbo.command()
def check(
    numbers: Annotated[
        list[str],
        typer.Argument(metavar="NUMBER...", help="Nummers, hoe ook geschreven; - leest ze van standaardinvoer."),
    ],
    as_json: LinesOption = False,
) -> None:
    """Kijk na of nummers juist gevormd zijn, ook zonder register. Code 1 als er een fout is."""
    from services.kbo.cli import checking

    _end(checking.check_all(numbers, as_json=as_json))


@kbo.command("import")
def import_(
    archives: Annotated[list[Path], typer.Argument(metavar="ZIP...", help="Een Full, Updates, of allebei.")],
    again: AgainOption = False,
    as_json: JsonOption = False,
) -> None:
    """Laad bestanden van KBO Open Data. Tot het einde geldt het oude register; mislukt het, dan blijft dat."""
    from services.kbo.cli import importing

    importing.load(archives, again=again, as_json=as_json)


@kbo.command()
def show(number: Number, persons: PersonsOption = False, as_json: JsonOption = False) -> None:
    """Toon alles over een onderneming of vestiging. Code 1 als ze er niet is."""
    from services.kbo.cli import asking

    _end(asking.show(number, persons=persons, as_json=as_json))


@kbo.command()
def vme(
    number: Number,
    address: Annotated[str | None, typer.Option("--address", help="Adres van het gebouw, om te vergelijken.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Kijk na of een nummer dat van een VME is, en wat ermee is. Code 1 als het niet bruikbaar is."""
    from services.kbo.cli import asking

    _end(asking.judge_vme(number, address, as_json=as_json))


@kbo.command()
def search(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Een naam of een stuk ervan; tikfouten mogen.")],
    postcode: PostcodeOption = None,
    form: FormOption = None,
    limit: LimitOption = 20,
    as_json: JsonOption = False,
) -> None:
    """Zoek organisaties op naam. Natuurlijke personen staan er nooit bij."""
    from services.kbo.cli import finding

    finding.search(text, postcode, form, limit, as_json=as_json)


@kbo.command()
def at(address: Address, form: FormOption = None, limit: LimitOption = 50, as_json: JsonOption = False) -> None:
    """Toon welke organisaties en vestigingen op een adres zijn; zonder huisnummer die van de hele straat."""
    from services.kbo.cli import finding

    finding.at(address, form, limit, as_json=as_json)


@kbo.command()
def vmes(address: Address, as_json: JsonOption = False) -> None:
    """Toon welke VME's op een adres zijn; geen enkele is een gewoon antwoord."""
    from services.kbo.cli import finding

    _end(finding.vmes(address, as_json=as_json))


@kbo.command("list")
def list_by(
    form: FormOption = None, postcode: PostcodeOption = None, limit: LimitOption = 50, as_json: JsonOption = False
) -> None:
    """Som organisaties op: van een rechtsvorm, in een postcode, of allebei."""
    from services.kbo.cli import finding

    finding.list_by(form, postcode, limit, as_json=as_json)


@kbo.command()
def syndics(postcode: PostcodeOption = None, limit: LimitOption = 50, as_json: JsonOption = False) -> None:
    """Som professionele syndici op (NACE-BEL 2025 68321)."""
    from services.kbo.cli import finding

    finding.syndics(postcode, limit, as_json=as_json)


@kbo.command()
def status(as_json: JsonOption = False) -> None:
    """Toon welk register er is, hoe oud, wat het ophalen zag, en wat er te doen is. Code 1 als er iets te doen is."""
    from services.kbo.cli import status as told

    _end(told.status(as_json=as_json))


def _end(fine: bool) -> None:
    if not fine:
        raise typer.Exit(1)
