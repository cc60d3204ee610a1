"""A merger of municipalities, in the order of the real feeds of 1-1-2025 (reference, section 3.2 and 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from simulators.address.model import VALID, Address, Municipality, StreetName
from simulators.address.recording import Recorder
from simulators.address.world import World

_BECAUSE = "BecauseOfMunicipalityMerger"


def merge(world: World, to: Recorder, old: Sequence[int], nis: int, name: str) -> None:
    """All of `old` becomes municipality `nis`: new streets and addresses, the old ones retired with successors.

    Raises:
        LookupError: one of them is not there.
        ValueError: the code is taken, or nothing is to be merged.
    """
    missing = [code for code in old if code not in world.municipalities]
    if missing:
        raise LookupError(f"no municipality {missing[0]}")
    if nis in world.municipalities or not old:
        raise ValueError(f"{nis} is taken, or nothing is to be merged")
    towns = [world.municipalities[code] for code in old]
    new = Municipality(nis, {"nl": name}, to.version(), "voorgesteld")
    to.created(new, "MunicipalityWasRegistered")
    to.updated(new, "MunicipalityBecameCurrent", status="inGebruik")
    streets = _streets(world, to, towns, nis)
    for town in towns:
        _addresses(world, to, town, nis, streets)
        _retired_streets(to, town, nis, streets)
    for town in towns:
        to.transformed("municipality", "MunicipalityWasMerged", [(town, new)], (*old, nis))
        to.updated(town, "MunicipalityWasMerged", status="gehistoreerd")
    for postinfo in world.postinfos.values():
        if postinfo.nis in old:
            to.updated(postinfo, "MunicipalityWasRelinked", nis=nis)
    for parcel in world.parcels.values():
        parcel.nis = nis if parcel.nis in old else parcel.nis


Streets = dict[int, tuple[StreetName, StreetName]]


def _streets(world: World, to: Recorder, towns: Sequence[Municipality], nis: int) -> Streets:
    """(old, new) by the old id; namesakes get a homonym addition from where they lay."""
    before = [street for town in towns for street in world.streets_of(town.nis) if street.status in VALID]
    names = [street.name.lower() for street in before]
    pairs: Streets = {}
    for street in before:
        twice = names.count(street.name.lower()) > 1
        homonym = world.municipalities[street.nis].name[:2].upper() if twice else street.homonym
        new = replace(
            street, id=to.fresh(world.streets, "street"), nis=nis, status="voorgesteld", homonym=homonym,
            names=dict(street.names),
        )  # fmt: skip
        to.created(new, "StreetNameWasProposedForMunicipalityMerger")
        to.updated(new, "StreetNameWasApproved", status="inGebruik")
        pairs[street.id] = (street, new)
    return pairs


def _addresses(world: World, to: Recorder, town: Municipality, nis: int, streets: Streets) -> None:
    """House numbers first, so that boxes find theirs."""
    own = [pair for pair in streets.values() if pair[0].nis == town.nis]
    before = [(one, new.id) for street, new in own for one in _valid(world, street)]
    successors: dict[int, Address] = {}
    for one, street in before:
        parent = successors[one.parent].id if one.parent in successors else None
        new = replace(one, id=to.fresh(world.addresses, "address"), street=street, parent=parent, status="voorgesteld")
        to.created(new, "AddressWasProposedForMunicipalityMerger")
        successors[one.id] = new
    pairs = [(one, successors[one.id]) for one, _ in before]
    if pairs:
        to.transformed("address", f"AddressWasRetired{_BECAUSE}", pairs, (town.nis, nis))
    for one, new in pairs:
        to.relinked(one, new, _BECAUSE)
        if one.status == "inGebruik":
            to.updated(new, "AddressWasApproved", status="inGebruik")
            to.updated(one, f"AddressWasRetired{_BECAUSE}", status="gehistoreerd")
        else:
            to.updated(one, f"AddressWasRejected{_BECAUSE}", status="afgekeurd")


def _valid(world: World, street: StreetName) -> list[Address]:
    some = [one for one in world.addresses_of(street.id) if one.status in VALID]
    return sorted(some, key=lambda one: one.box is not None)


def _retired_streets(to: Recorder, town: Municipality, nis: int, streets: Streets) -> None:
    for old, new in streets.values():
        if old.nis == town.nis:
            event = f"StreetNameWasRetired{_BECAUSE}"
            to.transformed("street", event, [(old, new)], (nis, town.nis))
            to.updated(old, event, status="gehistoreerd")
