"""SyncFolderItems."""

from __future__ import annotations

from simulators._common.exchange.mailbox import Folder
from simulators.ews import render
from simulators.ews.exchange import Exchange
from simulators.ews.operations.answers import needed, one
from simulators.ews.render import Shape
from simulators.ews.soap import Child, EwsError, Node, attribute, children, flag, m, t, text_of
from simulators.ews.sync import InvalidSyncStateError, Page, SyncChange, SyncState, next_page


def sync_folder_items(exchange: Exchange, request: Node) -> list[Node]:
    """One page of changes since the given state."""

    def answer() -> list[Child]:
        folder = exchange.folder(needed(request, "m:SyncFolderId/*"))
        page = _page(exchange, request, folder)
        ignored = {attribute(node, "Id") for node in children(request, "m:Ignore")}
        shape = Shape.read(request)
        changes = [_change(exchange, change, shape) for change in page.changes if change.item_id not in ignored]
        return [
            m("SyncState", page.state.encode()),
            m("IncludesLastItemInRange", flag(page.is_last)),
            m("Changes", *changes),
        ]

    return [one("SyncFolderItems", answer)]


def invalid_state(with_element: bool = True) -> EwsError:
    """What a state that is no good is answered with; without SyncState, exchangelib stumbles (hazard 7)."""
    parts = [m("SyncState")] if with_element else []
    text = "The synchronization state data is corrupt or otherwise invalid."
    return EwsError("ErrorInvalidSyncStateData", text, *parts, m("IncludesLastItemInRange", "true"))


def _page(exchange: Exchange, request: Node, folder: Folder) -> Page:
    limit = int(text_of(request, "m:MaxChangesReturned", "100"))
    given = text_of(request, "m:SyncState")
    try:
        state = SyncState.decode(given, exchange.epoch, folder) if given else None
    except InvalidSyncStateError as error:
        raise invalid_state() from error
    return next_page(folder, state, exchange.epoch, exchange.mailbox.sequence, limit)


def _change(exchange: Exchange, change: SyncChange, shape: Shape) -> Node:
    if change.item is None:
        return t("Delete", t("ItemId", Id=change.item_id))
    if change.kind == "ReadFlagChange":
        return t(
            "ReadFlagChange", render.item_id(exchange.mailbox, change.item), t("IsRead", flag(change.item.is_read))
        )
    return t(change.kind, render.item(exchange.mailbox, change.item, shape))
