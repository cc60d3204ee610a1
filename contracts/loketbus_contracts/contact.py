"""A question that did not come by mail (`contact.received.v1`): telephone, desk, contact form, event."""

from __future__ import annotations

from loketbus_contracts.mail import Attachment, OwnText
from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic


class ContactReceived(Message):
    """One question; it becomes an item in the W&E queue like a mail does."""

    contact: OpaqueId
    """The id of this contact moment (not of the person): the key."""
    bron: Code
    """How it came in: `telefoon`, `fysiek_loket`, `digitaal_loket`, `contactformulier`, `event`, or a later code."""
    received_at: Moment
    """When the citizen asked: the first contact, from which the CRM counts the doorlooptijd."""
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    adres_zoals_gezegd: str | None = None
    """The address in the citizen's words; never a werfadres before the register confirmed it."""
    language: str | None = None
    """ISO 639-1 (`nl`, `fr`, `en`, ...), when known."""
    subject: str | None = None
    text: OwnText
    """The question, in the words of the citizen or of whoever took it down."""
    attachments: tuple[Attachment, ...] = ()
    contactpersoon: OpaqueId | None = None
    """The person's id in the CRM, when whoever took it down looked it up."""
    klantenreis: OpaqueId | None = None
    """Set when the citizen spoke of a question that runs already."""
    dossier: OpaqueId | None = None
    actor: OpaqueId | None = None
    """Who took it down; absent for a web form."""


CONTACT_RECEIVED = Topic(
    name="contact.received.v1",
    model=ContactReceived,
    key="contact id",
    key_field="contact",
    writers=("econobis_bridge", "console"),
    readers=("mail_ingest",),
    summary="A question that did not come by mail becomes a W&E item too, with its bron.",
)
