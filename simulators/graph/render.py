"""Mails, folders and attachments as Graph's JSON: one function per property, chosen by `$select`."""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection
from typing import Any

from simulators._common.exchange.content import Address, Attachment
from simulators._common.exchange.mailbox import Folder, Item, Mailbox
from simulators.graph import ids
from simulators.graph.odata import Json, ODataError, as_time

PREVIEW = 255


def _address(address: Address) -> Json:
    name, mail = address
    return {"emailAddress": {"name": name or mail, "address": mail}}


def _people(header: str) -> Callable[[Item], Any]:
    return lambda item: [_address(one) for one in item.content.addresses(header)]


def _person(*headers: str) -> Callable[[Item], Any]:
    def property_(item: Item) -> Any:
        return next((_address(one) for header in headers for one in item.content.addresses(header)), None)

    return property_


def _body(item: Item) -> Json:
    content = item.content
    if content.html is not None:
        return {"contentType": "html", "content": content.html}
    return {"contentType": "text", "content": content.text}


def _headers(item: Item) -> list[Json]:
    return [{"name": name, "value": value} for name, value in item.content.headers]


PROPERTIES: dict[str, Callable[[Item], Any]] = {
    "createdDateTime": lambda item: as_time(item.received),
    "lastModifiedDateTime": lambda item: as_time(item.received),
    "categories": lambda item: list(item.categories),
    "receivedDateTime": lambda item: as_time(item.received),
    "sentDateTime": lambda item: as_time(item.content.date or item.received),
    "hasAttachments": lambda item: item.content.has_attachments,
    "internetMessageId": lambda item: item.content.message_id,
    "subject": lambda item: item.content.subject,
    "bodyPreview": lambda item: item.content.text[:PREVIEW],
    "importance": lambda item: "normal",
    "parentFolderId": lambda item: ids.folder(item.folder),
    "conversationIndex": lambda item: item.content.thread_index,
    "isRead": lambda item: item.is_read,
    "isDraft": lambda item: item.folder.distinguished == "drafts",
    "body": _body,
    "sender": _person("Sender", "From"),
    "from": _person("From", "Sender"),
    "toRecipients": _people("To"),
    "ccRecipients": _people("Cc"),
    "bccRecipients": _people("Bcc"),
    "replyTo": _people("Reply-To"),
    "internetMessageHeaders": _headers,
}
ONLY_WHEN_ASKED = frozenset({"internetMessageHeaders"})


def check_select(select: Collection[str]) -> None:
    """Refuse what a message does not have.

    Raises:
        ODataError: names the first such property.
    """
    for name in select:
        if name != "id" and name not in PROPERTIES:
            message = f"Could not find a property named '{name}' on type 'microsoft.graph.message'."
            raise ODataError(400, "RequestBroker--ParseUri", message)


def message(mailbox: Mailbox, item: Item, select: Collection[str], *, keep: bool) -> Json:
    """A message with the selected properties (none: the usual ones)."""
    asked = set(select) or PROPERTIES.keys() - ONLY_WHEN_ASKED
    meeting = {"@odata.type": "#microsoft.graph.eventMessageRequest"} if item.content.is_meeting_request else {}
    known = {name: read(item) for name, read in PROPERTIES.items() if name in asked}
    return {
        **meeting,
        "@odata.etag": f'W/"{mailbox.change_key(item)}"',
        "id": ids.message(mailbox, item, keep=keep),
        **known,
    }


def folder(mailbox: Mailbox, of: Folder) -> Json:
    """A mailFolder with everything that is known of it."""
    return {
        "id": ids.folder(of),
        "displayName": of.name,
        "parentFolderId": ids.folder(of.parent) if of.parent else None,
        "childFolderCount": sum(other.parent is of for other in mailbox.folders.values()),
        "unreadItemCount": sum(not item.is_read for item in of.items.values()),
        "totalItemCount": len(of.items),
        "isHidden": False,
    }


def kind_of(attachment: Attachment, *, link: bool) -> str:
    """Its OData type; `link` makes it one to a file in the cloud."""
    if link:
        return "#microsoft.graph.referenceAttachment"
    return f"#microsoft.graph.{'item' if attachment.message else 'file'}Attachment"


def attachment(message_id: str, index: int, of: Attachment, select: Collection[str], *, link: bool) -> Json:
    """An attachment; a file's bytes come along unless `$select` leaves them out."""
    kind = kind_of(of, link=link)
    values: Json = {
        "lastModifiedDateTime": None,
        "name": of.name,
        "contentType": None if of.message or link else of.content_type,
        "size": len(of.content),
        "isInline": of.is_inline,
    }
    if kind.endswith("fileAttachment"):
        values |= {"contentId": of.content_id, "contentBytes": base64.b64encode(of.content).decode()}
    asked = {name.rpartition("/")[2] for name in select}
    chosen = {name: value for name, value in values.items() if not asked or name in asked}
    return {"@odata.type": kind, "id": ids.attachment(message_id, index), **chosen}
