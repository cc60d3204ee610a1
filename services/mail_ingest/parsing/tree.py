"""From bytes to a tree of MIME parts, with caps that hold while the standard library is still parsing."""

from __future__ import annotations

import binascii
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from email.errors import MessageDefect
from email.message import Message
from email.parser import BytesFeedParser, BytesHeaderParser
from email.policy import Policy, compat32
from functools import partial
from typing import Any, TypeVar

from services.mail_ingest.parsing import transfer
from services.mail_ingest.parsing.charset import decode_header_bytes
from services.mail_ingest.parsing.model import Limits, Notes, Oddity
from services.mail_ingest.parsing.source import Cuts, Source

T = TypeVar("T")

_NOT_TOKEN = re.compile(r"[^a-z0-9!#$&^_.+/-]")
_HEAD_BYTES = 262_144
_HEAD_END = re.compile(rb"(?<=\n)\r?\n|(?<=\r)\r|\A\r?\n")
# As in the standard library's parser, which stops at the first line that does not match.
_HEADER_LINE = re.compile(rb"From |[\x21-\x39\x3b-\x7e]*:|[\t ]")
_COMMON_HEADER = re.compile(
    rb"(from|to|cc|subject|date|message-id|in-reply-to|references|mime-version|content-[a-z-]+|received):",
    re.IGNORECASE,
)
_USUAL_HEAD = re.compile(rb"(?:(?:[\x21-\x39\x3b-\x7e]*+:|[\t ])[^\r\n]*+\r?\n)*+\r?\n")
_USUAL_PARAM = re.compile(r';[ \t\r\n]*([A-Za-z-]+)=(?:"([^"\\;]+)"|([A-Za-z0-9._-]+))')
_USUAL_PARAMS = re.compile(rf"[a-z/+.A-Z0-9-]+(?:{_USUAL_PARAM.pattern})*;?")
_DECODERS: dict[str, transfer.Decoder] = {
    "base64": transfer.strict_base64,
    "quoted-printable": transfer.quoted_printable,
    **dict.fromkeys(("x-uuencode", "uuencode", "uue", "x-uue"), transfer.uuencoded),
}


class TooComplexError(Exception):
    """More parts, or deeper, than `Limits` allows."""


class Budget:
    """What the parts of one mail share: the caps, the number of parts so far, the oddities, the bytes."""

    def __init__(self, limits: Limits, notes: Notes, source: Source) -> None:
        self.limits = limits
        self.notes = notes
        self.cuts = Cuts(source)
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
    _headers: list[tuple[str, str]]

    def __init__(self, policy: Policy, budget: Budget) -> None:
        super().__init__(policy=policy)
        self.budget = budget
        self.depth = 0
        self._content: dict[str, str] = {}
        """The first header of each name that begins with `content-`: the same few are asked for again and again."""
        self._kind: str | None = None
        self._decoder: transfer.Decoder | None = None

    def attach(self, payload: object) -> None:
        """Called by the parser for every part inside this one."""
        assert isinstance(payload, Part)
        payload.depth = self.depth + 1
        self.budget.take_part(payload.depth)
        super().attach(payload)

    def set_raw(self, name: str, value: str) -> None:
        """Called by the parser for every header: cap it and settle its 8-bit bytes here, once, for all readers."""
        limits, notes = self.budget.limits, self.budget.notes
        if len(self._headers) >= limits.headers:
            notes.add(Oddity.HEADERS_CUT)
            return
        if len(value) > limits.content_header_chars:
            value = self._capped(name, value)
        if not value.isascii():
            notes.add(Oddity.HEADER_RAW_8BIT)
            value = decode_header_bytes(value.encode("ascii", "surrogateescape"))
        self._headers.append((name, value))
        if name[:8].lower() == "content-":
            self._content.setdefault(name.lower(), value)
            self._kind = None

    def get(self, name: str, failobj: Any = None) -> Any:
        """The first header of a name."""
        if name.startswith("content-"):
            return self._content.get(name, failobj)
        return super().get(name, failobj)

    def get_param(self, param: str, failobj: Any = None, header: str = "content-type", unquote: bool = True) -> Any:
        """As the standard library's, which takes long also over a header without or with nothing unusual."""
        value = self.get(header, "")
        at = value.lower().find(param)
        if at < 0:
            return failobj
        if at == 0 or not unquote or not _USUAL_PARAMS.fullmatch(value):
            return super().get_param(param, failobj, header, unquote)
        found = (pair for pair in _USUAL_PARAM.findall(value) if pair[0].lower() == param)
        return next((quoted or token for _, quoted, token in found), failobj)

    def get_content_type(self) -> str:
        """What the parser may descend into; `kind` is the real type."""
        kind = self.kind
        return "application/octet-stream" if kind.startswith("message/") else kind

    def set_default_type(self, ctype: str) -> None:
        """Called by the parser for the parts of a digest."""
        super().set_default_type(ctype)
        self._kind = None

    @property
    def kind(self) -> str:
        """The declared type, lower case, e.g. `message/rfc822`; odd characters removed."""
        if self._kind is None:
            kind = _NOT_TOKEN.sub("", super().get_content_type())
            main, _, sub = kind.partition("/")
            self._kind = kind if main and sub else "text/plain"
        return self._kind

    @property
    def children(self) -> list[Part]:
        """The parts inside, empty for a leaf."""
        payload = self._payload if isinstance(self._payload, list) else []
        return [part for part in payload if isinstance(part, Part)]

    def exceeds(self, size: int) -> bool:
        """Whether a leaf has more than `size` bytes, decoded: no transfer encoding makes anything smaller."""
        return self.budget.cuts.size(self._text) > size and self.used_by(lambda chunks: sum(map(len, chunks))) > size

    def content(self) -> bytes:
        """The decoded bytes of a leaf, whole; a broken transfer encoding gives what can be saved."""
        return self.used_by(b"".join)

    def chunks(self) -> Iterator[bytes]:
        """As `content`, piece by piece: memory does not follow the size."""
        if self._decoder is None:
            self.used_by(partial(deque, maxlen=0))
        assert self._decoder is not None
        return self._decoder(self.budget.cuts.chunks(self._text))

    def head(self, size: int) -> bytes:
        """The first decoded bytes."""
        head = bytearray()
        for chunk in self.chunks():
            head += chunk
            if len(head) >= size:
                break
        return bytes(head[:size])

    def used_by(self, use: Callable[[Iterable[bytes]], T]) -> T:
        """What `use` makes of the decoded bytes; it starts again where their encoding proves to be broken."""
        if self._decoder is None:
            words = str(self.get("content-transfer-encoding", "")).lower().replace(";", " ").split()
            decoder = _DECODERS.get(words[0] if words else "", transfer.as_it_stands)
        else:
            decoder = self._decoder
        try:
            result = use(decoder(self.budget.cuts.chunks(self._text)))
        except binascii.Error:
            is_base64 = decoder is transfer.strict_base64
            self.budget.notes.add(Oddity.BASE64_BROKEN if is_base64 else Oddity.MIME_BROKEN)
            decoder = transfer.loose_base64 if is_base64 else transfer.as_it_stands
            result = use(decoder(self.budget.cuts.chunks(self._text)))
        self._decoder = decoder
        return result

    @property
    def _text(self) -> str:
        return self._payload if isinstance(self._payload, str) else ""

    def _capped(self, name: str, value: str) -> str:
        limits = self.budget.limits
        cap = limits.content_header_chars if name.lower().startswith("content-") else limits.header_chars
        if len(value) > cap:
            self.budget.notes.add(Oddity.HEADER_CUT)
        return value[:cap]


