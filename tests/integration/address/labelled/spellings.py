"""The labelled spellings, and what the matcher makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.address.domain.matching import match
from services.address.domain.model import Address, Asked, Candidate, Match
from services.address.questions import View
from tests.integration.address.labelled.registers import HERE

VERDICTS = {
    "e": "exact",
    "c": "corrected",
    "a": "ambiguous",
    "b": "building_only",
    "s": "street_only",
    "u": "unknown",
}
CONFIDENT = ("exact", "corrected")


@dataclass(frozen=True)
class Spelling:
    """One line: a text, the verdicts that are right, and what is meant."""

    text: str
    verdicts: tuple[str, ...]
    meant: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """A spelling beside its answer. `wrong` is the fault that must never be: another address, given with confidence."""

    spelling: Spelling
    verdict: str
    given: str
    right: bool
    wrong: bool


def spellings(half: str) -> list[Spelling]:
    """Of `develop` or `report`."""
    lines = (HERE / f"{half}.txt").read_text(encoding="utf-8").splitlines()
    return [_spelling(line) for line in lines if line and not line.startswith("#")]


def judge(view: View, cases: Iterable[Spelling]) -> list[Outcome]:
    """Ask for each."""
    return [_outcome(view, case, match(view, Asked(text=case.text))) for case in cases]


def _spelling(line: str) -> Spelling:
    verdicts, text, meant = line.split(";;")
    return Spelling(
        text.replace("{NL}", "\n"),
        tuple(VERDICTS[letter] for letter in verdicts),
        tuple(one for one in meant.split(" & ") if one),
    )


def _outcome(view: View, case: Spelling, found: Match) -> Outcome:
    given = _written(view, found.address)
    wrong = found.verdict in CONFIDENT and (given not in case.meant or len(case.meant) != 1)
    return Outcome(case, found.verdict, given or found.verdict, _right(view, case, found), wrong)


def _right(view: View, case: Spelling, found: Match) -> bool:
    if found.verdict not in case.verdicts:
        return False
    if found.verdict in CONFIDENT:
        return case.meant == (_written(view, found.address),)
    if found.verdict == "ambiguous":
        return set(case.meant) <= {_written(view, one.address) for one in found.candidates}
    if found.verdict == "unknown":
        return found.address is None and found.building is None
    return _place(found, case)


def _place(found: Match, case: Spelling) -> bool:
    """Street, and house number of a building: without the rest."""
    street, house, *_ = f"{case.meant[0]}||".split("|")
    if found.street is None or found.street.name != street or found.address is not None:
        return False
    return found.verdict == "street_only" or (found.building is not None and found.building.house == house)


def _written(view: View, address: Address | None) -> str:
    if address is None:
        return ""
    street = view.street(address.street)
    assert street is not None
    return f"{street.name}|{address.house}|{address.box or ''}|{address.postcode}"


def candidates(view: View, found: Iterable[Candidate]) -> list[str]:
    """For a message of a test that fails."""
    return [_written(view, one.address) or one.street.name for one in found]
