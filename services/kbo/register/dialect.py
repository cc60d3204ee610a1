"""Reading the register's CSV files in big pieces, fast where they are as published and tolerant where they are not.

Published: UTF-8, LF, quoted text, nothing at all for NULL (reference 1.2). Met too: a byte order mark, CRLF, line
breaks inside a quoted field. "" and NULL both come out as "".
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import IO

from services.kbo.register.tally import BAD_TEXT, UNREADABLE, WRONG_COLUMNS, Tally

PIECE = 1 << 20
LONGEST_LINE = 1 << 23
MOST_LINES = 20
"""Of one record; an address has one line break too many, not dozens."""
_BOM = b"\xef\xbb\xbf"
_END = "\0"

Row = list[str]


class NotTheRegisterError(Exception):
    """This is no CSV file of the register; the text says why, in Dutch."""


Tick = Callable[[int], None]


def pieces(source: IO[bytes], tick: Tick) -> Iterator[bytes]:
    """Whole lines, about a megabyte at a time, without byte order mark; `tick` gets the bytes that were read.

    Raises:
        NotTheRegisterError: this is no text.
    """
    rest = source.read(len(_BOM))
    rest = b"" if rest == _BOM else rest
    while piece := source.read(PIECE):
        tick(len(piece))
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield rest + piece[:cut]
            rest = piece[cut:]
        else:
            rest += piece
            if len(rest) > LONGEST_LINE:
                raise NotTheRegisterError("een regel van meer dan 8 MB; dit is geen KBO-bestand")
    if rest:
        yield rest


class Reader:
    """Pieces of one file in, rows of the right width out; the columns may stand in another order."""

    def __init__(self, columns: Sequence[str], tally: Tally) -> None:
        self._columns = columns
        self._tally = tally
        self._width = len(columns)
        self._order: list[int] | None = None
        self._rest: list[str] = []
        self.plain = False
        """The header has been read and is as published."""

    @property
    def amid(self) -> bool:
        """Inside a record that goes on in the next piece."""
        return bool(self._rest)

    def read(self, piece: bytes, *, final: bool = False) -> list[Row]:
        """Its rows; `final` also gives up what was left open.

        Raises:
            NotTheRegisterError: the header lacks a column, or there is none.
        """
        lines = self._rest + self._lines(piece)
        self._rest = []
        if self._order is None:
            if lines:
                self.header(lines.pop(0))
            elif final:
                raise NotTheRegisterError("het bestand is leeg; haal het opnieuw op")
        rows = self._parse(lines, final)
        self._tally.read += len(rows)
        if set(map(len, rows)) - {self._width}:
            rows = list(self._right(rows))
        return rows if self.plain else [[row[at] for at in self._order or ()] for row in rows]

    def header(self, line: str) -> None:
        """The first line.

        Raises:
            NotTheRegisterError: a column is missing.
        """
        found = next(csv.reader([line]), [])
        missing = [column for column in self._columns if column not in found]
        if missing:
            raise NotTheRegisterError(f"de kolom {missing[0]} ontbreekt; dit is geen KBO-bestand")
        self._order = [found.index(column) for column in self._columns]
        self._width = len(found)
        self.plain = found == list(self._columns)

    def _lines(self, piece: bytes) -> list[str]:
        try:
            text = piece.decode()
        except UnicodeDecodeError:
            text = piece.decode(errors="replace")
            self._tally.note(BAD_TEXT, count=sum("\ufffd" in line for line in text.split("\n")))
        lines = text.split("\n")
        if not lines[-1]:
            lines.pop()
        return lines

    def _parse(self, lines: list[str], final: bool) -> list[Row]:
        try:
            rows = list(csv.reader(chain(lines, (_END,))))
        except csv.Error:
            return self._parse_carefully(lines, final)
        if len(rows) != len(lines) + 1 or rows[-1] != [_END]:  # a record of several lines, or one that is still open
            return self._parse_carefully(lines, final)
        rows.pop()
        return rows

    def _parse_carefully(self, lines: list[str], final: bool) -> list[Row]:
        """Record by record; where one makes no sense its first line is given up and the next one tried."""
        rows: list[Row] = []
        start = 0
        while start < len(lines):
            start, whole = self._run(lines, start, rows)
            if whole:
                break
            if len(lines) - start <= MOST_LINES and not final and self._open(lines, start):
                self._rest = lines[start:]
                break
            self._tally.note(UNREADABLE, lines[start][:15])
            self._tally.read += 1
            start += 1
        return rows

    def _run(self, lines: list[str], start: int, rows: list[Row]) -> tuple[int, bool]:
        """Add rows from line `start` on; where it stopped, and whether that is the end."""
        reader = csv.reader(chain((f"{lines[at]}\n" for at in range(start, len(lines))), (_END,)))
        first = start
        try:
            for row in reader:
                end = first + reader.line_num
                if start == len(lines):
                    return start, True
                several = end - start > 1
                if end > len(lines) or (several and (end - start > MOST_LINES or len(row) != self._width)):
                    return start, False
                rows.append(row)
                start = end
        except csv.Error:
            pass
        return start, False

    @staticmethod
    def _open(lines: list[str], start: int) -> bool:
        """The record that begins there does not end in these lines."""
        reader = csv.reader(chain((f"{lines[at]}\n" for at in range(start, len(lines))), (_END,)))
        try:
            next(reader)
        except csv.Error:
            return False
        return start + reader.line_num > len(lines)

    def _right(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            if len(row) == self._width:
                yield row
            elif row:
                self._tally.note(WRONG_COLUMNS, row[0])
            else:
                self._tally.read -= 1  # an empty line is no row


def read_rows(
    source: IO[bytes], columns: Sequence[str], tally: Tally, tick: Tick = lambda read: None
) -> Iterator[list[Row]]:
    """Batches of rows of a CSV file with a header."""
    reader = Reader(columns, tally)
    for piece in pieces(source, tick):
        yield reader.read(piece)
    yield reader.read(b"", final=True)
