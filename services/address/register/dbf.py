"""Reading dBASE III tables (`.dbf`) in big pieces of fixed-width records, as bytes.

The extract writes code page Windows-1252 (its Shaperon writer, driver byte 0x57 or 0x03); a `.cpg` beside the file says
it better, and where neither does it is UTF-8, or else Windows-1252.
"""

from __future__ import annotations

import codecs
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from operator import itemgetter
from typing import IO, TypeAlias

PIECE = 1 << 20
VERSIONS = frozenset({0x02, 0x03, 0x30, 0x31, 0x43, 0x63, 0x83, 0x8B, 0xF5, 0xFB})
DRIVERS = {
    0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252", 0x58: "cp1252", 0x59: "cp1252",
}  # fmt: skip
"""Code page by language driver byte, those that a Belgian file can have."""
_HEAD = struct.Struct("<BBBBIHH17xBxx")
_FIELD = struct.Struct("<11s c 4x B 15x".replace(" ", ""))
_END_OF_FIELDS = b"\r"
_LIVE, _DELETED = b" ", b"*"
PADDING, _OTHER_PADDING = b" ", b"\0"

Raw: TypeAlias = "tuple[bytes, ...]"
Tick = Callable[[int], None]
"""Gets the bytes that were read."""


class NotDbfError(Exception):
    """This is no DBF file of the register; the text says why, in Dutch."""


