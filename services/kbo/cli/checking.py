"""`loketbus kbo check`: are these numbers right? Needs neither register nor service."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loketbus.cli.output import print_line
from loketbus.cli.registers import Line, print_json_line, typed, typed_lines
from loketbus.errors import OutsideUnavailable
from services.kbo.cli.group import opened
from services.kbo.domain.numbers import Kind, Note, NumberCheck, candidates, check, display

STDIN = "-"
LINE_MAX_BYTES = 1_000
"""Of a line on standard input: longer is no number in any spelling."""
_LONG_LINE = Note("too_long", "Deze regel is veel te lang voor een nummer. Zet elk nummer op een regel.")
KINDS: dict[Kind, str] = {
    "enterprise": "ondernemingsnummer",
    "establishment": "vestigingsnummer",
    "branch": "id van een bijkantoor (geen officieel nummer)",
}


def check_all(numbers: Sequence[str], *, as_json: bool) -> bool:
    """Say of each what it is worth; whether all are right."""
    fine = True
    for found in _checks(numbers):
        fine = fine and found.valid
        suggestion = None if found.valid else suggested(found.digits)
        (_print_json if as_json else _print)(found, suggestion)
    return fine


def suggested(digits: str) -> str | None:
    """The one number of the register on this machine that differs by a typing error; None without a register."""
    if next(candidates(digits), None) is None:
        return None
    try:
        with opened() as view:
            return view.suggestion(digits)
    except OutsideUnavailable:
        return None


def _checks(numbers: Sequence[str]) -> Iterator[NumberCheck]:
    for number in numbers:
        if number == STDIN:
            yield from map(_of_line, typed_lines(LINE_MAX_BYTES))
        else:
            yield check(typed(number))


def _of_line(line: Line) -> NumberCheck:
    """One that is too long is no number, whatever its beginning says."""
    if line.cut:
        return NumberCheck(line.text, valid=False, number=None, kind=None, reasons=(_LONG_LINE,))
    return check(line.text)


def _print_json(found: NumberCheck, suggestion: str | None) -> None:
    from services.kbo import told

    print_json_line(told.checked(found, suggestion))


def _print(found: NumberCheck, suggestion: str | None) -> None:
    if found.number is not None and found.kind is not None:
        said = f"{display(found.number)}: geldig {KINDS[found.kind]}."
    else:
        said = f"{found.input}: ongeldig. {' '.join(reason.text for reason in found.reasons)}"
    print_line(" ".join([said, *(change.text for change in found.changes)]))
    if suggestion is not None:
        print_line(
            f"  Bedoelt u {display(suggestion)}? Dat is het enige nummer in de KBO dat er één tikfout van scheelt."
        )
