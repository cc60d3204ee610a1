"""Transfer encodings (RFC 2045, section 6), decoded piece by piece: together the pieces are what the whole gives."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterable, Iterator

Decoder = Callable[[Iterable[bytes]], Iterator[bytes]]

_WHITESPACE = b" \t\r\n"
_UU_BEGIN = re.compile(rb"begin [0-7]++(?: |\Z)")
_RUN = re.compile(rb"[A-Za-z0-9+/]+")


def strict_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Raises `binascii.Error` at the first character that does not belong, or when the end is not right."""
    held, ended = b"", False
    for chunk in chunks:
        packed = held + chunk.translate(None, _WHITESPACE)
        if ended and packed:
            raise binascii.Error("data after the padding")
        groups, held = packed[: len(packed) & ~3], packed[len(packed) & ~3 :]
        if groups.endswith(b"==="):  # the standard library takes padding that nothing asked for
            raise binascii.Error("more padding than a group can have")
        yield binascii.a2b_base64(groups, strict_mode=True)
        ended = groups.endswith(b"=")
    if held:
        raise binascii.Error("no whole number of groups")


def loose_base64(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What can be saved: every run for itself, as if it had been padded well (runs one after the other, a footer)."""
    held = b""
    for chunk in chunks:
        packed = held + chunk.translate(None, _WHITESPACE)
        held = b""
        for run in _RUN.finditer(packed):
            whole = run.start() + (len(run[0]) & ~3)
            if run.end() < len(packed):
                yield _decode_run(run[0])
            else:
                yield binascii.a2b_base64(packed[run.start() : whole])
                held = packed[whole:]
    yield _decode_run(held)


def quoted_printable(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Split behind a line feed only: there nothing is half read. Text without one is held until it comes."""
    held: list[bytes] = []
    for chunk in chunks:
        line, feed, rest = chunk.rpartition(b"\n")
        if feed:
            yield binascii.a2b_qp(b"".join([*held, line, feed]))
            held = []
        held.append(rest)
    yield binascii.a2b_qp(b"".join(held))


def uuencoded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """What stands between `begin` and `end`; raises `binascii.Error` where that is no uuencode."""
    lines = _lines(chunks)
    if not any(_UU_BEGIN.match(line) for line in lines):
        raise binascii.Error("no begin line")
    for line in lines:
        if not line:
            raise binascii.Error("an empty line before the end")
        if line.strip() == b"end":
            return
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:  # some encoders fill the last line up; as in the standard library
            yield binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])


def as_it_stands(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """7bit, 8bit, binary, and what nobody knows."""
    return iter(chunks)


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Without line ends: CRLF, CR or LF."""
    held = b""
    for chunk in chunks:
        lines = (held + chunk).splitlines(keepends=True)
        held = lines.pop() if lines and not lines[-1].endswith(b"\n") else b""
        for line in lines:
            yield line.splitlines()[0]
    yield from held.splitlines()


def _decode_run(run: bytes) -> bytes:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
