"""The bytes of a mail, read piece by piece, and which of them the standard library's parser need not see."""

from __future__ import annotations

import re
import secrets
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import chain
from os import SEEK_END
from typing import IO

CHUNK_BYTES = 262_144
CUT_BYTES = 16_384
"""A stretch of a body at least this long is kept out of the parser."""
HEADER_BYTES = 262_144
"""Of one part; a part with more of them is given to the parser whole."""
# What the standard library takes for a header; the first other line of a part is the empty one, or text already.
_HEADER = rb"From |[\x21-\x39\x3b-\x7e]*+:|[\t ]"
# At the end of what we look at, a carriage return may be half a line end.
_LINE = rb"[^\r\n]*+(?:\r\n|\r(?!\Z)|\n)"
_HYPHEN_LINE = re.compile(rb"(?:--%b)?+" % _LINE)
_HEADER_LINES = re.compile(rb"(?:(?:%b)%b)*+" % (_HEADER, _LINE))
_OTHER_LINE = re.compile(rb"(?!%b)%b" % (_HEADER, _LINE))
_NUMBER = re.compile(r"[0-9]+")
_LAST_LINE_END = re.compile(rb"(?:\r\n|\r|\n)\Z")


class Source:
    """Random access to the bytes of one mail, in memory or in a file, for one reader at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, SEEK_END)

    @classmethod
    def of(cls, raw: bytes) -> Source:
        """Bytes that are in memory already; not copied."""
        return cls(BytesIO(raw))

    @classmethod
    def spooled(cls, chunks: Iterable[bytes]) -> Source:
        """A stream: in memory, or if it is long in a temporary file that goes with the source (raises `OSError`)."""
        file = tempfile.SpooledTemporaryFile(CHUNK_BYTES)  # noqa: SIM115 - closed below
        for chunk in chunks:
            file.write(chunk)
        source = cls(file)
        weakref.finalize(source, file.close)
        return source

    def read(self, start: int, size: int) -> bytes:
        """Up to `size` bytes from `start`; fewer only at the end."""
        self._file.seek(start)
        return self._file.read(size)

    def chunks(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from `start` to `end`, in order."""
        end = self.size if end is None else end
        while start < end:
            chunk = self.read(start, min(CHUNK_BYTES, end - start))
            if not chunk:
                return
            yield chunk
            start += len(chunk)


class Cuts:
    """Gives the parser one short line instead of each long stretch of a body, and knows what that line stood for.

    Exact, whatever the stretch holds: the parser looks at lines one by one, and in a body only at those that begin
    with two hyphens. So every line from the end of a part's headers to the next such line can go. Only the last line
    end stays: the parser takes it away where a boundary follows.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._mark = f"cut.{secrets.token_hex(16)}."
        self._ranges: list[tuple[int, int]] = []

    def fed(self, start: int) -> Iterator[bytes]:
        """What the parser is to be given of the source from `start`, which is where a line begins."""
        kept = begin = start
        if self._source.size < CUT_BYTES:
            yield from self._source.chunks(start)
            return
        for end in chain(self._hyphens(start), (self._source.size,)):
            body = self._body(begin, end)
            begin = end
            if body is None:
                continue
            yield from self._source.chunks(kept, body)
            kept = end - self._line_end(end)
            yield f"{self._mark}{len(self._ranges)}".encode()
            self._ranges.append((body, kept))
        yield from self._source.chunks(kept)

    def size(self, payload: str) -> int:
        """How many bytes a payload stands for."""
        return sum(len(piece) if isinstance(piece, str) else piece[1] - piece[0] for piece in self._pieces(payload))

    def chunks(self, payload: str) -> Iterator[bytes]:
        """The bytes that a payload stands for, with nothing cut."""
        for piece in self._pieces(payload):
            if isinstance(piece, str):
                yield piece.encode("ascii", "surrogateescape")
            else:
                yield from self._source.chunks(*piece)

    def _pieces(self, payload: str) -> Iterator[str | tuple[int, int]]:
        """What was not cut, and between it where that lies what was."""
        if not self._ranges:
            yield payload
            return
        first, *marked = payload.split(self._mark)
        yield first
        for piece in marked:
            number = _NUMBER.match(piece)
            assert number is not None
            yield self._ranges[int(number[0])]
            yield piece[number.end() :]

    def _hyphens(self, start: int) -> Iterator[int]:
        """Where the lines after `start` begin that begin with two hyphens."""
        tail = b""
        for chunk in self._source.chunks(start):
            data = tail + chunk
            base = start - len(tail)
            at = data.find(b"--")
            while at >= 0:
                if at and data[at - 1] in b"\r\n":
                    yield base + at
                at = data.find(b"--", at + 2)
            start += len(chunk)
            tail = data[-2:]

    def _body(self, begin: int, end: int) -> int | None:
        """Where the stretch to cut before `end` begins, behind the headers at `begin`; None if it is not worth it."""
        if end - begin < CUT_BYTES:
            return None
        window = self._source.read(begin, min(HEADER_BYTES, end - begin))
        at = 0
        for lines in (_HYPHEN_LINE, _HEADER_LINES):
            found = lines.match(window, at)
            at = found.end() if found else at
        other = _OTHER_LINE.match(window, at)
        if other is None:
            return None
        body = begin + (at if other[0].strip(b"\r\n") else other.end())
        return body if end - body >= CUT_BYTES else None

    def _line_end(self, end: int) -> int:
        """How many bytes the line end before `end` has."""
        found = _LAST_LINE_END.search(self._source.read(max(end - 2, 0), 2))
        return len(found[0]) if found else 0
