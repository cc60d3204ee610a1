"""What travels to the CRM: the models of the contract. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from loketbus_contracts import (
    AddressCandidate,
    AddressNote,
    AddressRequested,
    AddressResolved,
    AddressSource,
    AddressState,
    MentionedAddress,
)
from pydantic import ValidationError

from loketbus.errors import Unavailable
from services.address.domain.labels import address_label, candidate_labels, label
from services.address.domain.model import Address, Candidate, Match, Municipality, Note, Source, Street
from services.address.domain.object_ids import object_id

ATTRIBUTION = "Bron: Gebouwen- en Adressenregister, Digitaal Vlaanderen"
"""What the register itself answers; a replica has a line of its own, by what it was made from."""
INPUT_MAX = 1_000
"""Characters of what was looked for that travel back."""
AS_WRITTEN_MAX = 200
POSTCODE_MAX = 9999
SHORT = {
    "exact": "gevonden",
    "corrected": "gevonden, anders geschreven",
    "ambiguous": "meer dan één adres mogelijk",
    "building_only": "alleen het gebouw gevonden",
    "street_only": "alleen de straat gevonden",
    "unknown": "niet gevonden",
}
"""For a tijdlijn: what a verdict comes to, in a few words."""


class Untellable(Unavailable):
    """The register holds something here that the contract has no room for; only this one address suffers from it."""

    def __init__(self, address: int, detail: str) -> None:
        text = f"Adres {address} kan nu niet getoond worden: het register bevat er een waarde die niet kan kloppen."
        super().__init__("value_unusable", f"{text} Laad een nieuwe download.", detail=detail)


def state(address: Address, street: Street, municipality: Municipality) -> AddressState:
    """What the register says about an address.

    Raises:
        Untellable: not even that.
    """
    try:
        return _state(address, street, municipality)
    except ValidationError as error:
        wrong = sorted({str(one["loc"][0]) for one in error.errors()})
        raise Untellable(address.id, f"no {', '.join(wrong)} of the contract") from None


def _state(address: Address, street: Street, municipality: Municipality) -> AddressState:
    return AddressState(
        address_id=str(address.id),
        building_address_id=id_text(address.building),
        street_id=str(street.id),
        street=street.name,
        homonym=street.homonym,
        house_number=address.house,
        box=address.box,
        postcode=postcode_text(address.postcode),
        municipality=municipality.name,
        nis=f"{municipality.nis:05d}",
        status=address.status.code,
        version=address.version,
        label=address_label(address, street, municipality),
    )


def candidates(some: Sequence[Candidate]) -> tuple[AddressCandidate, ...]:
    """To choose from: no two of them look the same."""
    return tuple(map(_candidate, some, candidate_labels(some)))


def _candidate(one: Candidate, label: str) -> AddressCandidate:
    """An address that may be meant, or a street."""
    address = one.address
    return AddressCandidate(
        address_id=None if address is None else str(address.id),
        building_address_id=None if address is None else id_text(address.building),
        street_id=str(one.street.id),
        street=one.street.name,
        homonym=one.street.homonym,
        house_number=None if address is None else address.house,
        box=None if address is None else address.box,
        postcode=postcode_text(one.postcode if address is None else address.postcode),
        municipality=one.municipality.name,
        status=None if address is None else address.status.code,
        label=label,
    )


def source_model(source: Source) -> AddressSource:
    """Where an answer comes from, with the line to show beside it."""
    day = f", toestand op {source.as_of:%d/%m/%Y}" if source.as_of else ""
    line = f"{source.attribution or ATTRIBUTION}{day}."
    return AddressSource(source=source.source, extract=source.extract, as_of=source.as_of, attribution=line)


def found(match: Match) -> AddressState | None:
    """The whole of the address, or else of the building address; None too when the contract has no room for it."""
    address = match.address or match.building
    if address is None or match.street is None or match.municipality is None:
        return None
    try:
        return state(address, match.street, match.municipality)
    except Untellable:  # its verdict stands all the same
        return None


def found_label(match: Match) -> str | None:
    """The same, as people read it."""
    address = match.address or match.building
    if address is None or match.street is None or match.municipality is None:
        return None
    return address_label(address, match.street, match.municipality)


def resolved_event(
    match: Match,
    source: Source,
    asked: AddressRequested,
    *,
    request: str,
    occurred_at: datetime,
    followed: bool = False,
) -> AddressResolved:
    """The answer to a request; `request` is its `ce_id`."""
    return AddressResolved(
        reference=asked.reference,
        request=request,
        input=_one_line(match.input),
        verdict=match.verdict,
        changes=_notes(match.changes),
        reasons=_notes(match.reasons),
        street=None if match.street is None else match.street.name,
        house_number=match.house_number,
        box=match.box,
        postcode=postcode_text(match.postcode),
        municipality=None if match.municipality is None else match.municipality.name,
        address_id=None if match.address is None else str(match.address.id),
        building_address_id=id_text(building_of(match)),
        candidates=candidates(match.candidates),
        address=found(match),
        followed=followed,
        source=source_model(source),
        klantenreis=asked.klantenreis,
        dossier=asked.dossier,
        occurred_at=occurred_at,
        tijdlijn_tekst=_line(match),
    )


def mentioned(match: Match, written: str) -> MentionedAddress:
    """An address in a mail, with its verdict."""
    return MentionedAddress(
        as_written=_one_line(written)[:AS_WRITTEN_MAX],
        verdict=match.verdict,
        address=None if match.address is None else str(match.address.id),
        building_address=id_text(building_of(match)),
        label=found_label(match),
    )


def _line(match: Match) -> str:
    id = object_id(match.input)
    if match.street is None and id is not None:
        return f"Adres {id} nagekeken in het Adressenregister. {match.reasons[0].message}"
    what = found_label(match)
    if what is None and match.street is not None and match.municipality is not None:
        what = label(match.street.name, match.house_number, match.box, match.postcode, match.municipality.name)
    elif what is None:
        what = _one_line(match.input)[:AS_WRITTEN_MAX] or "(leeg)"
    return f"Adres nagekeken in het Adressenregister: {what}: {SHORT[match.verdict]}."


def _one_line(text: str) -> str:
    return " ".join(text[:INPUT_MAX].split())


def _notes(notes: Iterable[Note]) -> tuple[AddressNote, ...]:
    return tuple(AddressNote(code=one.code, message=one.message) for one in notes)


def postcode_text(postcode: int | None) -> str | None:
    """Four digits; None also of what no postcode can be."""
    return f"{postcode:04d}" if postcode is not None and 0 <= postcode <= POSTCODE_MAX else None


def id_text(number: int | None) -> str | None:
    """An id as it travels."""
    return None if number is None else str(number)


def building_of(match: Match) -> int | None:
    """Id of the building address of what was found."""
    if match.building is not None:
        return match.building.id
    return None if match.address is None else match.address.building
