"""What was found in a mail's text: organisations (`organisation.mentioned.v1`) and addresses (`address.mentioned.v1`).

A mention is a suggestion for linking, never a link.
"""

from __future__ import annotations

from pydantic import Field

from loketbus_contracts.topics import Code, Message, OpaqueId, Topic


class MentionedOrganisation(Message):
    """One organisation, as the company register knows it. Natural persons are never mentioned."""

    number: str = Field(pattern=r"^[01][0-9]{9}$")
    """Enterprise number: ten digits, no dots."""
    name: str | None = None
    legal_form: Code | None = None
    """KBO's code of the legal form; absent when unknown."""
    vme: bool = False
    """It is a vereniging van mede-eigenaars."""
    method: Code
    """`number` (a valid number stood there), `name`, or a later code."""
    as_written: str
    """The words in the mail."""


class OrganisationMentioned(Message):
    """Organisations in one mail. A later event about the same mail replaces the former."""

    mail: OpaqueId
    """`mail` of `mail.received.v1`: the key."""
    organisations: tuple[MentionedOrganisation, ...]


class MentionedAddress(Message):
    """One address, with the address register's verdict."""

    as_written: str
    """The words in the mail."""
    verdict: Code
    """`exact`, `corrected`, `ambiguous`, `building_only`, `street_only`, `unknown`, or a later code."""
    address: OpaqueId | None = None
    """The register's object id, when the verdict names one."""
    building_address: OpaqueId | None = None
    """The same street and number without bus."""
    label: str | None = None
    """The address as people read it."""


class AddressMentioned(Message):
    """Addresses in one mail. A later event about the same mail replaces the former."""

    mail: OpaqueId
    """`mail` of `mail.received.v1`: the key."""
    addresses: tuple[MentionedAddress, ...]


ORGANISATION_MENTIONED = Topic(
    name="organisation.mentioned.v1",
    model=OrganisationMentioned,
    key="mail id",
    key_field="mail",
    writers=("kbo",),
    readers=("mail_ingest", "crm"),
    summary="Organisations found in a mail's text: a suggestion for linking, never a link.",
)
ADDRESS_MENTIONED = Topic(
    name="address.mentioned.v1",
    model=AddressMentioned,
    key="mail id",
    key_field="mail",
    writers=("address",),
    readers=("mail_ingest", "crm"),
    summary="Addresses found in a mail's text, each with its verdict: a suggestion for linking, never a link.",
)
