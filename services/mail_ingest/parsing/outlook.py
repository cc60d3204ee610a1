"""A mail in Outlook's own terms, whichever container brought it, and as a MIME mail that every other tool can read."""

from __future__ import annotations

import base64
import mimetypes
import re
from dataclasses import dataclass
from email.header import Header
from email.utils import format_datetime, quote

from services.mail_ingest.parsing import rtf
from services.mail_ingest.parsing.body import Block, meta_charset
from services.mail_ingest.parsing.charset import decode
from services.mail_ingest.parsing.mapi import BrokenError, Id, Properties, charset
from services.mail_ingest.parsing.model import Notes

_RECIPIENTS = {1: "To", 2: "Cc"}
"""PidTagRecipientType; 3 is Bcc, which is nobody's business."""
_NOT_KEPT = re.compile(r"^(content-|mime-version\s*:|bcc\s*:)", re.IGNORECASE)
_FIRST_HEADER = re.compile(r"(?m)^[!-9;-~]+[ \t]*:")
_UNSAFE = re.compile(r"[\r\n\0]+")


@dataclass(frozen=True, slots=True)
class OutlookFile:
    """An attachment: bytes, or a mail inside the mail."""

    properties: Properties
    data: bytes | memoryview
    message: OutlookMail | None = None

    def name(self, notes: Notes) -> str | None:
        """As its sender saw it."""
        return (
            self.properties.first_text(notes, Id.ATTACH_LONG_FILENAME, Id.ATTACH_FILENAME, Id.DISPLAY_NAME).rstrip("\0")
            or None
        )

    def kind(self, notes: Notes) -> str:
        """The media type that it declares, else by its name."""
        declared = self.properties.text(Id.ATTACH_MIME_TAG, notes).lower()
        if re.fullmatch(r"[a-z0-9.+-]+/[a-z0-9.+-]+", declared) and not declared.startswith("multipart/"):
            return declared
        return mimetypes.guess_type(self.name(notes) or "")[0] or "application/octet-stream"

    def content_id(self, notes: Notes) -> str | None:
        """What the HTML calls it."""
        return self.properties.text(Id.ATTACH_CONTENT_ID, notes).strip("<> ") or None


@dataclass(frozen=True, slots=True)
class OutlookMail:
    """A mail and what hangs on it."""

    properties: Properties
    recipients: tuple[Properties, ...] = ()
    files: tuple[OutlookFile, ...] = ()
    broken: bool = False
    """Its container ends too early or makes no sense from somewhere on: this is what was read before."""


def body(mail: OutlookMail, notes: Notes) -> Block | None:
    """Its text: as HTML if it has that, else of its RTF, else plain."""
    plain = mail.properties.text(Id.BODY, notes) or None
    html = _html(mail.properties, notes)
    if html is None and (packed := mail.properties.data(Id.RTF_COMPRESSED)):
        try:
            source = rtf.unpack(bytes(packed))
            words = rtf.read(source)
        except BrokenError:
            words = ""
        else:
            if rtf.is_html(source):
                html = words
            plain = plain or (None if html else words)
    return Block(plain, html) if plain or html else None


def _html(properties: Properties, notes: Notes) -> str | None:
    data = bytes(properties.data(Id.HTML))
    if data:
        return decode(data, charset(properties.number(Id.INTERNET_CODEPAGE)) or meta_charset(data), notes).text
    return properties.text(Id.HTML, notes) or None


