"""The expected facts of each mail, written beside the corpus as manifest.json."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class NumberMention:
    """A KBO number in the text; `digits` is what the text stands for, `valid` says whether its check digits hold."""

    text: str
    digits: str
    valid: bool
    kind: str
    issue: str = ""
    where: str = "body"


@dataclass(frozen=True, slots=True)
class AddressMention:
    """An address in the text, with the address that was meant; `issue` names what the spelling lacks."""

    text: str
    street: str
    house_number: str
    box: str
    postcode: str
    municipality: str
    issue: str = ""
    where: str = "body"


@dataclass(frozen=True, slots=True)
class AttachmentFact:
    """A file as the sender attached it; what arrives of it may differ when the mail is broken."""

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool


@dataclass(slots=True)
class Entry:
    """The facts of one file; times are ISO 8601 with offset.

    `link` is the strongest evidence for `replies_to` in the headers; `text` is the sender's own text without the quote.
    """

    file: str
    folder: str
    thread: str
    kind: str
    automatic: str
    language: str
    queue: str | None
    topic: str
    subject: str
    sender: str
    message_id: str | None
    date: str | None
    received_at: str
    replies_to: str | None = None
    link: str = "none"
    in_reply_to: str | None = None
    references: list[str] = field(default_factory=list)
    foreign_references: list[str] = field(default_factory=list)
    duplicate_of: str | None = None
    broken: list[str] = field(default_factory=list)
    quirks: list[str] = field(default_factory=list)
    client: str = ""
    form: str = ""
    charset: str = ""
    encoding: str = ""
    text: str = ""
    numbers: list[NumberMention] = field(default_factory=list)
    addresses: list[AddressMention] = field(default_factory=list)
    attachments: list[AttachmentFact] = field(default_factory=list)
    size: int = 0
    sha256: str = ""


@dataclass(slots=True)
class Manifest:
    """All entries, inbox first in order of arrival, then the sent folder."""

    seed: int
    now: str
    mailbox: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def inbox(self) -> list[Entry]:
        """What arrived in the shared mailbox."""
        return [e for e in self.entries if e.folder == "inbox"]

    @property
    def sent(self) -> list[Entry]:
        """What the desk sent."""
        return [e for e in self.entries if e.folder == "sent"]

    def save(self, path: Path) -> None:
        """Writes the manifest as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
