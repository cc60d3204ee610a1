"""Organisations of the company register (KBO): asked for, resolved, and changed.

Natural persons never travel: a request about one is answered with the verdict `natural_person` and no data.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic

NUMBER = r"^[0-9]{10}$"


class RegisterSource(Message):
    """Where an answer comes from; show it with the answer (licence of the register)."""

    source: Code
    """`kbo_open_data`, `vkbo`, or a later code."""
    extract: int | None = Field(default=None, ge=1)
    """Extract number of the replica that answered."""
    snapshot: date | None = None
    """The day that the data describes."""
    attribution: str
    """The line to show beside the data, in Dutch."""


class OrganisationAddress(Message):
    """An address as the company register has it: text, not yet an address of the Adressenregister."""

    street: str | None = None
    house_number: str | None = None
    box: str | None = None
    postcode: str | None = None
    municipality: str | None = None
    country: str | None = None
    """Absent for Belgium."""
    struck_off_on: date | None = None
    """Struck off ex officio: the organisation still exists, the address no longer counts."""
    label: str
    """The address as people read it."""


class OrganisationState(Message):
    """What the register says about one enterprise (never a natural person)."""

    number: str = Field(pattern=NUMBER)
    """Ten digits, no dots."""
    name: str
    """The official name, in Dutch where there is one."""
    other_names: tuple[str, ...] = ()
    """Abbreviations, commercial names, the name in other languages."""
    legal_form: Code | None = None
    """KBO's code: `070` is a vereniging van mede-eigenaars."""
    legal_form_label: str | None = None
    situation: Code
    """KBO's code: `000` is normal."""
    situation_label: str | None = None
    start: date | None = None
    seat: OrganisationAddress | None = None
    vme: bool = False
    professional_syndic: bool = False
    """It has NACE-BEL 2025 68321 (syndici)."""
    establishments: int = Field(default=0, ge=0)
    """How many establishment units it has."""


class Verdict(Message):
    """One thing that can be said about the number, for programs and for people."""

    code: Code
    """`ok`, `invalid_number`, `not_found`, `never_existed`, `stopped`, `unknown`, `newer_than_register`,
    `natural_person`, `not_a_vme`, `establishment_number_given`, `insolvent`, `ended`, `number_replaced`,
    `in_liquidation`, `reorganisation`, `situation_unusual`, `situation_unknown`, `address_struck_off`, `no_seat`,
    `address_mismatch`, `address_unclear`, `name_unusual`, or a later code."""
    message: str
    """A Dutch sentence: what is the matter and what to do."""
    blocking: bool = False
    """The number cannot be used as it is."""


class Syndic(Message):
    """The syndic of a VME, as far as a source tells. Open data never does."""

    status: Code
    """`not_in_source`, `registered`, `none_registered`, `unknown`, or a later code."""
    number: str | None = Field(default=None, pattern=NUMBER)
    """The enterprise that is syndic; absent when it is a person, whose name does not travel."""
    name: str | None = None
    """Name of that enterprise."""
    link: str
    """The register's public page, where a person can look."""


class OrganisationRequested(Message):
    """Look up one number; follow it when asked."""

    number: OpaqueId
    """The number in any spelling without spaces, right or wrong: the key."""
    vme: bool = False
    """It should be a vereniging van mede-eigenaars: judge it as one."""
    address: str | None = Field(default=None, max_length=500)
    """Address of the building, as people write it, to compare with the seat of a VME."""
    follow: bool = False
    """Say so on `organisation.changed.v1` when the register changes. A number that is not there yet is followed too:
    its arrival is the change `new`."""
    general_meeting_month: int | None = Field(default=None, ge=1, le=12)
    """Month of a VME's yearly algemene vergadering: after it the syndic may be another. Only with `follow`."""
    klantenreis: OpaqueId | None = None
    dossier: OpaqueId | None = None


class OrganisationResolved(Message):
    """What the register says about a number that was asked for.

    There is one per request, beside its final `reply.v1`. Where it says `unknown` (the second source was away), another
    one for the same `request` follows once that source or a newer register knows, within 30 days: the later
    `occurred_at` replaces the earlier.
    """

    request: OpaqueId
    """`ce_id` of the request."""
    number: OpaqueId
    """The number as it was asked: the key."""
    valid: bool
    """Its digits are right; that does not mean that it exists."""
    resolved: str | None = Field(default=None, pattern=NUMBER)
    """Ten digits, when valid."""
    suggestion: str | None = Field(default=None, pattern=NUMBER)
    """The one number in the register that differs by a typing error, when there is exactly one; no person's."""
    verdicts: tuple[Verdict, ...] = Field(min_length=1)
    """The weightiest first."""
    organisation: OrganisationState | None = None
    enterprise: str | None = Field(default=None, pattern=NUMBER)
    """The enterprise of an establishment unit whose number was given."""
    stopped_on: date | None = None
    stop_reason: str | None = None
    syndic: Syndic | None = None
    """Only when it was asked as a VME."""
    followed: bool = False
    """Changes will be told; never of a natural person, nor of a number that is wrong."""
    source: RegisterSource
    klantenreis: OpaqueId | None = None
    dossier: OpaqueId | None = None
    occurred_at: Moment
    tijdlijn_tekst: str
    """One Dutch line for the tijdlijn of the klantenreis."""


class OrganisationChange(Message):
    """One thing that changed."""

    what: Code
    """`name`, `address`, `form`, `situation`, `struck_off`, `gone`, `new`, `recheck`, or a later code."""
    before: str | None = None
    after: str | None = None
    """Both as people read them; of a `recheck` the public page where the syndic stands."""


class OrganisationChanged(Message):
    """A followed organisation is not what it was. A higher `extract` replaces a lower one, never the reverse.

    What was there when the following began is no news: it stands in `organisation.resolved.v1`, or can be asked for.
    `recheck` is no change of the register: the month of a VME's algemene vergadering is over, so that its syndic may be
    another; it carries the state and extract of that moment.
    """

    number: str = Field(pattern=NUMBER)
    """Ten digits: the key."""
    changes: tuple[OrganisationChange, ...] = Field(min_length=1)
    organisation: OrganisationState | None = None
    """Its state now; absent when it is gone from the register."""
    extract: int = Field(ge=1)
    """Extract number in which it was seen."""
    previous_extract: int | None = Field(default=None, ge=1)
    """The extract that it is compared with; extracts in between may have been skipped."""
    dossiers: tuple[OpaqueId, ...] = ()
    """Active dossiers that it stands on, at most 5,000."""
    klantenreizen: tuple[OpaqueId, ...] = ()
    source: RegisterSource
    occurred_at: Moment
    tijdlijn_tekst: str
    """One Dutch line for the tijdlijn of each klantenreis."""


ORGANISATION_REQUESTED = Topic(
    name="organisation.requested.v1",
    model=OrganisationRequested,
    key="number, as it was typed",
    key_field="number",
    writers=("crm",),
    readers=("kbo",),
    summary="Look up a number in the company register, judge it, follow it.",
    answered=True,
)
ORGANISATION_RESOLVED = Topic(
    name="organisation.resolved.v1",
    model=OrganisationResolved,
    key="number, as it was typed",
    key_field="number",
    writers=("kbo",),
    readers=("crm",),
    summary="What the company register says about a number that was asked for, with verdicts.",
)
ORGANISATION_CHANGED = Topic(
    name="organisation.changed.v1",
    model=OrganisationChanged,
    key="enterprise number",
    key_field="number",
    writers=("kbo",),
    readers=("crm",),
    summary="A followed organisation changed in the company register, or is due for a look.",
)
