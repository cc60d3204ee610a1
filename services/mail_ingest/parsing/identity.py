"""One hash for what a mail says, the same whichever server or protocol handed it over.

Recipe 1: SHA-256 over these fields in this order, each as `<length in bytes>:<bytes>` so that none can run into the
next: the literal `loketbus-mail-1`; Message-ID; Date (ISO 8601, UTC, seconds) or nothing; the addresses of From, To
and Cc (lower case, in order, one field per header, joined by LF); Subject (decoded, white space collapsed); the plain
and the HTML bodies as sent (decoded, or their bytes if the charset was a guess; LF line ends, no trailing blanks);
the SHA-256 of each attachment's content, sorted (text and message parts with LF line ends).

Left out, because servers change them: every other header (Received, X-*, Thread-Index), display names, Bcc, file
names, transfer encodings, boundaries, part order. Left out, because our own libraries make them: safe HTML, text made
from HTML, new_text. The recipe may only change together with its number: the ledger compares these hashes for years.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from services.mail_ingest.parsing.model import Address

RECIPE = b"loketbus-mail-1"


def canonical(data: bytes) -> bytes:
    """LF line ends, no blanks at line ends, no empty lines around."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\n".join(line.rstrip(b" \t") for line in lines).strip(b"\n")


def attachment_digest(kind: str, content: bytes, sha256: str) -> str:
    """Hex digest of one attachment for the recipe: servers re-break lines of text and message parts."""
    if kind.startswith(("text/", "message/")):
        return hashlib.sha256(canonical(content)).hexdigest()
    return sha256


def content_hash(
    *,
    message_id: str | None,
    date: datetime | None,
    people: Iterable[Sequence[Address]],
    subject: str,
    bodies: Iterable[bytes],
    attachments: Iterable[str],
) -> str:
    """Apply the recipe; `people` is From, To, Cc and `bodies` is plain, HTML, already canonical. Returns hex."""
    fields = [RECIPE, (message_id or "").encode(), date.isoformat(timespec="seconds").encode() if date else b""]
    fields += ["\n".join(address.email.lower() for address in group).encode() for group in people]
    fields += [subject.encode(), *bodies, "\n".join(sorted(attachments)).encode()]
    digest = hashlib.sha256()
    for field in fields:
        digest.update(b"%d:" % len(field))
        digest.update(field)
    return digest.hexdigest()
