"""Addresses of the Flemish Gebouwen- en Adressenregister: asked for, resolved, and changed.

Object ids are the register's, without version, as text of digits: never key on a street or a number. A reader of two
units of one building finds them together by `building_address_id`.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic

TEXT_MAX = 20_000
"""Characters; a longer text than any address gets a verdict too."""
OBJECT_ID = r"^[0-9]{1,18}$"
CAPAKEY = r"^[0-9]{5}[A-Z][0-9]{4}/[0-9]{2}[A-Z_0][0-9]{3}$"


class AddressSource(Message):
    """Where an answer comes from; show the attribution with it (licence of the register)."""

    source: Code
    """`replica`, `live`, or a later code."""
    extract: str | None = None
    """Which download the replica began with."""
    as_of: datetime | None = None
    """The moment up to which the replica follows the register; absent when it does not say."""
    attribution: str
    """The line to show beside the data, in Dutch."""


class AddressNote(Message):
    """One thing that was changed in what was asked, or one reason for the verdict."""

    code: Code
    message: str
    """A Dutch sentence."""


class AddressState(Message):
    """One address of the register."""

    address_id: str = Field(pattern=OBJECT_ID)
    building_address_id: str | None = Field(default=None, pattern=OBJECT_ID)
    """The same street and number without bus; itself where there is no bus. Absent when the register lacks it."""
    street_id: str = Field(pattern=OBJECT_ID)
    street: str
    homonym: str | None = None
    """What the register adds to tell the street from its namesake in the same municipality (`WA` of Walem)."""
    house_number: str
    box: str | None = None
    postcode: str | None = Field(default=None, pattern="^[0-9]{4}$")
    municipality: str
    nis: str = Field(pattern="^[0-9]{5}$")
    status: Code
    """`voorgesteld`, `inGebruik`, `gehistoreerd`, `afgekeurd`, or a later code."""
    version: str | None = None
    """The register's versieId: a moment, as text."""
    label: str
    """The address as people read it."""


class AddressCandidate(Message):
    """An address that may be meant, or a street where no house number was found."""

    address_id: str | None = Field(default=None, pattern=OBJECT_ID)
    building_address_id: str | None = Field(default=None, pattern=OBJECT_ID)
    street_id: str = Field(pattern=OBJECT_ID)
    street: str
    homonym: str | None = None
    """What the register adds to tell the street from its namesake in the same municipality."""
    house_number: str | None = None
    box: str | None = None
    postcode: str | None = Field(default=None, pattern="^[0-9]{4}$")
    municipality: str
    status: Code | None = None
    label: str
    """As people read it; of candidates that would look the same, with `homonym`: `Zandstraat (WA) 5, 2800 Mechelen`."""


class AddressRequested(Message):
    """Resolve one address: give `text`, or the parts, or the id of one that is known; follow it when asked."""

    reference: OpaqueId
    """The CRM's own id of this question: the key. The answer carries it."""
    text: str | None = Field(default=None, max_length=TEXT_MAX)
    """The address as somebody wrote it."""
    street: str | None = Field(default=None, max_length=TEXT_MAX)
    house_number: str | None = Field(default=None, max_length=TEXT_MAX)
    """As it was typed; it may hold a bus (`12/3`)."""
    box: str | None = Field(default=None, max_length=TEXT_MAX)
    postcode: str | None = Field(default=None, max_length=TEXT_MAX)
    municipality: str | None = Field(default=None, max_length=TEXT_MAX)
    address_id: str | None = Field(default=None, max_length=TEXT_MAX)
    """Object id or URI of the register, to look up one that was resolved before."""
    follow: bool = False
    """Say so on `address.changed.v1` when the register changes the address that was found."""
    klantenreis: OpaqueId | None = None
    dossier: OpaqueId | None = None


class AddressResolved(Message):
    """What the register says about an address that was asked for. One per request, beside its final `reply.v1`."""

    reference: OpaqueId
    """Of the request: the key."""
    request: OpaqueId
    """`ce_id` of the request."""
    input: str
    """What was looked for, on one line."""
    verdict: Code
    """`exact`, `corrected`, `ambiguous`, `building_only`, `street_only`, `unknown`, or a later code."""
    changes: tuple[AddressNote, ...] = ()
    """What was read differently than it was written; there is at least one when the verdict is `corrected`."""
    reasons: tuple[AddressNote, ...] = Field(min_length=1)
    """Why this verdict; the weightiest first."""
    street: str | None = None
    house_number: str | None = None
    box: str | None = None
    postcode: str | None = None
    municipality: str | None = None
    address_id: str | None = Field(default=None, pattern=OBJECT_ID)
    """Only with `exact` and `corrected`."""
    building_address_id: str | None = Field(default=None, pattern=OBJECT_ID)
    """With `building_only` too."""
    candidates: tuple[AddressCandidate, ...] = ()
    address: AddressState | None = None
    """The whole of `address_id`, or else of `building_address_id`."""
    followed: bool = False
    """Changes will be told."""
    source: AddressSource
    klantenreis: OpaqueId | None = None
    dossier: OpaqueId | None = None
    occurred_at: Moment
    tijdlijn_tekst: str
    """One Dutch line for the tijdlijn of the klantenreis."""


class AddressChange(Message):
    """One thing that changed."""

    what: Code
    """`retired`, `removed`, `rejected`, `replaced`, `house_number`, `box`, `street`, `postcode`, `municipality`,
    `building_address`, `status`, `restored`, `new`, or a later code."""
    before: str | None = None
    after: str | None = None
    """Both as people read them; of `building_address` the ids."""


class AddressChanged(Message):
    """An address that the CRM uses is not what it was. A higher `revision` replaces a lower one, never the reverse."""

    address_id: str = Field(pattern=OBJECT_ID)
    """The key: the id that the CRM knows."""
    changes: tuple[AddressChange, ...] = Field(min_length=1)
    address: AddressState | None = None
    """Its state now; absent when it was removed from the register."""
    successors: tuple[AddressState, ...] = ()
    """What replaced it in the register (renumbering, merger); several when it was split: take the one that fits."""
    revision: int = Field(ge=1)
    dossiers: tuple[OpaqueId, ...] = ()
    """Active dossiers that it stands on, at most 5,000."""
    klantenreizen: tuple[OpaqueId, ...] = ()
    source: AddressSource
    occurred_at: Moment
    tijdlijn_tekst: str
    """One Dutch line for the tijdlijn of each klantenreis."""


ADDRESS_REQUESTED = Topic(
    name="address.requested.v1",
    model=AddressRequested,
    key="address request",
    key_field="reference",
    writers=("crm",),
    readers=("address",),
    summary="Resolve an address in the Flemish address register, follow it.",
    answered=True,
)
ADDRESS_RESOLVED = Topic(
    name="address.resolved.v1",
    model=AddressResolved,
    key="address request",
    key_field="reference",
    writers=("address",),
    readers=("crm",),
    summary="What the address register says about an address that was asked for, with verdict.",
)
ADDRESS_CHANGED = Topic(
    name="address.changed.v1",
    model=AddressChanged,
    key="address id",
    key_field="address_id",
    writers=("address",),
    readers=("crm",),
    summary="An address that the CRM uses was retired, renumbered, corrected or moved by a merger.",
)
