"""Addresses in the text of a mail, each with the register's verdict. Blocking.

A suggestion that is wrong costs more than one that is missing. Mentioned is what was found: `exact`, `corrected`,
`building_only`, and `ambiguous` (a street that exists here, in more than one place or form). `street_only` only with a
place beside it: without, it is a word in a sentence. `unknown` only when it can hardly be anything else than an address
here: words that end as streets do, a house number, and a place. With a place beside it that is not kept (`Grote Markt
5, Lier`) it is an address elsewhere, whatever streets of that name there are here.
"""

from __future__ import annotations

from dataclasses import dataclass

from loketbus_contracts import MentionedAddress

from services.address.domain.finding import Found
from services.address.domain.finding import find_addresses as find
from services.address.domain.folding import place_key, street_fold, street_key
from services.address.domain.matching import match
from services.address.domain.model import Asked, Match
from services.address.domain.places import scope
from services.address.questions import View
from services.address.told import mentioned


def find_addresses(view: View, text: str) -> tuple[MentionedAddress, ...]:
    """In the order of the text, each once."""
    here = (found for found in find(text, _Words(view)) if _may_be_here(view, found))
    judged = ((found, match(view, _asked(found, text))) for found in here)
    kept = [(found, result) for found, result in judged if _is_address(found, result)]
    sure = {result.address.id for _, result in kept if result.address is not None}
    once: dict[object, MentionedAddress] = {}
    for found, result in kept:
        identity = _identity(found, result)
        # The same address may be written with and without its place: the surer of both is told.
        if not _settled(result, sure) and (identity not in once or result.verdict == "exact"):
            once[identity] = mentioned(result, text[found.start : found.end])
    return tuple(once.values())


@dataclass(frozen=True, slots=True)
class _Words:
    """What the register says of words."""

    view: View

    def street(self, words: str) -> bool:
        return any(self.view.streets(key) for key in {street_key(words), street_fold(words)} if key)

    def place(self, words: str) -> bool:
        return bool((key := place_key(words)) and self.view.places(key))


def _may_be_here(view: View, found: Found) -> bool:
    """Nothing stands beside it, or a postcode or place of the part of the register that is kept."""
    if not found.beside:
        return True
    nis = set(scope(view, str(found.postcode or ""), (found.place or "",)).nis)
    return bool(nis if view.kept is None else nis & view.kept)


def _asked(found: Found, text: str) -> Asked:
    """The place in fields of its own, so that it is read as nothing else."""
    written = " ".join(text[found.start : found.end].split())
    if found.line.endswith(" B") and written == f"{found.line} {found.beside}":  # `20 B 2800`: a box, or Belgium
        return Asked(text=written)
    return Asked(text=found.line, postcode=str(found.postcode or ""), municipality=found.place or "")


def _is_address(found: Found, result: Match) -> bool:
    """Worth mentioning."""
    beside = bool(found.beside)
    match result.verdict:
        case "exact" | "corrected" | "building_only":
            return True
        case "ambiguous":
            return found.numbered or beside
        case "street_only":
            return beside
        case _:
            return found.numbered and found.street_like and beside


def _settled(result: Match, sure: set[int]) -> bool:
    """Which of several addresses was meant stands elsewhere in the mail."""
    return result.verdict == "ambiguous" and any(
        one.address is not None and one.address.id in sure for one in result.candidates
    )


def _identity(found: Found, result: Match) -> object:
    if result.address is not None:
        return result.address.id
    if result.building is not None:
        return result.verdict, result.building.id
    return result.verdict, street_fold(found.query)
