"""The answer to a request or command (`reply.v1`)."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from loketbus_contracts.topics import Code, Message, Moment, OpaqueId, Topic


class ReplyOutcome(StrEnum):
    """Every request gets exactly one final outcome; `waiting` is the only one that is not final."""

    DONE = "done"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    """It may or may not have happened and the outside system cannot tell: a person looks."""
    NOT_CONFIGURED = "not_configured"
    """This installation has no such connection."""
    WAITING = "waiting"
    """An outage, or something that has not arrived yet; a final outcome follows."""

    @property
    def final(self) -> bool:
        """Whether no other reply follows for the same request."""
        return self is not ReplyOutcome.WAITING


class Reply(Message):
    """What became of one request."""

    request: OpaqueId
    """The `ce_id` of the request: the key."""
    request_type: str
    """The `ce_type` of the request."""
    request_key: OpaqueId
    """The key of the request (the item, the dossier, ...)."""
    outcome: ReplyOutcome
    code: Code
    """Stable and machine readable: `done`, `revision_conflict`, `unknown_item`, ..., or a later code."""
    message: str
    """A Dutch sentence for whoever asked: what happened and what to do. No personal data."""
    revision: int | None = Field(default=None, ge=1)
    """The revision of the state after it was done, for a request that changes a state."""
    klantenreis: OpaqueId | None = None
    occurred_at: Moment
    tijdlijn_tekst: str | None = None
    """One Dutch line for the tijdlijn of the klantenreis, when the result belongs there."""


REPLY = Topic(
    name="reply.v1",
    model=Reply,
    key="request id (ce_id of the request)",
    key_field="request",
    writers=("mail_ingest", "kbo", "address", "documents", "econobis_bridge"),
    readers=("crm", "console"),
    summary="Exactly one final answer per request or command; `waiting` before it during an outage.",
)