def read_tree(raw: bytes | Source, limits: Limits, notes: Notes) -> Part:
    """Parse a whole mail; a structure over the caps comes back as one leaf with the headers in front."""
    source = raw if isinstance(raw, Source) else Source.of(raw)
    head, rest = _mended_head(source.read(0, _HEAD_BYTES), notes)
    try:
        root = _parse_all(source, head, rest, Budget(limits, notes, source))
    except (TooComplexError, RecursionError):
        notes.add(Oddity.STRUCTURE_REFUSED)
        shown = (head + source.read(rest, limits.text_chars))[: limits.text_chars]
        return _headers_only(shown, Budget(limits, notes, source))
    if any(_is_serious(defect) for part in root.walk() for defect in part.defects):
        notes.add(Oddity.MIME_BROKEN)
    return root


def _mended_head(start: bytes, notes: Notes) -> tuple[bytes, int]:
    """Drop lines among the headers that are none: the parser would take the headers below them for text.

    Only when a header that every mail has stands below; else it is text without the empty line before it.

    Returns:
        What to parse instead of the first bytes, and how many these are; nothing and 0 to leave everything.
    """
    if _USUAL_HEAD.match(start):
        return b"", 0
    end = _HEAD_END.search(start)
    head = start[: end.start()] if end else start
    lines = head.splitlines(keepends=True)
    broken = [number for number, line in enumerate(lines) if not _HEADER_LINE.match(line)]
    if not broken or not any(_COMMON_HEADER.match(line) for line in lines[broken[0] + 1 :]):
        return b"", 0
    notes.add(Oddity.HEADER_BROKEN)
    return b"".join(line for line in lines if _HEADER_LINE.match(line)), len(head)


def _factory(budget: Budget) -> Callable[[], Part]:
    def make(policy: Policy = compat32) -> Part:
        return Part(policy, budget)

    return make


def _parse_all(source: Source, head: bytes, rest: int, budget: Budget) -> Part:
    parser = BytesFeedParser(_factory(budget), policy=compat32)
    parser.feed(head)
    # Headers that long are not known to end where a line ends; nor is a carriage return before a line feed.
    at_line = rest < _HEAD_BYTES and not head.endswith(b"\r")
    for chunk in budget.cuts.fed(rest) if at_line else source.chunks(rest):
        parser.feed(chunk)
    root = parser.close()
    assert isinstance(root, Part)
    return root


def _headers_only(shown: bytes, budget: Budget) -> Part:
    parser = BytesHeaderParser(_factory(budget), policy=compat32)
    root = parser.parsebytes(shown)
    assert isinstance(root, Part)
    return root


def _is_serious(defect: MessageDefect) -> bool:
    return type(defect).__name__ not in (
        "MissingHeaderBodySeparatorDefect",
        "InvalidMultipartContentTransferEncodingDefect",
    )