@dataclass(frozen=True, slots=True)
class Field:
    """Where a column stands in a record."""

    offset: int
    width: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole records."""

    data: bytes
    count: int
    live: list[bool] | None
    """Which are not deleted; None when none is."""

    @property
    def kept(self) -> int:
        """How many are not deleted."""
        return self.count if self.live is None else sum(self.live)


class Layout:
    """Takes some columns out of records, in the order asked; a column that is not there is b""."""

    def __init__(self, columns: dict[str, Field], length: int, names: Sequence[str]) -> None:
        asked = [columns.get(name, Field(length, 0)) for name in names]
        order = sorted(range(len(asked)), key=lambda at: asked[at].offset)
        at, form = 0, "="
        for field in (asked[nth] for nth in order):
            form += f"{field.offset - at}x{field.width}s"
            at = field.offset + field.width
        self._struct = struct.Struct(f"{form}{length - at}x")
        self._whole = self._struct
        """Of as many records as were last asked."""
        places = [order.index(nth) for nth in range(len(asked))]
        self._pick = None if len(places) == 1 or places == sorted(places) else itemgetter(*places)

    def __call__(self, piece: Piece) -> Iterator[Raw]:
        """Of all records, deleted ones too."""
        return self._picked(self._struct.iter_unpack(piece.data))

    def column(self, piece: Piece) -> tuple[bytes, ...]:
        """The only column, of all records: in one go, which takes half the time."""
        if self._whole.size != len(piece.data):
            self._whole = struct.Struct("=" + self._struct.format.removeprefix("=") * piece.count)
        return self._whole.unpack(piece.data)

    def at(self, piece: Piece, records: Iterable[int]) -> Iterator[Raw]:
        """Of some records, by their place: a file is scanned for few of them."""
        length, unpack = self._struct.size, self._struct.unpack_from
        return self._picked(unpack(piece.data, record * length) for record in records)

    def _picked(self, rows: Iterator[Raw]) -> Iterator[Raw]:
        return rows if self._pick is None else map(self._pick, rows)


Choose = Callable[[Sequence[bytes]], Iterable[object]]
"""By what stands in one column of some records: true for each that is chosen."""
Where = tuple[Layout, Choose]
"""Such a column, and what chooses by it."""


class Dbf:
    """One table. `NotDbfError` when it is none, at once or where it ends too soon.

    Args:
        source: at its beginning.
        cpg: what stands in the `.cpg` file beside it.
    """

    def __init__(self, source: IO[bytes], tick: Tick = lambda read: None, cpg: str | None = None) -> None:
        self._source, self._tick = source, tick
        _, year, month, day, self.count, start, self.length, driver = self._head()
        self.day = _day(year, month, day)
        """Of the last change, as the header says; None when that is no date."""
        self.columns = self._columns(start)
        self.codec = _codec(cpg) or DRIVERS.get(driver)
        """Name of the encoding; None: UTF-8, or else Windows-1252."""
        self.deleted = 0
        """Rows so far that are marked as deleted."""
        self.left_out = 0
        """Rows so far that were not chosen."""

    def layout(self, *names: str, required: Sequence[str] = ()) -> Layout:
        """Takes these columns out.

        Raises:
            NotDbfError: one of the required ones is not there.
        """
        for name in required:
            if name not in self.columns:
                raise NotDbfError(f"de kolom {name} ontbreekt; dit is geen bestand van het adressenregister")
        return Layout(self.columns, self.length, names)

    def pieces(self) -> Iterator[Piece]:
        """All records, about a megabyte at a time."""
        left = self.count
        most = max(1, PIECE // self.length)
        while left:
            count = min(left, most)
            data = self._source.read(count * self.length)
            if len(data) < count * self.length:
                raise NotDbfError("het bestand is afgebroken; haal het opnieuw op")
            self._tick(len(data))
            left -= count
            if _OTHER_PADDING in data:
                data = data.replace(_OTHER_PADDING, PADDING)
            piece = Piece(data, count, self._live(data, count))
            self.deleted += count - piece.kept
            yield piece
        if self._source.read(1) in (_LIVE, _DELETED):
            raise NotDbfError("er zijn meer rijen dan het bestand zelf zegt; haal het opnieuw op")

    def rows(self, layout: Layout, where: Where | None = None) -> Iterator[list[Raw]]:
        """Columns of all records that are not deleted and that are chosen, a piece at a time."""
        for piece in self.pieces():
            if where is None:
                yield list(layout(piece) if piece.live is None else compress(layout(piece), piece.live))
                continue
            column, choose = where
            records: Iterable[int] = compress(range(piece.count), choose(column.column(piece)))
            if piece.live is not None:
                records = filter(piece.live.__getitem__, records)
            found = list(layout.at(piece, records))
            self.left_out += piece.kept - len(found)
            yield found

    def decode(self, raw: bytes) -> str:
        """Text without padding, and without what else is blank around it.

        Raises:
            UnicodeDecodeError: it is not in the encoding of the file.
        """
        if self.codec is not None:
            return raw.decode(self.codec).strip()
        try:
            return raw.decode().strip()
        except UnicodeDecodeError:
            return raw.decode("cp1252").strip()

    def decode_anyhow(self, raw: bytes) -> str:
        """As `decode`, with U+FFFD for what cannot be read."""
        return raw.decode(self.codec or "cp1252", errors="replace").strip()

    def _head(self) -> tuple[int, int, int, int, int, int, int, int]:
        head = self._source.read(_HEAD.size)
        if len(head) < _HEAD.size or head[0] not in VERSIONS:
            raise NotDbfError("dit is geen DBF-bestand")
        values: tuple[int, int, int, int, int, int, int, int] = _HEAD.unpack(head)
        return values

    def _columns(self, start: int) -> dict[str, Field]:
        """By lower-case name; the record begins with one byte that says whether it is deleted."""
        head = self._source.read(start - _HEAD.size) if start > _HEAD.size else b""
        found: dict[str, Field] = {}
        offset = 1
        for at in range(0, len(head), _FIELD.size):
            if head[at : at + 1] == _END_OF_FIELDS or len(head) - at < _FIELD.size:
                break
            name, _, width = _FIELD.unpack_from(head, at)
            found.setdefault(name.partition(b"\0")[0].decode("ascii", "replace").strip().lower(), Field(offset, width))
            offset += width
        if not found or offset > self.length:
            raise NotDbfError("de hoofding van het DBF-bestand is beschadigd")
        return found

    def _live(self, data: bytes, count: int) -> list[bool] | None:
        flags = data[:: self.length]
        return None if flags.count(_LIVE) == count else [flag == _LIVE[0] for flag in flags]


def _codec(cpg: str | None) -> str | None:
    """The encoding that a `.cpg` names: `UTF-8`, `1252`, `ANSI 1252`; None for one that nobody knows."""
    name = (cpg or "").strip().lower().removeprefix("ansi").strip()
    for candidate in (name, f"cp{name}"):
        try:
            return codecs.lookup(candidate).name
        except LookupError:
            continue
    return None


def _day(year: int, month: int, day: int) -> date | None:
    """The year is written as years since 1900, or without its century (there was no dBASE before 1980)."""
    try:
        return date((1900 if year >= 80 else 2000) + year, month, day)
    except ValueError:
        return None
