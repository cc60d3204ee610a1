"""The work queues: the state of an item (`queue.item.v1`) and what people may do with it (`queue.command.v1`)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from loketbus_contracts.topics import Cleanup, Code, Message, Moment, OpaqueId, Topic


class Wachtrij(StrEnum):
    """Known values of the open code `wachtrij`. Match on the code: the labels keep "(W&E)" and change."""

    WE = "we"
    ENERGIE = "energie"
    WONEN = "wonen"
    APPARTEMENTEN = "appartementen"
    WIJKRENOVATIE = "wijkrenovatie"
    ADAPTATIE = "adaptatie"
    LENING = "lening"


class ItemState(StrEnum):
    """An item is open until somebody closes it; it can be reopened."""

    OPEN = "open"
    CLOSED = "closed"


class LinkState(StrEnum):
    """linked = "reeds gekoppeld"; unlinked and ambiguous = "nog niet gekoppeld", the latter with several candidates."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    AMBIGUOUS = "ambiguous"


class LinkCandidate(Message):
    """A dossier that the item may belong to, and why."""

    klantenreis: OpaqueId
    dossier: OpaqueId | None = None
    method: Code
    evidence: tuple[str, ...] = ()


class Link(Message):
    """Whether the item belongs to a klantenreis, and on what grounds. It can change when more mail arrives."""

    state: LinkState
    klantenreis: OpaqueId | None = None
    """Set when linked."""
    dossier: OpaqueId | None = None
    """Optional also when linked: mail hangs on the klantenreis."""
    method: Code | None = None
    """`in_reply_to`, `references`, `token`, `thread_index`, `dossier_number`, `crm`, `contact`, `person`, or a later
    code."""
    evidence: tuple[str, ...] = ()
    """What the method went by, for people to check (a Message-ID, a dossier number)."""
    candidates: tuple[LinkCandidate, ...] = ()
    """All that came into question, when it is ambiguous or only suggested."""
    rule_version: str | None = None
    """Which version of the rules decided; absent when a person did."""


class Suggestion(Message):
    """Software may suggest a queue and must show why; dispatch is a person's decision."""

    wachtrij: Code
    behandelaar: OpaqueId | None = None
    """Who works on the dossier that the item is linked to."""
    basis: Code | None = None
    """`dossier` (the queue of the linked dossier), `words`, or a later code."""
    words: tuple[str, ...]
    """The words in the question that led to it."""
    score: float = Field(ge=0, le=1)
    rule_version: str | None = None


class Remark(Message):
    """Something that people should see on the item."""

    code: Code
    """`meerdere_mogelijke_dossiers`, `nieuw_onderwerp_in_oude_draad`, `mogelijk_dubbel`, ..., or a later code."""
    text: str
    """A Dutch sentence."""


class Note(Message):
    """What somebody wrote on the item."""

    actor: OpaqueId
    at: Moment
    text: str


class QueueItem(Message):
    """The whole state of one item; mail_ingest owns it. A higher `revision` replaces a lower one, never the reverse."""

    item: OpaqueId
    """The item's id: the key."""
    revision: int = Field(ge=1)
    mail: OpaqueId | None = None
    """The mail that it is about (`mail.received.v1`), or"""
    contact: OpaqueId | None = None
    """the contact that it is about (`contact.received.v1`)."""
    conversation: OpaqueId | None = None
    bron: Code
    """`mail`, or the bron of the contact."""
    wachtrij: Code
    """The code of the queue that it is in: `we`, `energie`, `wonen`, ..., or a later code."""
    behandelaar: OpaqueId | None = None
    """Who works on it; at most one."""
    state: ItemState
    closed_reason: Code | None = None
    """`beantwoord`, `dubbel`, `spam`, `nieuwsbrief`, `ter_info`, `geen_actie`, `voor_ingebruikname`, or a later code;
    set when closed."""
    link: Link
    suggestion: Suggestion | None = None
    first_contact_at: Moment
    """When the citizen first asked: the item's age counts from here."""
    answered_at: Moment | None = None
    """When the newest answer to it left, as far as we know."""
    answered_via: Code | None = None
    """`crm`, `outlook` (found in Sent items), or a later code."""
    automatic: Code | None = None
    """As on the mail: `auto_reply`, `bounce`, `list`, or a later code; absent for a person's question."""
    subject: str | None = None
    afzender: str | None = None
    """For showing in a list only; do not match on it."""
    attachment_count: int = Field(default=0, ge=0)
    """Not counting pictures inside the text."""
    remarks: tuple[Remark, ...] = ()
    notes: tuple[Note, ...] = ()
    """The newest 20, oldest first."""
    occurred_at: Moment
    """When this state began."""
    actor: OpaqueId | None = None
    """Who brought this state about; absent when it was software."""
    tijdlijn_tekst: str | None = None
    """One Dutch line for the tijdlijn of the klantenreis, when this change belongs there."""


