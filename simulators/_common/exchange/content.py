"""What Exchange would show of a mail, read from its raw bytes. Never fails: mail is as broken as people make it."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError, MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from functools import cached_property

import lxml.html
from lxml.etree import LxmlError

Address = tuple[str, str]
"""Display name and mail address."""

_TEXT_TYPES = ("text/plain", "text/html")


@dataclass(frozen=True)
class Attachment:
    """One attachment; `message` is set for an attached mail, which EWS calls an item attachment."""

    name: str
    content_type: str
    content_id: str | None
    is_inline: bool
    content: bytes
    message: MailContent | None = None


class MailContent:
    """One mail. The header is read at first need, the rest later still: listing 20,000 mails must stay cheap."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """Every header, unfolded, not decoded."""
        message = email.message_from_bytes(_head(self.raw), policy=email.policy.compat32)
        return [(name, " ".join(str(value).split())) for name, value in message.items()]

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((value for key, value in self.headers if key.lower() == name.lower() and value), None)

    @cached_property
    def message_id(self) -> str | None:
        """`Message-ID` as written."""
        return self.header("Message-ID")

    @property
    def subject(self) -> str:
        """Decoded subject."""
        return _decoded(self.header("Subject") or "")

    @property
    def date(self) -> datetime | None:
        """`Date`, in UTC."""
        return _time(self.header("Date"))

    @property
    def received(self) -> datetime | None:
        """When the last server took it in: the topmost `Received` header, in UTC."""
        stamp = self.header("Received")
        return _time(stamp.rpartition(";")[2].strip()) if stamp else None

    @property
    def thread_index(self) -> str | None:
        """`Thread-Index`, base64."""
        return self.header("Thread-Index")

    def addresses(self, name: str) -> list[Address]:
        """Addresses of every header of that name."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return [(_decoded(shown), address) for shown, address in getaddresses(values) if address or shown]

    @cached_property
    def html(self) -> str | None:
        """The HTML body, if there is one."""
        return self._bodies.get("text/html")

    @cached_property
    def text(self) -> str:
        """The plain body, or the words of the HTML body."""
        return self._bodies["text/plain"] if "text/plain" in self._bodies else _words(self.html or "")

    @cached_property
    def attachments(self) -> list[Attachment]:
        """All parts that are not a body, in the order of the mail."""
        return [_attachment(part, number) for number, part in enumerate(self._parts[1], start=1)]

    @property
    def has_attachments(self) -> bool:
        """As Exchange sees it: inline pictures do not count."""
        return any(not attachment.is_inline for attachment in self.attachments)

    @cached_property
    def is_meeting_request(self) -> bool:
        """A calendar invitation comes as another kind of item."""
        if b"text/calendar" not in self.raw.lower():
            return False
        return any(part.get_param("method") == "REQUEST" for part in self._parts[1] if _type(part) == "text/calendar")

    @cached_property
    def _bodies(self) -> dict[str, str]:
        return {_type(part): _part_text(part) for part in reversed(self._parts[0])}

    @cached_property
    def _parts(self) -> tuple[list[Message], list[Message]]:
        """Body parts and attached parts."""
        bodies: list[Message] = []
        attached: list[Message] = []
        for part in _leaves(email.message_from_bytes(self.raw, policy=email.policy.compat32)):
            is_body = _type(part) in _TEXT_TYPES and not _is_attached(part)
            (bodies if is_body and _type(part) not in map(_type, bodies) else attached).append(part)
        return bodies, attached


def _head(raw: bytes) -> bytes:
    """The header block: up to the first empty line, whatever the line ends."""
    ends = [position for mark in (b"\r\n\r\n", b"\n\n", b"\r\r") if (position := raw.find(mark)) >= 0]
    return raw[: min(ends) + 2] if ends else raw


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something, an attached mail as one part."""
    if _type(message) == "message/rfc822" or not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part)


def _type(part: Message) -> str:
    return part.get_content_type()


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_param("name") is not None or bool(_name(part))


def _name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except (LookupError, ValueError, TypeError):  # a charset in an RFC 2231 name that does not exist
        return None
    return _decoded(name) if name else None


def _attachment(part: Message, number: int) -> Attachment:
    content_id = str(part.get("Content-ID", "")).strip().strip("<>") or None
    inline = content_id is not None and part.get_content_disposition() != "attachment"
    if _type(part) == "message/rfc822":
        inner = MailContent(_inner_bytes(part))
        return Attachment(inner.subject or f"ATT{number:05}", "message/rfc822", content_id, False, inner.raw, inner)
    return Attachment(_name(part) or f"ATT{number:05}", _type(part), content_id, inline, _part_bytes(part))


def _inner_bytes(part: Message) -> bytes:
    payload = part.get_payload()
    inner = payload[0] if isinstance(payload, list) and payload else payload
    if not isinstance(inner, Message):
        return _part_bytes(part)
    try:
        return inner.as_bytes()
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):  # compat32 cannot write all it can read
        return str(inner.get_payload()).encode(errors="replace")


def _part_bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _part_text(part: Message) -> str:
    charset = part.get_content_charset() or "utf-8"
    try:
        return _part_bytes(part).decode(charset, errors="replace")
    except (LookupError, ValueError):
        return _part_bytes(part).decode("latin-1")


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def _time(value: str | None) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value or "")
        return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _words(html: str) -> str:
    try:
        return "".join(str(text) for text in lxml.html.fromstring(html).itertext()) if html.strip() else ""
    except (LxmlError, ValueError):
        return ""
