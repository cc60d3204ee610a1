"""`loketbus address import`: a download into the register on this machine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import typer

from loketbus.cli.output import print_json, print_line, print_table
from loketbus.cli.registers import import_progress
from loketbus.settings import load as load_settings
from services.address.register.importing import import_download
from services.address.register.report import Report, Rows
from services.address.register.sources import check_there
from services.address.settings import AddressSettings, register_folder

NOTES_SHOWN = 20
ALL = "all"
_CODES = re.compile(r"[0-9]{5}(?:,[0-9]{5})*")


def load(paths: Sequence[Path], nis: str | None, *, as_json: bool) -> None:
    """Import, and say what came of it."""
    settings = load_settings(AddressSettings)
    wanted = _wanted(nis, settings)
    with _together(paths) as download, import_progress() as tell:
        report = import_download(register_folder(settings), download, nis=wanted, progress=tell)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)


def _wanted(given: str | None, settings: AddressSettings) -> Sequence[str] | None:
    """NIS codes; None: all of Flanders."""
    if given is None:
        return None if settings.address_nis == ALL else settings.address_nis
    if given == ALL:
        return None
    if not _CODES.fullmatch(given):
        text = f"geef NIS-codes van vijf cijfers met een komma ertussen, zoals 12025,11037, of {ALL}"
        raise typer.BadParameter(text, param_hint="--nis")
    return tuple(dict.fromkeys(given.split(",")))


@contextmanager
def _together(paths: Sequence[Path]) -> Iterator[Path]:
    """One download of one or more parts: what is given later counts where a file is in two of them.

    Raises:
        Rejected: `address_archive_broken`, a path is not there.
    """
    for path in paths:
        check_there(path)
    if len(paths) == 1:
        yield paths[0]
        return
    with TemporaryDirectory(prefix="loketbus-address-") as made:
        for at, path in enumerate(paths):
            part = Path(made) / f"{at:03d}"
            files = [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
            for file in files:
                link = part / (file.relative_to(path) if path.is_dir() else file.name)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(file.absolute())
        yield Path(made)


def _print(report: Report) -> None:
    columns = ("tabel", "rijen gelezen", "bewaard", "van elders", "rijen per seconde")
    print_table("Geladen", columns, [_row(table, rows) for table, rows in report.rows.items()])
    for note in report.notes[:NOTES_SHOWN]:
        print_line(f"{'Overgeslagen' if note.skipped else 'Opgemerkt'}: {note.text}.")
    if len(report.notes) > NOTES_SHOWN:
        print_line(f"En nog {len(report.notes) - NOTES_SHOWN} andere opmerkingen: zie --json.")
    where = "heel Vlaanderen" if report.nis is None else f"NIS {', '.join(report.nis)}"
    day = "/".join(reversed(report.extract.split("-")))
    size, seconds = f"{report.bytes / 1e6:.0f} MB", f"{report.seconds:.1f} s".replace(".", ",")
    print_line(f"Het register staat op de download van {day}: {where} ({size}, {seconds}).")
    for remark in report.remarks:
        print_line(f"Let op: {remark.text}")
    if not report.events:
        print_line("Deze download zegt niet waar haar wijzigingen beginnen; ze worden niet gevolgd.")
    print_line(report.attribution)


def _row(table: str, rows: Rows) -> tuple[object, ...]:
    rate = round(rows.read / rows.seconds) if rows.seconds else 0
    return table, *(f"{count:,}".replace(",", ".") for count in (rows.read, rows.kept, rows.elsewhere, rate))
