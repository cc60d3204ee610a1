"""What `/queue` answers and takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from loketbus_contracts import Attachment, LinkCandidate, LinkState, Note, OpaqueId, Remark, ReplyOutcome, Suggestion
from loketbus_contracts.queue import Action
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from services.mail_ingest import items
from services.mail_ingest.domain.accounts import account
from services.mail_ingest.domain.deeplinks import new_dossier
from services.mail_ingest.domain.remarks import sentence

ALL_QUEUES = "alle"
"""In place of the code of a queue."""
BULK_MAX = 500


class Model(BaseModel):
    """Base: a line under a field describes it, also in the OpenAPI document."""

    model_config = ConfigDict(use_attribute_docstrings=True)


class File(Attachment):
    """An attachment; `GET /blobs/{ref}` of the service that holds it."""

    service: str | None = None
    """Who holds it; this service when absent."""


class Links(Model):
    """Ways on from an item."""

    maak_dossier: str | None = None
    """The CRM's page that makes a dossier for it; absent when that is not set up."""


class Item(Model):
    """A queue item in a list."""

    item: str
    revision: int
    """Send it along with a command, to be told when a colleague was first."""
    mail: str | None
    contact: str | None
    conversation: str | None
    bron: str
    wachtrij: str
    behandelaar: str | None
    open: bool
    closed_reason: str | None
    klantenreis: str | None
    dossier: str | None
    link_state: LinkState
    link_method: str | None
    link_evidence: list[str] | None
    candidates: list[LinkCandidate]
    """Klantenreizen that it may belong to, with the grounds."""
    suggestion: Suggestion | None
    """The queue that software suggests, and why; a person decides."""
    remarks: list[Remark]
    subject: str | None
    afzender: str | None
    automatic: str | None
    """`auto_reply`, `bounce`, `list`; null for what a person wrote. It stays out of the counts of open work."""
    attachments: list[File]
    first_contact_at: datetime
    answered_at: datetime | None
    answered_via: str | None
    links: Links


class ListedItem(Item):
    """With the first words."""

    preview: str


class ItemDetail(Item):
    """With the sender's own words and the notes."""

    received_at: datetime | None
    new_text: str
    raw_ref: str | None
    """The mail as it came: `GET /blobs/{ref}`."""
    text_ref: str | None
    html_ref: str | None
    phone: str | None
    adres_zoals_gezegd: str | None
    notes: list[Note]
    """The newest 20, oldest first."""


class HistoryEntry(Model):
    """One change of an item."""

    revision: int
    at: datetime
    actor: str | None
    """Null when it was software."""
    act: str
    """The command, or what software did."""
    text: str
    """The same in Dutch."""
    changes: dict[str, list[Any]]
    """Field to [before, after]."""


class Waiting(Model):
    """How much waits, and since when the oldest; automatic mail does not count."""

    open: int
    oldest_at: datetime | None


class QueueCount(Model):
    """Open items of one queue."""

    unlinked: int = 0
    linked: int = 0
    automatic: int = 0
    """Apart: automatic mail is no work."""
    oldest_at: datetime | None = None
    """Since when the oldest question of a person waits."""


class Counts(Model):
    """Open items at a glance."""

    queues: dict[str, QueueCount]
    behandelaars: dict[str, Waiting]
    unassigned: Waiting
    quarantine: int
    """Mails that could not be read in."""


class Queue(Model):
    """A queue as a beheerder set it."""

    wachtrij: str
    label: str
    responsible: str | None
    """The wachtrijverantwoordelijke."""
    active: bool
    position: int
    count: QueueCount


class QueueBody(Model):
    """What a beheerder sets of a queue."""

    label: str = Field(min_length=1, max_length=100)
    responsible: OpaqueId | None = None
    active: bool = True
    """Nothing new gets into a queue that is not; what is in it stays."""
    position: int = Field(default=0, ge=0, le=1000)


class Reason(Model):
    """Why an item may be closed."""

    reason: str
    label: str
    bulk: bool
    """May be given to many items at once."""
    active: bool
    position: int


class ReasonBody(Model):
    """What a beheerder sets of a close reason."""

    label: str = Field(min_length=1, max_length=100)
    bulk: bool = False
    active: bool = True
    position: int = Field(default=0, ge=0, le=1000)


class Me(Model):
    """Who calls."""

    account: str
    """The id that stands in items and histories, and that `assign` takes."""
    roles: list[str]


class CommandBody(Model):
    """One thing to do with one item."""

    action: Action
    expected_revision: int | None = Field(default=None, ge=1)
    """Refuse if the item has moved on from what the person saw."""
    actor: OpaqueId | None = None
    """On whose behalf; for the CRM only."""


class Done(Model):
    """What became of a command."""

    outcome: ReplyOutcome
    code: str
    """`done`, or `unchanged` when it was so already."""
    message: str
    """Dutch, for people."""
    revision: int | None
    item: ItemDetail | None
    """As it is now."""


class Problem(Model):
    """A refusal (RFC 9457). The same Idempotency-Key gives the same refusal again."""

    type: str
    title: str
    """Dutch: what is wrong and what to do."""
    status: int
    code: str
    outcome: ReplyOutcome = ReplyOutcome.REJECTED
    message: str
    """As `title`."""
    revision: int | None = None
    item: ItemDetail | None = None
    """As it is now, so that a page can show it without asking again."""


class BulkItem(Model):
    """One of many."""

    item: str
    expected_revision: int | None = Field(default=None, ge=1)


class BulkBody(Model):
    """The same for many items; one that is refused does not stop the others."""

    items: list[BulkItem] = Field(min_length=1, max_length=BULK_MAX)
    action: Action
    actor: OpaqueId | None = None
    """On whose behalf; for the CRM only."""


class Result(Model):
    """What became of one of many."""

    item: str
    outcome: ReplyOutcome
    code: str
    message: str
    revision: int | None


class BulkDone(Model):
    """What became of many."""

    done: int
    rejected: int
    results: list[Result]
    """In the order that was asked."""


AccountName = Annotated[OpaqueId, BeforeValidator(lambda given: account(given) if isinstance(given, str) else given)]
"""An account as people name it, a mail address too, or its id."""


class HandOverBody(Model):
    """All open items of a colleague who is away, to another, or to nobody."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    from_: AccountName = Field(alias="from")
    to: AccountName | None = None
    """Null: they wait for whoever takes them up."""
    wachtrij: str | None = None
    """Only those of one queue."""


class HandedOver(Model):
    """What became of a colleague's items."""

    done: int
    rejected: int
    results: list[Result]
    """Only those that were not handed over (a colleague was first)."""


def listed(row: Mapping[str, Any], template: str | None) -> dict[str, Any]:
    """A row of `store.items`, for `Item`; `template` as in the setting `crm_new_dossier_url`."""
    remarks = [Remark(code=code, text=sentence(code)) for code in row["remarks"]]
    state = items.link_state(row["klantenreis"], [one["klantenreis"] for one in row["candidates"]])
    return {
        **row,
        "remarks": remarks,
        "link_state": state,
        "links": Links(maak_dossier=new_dossier(template, row)),
    }
