"""What a parsed mail looks like, the caps it was parsed under and the oddities that were met on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

Automatic = Literal["auto_reply", "bounce", "list"]


class Oddity(StrEnum):
    """Everything that `ParsedMail.warnings` can hold; codes are stable and carry no text of the mail."""

    ADDRESS_REPAIRED = "address_repaired"
    ADDRESSES_CUT = "addresses_cut"
    BASE64_BROKEN = "base64_broken"
    CALENDAR = "calendar"
    CHARSET_REPAIRED = "charset_repaired"
    CLOUD_LINKS = "cloud_links"
    CONTROL_CHARACTERS = "control_characters_removed"
    DATE_INVALID = "date_invalid"
    DATE_MISSING = "date_missing"
    ENCODED_WORD_BROKEN = "encoded_word_broken"
    ENCRYPTED = "encrypted"
    FROM_MISSING = "from_missing"
    HEADER_BROKEN = "header_line_broken"
    HEADER_CUT = "header_cut"
    HEADER_RAW_8BIT = "header_raw_8bit"
    HEADER_REPEATED = "header_repeated"
    HEADERS_CUT = "headers_cut"
    HTML_TOO_COMPLEX = "html_too_complex"
    HTML_TOO_LARGE = "html_too_large"
    LOOP_HEADER = "loop_header"
    MESSAGE_ID_MISSING = "message_id_missing"
    MIME_BROKEN = "mime_broken"
    MSG_BROKEN = "msg_broken"
    NOT_UNPACKED = "not_unpacked"
    PART_FAILED = "part_failed"
    REBUILT = "rebuilt"
    """Made again by our Graph adapter: the body may be one of two, so the content hash may be another."""
    REFERENCES_CUT = "references_cut"
    REMOTE_IMAGES = "remote_images_blocked"
    SIGNED = "signed"
    SMIME_BROKEN = "smime_broken"
    STRUCTURE_REFUSED = "structure_refused"
    TEXT_CUT = "text_cut"
    TNEF = "tnef"
    TNEF_BROKEN = "tnef_broken"
    UNPARSABLE = "unparsable"


class Notes:
    """Collects oddities in the order of their first appearance."""

    def __init__(self) -> None:
        self._seen: dict[Oddity, None] = {}

    def add(self, oddity: Oddity) -> None:
        """Remember one oddity; a second time changes nothing."""
        self._seen.setdefault(oddity)

    def has(self, oddity: Oddity) -> bool:
        """Whether it was met."""
        return oddity in self._seen

    def codes(self) -> tuple[str, ...]:
        """The codes, oldest first."""
        return tuple(oddity.value for oddity in self._seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps that keep one mail from costing more than it is worth; what is over a cap becomes an oddity.

    The time limit is not here: it belongs to the worker process that can be killed.
    """

    parts: int = 1_000
    depth: int = 50
    """Multiparts inside multiparts."""
    headers: int = 2_000
    """Header lines of one part."""
    header_chars: int = 65_536
    content_header_chars: int = 8_192
    """Of `Content-*`: the standard library splits their parameters in quadratic time."""
    addresses: int = 500
    references: int = 100
    text_chars: int = 1_000_000
    text_bytes: int = 4_000_000
    """Of one text; of a longer one the beginning is shown, and the whole is an attachment."""
    html_chars: int = 2_000_000
    html_depth: int = 200
    html_work: int = 3_000_000
    """Sum over all tags of how deep they stand; the time and memory of an HTML parser follow it."""
    safe_html: bool = True
    """False leaves the HTML parsers out (text only): for a second try after a time-out."""
    unpack: bool = True
    """False leaves winmail.dat, .msg, S/MIME and calendars closed: for a second try too."""
    unpacked_files: int = 500
    """Of one container."""
    nested: int = 4
    """Messages inside messages that are opened."""


TEXT_ONLY = Limits(safe_html=False, unpack=False)
"""For a second try after a time-out: no parser of strange formats; the identity stays the same."""
HEADERS_ONLY = Limits(parts=0, safe_html=False, unpack=False)
"""For a third: linear work only. Attachments stay inside the raw mail and the content hash is another one."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as a header names it; `email` is empty when the header held only a name."""

    name: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFacts:
    """What an attached mail says of itself; its bytes stay as they are."""

    subject: str
    from_: Address | None
    date: datetime | None
    message_id: str | None


Evidence = Literal["resent", "marker", "block", "attached"]
"""How a forward was recognised: `Resent-` headers; a line that only forwards have ("Begin doorgestuurd bericht:");
a subject that says so above a header block that replies have too; an attached mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The mail that somebody forwarded, as the forward shows it (see `forwarded`)."""

    from_: Address
    """`email` is empty where the forward shows a name only."""
    date: datetime | None
    """UTC; a time without zone counts as Belgian."""
    subject: str
    message_id: str | None
    text: str
    """What stands below the header block, what it quotes itself included."""
    evidence: Evidence
    behind: Original | None = None
    """When the forwarded mail was a forward itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A part that is not the mail's own text; `chunks()` decodes it again, so that it need not stay in memory."""

    name: str
    """Safe as a file name: no path, no control or direction characters, at most 150 characters."""
    type: str
    size: int
    """Bytes, decoded."""
    sha256: str
    """Hex, of the decoded bytes."""
    inline: bool
    """The HTML shows it, so a person need not see it in the list."""
    content_id: str | None
    chunks: Callable[[], Iterator[bytes]] = field(repr=False, compare=False)
    message: MessageFacts | None = None
    """Of an attached mail (.eml, .msg) that could be read."""

    def read(self) -> bytes:
        """The bytes, whole."""
        return b"".join(self.chunks())


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """One mail, whatever bytes it came from."""

    message_id: str | None
    """`<id@host>`, see `normalise_message_id`."""
    date: datetime | None
    """UTC; what the sender's clock said, so not to be trusted."""
    from_: Address | None
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    text: str
    """Everything, quoted history included, lines end in LF."""
    new_text: str
    """The sender's own words; equal to `text` when the split left nothing."""
    html: str | None
    """Safe to show: no script, no style but a few words, no remote image, links without referrer."""
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None
    in_reply_to: str | None
    references: tuple[str, ...]
    """Oldest first, newest last."""
    thread_index: str | None
    """Base64 as received, without folding."""
    content_hash: str
    """Hex SHA-256 of what the mail says, whatever server handed it over (see `identity`)."""
    warnings: tuple[str, ...]
    original: Original | None = None
    """Of a forward; None when it is none, or not clearly."""
