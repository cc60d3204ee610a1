"""One hash for what a mail says, the same whichever server or protocol handed it over.

Recipe 1: SHA-256 over these fields in this order, each as `<length in bytes>:<bytes>` so that none can run into the
next: the literal `loketbus-mail-1`; Message-ID; Date (ISO 8601, UTC, seconds) or nothing; the addresses of From, To
and Cc (lower case, in order, one field per header, joined by LF); Subject (decoded, white space collapsed); the plain
and the HTML bodies as sent (decoded, or their bytes if the charset was a guess; LF line ends, no trailing blanks);
the SHA-256 of each attachment's content, sorted (text and message parts with LF line ends, no trailing blanks). A
text of more than 4 MB counts as an attachment: it is never held whole.

Left out, because servers change them: every other header (Received, X-*, Thread-Index), display names, Bcc, file
names, transfer encodings, boundaries, part order. Left out, because our own libraries make them: safe HTML, text made
from HTML, new_text. The recipe may only change together with its number: the ledger compares these hashes for years.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.mail_ingest.parsing.model import Address

RECIPE = b"loketbus-mail-1"


def canonical(data: bytes) -> bytes:
    """LF line ends, no blanks at line ends, no empty lines around."""
    return _lines(data).strip(b"\n")


def _lines(data: bytes) -> bytes:
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    return b"\n".join([line.rstrip(b" \t") for line in lines])


@dataclass(frozen=True, slots=True)
class Measured:
    """What one pass over an attachment tells."""

    size: int
    sha256: str
    digest: str
    """What the recipe takes: servers re-break lines of text and message parts."""


def measure(kind: str, chunks: Iterable[bytes]) -> Measured:
    """Size and hashes of an attachment of type `kind`; memory does not follow its size."""
    whole, size = hashlib.sha256(), 0
    text = _CanonicalHash() if kind.startswith(("text/", "message/")) else None
    for chunk in chunks:
        whole.update(chunk)
        size += len(chunk)
        if text is not None:
            text.update(chunk)
    sha256 = whole.hexdigest()
    return Measured(size, sha256, sha256 if text is None else text.hexdigest())


class _CanonicalHash:
    """SHA-256 of `canonical` of everything that was given, whatever the pieces."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._held = b""
        self._started = False
        self._line_ends = 0
        """Since the last text: they count when more text follows."""

    def update(self, piece: bytes) -> None:
        # Blanks at the end may prove to stand at a line's end, a carriage return to be half a line end.
        data = self._held + piece
        ready = data.removesuffix(b"\r").rstrip(b" \t")
        self._held = data[len(ready) :]
        lines = _lines(ready)
        text = lines.strip(b"\n")
        if not text:
            self._line_ends += len(lines)
            return
        if self._started:
            self._digest.update(b"\n" * (self._line_ends + lines.index(text[:1])))
        self._digest.update(text)
        self._started, self._line_ends = True, len(lines) - len(lines.rstrip(b"\n"))

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


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
    return hashlib.sha256(b"".join([b"%d:%b" % (len(field), field) for field in fields])).hexdigest()
