"""`loketbus address match`: addresses as somebody wrote them, each with a verdict, from this machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loketbus.cli.output import print_line, print_table
from loketbus.cli.registers import print_json_line, typed, typed_lines
from services.address.answers import shown
from services.address.cli.group import opened_register
from services.address.cli.printing import print_homonym, print_source
from services.address.domain.matching import match
from services.address.domain.model import Asked, Match, Source
from services.address.questions import Register
from services.address.told import SHORT, candidates, found

STDIN = "-"
LINE_MAX_BYTES = 100_000
"""Of a line on standard input: what comes after is no address."""
FINE = frozenset({"exact", "corrected"})
CANDIDATES_SHOWN = 20


def match_all(texts: Sequence[str], *, as_json: bool) -> bool:
    """Say of each what it is; whether all were found."""
    fine, source = True, None
    with opened_register() as register:
        for text in _texts(texts):
            answer, source = _match(register, text)
            fine = fine and answer.verdict in FINE
            if as_json:
                print_json_line(shown.match(answer, text))
            else:
                _print(answer)
    if source is not None and not as_json:
        print_source(source)
    return fine


def _texts(arguments: Sequence[str]) -> Iterator[str]:
    for argument in arguments:
        if argument == STDIN:
            yield from (line.text for line in typed_lines(LINE_MAX_BYTES, empty=True))
        else:
            yield typed(argument)


def _match(register: Register, text: str) -> tuple[Match, Source]:
    """Each in a state of its own: a long list must not hold up the change feed."""
    with register.open() as view:
        return match(view, Asked(text=text)), view.source


def _print(answer: Match) -> None:
    whole = found(answer)
    print_line(f"{answer.input or '(leeg)'}: {SHORT[answer.verdict]}.")
    if whole is not None:
        print_line(f"  {whole.label}")
        print_homonym(whole.model_dump())
        print_line(f"  {_ids(answer)}")
    for note in (*answer.changes, *answer.reasons):
        print_line(f"  {note.message}")
    if answer.candidates:
        rows = [_row(one.model_dump()) for one in candidates(answer.candidates)[:CANDIDATES_SHOWN]]
        print_table("  Mogelijk", ("adres", "id", "straat"), rows)
        if len(answer.candidates) > CANDIDATES_SHOWN:
            print_line(f"  En nog {len(answer.candidates) - CANDIDATES_SHOWN} andere: zie --json.")


def _ids(answer: Match) -> str:
    given = shown.match(answer)
    own = given["address_id"]
    building = given["building_address_id"]
    if own is None or own == building:
        return f"adres {building} (het hele gebouw)" if own is None else f"adres {own}"
    return f"adres {own}, gebouw {building}" if building else f"adres {own}"


def _row(one: dict[str, object]) -> tuple[object, ...]:
    return one["label"], one["address_id"] or "", one["street_id"]
