"""What the HTTP API answers: the shapes of `services.address.answers.shown`, described for the OpenAPI document.

Every field is always there, null where there is nothing. The tests hold each answer against these.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from loketbus_contracts import AddressCandidate, AddressNote, AddressSource, AddressState, OpaqueId
from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Base: a line under a field describes it, also in the OpenAPI document."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


class Matched(Model):
    """What the register makes of an address as somebody wrote it."""

    input: str
    verdict: Literal["exact", "corrected", "ambiguous", "building_only", "street_only", "unknown"]
    changes: list[AddressNote]
    """What was read differently than it was written; there is at least one when the verdict is `corrected`."""
    reasons: list[AddressNote]
    """Why this verdict; the weightiest first."""
    street: str | None
    house_number: str | None
    box: str | None
    postcode: str | None
    municipality: str | None
    address_id: str | None
    """Only with `exact` and `corrected`."""
    building_address_id: str | None
    """The same street and number without bus, to see all questions of a building together; with `building_only` too."""
    candidates: list[AddressCandidate]
    """To choose from."""
    address: AddressState | None
    """The whole of `address_id`, or else of `building_address_id`."""
    source: AddressSource


class Municipality(Model):
    """A municipality."""

    nis: str
    name: str


class Municipalities(Model):
    """The municipalities of a postcode."""

    postcode: str
    municipalities: list[Municipality]
    message: str
    """A Dutch sentence; none at all is an ordinary answer (a postcode of Brussels, or of PO boxes)."""
    source: AddressSource


class StreetHit(Model):
    """A street to pick."""

    street_id: str
    street: str
    homonym: str | None
    """Tells it apart from its namesake in the same municipality."""
    municipality: str
    nis: str
    postcodes: list[str]
    """A street may cross postcodes."""
    proposed: bool
    """Not in use yet."""
    elsewhere: int
    """In how many other municipalities there is a street of this name: asked without postcode or municipality, the
    first of a name speaks for all of them. 0 otherwise."""
    label: str
    """As people read it, with its place."""


class Streets(Model):
    """Streets for what was typed so far: those whose name begins so first."""

    streets: list[StreetHit]
    message: str | None
    """Why there is none: the postcode or the municipality is unknown or not kept here. A Dutch sentence; else null."""
    source: AddressSource


class Street(StreetHit):
    """A street of which the numbers are listed."""

    status: str


class HouseNumber(Model):
    """A house number to pick."""

    house_number: str
    address_id: str | None
    """Of the number without bus; null when the register has only its boxes."""
    boxes: int
    """How many: with any, one of them or the whole building has to be picked."""
    postcode: str | None
    proposed: bool
    """Nothing at this number is in use yet."""


class HouseNumbers(Model):
    """House numbers of a street, in natural order."""

    street: Street
    numbers: list[HouseNumber]
    source: AddressSource


class Choice(Model):
    """An address to pick at a house number."""

    label: str
    """`het hele gebouw (zonder bus)`, or `bus 2`."""
    address_id: str
    box: str | None
    building_address_id: str | None
    postcode: str | None
    status: str


class Boxes(Model):
    """What is at a house number: the whole building first, then its boxes in natural order."""

    street: Street
    house_number: str
    building_address_id: str | None
    choices: list[Choice]
    source: AddressSource


class KnownAddress(Model):
    """What is known of an id."""

    address_id: str
    address: AddressState | None
    """Of any status: `gehistoreerd` too. Null when it was removed, or never existed."""
    usable: bool
    """It is in use or proposed."""
    reasons: list[AddressNote]
    """What is the matter with it; the weightiest first."""
    successors: list[AddressState]
    """What came in the place of one that cannot be used; several when it was split."""
    source: AddressSource


class Unit(Model):
    """A gebouweenheid; several addresses may share it."""

    unit_id: str
    building_id: str
    function: str | None
    """`nietGekend` or `gemeenschappelijkDeel`."""
    status: str
    address_ids: list[str]


class Building(Model):
    """A gebouw."""

    building_id: str
    status: str | None
    via: Literal["address", "building_address", "units"] | None
    """How it was found; null when the live register said so."""


class Parcel(Model):
    """A perceel of a building."""

    capakey: str
    status: str | None
    via: Literal["address", "building_address", "units"] | None
    address_id: str | None
    """By which address it was found."""


class BuildingAround(Model):
    """Everything in the building of an address."""

    address: AddressState
    usable: bool
    reasons: list[AddressNote]
    """What is the matter with the address itself."""
    successors: list[AddressState]
    building_address_id: str | None
    addresses: list[AddressState]
    """All of the building: each house number followed by its boxes."""
    units: list[Unit]
    buildings: list[Building]
    parcels: list[Parcel]
    notes: list[AddressNote]
    """What could not be found."""
    source: AddressSource


class OnParcel(AddressState):
    """An address on a parcel."""

    via: Literal["address", "building_address"]
    """`building_address`: because its house number without bus is."""


class ParcelAnswer(Model):
    """A parcel, whatever notation it was asked in."""

    capakey: str
    """`21683D0265/02R020`."""
    partition: str | None
    """`P0000` of an administrative parcel, as it was given; the register does not know it."""
    status: str | None
    """Null: not in this register."""
    addresses: list[OnParcel]
    source: AddressSource


class Problem(Model):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    """What is the matter, in Dutch."""
    status: int
    code: str
    detail: str | None = None
    """What to do, in Dutch."""
    answer: dict[str, Any] | None = None
    """What can be said all the same."""


class Follower(Model):
    """For whom an address is followed."""

    who: str
    """`crm`, `crm:<klantenreis>`, `asked:<dossier>` or `dossier:<dossier>`."""
    klantenreis: str | None


class Followed(Model):
    """Whether an address is followed."""

    address_id: str
    followed: bool
    since: datetime | None
    as_of: datetime | None
    """Moment of the register with which it was last compared."""
    followers: list[Follower]


class FollowBody(Model):
    """For whom."""

    dossier: OpaqueId | None = None
    klantenreis: OpaqueId | None = None
