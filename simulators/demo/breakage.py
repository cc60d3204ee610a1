"""Damages finished mails the way real ones arrive damaged."""

import re
from collections.abc import Callable
from email.header import decode_header, make_header
from random import Random

_BLANK = b"\r\n\r\n"


def _substitute(raw: bytes, name: str, line: bytes) -> bytes:
    """With `line` in the place of that header field and its folded lines."""
    head, blank, rest = raw.partition(_BLANK)
    field = re.compile(rb"(?im)^%s:.*\r\n(?:[ \t].*\r\n)*" % name.encode())
    return field.sub(lambda _: line, head + b"\r\n").removesuffix(b"\r\n") + blank + rest


def remove(raw: bytes, name: str) -> bytes:
    """Without that header field."""
    return _substitute(raw, name, b"")


def replace(raw: bytes, name: str, value: bytes) -> bytes:
    """With the value of that header field set to raw bytes."""
    return _substitute(raw, name, name.encode() + b": " + value + b"\r\n")


def insert(raw: bytes, lines: bytes) -> bytes:
    """With header lines put above MIME-Version."""
    at = raw.index(b"\r\nMIME-Version") + 2
    return raw[:at] + lines + raw[at:]


def _missing_end_boundary(raw: bytes, rng: Random) -> bytes:
    return raw[: raw.rindex(b"\r\n--")] + b"\r\n"


def _bad_base64(raw: bytes, rng: Random) -> bytes:
    """Noise inside the last attachment and a cut that leaves no whole quantum."""
    at = raw.index(b"base64", raw.index(b"Content-Disposition: attachment"))
    start, end = raw.index(_BLANK, at) + 4, raw.rindex(b"\r\n--")
    return raw[:start] + raw[start : start + 90] + b"*!!~#\r\n" + raw[start + 90 : end - 3] + raw[end:]


def _garbage_headers(raw: bytes, rng: Random) -> bytes:
    """A line without colon above the MIME fields: strict parsers end the header here."""
    return insert(raw, b"X-Scan\x07ned by gateway\r\n>From relay Mon Nov\r\n")


def _null_bytes(raw: bytes, rng: Random) -> bytes:
    start = raw.index(_BLANK) + 4
    for at in sorted(rng.sample(range(start + 5, len(raw) - 5), 4), reverse=True):
        raw = raw[:at] + b"\x00" + raw[at:]
    return raw


def _long_header_line(raw: bytes, rng: Random) -> bytes:
    neighbours = ", ".join(f"buur{n}.{rng.randint(100, 999)}@telemail.example" for n in range(420))
    return insert(raw, b"Cc: " + neighbours.encode() + b"\r\n")


def _raw_non_ascii_headers(raw: bytes, rng: Random) -> bytes:
    found = re.search(rb"(?im)^Subject: (.*\r\n(?:[ \t].*\r\n)*)", raw)
    subject = str(make_header(decode_header(found[1].decode().replace("\r\n", "")))) if found else ""
    raw = replace(raw, "Subject", subject.encode("cp1252", "replace"))
    return insert(raw, "X-Afdeling: Energie & coördinatie\r\n".encode())


def _text_after_end(raw: bytes, rng: Random) -> bytes:
    return raw + b"\r\nDeze mail is gescand.\r\n-- \r\nDisclaimer: enkel bestemd voor de geadresseerde.\r\n\r\n"


def _wrong_charset(raw: bytes, rng: Random) -> bytes:
    return raw.replace(b'charset="windows-1252"', b'charset="utf-8"')


def _unknown_charset(raw: bytes, rng: Random) -> bytes:
    return re.sub(rb'charset="[^"]*"', b'charset="x-telemail-8"', raw, count=1)


DAMAGE: dict[str, Callable[[bytes, Random], bytes]] = {
    "missing-end-boundary": _missing_end_boundary,
    "bad-base64": _bad_base64,
    "missing-date": lambda raw, rng: remove(raw, "Date"),
    "bad-date": lambda raw, rng: replace(raw, "Date", b"vr, 31 feb 2026 9u15"),
    "garbage-headers": _garbage_headers,
    "missing-message-id": lambda raw, rng: remove(raw, "Message-ID"),
    "null-bytes": _null_bytes,
    "long-header-line": _long_header_line,
    "raw-non-ascii-headers": _raw_non_ascii_headers,
    "text-after-end": _text_after_end,
    "wrong-charset": _wrong_charset,
    "unknown-charset": _unknown_charset,
}
DUPLICATE = "duplicate-message-id"
