"""Names of attachments that are safe on any disk and honest to the eye."""

from __future__ import annotations

import re
import unicodedata

from services.mail_ingest.parsing.headers import decode_words
from services.mail_ingest.parsing.model import Notes
from services.mail_ingest.parsing.tree import Part

NAME_CHARS = 150
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_BASES = {"message/rfc822": "bericht", "text/calendar": "uitnodiging", "message/delivery-status": "bezorgrapport"}
_EXTENSIONS = {
    "application/ms-tnef": ".dat",
    "application/msword": ".doc",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/delivery-status": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/vcard": ".vcf",
}


def declared_name(part: Part, notes: Notes) -> str | None:
    """The file name a part declares (RFC 2183, 2231, and 2047 where it does not belong), decoded but not yet safe."""
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError, IndexError, AttributeError):
        return None
    return decode_words(name, notes) if name else None


def safe_name(name: str | None, kind: str, number: int) -> str:
    """A single path element without control, direction or device tricks; a Dutch default when nothing is left."""
    text = unicodedata.normalize("NFC", (name or "").replace("\\", "/"))
    text = "".join(char for char in text.rsplit("/", 1)[-1] if unicodedata.category(char)[0] != "C")
    text = _FORBIDDEN.sub("_", text).strip(" .")
    if not text:
        return f"{_BASES.get(kind, 'bijlage')}-{number}{_EXTENSIONS.get(kind, '.bin')}"
    return _shorten(f"_{text}" if _RESERVED.match(text) else text)


def _shorten(name: str) -> str:
    """At most 150 characters and 250 bytes (file systems count bytes), the extension kept."""
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 16:
        stem, extension = name, ""
    tail = f".{extension}" if extension else ""
    room = 250 - len(tail.encode())
    short = stem[: NAME_CHARS - len(tail)].encode()[:room].decode("utf-8", "ignore")
    return (short + tail) if len(name) > NAME_CHARS or len(name.encode()) > 250 else name