def _require_command(schema: dict[str, Any]) -> None:
    schema["required"] = ["command", *schema.get("required", [])]


class _Action(Message):
    """Base of the actions: `command` has a default for who writes Python, but it always travels."""

    model_config = ConfigDict(json_schema_extra=_require_command)


class Dispatch(_Action):
    """Move to another queue."""

    command: Literal["dispatch"] = "dispatch"
    wachtrij: Code


class Return(_Action):
    """Send back to the W&E queue, because it landed in the wrong one."""

    command: Literal["return"] = "return"
    explanation: str
    """For whoever dispatches it next."""


class Assign(_Action):
    """Give to a behandelaar, also when it was a colleague's."""

    command: Literal["assign"] = "assign"
    behandelaar: OpaqueId


class Release(_Action):
    """Nobody works on it any more."""

    command: Literal["release"] = "release"


class LinkTo(_Action):
    """Link to a klantenreis, and to one of its dossiers if that is known."""

    command: Literal["link"] = "link"
    klantenreis: OpaqueId
    dossier: OpaqueId | None = None


class Unlink(_Action):
    """Undo the link."""

    command: Literal["unlink"] = "unlink"


class Close(_Action):
    """Done, for this reason."""

    command: Literal["close"] = "close"
    reason: Code
    """`beantwoord`, `dubbel`, `spam`, `nieuwsbrief`, `ter_info`, `geen_actie`, or a later code."""


class Reopen(_Action):
    """Closed too early."""

    command: Literal["reopen"] = "reopen"


class AddNote(_Action):
    """Write something on the item."""

    command: Literal["note"] = "note"
    text: str = Field(min_length=1, max_length=4000)


Action = Annotated[
    Dispatch | Return | Assign | Release | LinkTo | Unlink | Close | Reopen | AddNote, Field(discriminator="command")
]


class QueueCommand(Message):
    """One thing that somebody wants done with one item. Its `ce_id` is the request id; the answer is a `reply.v1`."""

    item: OpaqueId
    """The item: the key."""
    actor: OpaqueId
    """Whose decision it is: an account id, or the name of a system."""
    expected_revision: int | None = Field(default=None, ge=1)
    """Refuse (`revision_conflict`) if the item has moved on from what the person saw."""
    action: Action


QUEUE_ITEM = Topic(
    name="queue.item.v1",
    model=QueueItem,
    key="item id",
    key_field="item",
    writers=("mail_ingest",),
    readers=("crm", "console"),
    summary="The state of one queue item: queue, behandelaar, link with method and evidence, suggestion, age.",
    cleanup=Cleanup.COMPACT,
    minor=1,
)
QUEUE_COMMAND = Topic(
    name="queue.command.v1",
    model=QueueCommand,
    key="item id",
    key_field="item",
    writers=("crm", "console"),
    readers=("mail_ingest",),
    summary="What people do with an item; the same closed vocabulary in CLI, HTTP and Kafka. Answered by reply.v1.",
    answered=True,
)
