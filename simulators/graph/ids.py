"""Identifiers as Graph gives them out: REST ids (EWS ids for a URL), immutable ids, attachment ids.

A REST id names the stay of a mail in a folder, so a move changes it; an immutable id names the mail in its mailbox.
"""

from __future__ import annotations

import base64
import binascii
import uuid

from simulators._common.exchange.ids import MalformedIdError, check
from simulators._common.exchange.mailbox import Folder, Item, Mailbox

_TO_REST = str.maketrans("/+", "-_")
_FROM_REST = str.maketrans("-_", "/+")
_IMMUTABLE_MARK = b"\x00\x09\x00\x2e\x00"
_NUMBER_BYTES = 6
_NAMESPACE = uuid.UUID("d2b0b3a4-51f9-4a43-8f4d-2b6a2f6f0a11")


def rest(ews_id: str) -> str:
    """An EWS id as REST writes it."""
    return ews_id.translate(_TO_REST)


def from_rest(rest_id: str) -> str:
    """The EWS id of a REST id."""
    return rest_id.translate(_FROM_REST)


def immutable(mailbox: Mailbox, born: int) -> str:
    """The id that a mail keeps wherever it is moved inside this mailbox."""
    return _text(_IMMUTABLE_MARK + _store(mailbox) + born.to_bytes(_NUMBER_BYTES, "big"))


def message(mailbox: Mailbox, item: Item, *, keep: bool) -> str:
    """The id of a mail; `keep` asks for the immutable one."""
    return immutable(mailbox, item.born) if keep else rest(item.id)


def find(mailbox: Mailbox, given: str) -> Item | None:
    """The mail with this id of either kind; None when it is gone.

    Raises:
        MalformedIdError: neither kind.
    """
    data = _bytes(given)
    head = _IMMUTABLE_MARK + _store(mailbox)
    if data.startswith(head) and len(data) == len(head) + _NUMBER_BYTES:
        return mailbox.living.get(int.from_bytes(data[-_NUMBER_BYTES:], "big"))
    check(from_rest(given))
    return mailbox.items.get(from_rest(given))


def folder(of: Folder) -> str:
    """A folder's id; folders have one kind only, which never changes."""
    return rest(of.id)


def attachment(message_id: str, index: int) -> str:
    """The id of a mail's n-th attachment."""
    return _text(_bytes(message_id) + index.to_bytes(4, "big"))


def attachment_index(message_id: str, attachment_id: str) -> int:
    """The place of an attachment in its mail.

    Raises:
        MalformedIdError: not an attachment of this mail.
    """
    data = _bytes(attachment_id)
    if data[:-4] != _bytes(message_id):
        raise MalformedIdError("Id is malformed.")
    return int.from_bytes(data[-4:], "big")


def user(mailbox: Mailbox) -> str:
    """The object id of the mailbox's user."""
    return str(uuid.uuid5(_NAMESPACE, mailbox.address.lower()))


def _store(mailbox: Mailbox) -> bytes:
    return uuid.uuid5(_NAMESPACE, f"store:{mailbox.address.lower()}").bytes


def _text(data: bytes) -> str:
    return rest(base64.b64encode(data).decode())


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(from_rest(text), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedIdError("Id is malformed.") from error