def to_mime(mail: OutlookMail, notes: Notes, depth: int = 0) -> bytes:
    """The mail as RFC 5322 and MIME: its own internet headers if it came by internet, else made of its properties."""
    mark = f"=_outlook_{depth}"
    parts = [*_texts(body(mail, notes)), *(_file(file, notes, depth) for file in mail.files)]
    lines = [*_headers(mail, notes), "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{mark}"', "", ""]
    whole = "\r\n".join(lines).encode("utf-8", "replace")
    return whole + b"".join(f"--{mark}\r\n".encode() + part for part in parts) + f"--{mark}--\r\n".encode()


def _texts(block: Block | None) -> list[bytes]:
    if block is None:
        return [_part(b"", "Content-Type: text/plain; charset=utf-8")]
    if block.html is not None:
        return [_part(block.html.encode("utf-8", "replace"), "Content-Type: text/html; charset=utf-8")]
    return [_part((block.plain or "").encode("utf-8", "replace"), "Content-Type: text/plain; charset=utf-8")]


def _file(file: OutlookFile, notes: Notes, depth: int) -> bytes:
    if file.message is not None:
        inner = to_mime(file.message, notes, depth + 1)
        return b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + inner + b"\r\n"
    name, content_id = _one_line(file.name(notes) or ""), file.content_id(notes)
    lines = [f"Content-Type: {file.kind(notes)}", f'Content-Disposition: attachment; filename="{quote(name)}"']
    return _part(file.data, *lines, *([f"Content-ID: <{_one_line(content_id)}>"] if content_id else []))


def _part(content: bytes | memoryview, *headers: str) -> bytes:
    head = "\r\n".join((*headers, "Content-Transfer-Encoding: base64", "", "")).encode("utf-8", "replace")
    return head + base64.encodebytes(content) + b"\r\n"


def _headers(mail: OutlookMail, notes: Notes) -> list[str]:
    """Header lines, folded ones with their line ends inside."""
    kept = _internet_headers(mail.properties.text(Id.TRANSPORT_HEADERS, notes))
    present = {line.partition(":")[0].strip().lower() for line in kept}
    return kept + [line for line in _made_headers(mail, notes) if line.partition(":")[0].lower() not in present]


def _internet_headers(text: str) -> list[str]:
    """Without what describes a body that is no longer there, and Outlook's own line in front."""
    start = _FIRST_HEADER.search(text)
    head = text[start.start() :] if start else ""
    unfolded = re.split(r"\r\n|\r|\n", re.sub(r"(?:\r\n|\r|\n)(?=[ \t])", "\0", head.replace("\0", "")))
    lines = [line.replace("\0", "\r\n") for line in unfolded if _FIRST_HEADER.match(line)]
    return [line for line in lines if not _NOT_KEPT.match(line)]


def _made_headers(mail: OutlookMail, notes: Notes) -> list[str]:
    properties = mail.properties
    date = properties.time(Id.CLIENT_SUBMIT_TIME) or properties.time(Id.DELIVERY_TIME)
    people = [(_RECIPIENTS.get(one.number(Id.RECIPIENT_TYPE) or 1), _recipient(one, notes)) for one in mail.recipients]
    made = {
        "From": _sender(properties, notes),
        "To": ", ".join(person for kind, person in people if kind == "To"),
        "Cc": ", ".join(person for kind, person in people if kind == "Cc"),
        "Subject": _encoded(properties.text(Id.SUBJECT, notes)),
        "Date": format_datetime(date) if date else "",
        "Message-ID": _one_line(properties.text(Id.INTERNET_MESSAGE_ID, notes)),
        "In-Reply-To": _one_line(properties.text(Id.IN_REPLY_TO_ID, notes)),
        "References": _one_line(properties.text(Id.INTERNET_REFERENCES, notes)),
    }
    return [f"{name}: {value}" for name, value in made.items() if value]


def _sender(properties: Properties, notes: Notes) -> str:
    name = properties.first_text(notes, Id.SENT_REPRESENTING_NAME, Id.SENDER_NAME)
    addresses = (
        properties.text(one, notes)
        for one in (
            Id.SENT_REPRESENTING_SMTP_ADDRESS,
            Id.SENDER_SMTP_ADDRESS,
            Id.SENT_REPRESENTING_EMAIL,
            Id.SENDER_EMAIL,
        )
    )
    return _mailbox(name, next((address for address in addresses if "@" in address), ""))


def _recipient(properties: Properties, notes: Notes) -> str:
    addresses = (properties.text(one, notes) for one in (Id.SMTP_ADDRESS, Id.EMAIL_ADDRESS))
    return _mailbox(
        properties.text(Id.DISPLAY_NAME, notes), next((address for address in addresses if "@" in address), "")
    )


def _mailbox(name: str, address: str) -> str:
    """`"name" <address>`; inside an organisation Outlook knows people by a directory path, which is no address."""
    name, address = _one_line(name), re.sub(r"[\s<>,;\"]", "", address)
    if not name or name == address:
        return address
    shown = f'"{quote(name)}"' if name.isascii() else _encoded(name)
    return f"{shown} <{address}>" if address else shown


def _encoded(text: str) -> str:
    line = _one_line(text)
    return line if line.isascii() else Header(line, "utf-8", maxlinelen=998).encode()


def _one_line(text: str) -> str:
    return _UNSAFE.sub(" ", text).strip()
