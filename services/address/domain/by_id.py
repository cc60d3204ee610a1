"""What the register says about an address whose id is known: the same kind of answer as for a text. No I/O.

Kept apart are: the address is valid; it is retired or rejected, and what came in its place; it was removed; the
register never had it; it is not in the part that is kept here, of which nothing more can be said; its street is not
read yet, which passes. An id of which nothing is known is `unknown`, never a guess.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from services.address.domain import verdicts
from services.address.domain.labels import address_label
from services.address.domain.model import Address, Candidate, Lookup, Match, Municipality, Note, Status, Street, Verdict
from services.address.domain.object_ids import object_id

CANDIDATES_MAX = 100
REPLACED = "replaced"
"""Code of a change: another address stands in its place."""
NOT_KEPT = "not_kept"
"""Code: here it cannot be said whether there is such an address."""
PENDING = "street_pending"
"""Code: it is there, and in a while it can be said where."""
Where = tuple[Street, Municipality]


class Known(Lookup, Protocol):
    """What is asked of a register besides."""

    @property
    def kept(self) -> Collection[int] | None:
        """NIS codes of the municipalities of which the addresses are kept; None: all there are."""

    def address(self, address: int) -> Address | None:
        """By id, of any status."""

    def gone(self, kind: str, id: int) -> bool:
        """The register removed it (410)."""


def match_id(register: Known, written: str) -> Match:
    """The answer about an id as somebody gives it."""
    number = object_id(written)
    if number is None:
        return Match(written, "unknown", (_INVALID,))
    address = register.address(number)
    if address is None:
        removed = register.gone("address", number)
        return replaced(register, written, None, _removed(number) if removed else _absent(register, number))
    if not address.status.valid:
        return replaced(register, written, address, _ended(address))
    return matched(register, written, address, reasons=(Note("by_id", f"Adres {number} staat in het register."),))


def matched(
    register: Known,
    written: str,
    address: Address,
    *,
    reasons: tuple[Note, ...],
    changes: tuple[Note, ...] = (),
    where: Where | None = None,
) -> Match:
    """This very address, `corrected` when something changed on the way to it.

    `where` is its street and municipality when somebody else than this register says so.
    """
    where = where or _where(register, address)
    if where is None:
        return _told(written, "unknown", (_pending(address),), address, None)
    street, municipality = where
    return Match(
        input=written,
        verdict="corrected" if changes else "exact",
        reasons=(*reasons, *_doubts(address)),
        changes=changes,
        street=street,
        municipality=municipality,
        postcode=address.postcode,
        house_number=address.house,
        box=address.box,
        address=address,
        building=_building(register, address),
    )


def replaced(
    register: Known,
    written: str,
    old: Address | None,
    why: Note,
    successors: Sequence[Address] | None = None,
) -> Match:
    """The answer about an address that cannot be used any more: what stands in its place, or what is left of it.

    Args:
        register: where the answer is looked up.
        written: what somebody looked for.
        old: the address; None when the register does not have it (any more).
        why: the reason.
        successors: what stands in its place; None: as this register knows.
    """
    number = object_id(written) if old is None else old.id
    known = register.successors(number) if successors is None and number is not None else successors or ()
    valid = [one for one in known if one.status.valid]
    if len(valid) == 1:
        return _one(register, written, old, why, valid[0])
    if valid:
        return _several(register, written, old, why, valid)
    return _nothing(register, written, old, why)


def _one(register: Known, written: str, old: Address | None, why: Note, new: Address) -> Match:
    where = _where(register, new)
    if where is None:
        return _nothing(register, written, old, why)
    text = f"In de plaats kwam {address_label(new, *where)}."
    return matched(register, written, new, reasons=(why,), changes=(Note(REPLACED, text),))


def _several(register: Known, written: str, old: Address | None, why: Note, new: Sequence[Address]) -> Match:
    candidates = tuple(
        Candidate(*where, address) for address in new[:CANDIDATES_MAX] if (where := _where(register, address))
    )
    choose = Note("several_successors", f"In de plaats kwamen {len(new)} adressen; kies het juiste.")
    where = None if old is None else _where(register, old)
    return _told(written, "ambiguous", (why, choose), old, where, candidates=candidates)


def _nothing(register: Known, written: str, old: Address | None, why: Note) -> Match:
    where = None if old is None else _where(register, old)
    if old is None or where is None:
        return _told(written, "unknown", (why,), old, where)
    building = _building(register, old) if old.box is not None else None
    if building is not None and building.status.valid:
        return _told(written, "building_only", (why,), old, where, building=building)
    return _told(written, "street_only", (why,), old, where)


def _told(
    written: str,
    verdict: Verdict,
    reasons: tuple[Note, ...],
    old: Address | None,
    where: Where | None,
    *,
    building: Address | None = None,
    candidates: tuple[Candidate, ...] = (),
) -> Match:
    street, municipality = where or (None, None)
    return Match(
        input=written,
        verdict=verdict,
        reasons=reasons,
        street=street,
        municipality=municipality,
        postcode=None if old is None else old.postcode,
        house_number=None if old is None else old.house,
        box=None if old is None else old.box,
        building=building,
        candidates=candidates,
    )


def _where(register: Known, address: Address) -> Where | None:
    """None for a moment, while the change feed has removed the street and not yet its addresses."""
    street = register.street(address.street)
    municipality = None if street is None else register.municipality(street.nis)
    return None if street is None or municipality is None else (street, municipality)


def _building(register: Known, address: Address) -> Address | None:
    if address.box is None:
        return address
    return None if address.parent is None else register.address(address.parent)


def _doubts(address: Address) -> tuple[Note, ...]:
    proposed = (verdicts.proposed(),) if address.status is Status.VOORGESTELD else ()
    return (*proposed, verdicts.interpolated()) if address.method == "geinterpoleerd" else proposed


def _ended(address: Address) -> Note:
    if address.status is Status.AFGEKEURD:
        return Note("rejected", f"Adres {address.id} is afgekeurd: het is nooit in gebruik genomen.")
    return Note("retired", f"Adres {address.id} is opgeheven (gehistoreerd).")


def _removed(number: int) -> Note:
    return Note("removed", f"Adres {number} heeft bestaan en is uit het register verwijderd.")


def _absent(register: Known, number: int) -> Note:
    """Only who keeps the whole register knows that an id was never there."""
    if register.kept is None:
        return Note("never_existed", f"Het register heeft nooit een adres met id {number} gehad. Kijk het id na.")
    text = "staat niet in het deel van het register dat hier bewaard wordt. Of het elders bestaat, is hier niet bekend."
    return Note(NOT_KEPT, f"Adres {number} {text}")


def _pending(address: Address) -> Note:
    text = f"Adres {address.id} staat in het register, maar zijn straat ({address.street}) is hier nog niet gelezen."
    return Note(PENDING, f"{text} Vraag het straks opnieuw.")


_INVALID = Note("invalid_id", "Dit is geen id van een adres in het register: dat is een getal, zoals 3201926.")
