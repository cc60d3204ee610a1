"""Lists that a beheerder extends in the CRM (`codelist.changed.v1`): queues, subtypes, projects, document kinds."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from loketbus_contracts.topics import Cleanup, Code, Message, OpaqueId, Topic


class CodeList(StrEnum):
    """Known values of the open code `list`."""

    WACHTRIJ = "wachtrij"
    SUBTYPE = "subtype"
    PROJECT = "project"
    CAMPAGNE = "campagne"
    DOCUMENTSOORT = "documentsoort"


class CodeListEntry(Message):
    """One code of one list. A higher `revision` replaces a lower one, never the reverse."""

    entry: OpaqueId
    """`<list>:<code>`: the key."""
    revision: int = Field(ge=1)
    list: Code
    """`wachtrij`, `subtype`, `project`, `campagne`, `documentsoort`, or a later code."""
    code: Code
    """What travels in other events; it never changes."""
    label: str
    """What people read."""
    active: bool = True
    """A deactivated code stays on what has it; nothing new gets it."""
    position: int = 0
    """Order in a list of choices."""
    parent: Code | None = None
    """The code that it belongs under: the dossiertype of a subtype."""
    responsible: OpaqueId | None = None
    """The wachtrijverantwoordelijke, for a queue."""


CODELIST_CHANGED = Topic(
    name="codelist.changed.v1",
    model=CodeListEntry,
    key="list:code (wachtrij:energie)",
    key_field="entry",
    writers=("crm",),
    readers=("mail_ingest", "documents", "econobis_bridge"),
    summary="One code of a list that a beheerder extends: queues, subtypes, projects, campaigns, document kinds.",
    cleanup=Cleanup.COMPACT,
    personal_data=False,
)
