"""`loketbus kbo import`: a Full, or updates, into the register on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loketbus.cli.output import print_json, print_line, print_table
from loketbus.cli.registers import import_progress
from services.kbo.cli.group import folder
from services.kbo.register.importing import import_archives
from services.kbo.register.report import Report, Rows

NOTES_SHOWN = 20


def load(archives: Sequence[Path], *, again: bool, as_json: bool) -> None:
    """Import, and say what came of it."""
    with import_progress() as tell:
        report = import_archives(folder(), archives, progress=tell, again=again)
    if as_json:
        print_json(report.as_json())
    else:
        _print(report)


def _print(report: Report) -> None:
    day = f"{report.snapshot:%d/%m/%Y}"
    for given in report.archives:
        if given.outcome == "already_there":
            print_line(f"Overgeslagen, staat er al in: {given.name}.")
    if report.kind == "nothing":
        print_line(f"Niets te laden: het register staat al op uittreksel {report.extract:04d}, toestand op {day}.")
        return
    columns = ("tabel", "rijen gelezen", "bewaard", "gewist", "rijen per seconde")
    print_table("Geladen", columns, [_row(table, rows) for table, rows in report.rows.items()])
    for note in report.notes[:NOTES_SHOWN]:
        print_line(f"{'Overgeslagen' if note.skipped else 'Opgemerkt'}: {note.text}.")
    if len(report.notes) > NOTES_SHOWN:
        print_line(f"En nog {len(report.notes) - NOTES_SHOWN} andere opmerkingen: zie --json.")
    seconds = f"{report.seconds:.1f}".replace(".", ",")
    print_line(f"Het register staat op uittreksel {report.extract:04d}, toestand op {day} ({seconds} s).")


def _row(table: str, rows: Rows) -> tuple[object, ...]:
    return table, *(f"{count:,}".replace(",", ".") for count in (rows.read, rows.kept, rows.deleted, round(rows.rate)))
