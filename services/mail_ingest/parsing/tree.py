"""From bytes to a tree of MIME parts, with caps that hold while the standard library is still parsing."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from email.errors import MessageDefect
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.policy import Policy, compat32

from services.mail_ingest.parsing.charset import decode_header_bytes
from services.mail_ingest.parsing.model import Limits, Notes, Oddity

CHUNK_BYTES = 65_536
_NOT_TOKEN = re.compile(r"[^a-z0-9!#$&^_.+/-]")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/]+")
_WHITESPACE = b" \t\r\n"
_HEAD_BYTES = 262_144
_HEAD_END = re.compile(rb"(?<=\n)\r?\n|\r\r|\A\r?\n")
# As in the standard library's parser, which stops at the first line that does not match.
_HEADER_LINE = re.compile(rb"From |[\x21-\x39\x3b-\x7e]*:|[\t ]")
_COMMON_HEADER = re.compile(
    rb"(from|to|cc|subject|date|message-id|in-reply-to|references|mime-version|content-[a-z-]+|received):",
    re.IGNORECASE,
)


class TooComplexError(Exception):
    """More parts, or deeper, than `Limits` allows."""


class Budget:
    """What the parts of one mail share: the caps, the number of parts so far, the oddities."""

    def __init__(self, limits: Limits, notes: Notes) -> None:
        self.limits = limits
        self.notes = notes
        self.parts = 0

    def take_part(self, depth: int) -> None:
        """Count one more part at `depth` (raises `TooComplexError`)."""
        self.parts += 1
        if self.parts > self.limits.parts or depth > self.limits.depth:
            raise TooComplexError


class Part(Message):
    """A MIME part under a budget.

    `message/*` presents itself to the parser as an opaque leaf: a forwarded mail then keeps its exact bytes, which
    `as_bytes()` cannot give back (it raises on 8-bit headers), and cannot nest without bound.
    """

    # Read directly: `get_payload()` replaces 8-bit bytes by U+FFFD before anyone has seen them.
    _payload: object

    def __init__(self, policy: Policy, budget: Budget) -> None:
        super().__init__(policy=policy)
        self.budget = budget
        self.depth = 0

    def attach(self, payload: object) -> None:
        """Called by the parser for every part inside this one."""
        assert isinstance(payload, Part)
        payload.depth = self.depth + 1
        self.budget.take_part(payload.depth)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        """Called by the parser for every header: cap it and settle its 8-bit bytes here, once, for all readers."""
        limits, notes = self.budget.limits, self.budget.notes
        if len(self) >= limits.headers:
            notes.add(Oddity.HEADERS_CUT)
            return
        cap = limits.content_header_chars if name.lower().startswith("content-") else limits.header_chars
        if len(value) > cap:
            notes.add(Oddity.HEADER_CUT)
            value = value[:cap]
        if not value.isascii():
            notes.add(Oddity.HEADER_RAW_8BIT)
            value = decode_header_bytes(value.encode("ascii", "surrogateescape"))
        super().set_raw(name, value)

    def get_content_type(self) -> str:
        """What the parser may descend into; `kind` is the real type."""
        kind = self.kind
        return "application/octet-stream" if kind.startswith("message/") else kind

    @property
    def kind(self) -> str:
        """The declared type, lower case, e.g. `message/rfc822`; odd characters removed."""
        kind = _NOT_TOKEN.sub("", super().get_content_type())
        main, _, sub = kind.partition("/")
        return kind if main and sub else "text/plain"

    @property
    def children(self) -> list[Part]:
        """The parts inside, empty for a leaf."""
        payload = self._payload if isinstance(self._payload, list) else []
        return [part for part in payload if isinstance(part, Part)]

    def content(self) -> bytes:
        """The decoded bytes of a leaf; a broken transfer encoding gives what can be saved."""
        payload = self._payload if isinstance(self._payload, str) else ""
        raw = payload.encode("ascii", "surrogateescape")
        words = str(self.get("content-transfer-encoding", "")).lower().replace(";", " ").split()
        encoding = words[0] if words else ""
        if encoding == "base64":
            return self._from_base64(raw)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(raw)
        if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
            decoded = super().get_payload(decode=True)
            return decoded if isinstance(decoded, bytes) else raw
        return raw

    def _from_base64(self, raw: bytes) -> bytes:
        packed = raw.translate(None, _WHITESPACE)
        try:
            return binascii.a2b_base64(packed, strict_mode=True)
        except binascii.Error:
            self.budget.notes.add(Oddity.BASE64_BROKEN)
        # Several padded runs one after the other, or a footer behind the last: take every run for what it gives.
        return b"".join(_decode_run(run) for run in _BASE64_RUN.findall(packed))


def read_tree(raw: bytes, limits: Limits, notes: Notes) -> Part:
    """Parse a whole mail; a structure over the caps comes back as one leaf with the headers in front."""
    raw = _without_broken_lines(raw, notes)
    try:
        root = _parse_all(raw, Budget(limits, notes))
    except (TooComplexError, RecursionError):
        notes.add(Oddity.STRUCTURE_REFUSED)
        return _headers_only(raw, Budget(limits, notes))
    if any(_is_serious(defect) for part in root.walk() for defect in part.defects):
        notes.add(Oddity.MIME_BROKEN)
    return root


def _without_broken_lines(raw: bytes, notes: Notes) -> bytes:
    """Drop lines among the headers that are none: the parser would take the headers below them for text.

    Only when a header that every mail has stands below; else it is text without the empty line before it.
    """
    end = _HEAD_END.search(raw, 0, _HEAD_BYTES)
    head = raw[: end.start()] if end else raw[:_HEAD_BYTES]
    lines = head.splitlines(keepends=True)
    broken = [number for number, line in enumerate(lines) if not _HEADER_LINE.match(line)]
    if not broken or not any(_COMMON_HEADER.match(line) for line in lines[broken[0] + 1 :]):
        return raw
    notes.add(Oddity.HEADER_BROKEN)
    return b"".join(line for line in lines if _HEADER_LINE.match(line)) + raw[len(head) :]


def _factory(budget: Budget) -> Callable[[], Part]:
    def make(policy: Policy = compat32) -> Part:
        return Part(policy, budget)

    return make


def _parse_all(raw: bytes, budget: Budget) -> Part:
    parser = BytesFeedParser(_factory(budget), policy=compat32)
    for start in range(0, len(raw), CHUNK_BYTES):
        parser.feed(raw[start : start + CHUNK_BYTES])
    root = parser.close()
    assert isinstance(root, Part)
    return root


def _headers_only(raw: bytes, budget: Budget) -> Part:
    parser = BytesHeaderParser(_factory(budget), policy=compat32)
    head = raw[: budget.limits.text_chars]
    root = parser.parsebytes(head)
    assert isinstance(root, Part)
    return root


def _is_serious(defect: MessageDefect) -> bool:
    return type(defect).__name__ not in (
        "MissingHeaderBodySeparatorDefect",
        "InvalidMultipartContentTransferEncodingDefect",
    )


def _decode_run(run: bytes) -> bytes:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))
