"""Items and folders as XML: one function per field, asked for by shape and field URI."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from simulators._common.exchange import ids
from simulators._common.exchange.content import Address, Attachment, MailContent
from simulators._common.exchange.mailbox import Folder, Item, Mailbox
from simulators.ews.soap import Node, attribute, children, find, flag, name_of, stamp, t, text_of

ContentField = Callable[[MailContent, str], Node | None]
ItemField = Callable[[Item, str], Node | None]

SEARCH_KEY_TAG = 0x300B
MIME = "item:MimeContent"
MAIL_FOLDER = "IPF.Note"
FOLDER_TAGS = {"IPF.Appointment": "CalendarFolder", "IPF.Contact": "ContactsFolder", "IPF.Task": "TasksFolder"}
"""Folder classes that have an element of their own; every other is `Folder`."""
DEFAULT_FIELDS = (
    "item:Subject",
    "item:DateTimeReceived",
    "item:Size",
    "item:HasAttachments",
    "message:From",
    "message:IsRead",
    "message:InternetMessageId",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """Which fields a client wants, and the body as Best, HTML or Text."""

    fields: frozenset[str]
    search_key: bool
    body_type: str

    @classmethod
    def read(cls, operation: Node, path: str = "m:ItemShape") -> Shape:
        """From an ItemShape or AttachmentShape element."""
        node = find(operation, path)
        if node is None:
            return cls(frozenset(), False, "Best")
        base = text_of(node, "t:BaseShape", "IdOnly")
        asked = children(node, "t:AdditionalProperties")
        fields = {attribute(field, "FieldURI") for field in asked if name_of(field) == "FieldURI"}
        fields |= {"IdOnly": set(), "Default": set(DEFAULT_FIELDS)}.get(base, ALL_FIELDS)
        if text_of(node, "t:IncludeMimeContent") == "true":
            fields.add(MIME)
        tags = [attribute(field, "PropertyTag") for field in asked if name_of(field) == "ExtendedFieldURI"]
        return cls(frozenset(fields), _wants_search_key(tags), text_of(node, "t:BodyType", "Best"))


def _wants_search_key(tags: list[str]) -> bool:
    return any(tag and int(tag, 0) == SEARCH_KEY_TAG for tag in tags)


def _mime(content: MailContent, body_type: str) -> Node:
    return t("MimeContent", base64.b64encode(content.raw).decode(), CharacterSet="UTF-8")


def _body(content: MailContent, body_type: str) -> Node:
    if content.html is not None and body_type != "Text":
        return t("Body", content.html, BodyType="HTML")
    return t("Body", content.text, BodyType="Text")


def _headers(content: MailContent, body_type: str) -> Node | None:
    headers = [t("InternetMessageHeader", value, HeaderName=name) for name, value in content.headers]
    return t("InternetMessageHeaders", *headers) if headers else None


def _header(tag: str, name: str) -> ContentField:
    def field(content: MailContent, body_type: str) -> Node | None:
        value = content.header(name)
        return None if value is None else t(tag, value)

    return field


def _mailbox(address: Address) -> Node:
    name, mail = address
    return t("Mailbox", t("Name", name or mail), t("EmailAddress", mail), t("RoutingType", "SMTP"))


def _one_address(tag: str, *names: str) -> ContentField:
    def field(content: MailContent, body_type: str) -> Node | None:
        found = next((found for name in names for found in content.addresses(name)), None)
        return t(tag, _mailbox(found)) if found else None

    return field


def _addresses(tag: str, name: str) -> ContentField:
    def field(content: MailContent, body_type: str) -> Node | None:
        found = content.addresses(name)
        return t(tag, *map(_mailbox, found)) if found else None

    return field


def _shown_addresses(tag: str, name: str) -> ContentField:
    return lambda content, _: t(tag, "; ".join(shown or mail for shown, mail in content.addresses(name)))


CONTENT_FIELDS: dict[str, ContentField] = {
    MIME: _mime,
    "item:ItemClass": lambda _, __: t("ItemClass", "IPM.Note"),
    "item:Subject": lambda content, _: t("Subject", content.subject),
    "item:Sensitivity": lambda _, __: t("Sensitivity", "Normal"),
    "item:Body": _body,
    "item:Size": lambda content, _: t("Size", str(len(content.raw))),
    "item:Importance": lambda _, __: t("Importance", "Normal"),
    "item:InReplyTo": _header("InReplyTo", "In-Reply-To"),
    "item:InternetMessageHeaders": _headers,
    "item:DateTimeSent": lambda content, _: t("DateTimeSent", stamp(content.date)) if content.date else None,
    "item:DisplayCc": _shown_addresses("DisplayCc", "Cc"),
    "item:DisplayTo": _shown_addresses("DisplayTo", "To"),
    "item:HasAttachments": lambda content, _: t("HasAttachments", flag(content.has_attachments)),
    "item:TextBody": lambda content, _: t("TextBody", content.text, BodyType="Text"),
    "message:Sender": _one_address("Sender", "Sender", "From"),
    "message:ToRecipients": _addresses("ToRecipients", "To"),
    "message:CcRecipients": _addresses("CcRecipients", "Cc"),
    "message:ConversationIndex": _header("ConversationIndex", "Thread-Index"),
    "message:ConversationTopic": _header("ConversationTopic", "Thread-Topic"),
    "message:From": _one_address("From", "From", "Sender"),
    "message:InternetMessageId": _header("InternetMessageId", "Message-ID"),
    "message:References": _header("References", "References"),
    "message:ReplyTo": _addresses("ReplyTo", "Reply-To"),
}
"""Fields that the mail itself answers; an attached mail has these and no others."""


def _categories(item: Item) -> Node | None:
    return t("Categories", *(t("String", name) for name in item.categories)) if item.categories else None


ITEM_FIELDS: dict[str, Callable[[Item], Node | None]] = {
    "item:ParentFolderId": lambda item: t("ParentFolderId", Id=item.folder.id),
    "item:Attachments": lambda item: attachments(item),
    "item:DateTimeReceived": lambda item: t("DateTimeReceived", stamp(item.received)),
    "item:DateTimeCreated": lambda item: t("DateTimeCreated", stamp(item.received)),
    "item:Categories": _categories,
    "item:IsDraft": lambda item: t("IsDraft", flag(item.folder.distinguished == "drafts")),
    "message:IsRead": lambda item: t("IsRead", flag(item.is_read)),
}
"""Fields that depend on where and how the mail lies in the mailbox."""

ALL_FIELDS = (set(CONTENT_FIELDS) | set(ITEM_FIELDS)) - {MIME}


def item_id(mailbox: Mailbox, item: Item) -> Node:
    """An ItemId element."""
    return t("ItemId", Id=item.id, ChangeKey=mailbox.change_key(item))


def item(mailbox: Mailbox, item: Item, shape: Shape) -> Node:
    """One item with the fields of `shape` that it has."""
    content = item.content
    # Exchange's schema has it before the id.
    mime = [_mime(content, shape.body_type)] if MIME in shape.fields else []
    fields = [CONTENT_FIELDS[uri](content, shape.body_type) for uri in CONTENT_FIELDS if uri in shape.fields - {MIME}]
    fields += [ITEM_FIELDS[uri](item) for uri in ITEM_FIELDS if uri in shape.fields]
    if shape.search_key:
        fields.append(_search_key(item))
    return t("MeetingRequest" if content.is_meeting_request else "Message", *mime, item_id(mailbox, item), *fields)


def _search_key(item: Item) -> Node:
    uri = t("ExtendedFieldURI", PropertyTag=f"0x{SEARCH_KEY_TAG:04x}", PropertyType="Binary")
    return t("ExtendedProperty", uri, t("Value", base64.b64encode(item.search_key).decode()))


def attachments(item: Item) -> Node | None:
    """The list in an item: names and sizes, no content."""
    found = [
        attachment(item.id, index, attachment_, None) for index, attachment_ in enumerate(item.content.attachments)
    ]
    return t("Attachments", *found) if found else None


def attachment(item_id: str, index: int, attachment: Attachment, content: Node | None) -> Node:
    """One attachment, with `content` when it is asked for by itself."""
    return t(
        "ItemAttachment" if attachment.message else "FileAttachment",
        t("AttachmentId", Id=ids.attachment(item_id, index)),
        t("Name", attachment.name),
        None if attachment.message else t("ContentType", attachment.content_type),
        t("ContentId", attachment.content_id) if attachment.content_id else None,
        t("Size", str(len(attachment.content))),
        t("IsInline", flag(attachment.is_inline)),
        content,
    )


def attachment_content(attachment: Attachment, shape: Shape) -> Node:
    """The bytes of a file, or the attached mail as an item."""
    if attachment.message is None:
        return t("Content", base64.b64encode(attachment.content).decode())
    message = attachment.message
    asked = [CONTENT_FIELDS[uri](message, shape.body_type) for uri in CONTENT_FIELDS if uri in shape.fields]
    return t("Message", *(asked or [CONTENT_FIELDS["item:Subject"](message, shape.body_type)]))


def folder(mailbox: Mailbox, folder: Folder, folder_class: str = MAIL_FOLDER) -> Node:
    """One folder with everything that is known of it."""
    below = sum(other.parent is folder for other in mailbox.folders.values())
    return t(
        FOLDER_TAGS.get(folder_class, "Folder"),
        t("FolderId", Id=folder.id, ChangeKey=mailbox.ids.change_key(folder.number)),
        t("ParentFolderId", Id=folder.parent.id) if folder.parent else None,
        t("FolderClass", folder_class),
        t("DisplayName", folder.name),
        t("TotalCount", str(len(folder.items))),
        t("ChildFolderCount", str(below)),
        t("DistinguishedFolderId", folder.distinguished) if folder.distinguished else None,
        t("UnreadCount", str(sum(not item.is_read for item in folder.items.values()))),
    )
