"""`loketbus kbo check`: are these numbers right? Needs neither register nor service."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

from loketbus.cli.output import print_line
from loketbus.errors import OutsideUnavailable
from services.kbo.cli.group import opened, print_json_line, typed
from services.kbo.domain.numbers import Kind, NumberCheck, candidates, check, display

STDIN = "-"
NUMBER_MAX_CHARACTERS = 1_000
"""Of a line on standard input: longer is no number in any spelling."""
KINDS: dict[Kind, str] = {
    "enterprise": "ondernemingsnummer",
    "establishment": "vestigingsnummer",
    "branch": "id van een bijkantoor (geen officieel nummer)",
}


def check_all(numbers: Sequence[str], *, as_json: bool) -> bool:
    """Say of each what it is worth; whether all are right."""
    fine = True
    for text in _texts(numbers):
        found = check(text)
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


def _texts(numbers: Sequence[str]) -> Iterator[str]:
    for number in numbers:
        if number != STDIN:
            yield typed(number)
            continue
        while raw := sys.stdin.buffer.readline(NUMBER_MAX_CHARACTERS):
            if line := raw.decode("utf-8", "replace").strip("\r\n"):
                yield line


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
