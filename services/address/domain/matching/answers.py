"""The answer that goes out, made of what one street has and of how it was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.address.domain import verdicts
from services.address.domain.house_numbers import BESIDE
from services.address.domain.matching.desk import CANDIDATES_MAX, Kind, Outcome
from services.address.domain.matching.streets import Named
from services.address.domain.model import Address, Candidate, Lookup, Match, Municipality, Note, Status, Street, Verdict
from services.address.domain.parsing import Split
from services.address.domain.places import Scope

_VERDICTS: dict[Kind, Verdict] = {Kind.BUILDING: "building_only", Kind.STREET: "street_only"}


@dataclass(frozen=True, slots=True)
class Asking:
    """What every answer about one question needs."""

    lookup: Lookup
    input: str
    split: Split
    where: Scope
    po_box: str = ""

    @property
    def decidable(self) -> bool:
        """When postcode and name point to two municipalities, only who has the streets of both can say which one is
        meant."""
        where = self.where
        return not where.conflict or (not where.elsewhere and all(self.lookup.street_keys(nis) for nis in where.nis))


@dataclass(frozen=True, slots=True)
class Found:
    """A street that may be meant, and what it has."""

    named: Named
    outcome: Outcome


def one(asking: Asking, found: Found) -> Match:
    """One street: an address, a building, or only the street."""
    outcome = found.outcome
    street = _street_of(asking.lookup, outcome)
    municipality = municipality_of(asking.lookup, street)
    address = outcome.address
    postcode = address.postcode if address else outcome.building.postcode if outcome.building else None
    changes = (
        *found.named.changes,
        *place_changes(asking, municipality, postcode),
        *outcome.changes,
        *_left(asking, outcome.unread),
    )
    verdict: Verdict = _VERDICTS.get(outcome.kind) or ("corrected" if changes else "exact")
    return Match(
        input=asking.input,
        verdict=verdict,
        reasons=_reasons(asking, outcome, verdict, postcode),
        changes=changes,
        street=street,
        municipality=municipality,
        postcode=postcode or _only(asking.lookup.postcodes_of(street.id)),
        house_number=outcome.house,
        box=outcome.box,
        address=address,
        building=outcome.building,
        candidates=candidates(asking.lookup, outcome.candidates),
    )


def to_confirm(asking: Asking, found: Found) -> Match:
    """One street, that only a mistake tells from what was written, and elsewhere there is one of that name."""
    street = found.outcome.street
    there = candidates(asking.lookup, _addresses(found.outcome))
    reason = verdicts.name_elsewhere(asking.split.street, street.name)
    return Match(asking.input, "ambiguous", (reason,), house_number=found.outcome.house, candidates=there)


def several(asking: Asking, founds: Sequence[Found]) -> Match:
    """Several addresses; in one street the reason says why."""
    addresses = [one for found in founds for one in _addresses(found.outcome)]
    distinct = tuple({address.id: address for address in addresses}.values())
    kept = candidates(asking.lookup, distinct[:CANDIDATES_MAX])
    lone = founds[0] if len(founds) == 1 else None
    written = f"{asking.split.street} {asking.split.numbers.written}"
    reasons = lone.outcome.reasons if lone else (verdicts.several_addresses(written, len(distinct)),)
    street = lone.outcome.street if lone else None
    municipality = municipality_of(asking.lookup, street) if street else None
    changes = (*(lone.named.changes if lone else ()), *_left(asking))
    return Match(
        input=asking.input, verdict="ambiguous", reasons=reasons, changes=changes, street=street,
        municipality=municipality, house_number=founds[0].outcome.house, box=founds[0].outcome.box, candidates=kept,
    )  # fmt: skip


def several_streets(asking: Asking, named: Sequence[Named]) -> Match:
    """Streets of one name, none of which has the number, or without a number."""
    number = asking.split.numbers
    reason = verdicts.several_streets(asking.split.street, len(named))
    more = (verdicts.house_unknown(asking.split.street, number.written),) if number.house else ()
    kept = street_candidates(asking.lookup, (found.street for found in named))
    return Match(
        input=asking.input, verdict="ambiguous", reasons=(reason, *more), house_number=number.house or None,
        changes=_left(asking), candidates=kept,
    )  # fmt: skip


def unknown(
    asking: Asking, *reasons: Note, suggested: Iterable[Street] = (), inside: Iterable[Address] = ()
) -> Match:  # fmt: skip
    """Nothing is sure; addresses that the last words are and streets that look alike stand among the candidates."""
    found = candidates(asking.lookup, inside)
    alike = street_candidates(asking.lookup, suggested)
    seen = {one.street.id for one in found}
    return Match(
        input=asking.input, verdict="unknown", reasons=reasons, house_number=asking.split.numbers.house or None,
        candidates=(*found, *(one for one in alike if one.street.id not in seen)),
    )  # fmt: skip


def candidates(lookup: Lookup, addresses: Iterable[Address]) -> tuple[Candidate, ...]:
    """Each with its street."""
    streets: dict[int, Street | None] = {}
    found = []
    for address in addresses:
        if address.street not in streets:
            streets[address.street] = lookup.street(address.street)
        if street := streets[address.street]:
            found.append(Candidate(street, municipality_of(lookup, street), address, address.postcode))
    return tuple(found)


def street_candidates(lookup: Lookup, streets: Iterable[Street]) -> tuple[Candidate, ...]:
    """Streets without an address."""
    return tuple(
        Candidate(street, municipality_of(lookup, street), None, _only(lookup.postcodes_of(street.id)))
        for street, _ in zip(streets, range(CANDIDATES_MAX), strict=False)
    )


def municipality_of(lookup: Lookup, street: Street) -> Municipality:
    """Its NIS code stands for its name where the register lacks that."""
    return lookup.municipality(street.nis) or Municipality(street.nis, str(street.nis), Status.GEHISTOREERD)


def place_changes(asking: Asking, municipality: Municipality, postcode: int | None) -> tuple[Note, ...]:
    """What was filled in or replaced of the postcode and the municipality."""
    where = asking.where
    if where.anywhere:
        return (verdicts.municipality_added(postcode, municipality.name),)
    read = f"{postcode} {municipality.name}" if postcode else municipality.name
    notes: list[Note] = []
    wrong_code = postcode is not None and bool(where.code) and where.code != str(postcode)
    if wrong_code and postcode is not None:
        asked = " ".join(filter(None, (where.code, where.name)))
        notes.append(verdicts.postcode_replaced(asking.split.street, asked, read))
    here = [place for place in where.named if place.nis == municipality.nis]
    if where.name and not here:
        notes.append(verdicts.municipality_replaced(where.name, read))
    elif here and all(place.kind == "former" for place in here):
        notes.append(verdicts.municipality_former(where.name, municipality.name))
    elif where.name and not wrong_code and _elsewhere(where, municipality.nis, postcode):
        notes.append(verdicts.municipality_replaced(where.name, read))
    return tuple(notes)


def _elsewhere(where: Scope, nis: int, postcode: int | None) -> bool:
    """The name is of another part of the municipality, or stands for places elsewhere too, and no postcode decides."""
    here = {place.postcode for place in where.named if place.nis == nis}
    other_part = postcode is not None and None not in here and postcode not in here
    return (other_part and not where.code) or (not where.postcode and any(place.nis != nis for place in where.named))


def _left(asking: Asking, unread: str = "") -> tuple[Note, ...]:
    """Notes on what was left out, but for what a reason already tells."""
    split = asking.split
    notes = [verdicts.left_out(part) for part in split.left_out if part != unread]
    if split.beside.lower() == BESIDE:
        notes.append(verdicts.beside_left_out(split.beside))
    if asking.po_box:
        notes.append(verdicts.po_box_left_out(asking.po_box))
    return tuple(notes)


def _reasons(asking: Asking, outcome: Outcome, verdict: Verdict, postcode: int | None) -> tuple[Note, ...]:
    reasons = list(outcome.reasons)
    address = outcome.address
    if address is not None:
        if address.status is Status.VOORGESTELD:
            reasons.append(verdicts.proposed())
        if address.method == "geinterpoleerd":
            reasons.append(verdicts.interpolated())
        reasons.append(verdicts.found() if verdict == "exact" else verdicts.corrected())
    if postcode and asking.where.code and asking.where.code != str(postcode):
        reasons.append(verdicts.postcode_conflict(asking.where.code, postcode))
    return tuple(reasons)


def _addresses(outcome: Outcome) -> Iterable[Address]:
    if outcome.kind is Kind.ADDRESS and outcome.address:
        return (outcome.address,)
    if outcome.kind is Kind.BUILDING:
        return (outcome.building,) if outcome.building else outcome.candidates
    return outcome.candidates


def _street_of(lookup: Lookup, outcome: Outcome) -> Street:
    """That of the address itself: a successor may stand in another street."""
    address = outcome.address
    if address is None or address.street == outcome.street.id:
        return outcome.street
    return lookup.street(address.street) or outcome.street


def _only(postcodes: Sequence[int]) -> int | None:
    return postcodes[0] if len(postcodes) == 1 else None
