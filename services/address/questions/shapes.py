"""Answers that are more than an address or a street."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.address.domain.labels import address_label
from services.address.domain.model import Address, Municipality, Note, Status, Street

WHOLE_BUILDING = "het hele gebouw (zonder bus)"
Via = Literal["address", "building_address", "units"]
"""How a parcel or building was found: at the address itself, at its house number without box, or at the addresses of
the units of its building and their house numbers (the register often links them only there)."""


@dataclass(frozen=True, slots=True)
class StreetHit:
    """A street to pick."""

    street: Street
    municipality: Municipality
    postcodes: tuple[int, ...]
    elsewhere: int = 0
    """In how many other municipalities there is a street of this name, where it speaks for all of them."""

    @property
    def proposed(self) -> bool:
        """Not in use yet (`voorgesteld`)."""
        return self.street.status == Status.VOORGESTELD

    @property
    def label(self) -> str:
        """Told apart from its namesakes: `Zandstraat (Walem), 2800 Mechelen`."""
        homonym = f" ({self.street.homonym})" if self.street.homonym else ""
        place = " ".join(("/".join(map(str, self.postcodes)), self.municipality.name)).strip()
        others = f" en in {self.elsewhere} andere gemeente{'n' if self.elsewhere > 1 else ''}" if self.elsewhere else ""
        return f"{self.street.name}{homonym}, {place}{others}"


@dataclass(frozen=True, slots=True)
class Number:
    """A house number of a street to pick; `building` is the id of its address without box, when it has one."""

    house: str
    building: int | None
    boxes: int
    """How many."""
    postcode: int | None
    proposed: bool
    """Nothing at this number is in use yet."""

    @property
    def has_boxes(self) -> bool:
        """One of them, or the whole building, has to be picked."""
        return self.boxes > 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to pick an address from."""

    label: str
    address: Address


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """What stands at one house number; `boxes` as people look for them."""

    house: str
    building: Address | None
    boxes: tuple[Address, ...]

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The whole building first."""
        whole = () if self.building is None else (Choice(WHOLE_BUILDING, self.building),)
        return (*whole, *(Choice(f"bus {box.box}", box) for box in self.boxes))


@dataclass(frozen=True, slots=True)
class Whole:
    """An address with what it is part of."""

    address: Address
    street: Street
    municipality: Municipality

    @property
    def label(self) -> str:
        """As people read it."""
        return address_label(self.address, self.street, self.municipality)


@dataclass(frozen=True, slots=True)
class Unit:
    """A gebouweenheid with the ids of its addresses; `function` is `nietGekend` or `gemeenschappelijkDeel`."""

    id: int
    building: int
    function: str | None
    status: Status
    addresses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Building:
    """A gebouw; `status` None: the replica was made without buildings."""

    id: int
    status: Status | None
    via: Via


@dataclass(frozen=True, slots=True)
class FoundParcel:
    """A parcel, and by which address it was found."""

    capakey: str
    status: Status
    via: Via
    address: int


@dataclass(frozen=True, slots=True)
class BuildingView:
    """Everything around one address, so that all questions about one building can be seen together."""

    address: Address
    building_address: Address | None
    addresses: tuple[Address, ...]
    """The one that was asked, and all valid ones of the building: each house number followed by its boxes."""
    units: tuple[Unit, ...]
    buildings: tuple[Building, ...]
    parcels: tuple[FoundParcel, ...]
    notes: tuple[Note, ...]
    """What could not be found."""


@dataclass(frozen=True, slots=True)
class OnParcel:
    """An address on a parcel; `via` `building_address`: because its house number is."""

    address: Address
    via: Via


@dataclass(frozen=True, slots=True)
class ParcelView:
    """A parcel, whatever notation it was asked in; `status` None: this register does not have it."""

    capakey: str
    partition: str | None
    status: Status | None
    addresses: tuple[OnParcel, ...]
