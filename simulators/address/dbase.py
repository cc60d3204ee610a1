"""dBase III tables and point shapes, written in one go without knowing beforehand how long they become.

What is appended is spooled compressed on disk; the header, which tells the number of records, is written when it is
copied into the zip. Text is windows-1252, as the register's writer has it (code page mark 03 in the header).
"""

from __future__ import annotations

import gzip
import shutil
import struct
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import IO, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ENCODING = "cp1252"
LEVEL = 1
_END, _CODE_PAGE = b"\x1a", 0x03
_BATCH = 5_000
WKT = (
    'PROJCS["Belge_Lambert_1972",GEOGCS["GCS_Belge_1972",DATUM["D_Belge_1972",'
    'SPHEROID["International_1924",6378388.0,297.0]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],'
    'PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",150000.01256],'
    'PARAMETER["False_Northing",5400088.4378],PARAMETER["Central_Meridian",4.367486666666666],'
    'PARAMETER["Standard_Parallel_1",49.8333339],PARAMETER["Standard_Parallel_2",51.16666723333333],'
    'PARAMETER["Latitude_Of_Origin",90.0],UNIT["Meter",1.0]]'
)


@dataclass(frozen=True, slots=True)
class Field:
    """A column: C text, N whole number (right-aligned), L T or F."""

    name: str
    kind: Literal["C", "N", "L"]
    width: int


def text(name: str, width: int) -> Field:
    """A column of text."""
    return Field(name, "C", width)


def number(name: str, width: int = 10) -> Field:
    """A column of whole numbers."""
    return Field(name, "N", width)


def logical(name: str) -> Field:
    """A column of T and F."""
    return Field(name, "L", 1)


class Spool:
    """Bytes on their way into a zip, compressed on disk."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - open until it is copied
        self._packed = gzip.GzipFile(fileobj=self._file, mode="wb", compresslevel=LEVEL, mtime=0)
        self.count = 0

    def add(self, piece: bytes, records: int) -> None:
        """Append so many records."""
        self._packed.write(piece)
        self.count += records

    def copy(self, target: IO[bytes]) -> None:
        """All of it, once; nothing can be added afterwards."""
        self._packed.close()
        self._file.seek(0)
        with gzip.GzipFile(fileobj=self._file, mode="rb") as packed:
            shutil.copyfileobj(packed, target, 1 << 20)
        self.close()

    def close(self) -> None:
        """Let go of the file; more than once does no harm."""
        self._packed.close()
        self._file.close()


class Table:
    """One DBF file under way."""

    def __init__(self, name: str, fields: tuple[Field, ...]) -> None:
        self.name, self.fields = name, fields
        self._row = " " + "".join(f"%{field.width if field.kind == 'N' else -field.width}s" for field in fields)
        self._width = 1 + sum(field.width for field in fields)
        self._spool = Spool()

    @property
    def count(self) -> int:
        """Records so far."""
        return self._spool.count

    def add(self, rows: Iterable[tuple[object, ...]]) -> None:
        """Append records.

        Raises:
            ValueError: a value is too wide for its column, or cannot be written in the code page.
        """
        row, lines = self._row, []
        for values in rows:
            lines.append(row % values)
            if len(lines) == _BATCH:
                self._flush(lines)
        self._flush(lines)

    def close(self) -> None:
        """Let go of what was not saved."""
        self._spool.close()

    def save(self, zip_file: ZipFile, day: date) -> None:
        """As a member of the zip."""
        with _member(zip_file, f"{self.name}.dbf", day) as target:
            target.write(self._header(day))
            self._spool.copy(target)
            target.write(_END)

    def _flush(self, lines: list[str]) -> None:
        piece = "".join(lines).encode(ENCODING)
        if len(piece) != len(lines) * self._width:
            raise ValueError(f"{self.name}.dbf: a value is too wide for its column")
        self._spool.add(piece, len(lines))
        lines.clear()

    def _header(self, day: date) -> bytes:
        size = 32 + 32 * len(self.fields) + 1
        head = struct.pack(
            "<4BIHH20x", 3, day.year - 1900, day.month, day.day, self.count, size, self._width
        )  # the code page mark goes to byte 29
        head = head[:29] + bytes([_CODE_PAGE]) + head[30:]
        columns = b"".join(
            struct.pack("<11sc4xBB14x", field.name.encode("ascii"), field.kind.encode(), field.width, 0)
            for field in self.fields
        )
        return head + columns + b"\r"


class Points:
    """A shape file of points and its index, beside the table of the same name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._shapes, self._index = Spool(), Spool()
        self._box = [float("inf"), float("inf"), float("-inf"), float("-inf")]

    def add(self, points: Iterable[tuple[float, float]]) -> None:
        """Append points, metres, in the order of the table."""
        head, point, offset = struct.Struct(">ii").pack, struct.Struct("<idd").pack, struct.Struct(">ii").pack
        some = list(points)
        first = self._shapes.count
        self._shapes.add(
            b"".join([head(first + nth, 10) + point(1, x, y) for nth, (x, y) in enumerate(some, 1)]), len(some)
        )
        self._index.add(b"".join([offset(50 + 14 * (first + nth), 10) for nth in range(len(some))]), len(some))
        if some:
            xs, ys = [x for x, _ in some], [y for _, y in some]
            west, south, east, north = self._box
            self._box = [min(west, *xs), min(south, *ys), max(east, *xs), max(north, *ys)]

    def close(self) -> None:
        """Let go of what was not saved."""
        self._shapes.close()
        self._index.close()

    def save(self, zip_file: ZipFile, day: date) -> None:
        """As members `.shp`, `.shx`, `.prj` of the zip."""
        for ending, spool, width in ((".shp", self._shapes, 28), (".shx", self._index, 8)):
            with _member(zip_file, f"{self.name}{ending}", day) as target:
                target.write(self._header(100 + width * spool.count))
                spool.copy(target)
        with _member(zip_file, f"{self.name}.prj", day) as target:
            target.write(WKT.encode("ascii"))

    def _header(self, size: int) -> bytes:
        box = self._box if self._shapes.count else [0.0] * 4
        return struct.pack(">i20xi", 9994, size // 2) + struct.pack("<ii4d32x", 1000, 1, *box)


def _member(zip_file: ZipFile, name: str, day: date) -> IO[bytes]:
    info = ZipInfo(name, (day.year, day.month, day.day, 3, 0, 0))
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
    return zip_file.open(info, "w", force_zip64=True)
