"""One address by its id, as people look it up: what it is, what came in its place, and what is around it.

Never confused are: it is there (of any status: gehistoreerd too), it was removed, it never existed, it is not in the
part of the register that is kept here, and its street is not read yet.
The replica answers; where it is asked for, the live register is held beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from services.address.domain.by_id import match_id
from services.address.domain.model import Address, Note, Source, Street
from services.address.questions import Register, View
from services.address.questions.shapes import BuildingView, ParcelView, Whole
from services.address.register.parcels import parcel_id
from services.address.remote.confirming import Confirmation
from services.address.remote.register import RemoteAddress
from services.address.remote.surroundings import LiveBuilding

UNHEARD = frozenset({"unavailable", "denied", "not_asked"})
INTERPOLATED = "interpolated"
"""Of `domain.by_id`; the live register's own word is only about the address itself."""


class Asks(Protocol):
    """The live register; see `services.address.live`."""

    async def confirm(self, address: int, *, fresh: bool = False) -> Confirmation:
        """What it says about one address; never raises for an outage."""

    async def building(self, address: int) -> LiveBuilding:
        """What is around it; never raises for an outage."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an id."""

    id: int
    whole: Whole | None
    """None: it is not there."""
    removed: bool
    """It was there and is removed; False with `whole` None: the first reason says why."""
    reasons: tuple[Note, ...]
    """What is the matter with it, the weightiest first; at least one."""
    successors: tuple[Whole, ...]
    """What came in the place of one that cannot be used."""
    source: Source
    pending: bool = False
    """It is there, and its street is not read yet: nothing more can be said for a while."""

    @property
    def usable(self) -> bool:
        """It is there, and inGebruik or voorgesteld."""
        return self.whole is not None and self.whole.address.status.valid


@dataclass(frozen=True, slots=True)
class Around:
    """An address in its building, by the replica or by the live register."""

    known: Known
    replica: BuildingView | None = None
    addresses: tuple[Whole, ...] = ()
    """Those of the building, as far as the replica has them."""
    live: LiveBuilding | None = None
    """What the live register says, when it was asked and heard."""


@dataclass(frozen=True, slots=True)
class OnParcel:
    """A parcel and its addresses, each with the way to it."""

    view: ParcelView
    removed: bool
    addresses: tuple[tuple[Whole, str], ...]
    source: Source


class LookUp:
    """Asks the replica, and the live register when there is one and it is asked for."""

    def __init__(self, register: Register, live: Asks) -> None:
        self._register = register
        self._live = live

    async def address(self, number: int, *, refresh: bool = False) -> Known:
        """An address by its object id.

        Raises:
            loketbus.errors.Unavailable: there is no replica, or it cannot be read.
        """
        said = await self._live.confirm(number, fresh=True) if refresh else None
        return await asyncio.to_thread(self._known, number, said)

    async def building(self, number: int, *, refresh: bool = False) -> Around:
        """Everything in its building.

        Raises:
            loketbus.errors.Unavailable: there is no replica, or it cannot be read.
        """
        live = await self._live.building(number) if refresh else None
        return await asyncio.to_thread(self._around, number, live)

    def _known(self, number: int, said: Confirmation | None) -> Known:
        with self._register.open() as view:
            return known(view, number, said)

    def _around(self, number: int, live: LiveBuilding | None) -> Around:
        with self._register.open() as view:
            now = known(view, number, None if live is None else live.confirmation)
            here = view.building_of(number)
            heard = None if live is None or live.confirmation.outcome in UNHEARD else live
            return Around(now, here, () if here is None else wholes(view, here.addresses), heard)


def known(view: View, number: int, said: Confirmation | None = None) -> Known:
    """What the replica knows of an id, beside what the live register says of it."""
    address = view.address(number)
    whole = None if address is None else view.whole(address)
    usable = whole is not None and whole.address.status.valid
    reasons = match_id(view, str(number)).reasons
    here = Known(
        id=number,
        whole=whole,
        removed=address is None and view.gone("address", number),
        # Of one that cannot be used, the rest is about what came in its place.
        reasons=reasons if usable else reasons[:1],
        successors=() if usable else wholes(view, view.successors(number)),
        source=view.source,
        pending=address is not None and whole is None,
    )
    return here if said is None else _beside(view, here, said)


def on_parcel(view: View, text: str) -> OnParcel:
    """A parcel in any notation.

    Raises:
        loketbus.errors.Rejected: `capakey_incomplete`, `capakey_wrong`.
    """
    found = view.parcel(text)
    ways = ((each, one.via) for one in found.addresses for each in wholes(view, [one.address]))
    removed = found.status is None and view.gone("parcel", parcel_id(found.capakey))
    return OnParcel(found, removed, tuple(ways), view.source)


def wholes(view: View, addresses: Iterable[Address]) -> tuple[Whole, ...]:
    """Those of which the street is there."""
    return tuple(whole for one in addresses if (whole := view.whole(one)) is not None)


def _beside(view: View, here: Known, said: Confirmation) -> Known:
    if said.outcome in UNHEARD:
        return replace(here, reasons=(*here.reasons, said.reason))
    whole = None if said.address is None else _whole(said.address, here.whole)
    now = replace(
        here,
        whole=whole,
        removed=said.outcome == "removed",
        pending=False,
        reasons=(said.reason,),
        source=Source("live", as_of=said.as_of),
    )
    if now.usable:
        doubts = (one for one in here.reasons if one.code == INTERPOLATED)
        return replace(now, reasons=(said.reason, *doubts), successors=())
    hinted = (address for one in said.successors if (address := view.address(one)) is not None)
    return replace(now, successors=wholes(view, view.successors(here.id) or hinted))


def _whole(said: RemoteAddress, here: Whole | None) -> Whole:
    parent = said.address.parent or (None if here is None else here.address.parent)
    street = Street(said.address.street, said.municipality.nis, said.street, said.homonym)
    return Whole(replace(said.address, parent=parent), street, said.municipality)
