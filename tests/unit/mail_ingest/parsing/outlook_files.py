"""Writes what Outlook writes: winmail.dat (MS-OXTNEF) and .msg files (MS-OXMSG in MS-CFB), small but whole.

The tests let tnefparse and python-oxmsg read them too, so that they are not made to please our own readers.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime

STRING8, STRING, BINARY, OBJECT, INTEGER, TIME = 0x1E, 0x1F, 0x102, 0x0D, 0x03, 0x40
Property = tuple[int, int, bytes]
"""Id, type, bytes of the value."""
Tree = dict[str, "bytes | Tree"]
IMESSAGE = bytes.fromhex("0703020000000000c000000000000046")
_SECTOR, _MINI, _CUTOFF, _FREE, _END = 512, 64, 4096, 0xFFFFFFFF, 0xFFFFFFFE


def text(name: int, value: str) -> Property:
    """A Unicode string."""
    return name, STRING, value.encode("utf-16-le") + b"\0\0"


def text8(name: int, value: bytes) -> Property:
    """An 8-bit string."""
    return name, STRING8, value + b"\0"


def binary(name: int, value: bytes) -> Property:
    """Bytes."""
    return name, BINARY, value


def number(name: int, value: int) -> Property:
    """A 32-bit integer."""
    return name, INTEGER, struct.pack("<I", value)


def moment(name: int, value: datetime) -> Property:
    """A FILETIME."""
    ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    return name, TIME, struct.pack("<Q", ticks)


def attribute(level: int, name: int, value: bytes, kind: int = 6) -> bytes:
    """One attribute of a TNEF stream."""
    return struct.pack("<BHHI", level, name, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def properties(values: list[Property]) -> bytes:
    """The value of attMsgProps or attAttachment."""
    written = struct.pack("<I", len(values))
    for name, kind, value in values:
        written += struct.pack("<HH", kind, name)
        if kind in (STRING8, STRING, BINARY, OBJECT):
            written += struct.pack("<II", 1, len(value))
        written += value + b"\0" * (-len(value) % 4)
    return written


def tnef(message: list[Property], *files: list[Property], codepage: int = 1252) -> bytes:
    """A winmail.dat."""
    start = struct.pack("<IH", 0x223E9F78, 1)
    start += attribute(1, 0x9006, struct.pack("<I", 0x00010000), 8)
    start += attribute(1, 0x9007, struct.pack("<II", codepage, 0))
    start += attribute(1, 0x9003, properties(message))
    for file in files:
        start += attribute(2, 0x9002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        start += attribute(2, 0x9005, properties(file))
    return start


def file(name: str, data: bytes, *more: Property) -> list[Property]:
    """The properties of an attachment by value."""
    return [text(0x3707, name), binary(0x3701, data), number(0x3705, 1), *more]


def message_file(inner: bytes) -> list[Property]:
    """The properties of a mail inside a winmail.dat."""
    return [(0x3701, OBJECT, IMESSAGE + inner), number(0x3705, 5)]


def msg(message: list[Property], recipients: list[list[Property]], files: list[list[Property] | Tree]) -> bytes:
    """A .msg file; a file that is a tree is a mail inside it, made by `msg_tree`."""
    return compound(msg_tree(message, recipients, files))


def msg_tree(
    message: list[Property], recipients: list[list[Property]], files: list[list[Property] | Tree], header: int = 32
) -> Tree:
    """The streams of a .msg file; the header is 24 bytes for a mail inside another."""
    counts = struct.pack("<8x4I8x", len(recipients), len(files), len(recipients), len(files))[:header]
    tree = _storage(message, counts)
    for place, recipient in enumerate(recipients):
        tree[f"__recip_version1.0_#{place:08X}"] = _storage(recipient, b"\0" * 8)
    for place, one in enumerate(files):
        name = f"__attach_version1.0_#{place:08X}"
        if isinstance(one, dict):
            tree[name] = {**_storage([number(0x3705, 5)], b"\0" * 8), "__substg1.0_3701000D": one}
        else:
            tree[name] = _storage(one, b"\0" * 8)
    return tree


def _storage(values: list[Property], header: bytes) -> Tree:
    tree: Tree = {}
    table = header
    for name, kind, value in values:
        fixed = kind in (INTEGER, TIME)
        table += struct.pack("<HHI", kind, name, 6) + (
            value.ljust(8, b"\0") if fixed else struct.pack("<II", len(value), 0)
        )
        if not fixed:
            data = value.removesuffix(b"\0\0" if kind == STRING else b"\0") if kind in (STRING, STRING8) else value
            tree[f"__substg1.0_{name:04X}{kind:04X}"] = data
    tree["__properties_version1.0"] = table
    return tree


def compound(tree: Tree) -> bytes:
    """A compound file (MS-CFB, version 3) of up to 109 FAT sectors; siblings hang in one line, which readers allow."""
    entries: list[list[object]] = [["Root Entry", 5, b"", _FREE, _FREE]]
    _list(tree, 0, entries)
    mini, mini_fat, big, fat = b"", list[int](), b"", list[int]()
    starts = []
    for _, kind, data, _, _ in entries:
        assert isinstance(data, bytes)
        if kind != 2 or not data:
            starts.append(_END)
        elif len(data) < _CUTOFF:
            starts.append(_chain(mini_fat, -(-len(data) // _MINI)))
            mini += data.ljust(-(-len(data) // _MINI) * _MINI, b"\0")
        else:
            starts.append(_chain(fat, -(-len(data) // _SECTOR)))
            big += _padded(data)
    starts[0] = _chain(fat, -(-len(mini) // _SECTOR)) if mini else _END
    big += _padded(mini)
    entries[0][2] = mini
    directory = _padded(b"".join(_entry(one, start) for one, start in zip(entries, starts, strict=True)))
    at_directory = _chain(fat, len(directory) // _SECTOR)
    table = _padded(struct.pack(f"<{len(mini_fat)}I", *mini_fat), b"\xff")
    at_table = _chain(fat, len(table) // _SECTOR) if table else _END
    fat_sectors = -(-(len(fat) + 1) // 127)
    first_fat = len(fat)
    fat += [0xFFFFFFFD] * fat_sectors
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        bytes.fromhex("d0cf11e0a1b11ae1"), 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, at_directory, 0, _CUTOFF, at_table,
        len(table) // _SECTOR, _END, 0, first_fat,
    )  # fmt: skip
    places = [first_fat + nth if nth < fat_sectors else _FREE for nth in range(1, 109)]
    header += struct.pack("<108I", *places)
    return header + big + directory + table + _padded(struct.pack(f"<{len(fat)}I", *fat), b"\xff")


def _list(tree: Tree, parent: int, entries: list[list[object]]) -> None:
    previous = None
    for name, value in tree.items():
        place = len(entries)
        entries.append(
            [name, 1 if isinstance(value, dict) else 2, b"" if isinstance(value, dict) else value, _FREE, _FREE]
        )
        if previous is None:
            entries[parent][4] = place
        else:
            entries[previous][3] = place
        previous = place
        if isinstance(value, dict):
            _list(value, place, entries)


def _entry(entry: list[object], start: int) -> bytes:
    name, kind, data, right, child = entry
    assert isinstance(name, str)
    assert isinstance(data, bytes)
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16xI8x8xIQ", encoded, len(encoded), kind, 1, _FREE, right, child, 0, start, len(data))


def _chain(fat: list[int], count: int) -> int:
    """Add a chain of so many sectors; returns its first."""
    start = len(fat)
    fat += [*range(start + 1, start + count), _END] if count else []
    return start if count else _END


def _padded(data: bytes, fill: bytes = b"\0") -> bytes:
    return data.ljust(-(-len(data) // _SECTOR) * _SECTOR, fill)
