"""From an address to its units, buildings and parcels in the register (reference, sections 1.5 and 1.6).

There is no link from an address to a building: the way goes over gebouweenheden. A parcel is linked to addresses and to
buildings; that of a box address is often only found through its building address (section 10).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.address.remote.confirming import Confirmation, judged
from services.address.remote.register import AddressRegister, Building, Detail, Found, Unit

UNITS_MAX, BUILDINGS_MAX = 20, 5
"""Looked at for one address; a gemeenschappelijk deel or a site may have more."""

Id = TypeVar("Id", int, str)
Object = TypeVar("Object", Unit, Building)


@dataclass(frozen=True, slots=True)
class LiveBuilding:
    """What an address is part of, by the register itself; empty where the confirmation has no address."""

    confirmation: Confirmation
    building_address: int | None = None
    """The same house number without box; the address itself where it has none."""
    units: tuple[Unit, ...] = ()
    buildings: tuple[Building, ...] = ()
    parcels: tuple[str, ...] = ()
    """caPaKeys with a slash, of the address and of its buildings."""
    complete: bool = True
    """False: there are more units or buildings than were looked at."""


async def look_around(register: AddressRegister, address: int) -> LiveBuilding:
    """Everything around one address; as many questions as it has units and buildings, and a few more.

    Raises:
        Unavailable, Denied, Rejected: see `AddressRegister`.
    """
    detail = await register.address(address)
    if not isinstance(detail, Found):
        return LiveBuilding(judged(detail))
    known = detail.value.address
    family = (address,) if known.parent is None else (address, known.parent)
    unit_ids = await _first(register.units_of, family)
    linked = await _details(register.unit, unit_ids[:UNITS_MAX])
    # A list and a detail may differ by a moment; and a filter that was not applied lists anything.
    units = tuple(unit for unit in linked if not set(family).isdisjoint(unit.addresses))
    building_ids = tuple(dict.fromkeys(unit.building for unit in units))
    buildings = await _details(register.building, building_ids[:BUILDINGS_MAX])
    parcels = {parcel for building in buildings for parcel in building.parcels}
    return LiveBuilding(
        confirmation=judged(detail),
        building_address=known.building,
        units=units,
        buildings=buildings,
        parcels=tuple(sorted(parcels | set(await _first(register.parcels_of, family)))),
        complete=len(unit_ids) <= UNITS_MAX and len(building_ids) <= BUILDINGS_MAX,
    )


async def _first(links: Callable[[int], Awaitable[tuple[Id, ...]]], family: Sequence[int]) -> tuple[Id, ...]:
    """Of the address, or else of its building address."""
    for address in family:
        if found := await links(address):
            return found
    return ()


async def _details(ask: Callable[[int], Awaitable[Detail[Object]]], ids: Sequence[int]) -> tuple[Object, ...]:
    """One by one: the budget lets no more through. What is gone meanwhile is left out."""
    found = [await ask(one) for one in ids]
    return tuple(one.value for one in found if isinstance(one, Found))
