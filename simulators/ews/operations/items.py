"""GetItem, GetAttachment, FindItem and the operations that change an item."""

from __future__ import annotations

from collections.abc import Callable

from simulators._common.exchange import ids
from simulators._common.exchange.content import MailContent
from simulators._common.exchange.mailbox import Folder, Item, OrderKey
from simulators.ews import render
from simulators.ews.exchange import Exchange
from simulators.ews.operations import filters
from simulators.ews.operations.answers import each, needed
from simulators.ews.operations.folders import root_folder, window
from simulators.ews.render import Shape
from simulators.ews.soap import (
    EwsError,
    Node,
    attribute,
    children,
    find,
    find_all,
    m,
    name_of,
    t,
    text_of,
)

READ_FLAG, CATEGORIES = "message:IsRead", "item:Categories"
_FILTERS: dict[str, Callable[[MailContent], str | None]] = {
    "item:Subject": lambda content: content.subject,
    "message:InternetMessageId": lambda content: content.message_id,
}


def get_item(exchange: Exchange, request: Node) -> list[Node]:
    """Items by id, in the order asked for."""
    shape = Shape.read(request)
    return each(
        "GetItem",
        children(request, "m:ItemIds"),
        lambda node: m("Items", render.item(exchange.mailbox, _item(exchange, node), shape)),
    )


def get_attachment(exchange: Exchange, request: Node) -> list[Node]:
    """Attachments with their content."""
    shape = Shape.read(request, "m:AttachmentShape")

    def answer(node: Node) -> Node:
        item, index = _attachment(exchange, attribute(node, "Id"))
        attachment = item.content.attachments[index]
        content = render.attachment_content(attachment, shape)
        return m("Attachments", render.attachment(item.id, index, attachment, content))

    return each("GetAttachment", children(request, "m:AttachmentIds"), answer)


def find_item(exchange: Exchange, request: Node) -> list[Node]:
    """A folder's items page by page, newest first unless asked otherwise."""
    shape = Shape.read(request)

    def page(node: Node) -> Node:
        folder = exchange.folder(node)
        found = _matching(folder, filters.wanted(request, *_FILTERS))
        start, end = window(request, "m:IndexedPageItemView", len(found), exchange.page_limit)
        keys = found[start:end] if _oldest_first(request) else found[len(found) - end : len(found) - start][::-1]
        shown = [render.item(exchange.mailbox, folder.items[item_id], shape) for _, item_id in keys]
        return root_folder(t("Items", *shown), end, len(found))

    return each("FindItem", children(request, "m:ParentFolderIds"), page)


def move_item(exchange: Exchange, request: Node) -> list[Node]:
    """Move; the answer holds the new ids."""
    return _relocate(exchange, request, "MoveItem")


def copy_item(exchange: Exchange, request: Node) -> list[Node]:
    """Copy; the answer holds the new ids."""
    return _relocate(exchange, request, "CopyItem")


def update_item(exchange: Exchange, request: Node) -> list[Node]:
    """The read flag and the categories; anything else is refused as read-only."""

    def change(node: Node) -> Node:
        item = _item(exchange, needed(node, "t:ItemId"))
        for update in children(node, "t:Updates"):
            item = _update(exchange, item, update)
        return m("Items", t("Message", render.item_id(exchange.mailbox, item)))

    answers = each("UpdateItem", children(request, "m:ItemChanges"), change)
    for answer in answers:
        answer.append(m("ConflictResults", t("Count", "0")))
    return answers


def delete_item(exchange: Exchange, request: Node) -> list[Node]:
    """For good, or to the deleted items."""
    to_bin = attribute(request, "DeleteType") == "MoveToDeletedItems"

    def delete(node: Node) -> None:
        item = _item(exchange, node)
        if to_bin:
            exchange.mailbox.move(item.id, "deleteditems")
        else:
            exchange.mailbox.delete(item.id)

    return each("DeleteItem", children(request, "m:ItemIds"), delete)


def _item(exchange: Exchange, node: Node) -> Item:
    return exchange.item(attribute(node, "Id"))


def _attachment(exchange: Exchange, attachment_id: str) -> tuple[Item, int]:
    try:
        item_id, index = ids.split_attachment(attachment_id)
    except ids.MalformedIdError as error:
        raise EwsError("ErrorInvalidAttachmentId", "The attachment Id is not valid.") from error
    item = exchange.item(item_id)
    if index >= len(item.content.attachments):
        raise EwsError("ErrorInvalidAttachmentId", "The attachment Id is not valid.")
    return item, index


def _relocate(exchange: Exchange, request: Node, operation: str) -> list[Node]:
    place = exchange.mailbox.move if operation == "MoveItem" else exchange.mailbox.copy

    def answer(node: Node) -> Node:
        to = exchange.folder(needed(request, "m:ToFolderId/*"))
        placed = place(_item(exchange, node).id, to.id)
        return m("Items", t("Message", render.item_id(exchange.mailbox, placed)))

    return each(operation, children(request, "m:ItemIds"), answer)


def _update(exchange: Exchange, item: Item, update: Node) -> Item:
    field = attribute(needed(update, "t:FieldURI"), "FieldURI")
    if field == READ_FLAG and name_of(update) == "SetItemField":
        return exchange.mailbox.mark_read(item.id, text_of(update, "*/t:IsRead") in ("true", "1"))
    if field == CATEGORIES:
        names = [node.text or "" for node in find_all(update, "*/t:Categories/t:String")]
        return exchange.mailbox.categorise(item.id, names)
    raise EwsError("ErrorInvalidPropertySet", f"Set action is invalid for property {field}.")


def _matching(folder: Folder, wanted: tuple[str, str] | None) -> list[tuple[OrderKey, str]]:
    """The folder's order, or the part of it that fits."""
    if wanted is None:
        return folder.order
    field, value = wanted
    return [key for key in folder.order if _FILTERS[field](folder.items[key[1]].content) == value]


def _oldest_first(request: Node) -> bool:
    order = find(request, "m:SortOrder/t:FieldOrder")
    return order is not None and attribute(order, "Order") == "Ascending"
