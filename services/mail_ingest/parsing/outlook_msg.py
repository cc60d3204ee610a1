"""Reads .msg files: one Outlook item as a compound file (MS-OXMSG on MS-CFB).

On olefile and not on python-oxmsg (0.0.2), which reads every stream into memory before it is asked for one, and gives
up a whole mail for one unknown code page; the tests hold the two against each other.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from services.mail_ingest.parsing.mapi import BINARY, IDS, STRING, STRING8, BrokenError, Id, Properties, Value
from services.mail_ingest.parsing.model import Limits
from services.mail_ingest.parsing.outlook import OutlookFile, OutlookMail

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
ENTRIES = 20_000
"""Streams and folders of one file."""
_Path = tuple[str, ...]
_PROPERTIES = "__properties_version1.0"
_RECIPIENT, _ATTACHMENT, _MESSAGE = "__recip_version1.0_#", "__attach_version1.0_#", "__substg1.0_3701000D"
_ROOT_HEADER, _EMBEDDED_HEADER, _OTHER_HEADER = 32, 24, 8
"""Bytes before the properties, by what they are of (MS-OXMSG 2.4.1)."""
_ENTRY = struct.Struct("<HH4x8s")
_STREAMED = (STRING8, STRING, BINARY)
_BROKEN = (OSError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, struct.error)
"""What olefile raises on files that break its expectations; all its reading happens inside these guards."""


class _File:
    """A compound file under a budget: streams may lie on top of each other, so their sum can exceed any size."""

    def __init__(self, data: bytes) -> None:
        self._ole = olefile.OleFileIO(io.BytesIO(data))
        self._left = 2 * len(data)
        paths = [tuple(path) for path in self._ole.listdir(streams=True, storages=True)]
        if len(paths) > ENTRIES:
            raise BrokenError
        self._children: dict[_Path, list[str]] = {}
        for path in paths:
            self._children.setdefault(path[:-1], []).append(path[-1])

    def read(self, path: _Path) -> bytes:
        """A stream."""
        self._left -= self._ole.get_size(list(path))
        if self._left < 0:
            raise BrokenError
        with self._ole.openstream(list(path)) as stream:
            return bytes(stream.read())

    def children(self, path: _Path, prefix: str) -> Iterator[_Path]:
        """Everything right below `path` whose name begins so, in order."""
        for name in sorted(self._children.get(path, ())):
            if name.startswith(prefix):
                yield (*path, name)

    def has(self, path: _Path) -> bool:
        """Whether there is something of that name."""
        return path[-1] in self._children.get(path[:-1], ())


def read(data: bytes, limits: Limits, *, with_files: bool = True) -> OutlookMail:
    """Read a .msg file (raises `BrokenError`)."""
    try:
        return _message(_File(data), (), limits, with_files=with_files, depth=0)
    except _BROKEN as error:
        raise BrokenError from error


def _message(file: _File, path: _Path, limits: Limits, *, with_files: bool, depth: int) -> OutlookMail:
    properties = _properties(file, path, _EMBEDDED_HEADER if path else _ROOT_HEADER)
    codepage = properties.codepage
    recipients = [_properties(file, one, _OTHER_HEADER, codepage) for one in file.children(path, _RECIPIENT)]
    files, broken = [], False
    for place in list(file.children(path, _ATTACHMENT))[: limits.unpacked_files] if with_files else ():
        try:
            files.append(_attachment(file, place, codepage, limits, depth))
        except (BrokenError, *_BROKEN):
            broken = True
    broken = broken or any(one.message is not None and one.message.broken for one in files)
    return OutlookMail(properties, tuple(recipients), tuple(files), broken)


def _attachment(file: _File, path: _Path, codepage: int | None, limits: Limits, depth: int) -> OutlookFile:
    """An attachment; one that only points elsewhere (a link, an OLE object) comes without bytes."""
    properties = _properties(file, path, _OTHER_HEADER, codepage)
    inner = (*path, _MESSAGE)
    if not file.has((*inner, _PROPERTIES)):
        return OutlookFile(properties, properties.data(Id.ATTACH_DATA))
    if depth >= limits.nested:
        raise BrokenError
    return OutlookFile(properties, b"", _message(file, inner, limits, with_files=True, depth=depth + 1))


def _properties(file: _File, path: _Path, header: int, codepage: int | None = None) -> Properties:
    values: dict[int, Value] = {}
    table = file.read((*path, _PROPERTIES))
    for kind, name, fixed in _ENTRY.iter_unpack(table[header : header + (len(table) - header) // 16 * 16]):
        stream = (*path, f"__substg1.0_{name:04X}{kind:04X}")
        if name not in IDS:
            continue
        if kind not in _STREAMED:
            values[name] = Value(kind, fixed)
        elif file.has(stream):
            values[name] = Value(kind, file.read(stream))
    return Properties(values, codepage)
