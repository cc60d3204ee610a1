"""What differs between two states of one address, for programs and as one Dutch line. No I/O.

A version alone is no change; neither is another way to write the same label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from loketbus_contracts import AddressChange, AddressState

from services.address.domain.model import STATUSES

RETIRED, REJECTED = "gehistoreerd", "afgekeurd"
NAMED_MAX = 5
"""Successors in one line; all of them stand in the event."""
_NONE = "geen"
_ENDS = frozenset({"retired", "rejected", "removed"})


def valid(state: AddressState | None) -> bool:
    """It may be used."""
    status = None if state is None else STATUSES.get(state.status.lower())
    return status is not None and status.valid


def changes(
    before: AddressState | None,
    after: AddressState | None,
    successors: Sequence[AddressState] = (),
    told: Sequence[str] = (),
    *,
    was_removed: bool = False,
) -> tuple[AddressChange, ...]:
    """From `before` to `after`; None is "not in the register". Nothing where both say the same.

    Args:
        before: what was last told.
        after: what the register says now.
        successors: what stands in the place of `after`, when that is not valid any more.
        told: ids of successors that were told before.
        was_removed: it was told that the register removed it; what comes then was restored.
    """
    own = (_back(after),) if was_removed and after is not None else _own(before, after)
    return (*own, *_replaced(before or after, successors, told))


def first_look(
    after: AddressState | None, successors: Sequence[AddressState] = (), *, removed: bool = False
) -> tuple[AddressChange, ...]:
    """What is news about an address that was never looked at: only that it cannot be used any more."""
    if after is None:
        return (AddressChange(what="removed"), *_replaced(None, successors, ())) if removed else ()
    if valid(after):
        return ()
    return (_ended(after.status, None, after.status), *_replaced(after, successors, ()))


def older(before: AddressState | None, after: AddressState | None) -> bool:
    """`after` is of an older version than `before`: of a register that went back."""
    versions = [_moment(one.version) if one is not None else None for one in (before, after)]
    return versions[0] is not None and versions[1] is not None and versions[1] < versions[0]


def version_moment(before: AddressState | None, after: AddressState | None) -> datetime | None:
    """When the register made `after` of `before`; None when its version does not say."""
    was, now = (_moment(one.version) if one is not None else None for one in (before, after))
    return now if now is not None and (was is None or was < now) else None


def line(address_id: str, label: str | None, found: Sequence[AddressChange]) -> str:
    """One Dutch line for the tijdlijn; `label` is how people knew the address."""
    who = f"adres {address_id}" if label is None else label
    what = {one.what for one in found}
    hint = " Zoek het adres opnieuw op." if what & _ENDS and "replaced" not in what else ""
    return f"Adresregister: {who}: {'; '.join(_words(one) for one in found)}.{hint}"


def _own(before: AddressState | None, after: AddressState | None) -> Iterator[AddressChange]:
    if before is None:
        if after is not None:
            yield AddressChange(what="new", after=after.label)
    elif after is None:
        yield AddressChange(what="removed", before=before.label)
    else:
        yield from _differences(before, after)


def _differences(before: AddressState, after: AddressState) -> Iterator[AddressChange]:
    if before.status != after.status:
        yield _status(before, after)
    if before.street_id != after.street_id or before.street != after.street:
        yield AddressChange(what="street", before=before.street, after=after.street)
    if before.house_number != after.house_number:
        yield AddressChange(what="house_number", before=before.house_number, after=after.house_number)
    if before.box != after.box:
        yield AddressChange(what="box", before=before.box, after=after.box)
    if before.postcode != after.postcode:
        yield AddressChange(what="postcode", before=before.postcode, after=after.postcode)
    if before.building_address_id != after.building_address_id:
        was, now = before.building_address_id, after.building_address_id
        yield AddressChange(what="building_address", before=was, after=now)
    if before.nis != after.nis or before.municipality != after.municipality:
        yield AddressChange(what="municipality", before=before.municipality, after=after.municipality)


def _back(after: AddressState) -> AddressChange:
    return AddressChange(what="restored", after=after.label)


def _status(before: AddressState, after: AddressState) -> AddressChange:
    if valid(after):
        what = "status" if valid(before) else "restored"
        return AddressChange(what=what, before=before.status, after=after.status)
    return _ended(after.status, before.status, after.status)


def _ended(status: str, before: str | None, after: str | None) -> AddressChange:
    what = {RETIRED: "retired", REJECTED: "rejected"}.get(status, "status")
    return AddressChange(what=what, before=before, after=after)


def _replaced(
    old: AddressState | None, successors: Sequence[AddressState], told: Sequence[str]
) -> Iterator[AddressChange]:
    if {one.address_id for one in successors} - set(told):
        named = " of ".join(one.label for one in successors[:NAMED_MAX])
        more = len(successors) - NAMED_MAX
        after = f"{named} of nog {more} andere" if more > 0 else named
        yield AddressChange(what="replaced", before=None if old is None else old.label, after=after)


def _moment(version: str | None) -> datetime | None:
    try:
        found = None if version is None else datetime.fromisoformat(version)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _address(id: str | None) -> str:
    return _NONE if id is None else f"adres {id}"


def _words(one: AddressChange) -> str:
    before, after = one.before or _NONE, one.after or _NONE
    match one.what:
        case "retired":
            return "het adres is opgeheven (gehistoreerd)"
        case "rejected":
            return "het adres is afgekeurd"
        case "removed":
            return "het adres is uit het register verwijderd"
        case "replaced":
            return f"in de plaats kwam: {after}"
        case "restored":
            return "het adres is opnieuw geldig"
        case "new":
            return "staat nu in het register"
        case "street":
            return f"de straat is nu {after} (was {before})"
        case "house_number":
            return f"het huisnummer is nu {after} (was {before})"
        case "box":
            return f"het busnummer is nu {after} (was {before})"
        case "postcode":
            return f"de postcode is nu {after} (was {before})"
        case "municipality":
            return f"de gemeente is nu {after} (was {before})"
        case "building_address":
            return f"het adres van het hele gebouw is nu {_address(one.after)} (was {_address(one.before)})"
        case _:
            return f"de status is nu {after} (was {before})"
