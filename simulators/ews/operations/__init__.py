"""The EWS operations: each takes the request's element and gives the response messages."""

from __future__ import annotations

from collections.abc import Callable

from simulators.ews.exchange import Exchange
from simulators.ews.operations import directory, folders, items, notifications, syncing
from simulators.ews.soap import Node

Handler = Callable[[Exchange, Node], list[Node]]

HANDLERS: dict[str, Handler] = {
    "ConvertId": directory.convert_id,
    "CopyItem": items.copy_item,
    "DeleteItem": items.delete_item,
    "FindFolder": folders.find_folder,
    "FindItem": items.find_item,
    "GetAttachment": items.get_attachment,
    "GetEvents": notifications.get_events,
    "GetFolder": folders.get_folder,
    "GetItem": items.get_item,
    "MoveItem": items.move_item,
    "ResolveNames": directory.resolve_names,
    "Subscribe": notifications.subscribe,
    "SyncFolderItems": syncing.sync_folder_items,
    "Unsubscribe": notifications.unsubscribe,
    "UpdateItem": items.update_item,
}
"""GetStreamingEvents is not here: its answer is a stream (see `notifications.stream`)."""
