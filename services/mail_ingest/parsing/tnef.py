"""Reads winmail.dat (TNEF, MS-OXTNEF): the form in which Outlook sends a mail that only Outlook can read.

Our own reader and not tnefparse (1.4.0), which copies the rest of the file for every attribute, and believes a count
of four thousand million values (both are minutes or gigabytes); the tests hold the two against each other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from services.mail_ingest.parsing.mapi import (
    BINARY,
    IDS,
    OBJECT,
    STRING,
    STRING8,
    BrokenError,
    Id,
    Properties,
    Value,
)
from services.mail_ingest.parsing.model import Limits
from services.mail_ingest.parsing.outlook import OutlookFile, OutlookMail

SIGNATURE = b"\x78\x9f\x3e\x22"
ATTRIBUTES = 20_000
_HEAD = struct.Struct("<BHHI")
_CHECKSUM_BYTES = 2
_PROPERTIES, _ATTACHMENT, _NEW_ATTACHMENT, _RECIPIENTS, _CODEPAGE = 0x9003, 0x9005, 0x9002, 0x9004, 0x9007
_OLD_MESSAGE = {0x8004: (Id.SUBJECT, STRING8), 0x800C: (Id.BODY, STRING8)}
_OLD_ATTACHMENT = {0x8010: (Id.ATTACH_FILENAME, STRING8), 0x800F: (Id.ATTACH_DATA, BINARY)}
"""Attributes from before there were MAPI properties in it; `_PROPERTIES` and `_ATTACHMENT` say it better."""
_MANY, _NAMED = 0x1000, 0x8000
_SIZES = {0x00: 0, 0x01: 0, 0x02: 2, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 2, 0x14: 8, 0x40: 8,
          0x48: 16}  # fmt: skip
_VARIABLE = {STRING8, STRING, OBJECT, BINARY}
_IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")
"""IID_IMessage, in front of a mail inside the mail."""


class _Reader:
    """Takes pieces off the front; never copies, never beyond the end."""

    def __init__(self, data: bytes | memoryview) -> None:
        self._data = memoryview(data)
        self._at = 0

    def take(self, size: int) -> memoryview:
        if size > self.left:
            raise BrokenError
        piece = self._data[self._at : self._at + size]
        self._at += size
        return piece

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def padded(self, size: int) -> memoryview:
        piece = self.take(size)
        self.take(min(-size % 4, self.left))
        return piece

    @property
    def left(self) -> int:
        return len(self._data) - self._at


class _Collected:
    """What has been read of one mail so far."""

    def __init__(self) -> None:
        self.codepage: int | None = None
        self.message: dict[int, Value] = {}
        self.recipients: list[dict[int, Value]] = []
        self.files: list[dict[int, Value]] = []


def read(data: bytes | memoryview, limits: Limits, depth: int = 0) -> OutlookMail:
    """Read a whole TNEF stream as far as it makes sense.

    Raises:
        BrokenError: nothing of it does, or messages stand too deep inside each other.
    """
    if depth > limits.nested or bytes(data[:4]) != SIGNATURE:
        raise BrokenError
    found, broken = _Collected(), False
    try:
        for number, (name, value) in enumerate(_attributes(data)):
            if number >= ATTRIBUTES or len(found.files) > limits.unpacked_files:
                raise BrokenError
            _collect(name, value, found)
    except BrokenError:
        broken = True
    if not found.message and not found.files:
        raise BrokenError
    files = tuple(_file(values, found.codepage, limits, depth) for values in found.files[: limits.unpacked_files])
    return OutlookMail(
        properties=Properties(found.message, found.codepage),
        recipients=tuple(Properties(values, found.codepage) for values in found.recipients),
        files=tuple(file for file in files if file is not None),
        broken=broken or any(file is None or (file.message is not None and file.message.broken) for file in files),
    )


def _attributes(data: bytes | memoryview) -> Iterator[tuple[int, memoryview]]:
    """Id and value of each attribute; the checksums are not looked at, mailers get them wrong."""
    reader = _Reader(data)
    reader.take(6)  # signature and key
    while reader.left:
        if reader.left < _HEAD.size:
            return  # some mailers leave a few bytes behind the last one
        level, name, _, size = _HEAD.unpack(reader.take(_HEAD.size))
        if level not in (1, 2):
            raise BrokenError
        yield name, reader.take(size)
        reader.take(min(_CHECKSUM_BYTES, reader.left))


def _collect(name: int, value: memoryview, found: _Collected) -> None:
    if name == _CODEPAGE and len(value) >= 4:
        found.codepage = int.from_bytes(value[:4], "little")
    elif name == _PROPERTIES:
        _properties(_Reader(value), found.message)
    elif name == _RECIPIENTS:
        _recipients(_Reader(value), found)
    elif name == _NEW_ATTACHMENT:
        found.files.append({})
    elif name == _ATTACHMENT and found.files:
        _properties(_Reader(value), found.files[-1])
    elif name in _OLD_MESSAGE:
        old, kind = _OLD_MESSAGE[name]
        found.message.setdefault(old, Value(kind, value))
    elif name in _OLD_ATTACHMENT and found.files:
        old, kind = _OLD_ATTACHMENT[name]
        found.files[-1].setdefault(old, Value(kind, value))


def _recipients(reader: _Reader, found: _Collected) -> None:
    for _ in range(min(reader.number(), reader.left // 4)):
        values: dict[int, Value] = {}
        _properties(reader, values)
        found.recipients.append(values)


def _properties(reader: _Reader, values: dict[int, Value]) -> None:
    """Read a list of properties into `values`; what was read before it breaks stays."""
    for _ in range(reader.number()):
        kind, name = struct.unpack("<HH", reader.take(4))
        if name >= _NAMED:
            _skip_name(reader)
        value = _value(reader, kind & ~_MANY, many=bool(kind & _MANY))
        if name in IDS and value is not None:
            values[name] = Value(kind, value)


def _skip_name(reader: _Reader) -> None:
    reader.take(16)
    if reader.number() == 0:
        reader.take(4)
    else:
        reader.padded(reader.number())


def _value(reader: _Reader, kind: int, *, many: bool) -> memoryview | None:
    """The (first) value, None when there is none."""
    if kind in _VARIABLE:
        pieces = (reader.padded(reader.number()) for _ in range(reader.number()))
        first = next(pieces, None)
        for _ in pieces:
            pass
        return first
    if kind not in _SIZES:
        raise BrokenError
    return reader.padded(_SIZES[kind] * (reader.number() if many else 1))


def _file(values: dict[int, Value], codepage: int | None, limits: Limits, depth: int) -> OutlookFile | None:
    """An attachment; None when its bytes are missing, or are a mail that makes no sense."""
    properties, value = Properties(values, codepage), values.get(Id.ATTACH_DATA)
    if value is None:
        return None
    data = properties.data(Id.ATTACH_DATA)
    if value.kind != OBJECT:
        return OutlookFile(properties, data)
    if bytes(data[:16]) != _IMESSAGE:
        return OutlookFile(properties, data[16:])
    try:
        return OutlookFile(properties, data[16:], read(data[16:], limits, depth + 1))
    except BrokenError:
        return None
