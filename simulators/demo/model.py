"""What the hand-written material is made of: stories, their mails and the files that hang on them."""

from dataclasses import dataclass
from typing import Literal

Language = Literal["nl", "fr", "en"]
Queue = Literal["energie", "wonen", "appartementen", "wijkrenovatie", "adaptatie", "lening"]
Home = Literal["house", "flat", "building"]
ThreadHeaders = Literal["full", "no-references", "index-only", "none", "foreign"]
Automatic = Literal["human", "auto_reply", "bounce", "list"]


@dataclass(frozen=True, slots=True)
class File:
    """One attachment to be made: `kind` chooses the maker in `files.build`, `lines` are its readable content."""

    name: str
    kind: Literal["pdf", "png", "jpg", "docx", "csv", "ics", "tnef", "eml"]
    title: str = ""
    lines: tuple[str, ...] = ()
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail of a story.

    `who` and `to` are roles ("burger", "buur", "eigenaar2", "syndicus", "loket", ...). A mail from "loket" goes to the
    sent folder; a mail that does not reach "loket" exists only for others to answer or forward. `answers` and
    `forwards` are indexes in the story. `gap` is in hours after the mail before it; `late` is hours lost in transit.
    """

    who: str
    text: str
    subject: str = ""
    to: str = "loket"
    cc: tuple[str, ...] = ()
    answers: int | None = None
    forwards: int | None = None
    files: tuple[File, ...] = ()
    gap: float | None = None
    late: float = 0.0
    client: str = ""
    form: Literal["", "plain", "html", "alternative"] = ""
    charset: str = ""
    encoding: Literal["", "7bit", "8bit", "quoted-printable", "base64"] = ""
    thread: ThreadHeaders = "full"
    kind: str = ""
    automatic: Automatic = "human"
    lang: Language | None = None
    queue: Queue | None = None
    quirks: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    quote: bool = True


@dataclass(frozen=True, slots=True)
class Story:
    """A thread about one thing; `queue` None means: no queue a person would choose (newsletter, spam, bounce).

    With `home` "house" every role has its own house; "flat" and "building" put them in one building, the latter one
    with a named VME and its number.
    """

    key: str
    queue: Queue | None
    topic: str
    mails: tuple[Mail, ...]
    lang: Language = "nl"
    home: Home = "house"
    building: str = ""
    broken: tuple[str, ...] = ()
