"""Graph's JSON to our own shapes. Every field may be missing: an update may tell no more than an id."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.mail_ingest.remote._graph_http import RAW_BYTES, Json, unexpected
from services.mail_ingest.remote.protocol import Change, ChangeKind, Folder, Poison

CHANGE_FIELDS = "receivedDateTime,internetMessageId,hasAttachments"
FACT_FIELDS = "receivedDateTime,hasAttachments"
FOLDER_FIELDS = "id,displayName,totalItemCount,childFolderCount"
_SEARCH_FOLDER = "#microsoft.graph.mailSearchFolder"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the MIME of a mail does not tell."""

    received_at: datetime | None
    has_attachments: bool | None


@dataclass(frozen=True, slots=True)
class Entries:
    """A page of changes: mails that are there, ids that were said to be gone, and what cannot be read."""

    present: dict[str, Change]
    removed: tuple[str, ...]
    poison: tuple[Poison, ...]


def read_entries(answer: Json) -> Entries:
    """The entries of a page; an id that comes twice counts once, and being there counts most."""
    present: dict[str, Change] = {}
    removed: dict[str, None] = {}
    poison: list[Poison] = []
    for entry in read_list(answer):
        name = read_id(entry)
        if name is None:
            raw = json.dumps(entry).encode()[:RAW_BYTES]
            poison.append(Poison(provider_id=None, reason="unreadable_change", raw=raw))
        elif "@removed" in entry:
            removed[name] = None
        else:
            present[name] = _change(name, entry)
    return Entries(present, tuple(name for name in removed if name not in present), tuple(poison))


def read_list(answer: Json) -> list[Any]:
    """The `value` of an answer.

    Raises:
        Unavailable: there is none.
    """
    value = answer.get("value")
    if not isinstance(value, list):
        raise unexpected("no list of values")
    return value


def read_id(entry: object) -> str | None:
    """The id of an entity."""
    name = entry.get("id") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else None


def read_link(answer: Json, name: str) -> str | None:
    """`@odata.nextLink` or `@odata.deltaLink`, by its last part."""
    link = answer.get(f"@odata.{name}")
    return link if isinstance(link, str) and link else None


def read_facts(entry: Json) -> Facts:
    """From a message."""
    return Facts(read_time(entry.get("receivedDateTime")), _flag(entry.get("hasAttachments")))


def read_folder(entry: Json, above: str) -> Folder | None:
    """A mail folder, its path after that of its parent; None for a search, which holds the mails of others."""
    name = read_id(entry)
    if name is None or entry.get("@odata.type") == _SEARCH_FOLDER:
        return None
    total = entry.get("totalItemCount")
    path = f"{above}/{entry.get('displayName')}" if above else str(entry.get("displayName"))
    return Folder(folder_id=name, path=path, total=total if isinstance(total, int) else 0)


def _change(name: str, entry: Json) -> Change:
    facts, message_id = read_facts(entry), entry.get("internetMessageId")
    return Change(
        kind=ChangeKind.CREATE,
        provider_id=name,
        received_at=facts.received_at,
        message_id=message_id if isinstance(message_id, str) else None,
        has_attachments=facts.has_attachments,
    )


def read_time(value: object) -> datetime | None:
    """A DateTimeOffset, in UTC; None when it is none."""
    try:
        time = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return time and (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
