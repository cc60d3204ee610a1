"""A mail whose MIME Graph cannot give (the connection breaks above some 25 MB), made again from its JSON.

What is lost: the other form of a body that came as text and HTML, and the layout of the parts. The first header of the
file says so (`X-Loketbus-Rebuilt: graph`). A linked cloud file has no bytes and is left out.
"""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime
from typing import BinaryIO
from urllib.parse import quote

from services.mail_ingest.remote._graph_http import GraphClient, Json
from services.mail_ingest.remote._graph_json import read_id, read_link, read_list, read_time
from services.mail_ingest.remote._graph_spool import looks_like_mail

MESSAGE_FIELDS = "internetMessageHeaders,internetMessageId,subject,from,toRecipients,ccRecipients,sentDateTime,body"
ATTACHMENT_FIELDS = "id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId"
MARK = "X-Loketbus-Rebuilt: graph"
BASE64_STEP = 57 * 1024
"""Bytes; a multiple of what fills one line."""
PEEK_BYTES = 1_024
_NAME = re.compile(r"[A-Za-z0-9_-]+")
_KIND = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")
_SAFE = re.compile(r"[A-Za-z0-9 _-]*")
_OURS = ("content-", "mime-version")
_KINDS = ((b"BEGIN:VCARD", "text/vcard"), (b"BEGIN:VCALENDAR", "text/calendar"))


class TooLargeError(Exception):
    """The mail is larger than we take in."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail is: `mailbox` and `message` as paths name them."""

    mailbox: str
    message: str

    @property
    def path(self) -> dict[str, str]:
        """For templates."""
        return {"mailbox": self.mailbox, "message": self.message}


MESSAGE = "/users/{mailbox}/messages/{message}"


async def attachments_of(client: GraphClient, place: Place) -> list[Json]:
    """Every attachment, without its bytes."""
    answer = await client.get(MESSAGE + "/attachments", place.path, {"$select": ATTACHMENT_FIELDS})
    found = read_list(answer)
    while link := read_link(answer, "nextLink"):
        answer = await client.follow(link)
        found += read_list(answer)
    return [one for one in found if read_id(one) is not None]


def size_of(attachments: list[Json]) -> int:
    """Bytes of all of them, as the server counts."""
    return sum(one["size"] for one in attachments if isinstance(one.get("size"), int))


async def rebuild(client: GraphClient, place: Place, attachments: list[Json], file: BinaryIO, max_bytes: int) -> int:
    """Write the mail; its size.

    Raises:
        TooLargeError: more than `max_bytes`.
        Refused, Unavailable, Denied: of the client.
    """
    message = await client.get(MESSAGE, place.path, {"$select": MESSAGE_FIELDS})
    boundary = secrets.token_hex(16)
    out = _Capped(file, max_bytes)
    out.write(_head(message, boundary))
    out.write(_body_part(message, boundary))
    for attachment in attachments:
        if attachment.get("@odata.type") != "#microsoft.graph.referenceAttachment":
            await _write_part(client, place, attachment, boundary, out)
    out.write(f"--{boundary}--\r\n".encode())
    return out.size


class _Capped:
    def __init__(self, target: BinaryIO, max_bytes: int) -> None:
        self._target = target
        self.max_bytes = max_bytes
        self.size = 0

    def write(self, data: bytes) -> None:
        self.size += len(data)
        if self.size > self.max_bytes:
            raise TooLargeError
        self._target.write(data)


async def _write_part(client: GraphClient, place: Place, attachment: Json, boundary: str, out: _Capped) -> None:
    path = {**place.path, "attachment": attachment["id"]}
    template = MESSAGE + "/attachments/{attachment}/$value"
    async with client.stream(template, path, out.max_bytes) as pieces:
        first = await _beginning(pieces)
        is_item = attachment.get("@odata.type") == "#microsoft.graph.itemAttachment"
        if is_item and looks_like_mail(first) and not first.startswith(tuple(mark for mark, _ in _KINDS)):
            await _copy_mail(attachment, boundary, first, pieces, out)
        else:
            kind = _item_kind(first) if is_item else _line(attachment.get("contentType"))
            await _copy_base64(_part_head(attachment, kind, "base64", boundary), first, pieces, out)


