"""What could not be handled (`deadletter.v1`): a reference into the ledger of the service that has it."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic


class Audience(StrEnum):
    """Who can mend it."""

    ICT = "ict"
    LOKET = "loket"


class DeadLetter(Message):
    """One "mislukt bericht". No payload and no personal data: those stay in the ledger, behind a role."""

    reference: OpaqueId
    """Its id in the ledger of `service`, where it is read, edited, replayed or dropped."""
    service: Code
    consumer: str
    """Which consumer or lane of the service gave up on it."""
    topic: str | None = None
    """Where it came from; topic, partition and offset are absent for an effect or an HTTP request."""
    partition: int | None = Field(default=None, ge=0)
    offset: int | None = Field(default=None, ge=0)
    code: Code
    """Stable and machine readable."""
    reason: str
    """A Dutch sentence: what was wrong and what to do. No personal data."""
    audience: Audience
    fingerprint: str
    """The same for dead letters that have the same cause, so that they are seen and mended together."""
    attempts: int = Field(default=1, ge=1)
    first_failed_at: Moment
    occurred_at: Moment
    """When it was given up."""


DEADLETTER = Topic(
    name="deadletter.v1",
    model=DeadLetter,
    key="key of the original; the reference where that is missing or not an opaque id",
    writers=("mail_ingest", "kbo", "address", "documents", "econobis_bridge"),
    readers=("console",),
    summary="A reference to what could not be handled, with a reason that a person understands.",
    retention=timedelta(days=30),
    personal_data=False,
)
