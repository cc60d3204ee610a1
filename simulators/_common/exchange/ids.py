"""Identifiers in the layout that Exchange uses: base64 over mailbox GUID and MAPI entry id, opaque to a client.

Layout: MS-OXCDATA 2.2.4.2 (46- and 70-byte entry ids); EWS wraps them with the mailbox GUID as text.
"""

from __future__ import annotations

import base64
import binascii
import struct
import uuid

ITEM_BYTES = 113
_ATTACHMENT_MARK = b"\x01\x12\x00\x10\x00"  # one attachment level; 18 bytes follow: length 16 and the key
_NAMESPACE = uuid.UUID("6f6d61a4-0b7c-4d2e-9a51-3f8f2b1f7c55")


class MalformedIdError(ValueError):
    """Not an identifier that this mailbox could have given out."""


class Ids:
    """The identifiers of one mailbox: the same numbers always give the same ids."""

    def __init__(self, mailbox: str) -> None:
        self._mailbox_guid = str(uuid.uuid5(_NAMESPACE, mailbox.lower())).encode()
        self._store_guid = uuid.uuid5(_NAMESPACE, f"store:{mailbox.lower()}").bytes

    def folder(self, number: int) -> str:
        """A folder's id (120 characters)."""
        return self._wrap(self._entry_head(1) + self._numbered(number))

    def item(self, folder: int, number: int) -> str:
        """An item's id (152 characters): it names its folder, so that a move must change it."""
        return self._wrap(self._entry_head(7) + self._numbered(folder) + self._numbered(number))

    def change_key(self, sequence: int) -> str:
        """The version of an item or folder."""
        return _text(struct.pack("<II", 9, 22) + self._store_guid + sequence.to_bytes(6, "big") + b"\0\0\0\0")

    def search_key(self, number: int) -> bytes:
        """PidTagSearchKey (0x300B): 16 bytes that survive a move and a copy."""
        return uuid.uuid5(_NAMESPACE, f"search:{self._store_guid.hex()}:{number}").bytes

    def _wrap(self, entry: bytes) -> str:
        guid = self._mailbox_guid
        return _text(struct.pack("<BBH", 0, 3, len(guid)) + guid + struct.pack("<BH", 0, len(entry)) + entry)

    def _entry_head(self, kind: int) -> bytes:
        return b"\0\0\0\0" + self._store_guid + struct.pack("<H", kind)

    def _numbered(self, number: int) -> bytes:
        return self._store_guid + number.to_bytes(6, "big") + b"\0\0"


def attachment(item_id: str, index: int) -> str:
    """The id of an item's n-th attachment."""
    data = base64.b64decode(item_id)
    return _text(data + _ATTACHMENT_MARK + data[-20:-8] + struct.pack(">I", index))


def split_attachment(attachment_id: str) -> tuple[str, int]:
    """The item's id and the attachment's index.

    Raises:
        MalformedIdError: not an attachment id.
    """
    data = _bytes(attachment_id)
    if data[ITEM_BYTES:-16] != _ATTACHMENT_MARK:
        raise MalformedIdError("Id is malformed.")
    return _text(data[:ITEM_BYTES]), int.from_bytes(data[-4:], "big")


def entry_id(ews_id: str) -> bytes:
    """The MAPI entry id inside an EWS id.

    Raises:
        MalformedIdError: not an EWS id.
    """
    data = _bytes(ews_id)
    if len(data) < 43 or data[:2] != b"\0\3":
        raise MalformedIdError("Id is malformed.")
    (length,) = struct.unpack("<H", data[41:43])
    return data[43 : 43 + length]


def check(ews_id: str) -> None:
    """Refuse what cannot be an id.

    Raises:
        MalformedIdError: not base64 of the right layout.
    """
    entry_id(ews_id)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedIdError("Id is malformed.") from error