async def _beginning(pieces: AsyncIterator[bytes]) -> bytes:
    """Enough to see what it is, however small the pieces are."""
    first = b""
    async for piece in pieces:
        first += piece
        if len(first) >= PEEK_BYTES:
            break
    return first


async def _copy_mail(attachment: Json, boundary: str, first: bytes, pieces: AsyncIterator[bytes], out: _Capped) -> None:
    """An attached mail may not be encoded (RFC 2046, 5.2.1)."""
    out.write(_part_head(attachment, "message/rfc822", "8bit", boundary))
    out.write(first)
    async for piece in pieces:
        out.write(piece)
    out.write(b"\r\n")


async def _copy_base64(head: bytes, first: bytes, pieces: AsyncIterator[bytes], out: _Capped) -> None:
    out.write(head)
    waiting = first
    async for piece in pieces:
        waiting += piece
        whole = len(waiting) - len(waiting) % BASE64_STEP
        out.write(_encoded(waiting[:whole]))
        waiting = waiting[whole:]
    out.write(_encoded(waiting))


def _encoded(data: bytes) -> bytes:
    return base64.encodebytes(data).replace(b"\n", b"\r\n")


def _head(message: Json, boundary: str) -> bytes:
    """The mail's own headers, or those that its properties give."""
    lines = list(_own_headers(message)) or list(_made_headers(message))
    lines = [MARK, *lines, "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', "", ""]
    return "\r\n".join(lines).encode()


def _own_headers(message: Json) -> Iterator[str]:
    for header in message.get("internetMessageHeaders") or ():
        name = str(header.get("name"))
        if _NAME.fullmatch(name) and not name.lower().startswith(_OURS):
            yield f"{name}: {_line(header.get('value'))}"


def _made_headers(message: Json) -> Iterator[str]:
    sent = read_time(message.get("sentDateTime"))
    values = {
        "Message-ID": _line(message.get("internetMessageId")),
        "Date": format_datetime(sent) if sent else "",
        "From": _people([message.get("from")]),
        "To": _people(message.get("toRecipients")),
        "Cc": _people(message.get("ccRecipients")),
        "Subject": _word(_line(message.get("subject"))),
    }
    return (f"{name}: {value}" for name, value in values.items() if value)


def _people(given: object) -> str:
    found = [one["emailAddress"] for one in given if one] if isinstance(given, list) else []
    return ", ".join(f"{_word(_line(one.get('name')))} <{_line(one.get('address'))}>" for one in found)


def _word(text: str) -> str:
    """Encoded whenever it could be read as something else (RFC 2047)."""
    return text if _SAFE.fullmatch(text) else Header(text, "utf-8", maxlinelen=10_000).encode()


def _body_part(message: Json, boundary: str) -> bytes:
    body = message.get("body") or {}
    kind = "html" if body.get("contentType") == "html" else "plain"
    head = f"--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _encoded(str(body.get("content") or "").encode(errors="replace"))


def _part_head(attachment: Json, kind: str, encoding: str, boundary: str) -> bytes:
    place = "inline" if attachment.get("isInline") is True else "attachment"
    name = quote(_line(attachment.get("name")) or "bijlage", safe="")
    content_id = _line(attachment.get("contentId"))
    lines = [
        f"--{boundary}",
        f"Content-Type: {kind if _KIND.fullmatch(kind) else 'application/octet-stream'}",
        f"Content-Transfer-Encoding: {encoding}",
        f"Content-Disposition: {place}; filename*=utf-8''{name}",
        *([f"Content-ID: <{content_id}>"] if content_id else []),
        "",
        "",
    ]
    return "\r\n".join(lines).encode()


def _item_kind(first: bytes) -> str:
    return next((kind for mark, kind in _KINDS if first.startswith(mark)), "application/octet-stream")


def _line(value: object) -> str:
    """One line of valid Unicode: a line end in a value would begin a header of the sender's making."""
    return " ".join(str(value or "").encode(errors="replace").decode().split())
