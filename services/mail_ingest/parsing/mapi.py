"""MAPI properties: what Outlook calls a field, in winmail.dat (MS-OXTNEF) as in .msg files (MS-OXMSG).

Ids are those of MS-OXPROPS, types those of MS-OXCDATA 2.11.1.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

from services.mail_ingest.parsing.charset import clean, decode
from services.mail_ingest.parsing.model import Notes

INTEGER16, INTEGER32, TIME, OBJECT, STRING8, STRING, BINARY = 0x02, 0x03, 0x40, 0x0D, 0x1E, 0x1F, 0x102
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_CODEPAGES = {1200: "utf-16-le", 10_000: "mac-roman", 20_127: "ascii", 20_866: "koi8-r", 65_001: "utf-8"}
_ISO_8859 = range(28_591, 28_606)


class Id(IntEnum):
    """The properties that are read."""

    SUBJECT = 0x0037
    CLIENT_SUBMIT_TIME = 0x0039
    SENT_REPRESENTING_NAME = 0x0042
    SENT_REPRESENTING_EMAIL = 0x0065
    TRANSPORT_HEADERS = 0x007D
    RECIPIENT_TYPE = 0x0C15
    SENDER_NAME = 0x0C1A
    SENDER_EMAIL = 0x0C1F
    DELIVERY_TIME = 0x0E06
    BODY = 0x1000
    RTF_COMPRESSED = 0x1009
    HTML = 0x1013
    INTERNET_MESSAGE_ID = 0x1035
    INTERNET_REFERENCES = 0x1039
    IN_REPLY_TO_ID = 0x1042
    DISPLAY_NAME = 0x3001
    EMAIL_ADDRESS = 0x3003
    SMTP_ADDRESS = 0x39FE
    ATTACH_DATA = 0x3701
    ATTACH_FILENAME = 0x3704
    ATTACH_METHOD = 0x3705
    ATTACH_LONG_FILENAME = 0x3707
    ATTACH_MIME_TAG = 0x370E
    ATTACH_CONTENT_ID = 0x3712
    INTERNET_CODEPAGE = 0x3FDE
    MESSAGE_CODEPAGE = 0x3FFD
    SENDER_SMTP_ADDRESS = 0x5D01
    SENT_REPRESENTING_SMTP_ADDRESS = 0x5D02


IDS = frozenset(Id)


class BrokenError(Exception):
    """A container does not hold what its format promises."""


@dataclass(frozen=True, slots=True)
class Value:
    """One property: its type and its bytes."""

    kind: int
    data: bytes | memoryview


class Properties:
    """The properties of one mail, recipient or attachment; `codepage` is that of its 8-bit strings."""

    def __init__(self, values: Mapping[int, Value], codepage: int | None = None) -> None:
        self._values = values
        self.codepage = self.number(Id.MESSAGE_CODEPAGE) or codepage

    def text(self, name: Id, notes: Notes) -> str:
        """A string without controls, empty when absent or not a string."""
        value = self._values.get(name)
        if value is None or value.kind not in (STRING, STRING8):
            return ""
        if value.kind == STRING:
            return clean(bytes(value.data).decode("utf-16-le", "replace")).strip()
        codepage = self.number(Id.INTERNET_CODEPAGE) if name == Id.BODY else None
        return clean(decode(bytes(value.data).rstrip(b"\0"), charset(codepage or self.codepage), notes).text).strip()

    def first_text(self, notes: Notes, *names: Id) -> str:
        """The first of these that is not empty."""
        return next(filter(None, (self.text(name, notes) for name in names)), "")

    def data(self, name: Id) -> bytes | memoryview:
        """The bytes of a binary or object property, empty when absent."""
        value = self._values.get(name)
        return value.data if value is not None and value.kind in (BINARY, OBJECT) else b""

    def number(self, name: Id) -> int | None:
        """A 32-bit integer."""
        value = self._values.get(name)
        if value is None or value.kind != INTEGER32 or len(value.data) < 4:
            return None
        return int(struct.unpack_from("<I", value.data)[0])

    def time(self, name: Id) -> datetime | None:
        """UTC, whole seconds; None when absent or beyond the calendar."""
        value = self._values.get(name)
        if value is None or value.kind != TIME or len(value.data) < 8:
            return None
        try:
            return _EPOCH + timedelta(seconds=struct.unpack_from("<Q", value.data)[0] // 10_000_000)
        except OverflowError:
            return None


def charset(codepage: int | None) -> str | None:
    """Windows' number of a code page as a name of a charset."""
    if codepage is None:
        return None
    if codepage in _ISO_8859:
        return f"iso-8859-{codepage - 28_590}"
    return _CODEPAGES.get(codepage, f"cp{codepage}")
