"""exchangelib's own service class, page by page, as reference 2.2 says a checkpointing client must use it."""

from __future__ import annotations

from typing import Any, NamedTuple

from exchangelib import Account
from exchangelib.fields import FieldPath
from exchangelib.items import ID_ONLY, Message
from exchangelib.services import SyncFolderItems

FIELDS = ("message_id", "datetime_received", "size", "has_attachments")


class Page(NamedTuple):
    changes: list[tuple[str, Any]]
    state: str
    is_last: bool

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.changes]

    @property
    def message_ids(self) -> list[str]:
        return [item.message_id for kind, item in self.changes if kind in ("create", "update")]


def sync(account: Account, state: str | None = None, limit: int = 100, folder: Any = None) -> Page:
    service = SyncFolderItems(account=account)
    changes = list(
        service.call(
            folder=folder or account.inbox,
            shape=ID_ONLY,
            additional_fields=[FieldPath(Message.get_field_by_fieldname(name)) for name in FIELDS],
            sync_state=state,
            ignore=None,
            max_changes_returned=limit,
            sync_scope=None,
        )
    )
    return Page(changes, service.sync_state, service.includes_last_item_in_range)


def drain(account: Account, state: str | None = None, limit: int = 100) -> tuple[list[Page], str]:
    pages = [sync(account, state, limit)]
    while not pages[-1].is_last:
        pages.append(sync(account, pages[-1].state, limit))
    return pages, pages[-1].state
