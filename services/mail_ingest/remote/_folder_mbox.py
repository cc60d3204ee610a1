"""mbox (RFC 4155, mboxrd): where each mail begins, and one mail as it was before it was put in.

A mail begins after a line `From SENDER DATE`; a line of its own that looks alike was given a `>` in front (mboxrd: also
one that had some already). Read line by line: no file and no line stands in memory as a whole.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LINE_BYTES = 65_536
_SEPARATOR = re.compile(rb"From .*\d\d?:\d\d.*\d{4}")
"""With a time and a year: a sentence that begins with "From " splits no mail, if its writer forgot to escape it."""
_ESCAPED = re.compile(rb">+From ")
_BLANK = (b"\n", b"\r\n")


@dataclass(frozen=True, slots=True)
class Place:
    """Bytes of one mail in its file, and their digest (24 hexadecimal digits)."""

    digest: str
    offset: int
    length: int


class _Mail:
    """One mail being measured; a blank line at its end belongs to the file and not to it."""

    def __init__(self, offset: int) -> None:
        self._offset = offset
        self._length = 0
        self._digest = hashlib.blake2b(digest_size=12)
        self._blank = b""

    def add(self, line: bytes, is_line: bool) -> None:
        self._keep(self._blank)
        self._blank = line if is_line and line in _BLANK else b""
        if not self._blank:
            self._keep(line)

    def place(self) -> Place | None:
        """None when nothing but a blank line stands there."""
        return Place(self._digest.hexdigest(), self._offset, self._length) if self._length else None

    def _keep(self, line: bytes) -> None:
        self._digest.update(line)
        self._length += len(line)


def places(file: BinaryIO) -> Iterator[Place]:
    """Every mail of an mbox that is open at its beginning; what stands before the first separator is one too."""
    mail, position = _Mail(0), 0
    for line, begins in _lines(file):
        position += len(line)
        if begins and _SEPARATOR.match(line):
            if (found := mail.place()) is not None:
                yield found
            mail = _Mail(position)
        else:
            mail.add(line, begins)
    if (found := mail.place()) is not None:
        yield found


def contents(file: BinaryIO, place: Place) -> Iterator[bytes]:
    """The mail at `place`, in pieces.

    Raises:
        LookupError: at the end, when it was not the mail that stood there.
    """
    file.seek(place.offset)
    digest = hashlib.blake2b(digest_size=12)
    left = place.length
    for line, begins in _lines(file, place.length):
        digest.update(line)
        left -= len(line)
        yield line[1:] if begins and _ESCAPED.match(line) else line
    if left or digest.hexdigest() != place.digest:
        raise LookupError


def _lines(file: BinaryIO, left: int | None = None) -> Iterator[tuple[bytes, bool]]:
    """At most `left` bytes in pieces of a line at most, and whether each begins one."""
    begins = True
    while line := file.readline(LINE_BYTES if left is None else min(LINE_BYTES, left)):
        yield line, begins
        begins = line.endswith(b"\n")
        if left is not None:
            left -= len(line)
