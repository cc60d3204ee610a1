"""Mail from a folder of .eml files: a first lot at once, the rest one by one, so that a demo shows a queue filling."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from simulators._common.exchange.content import MailContent
from simulators._common.exchange.mailbox import Mailbox

ReceivedFrom = Literal["header", "date", "now"]


@dataclass(frozen=True, slots=True)
class MailFiles:
    """Where mail comes from; `initial` None is all at once."""

    inbox: Path | None = None
    sent: Path | None = None
    initial: int | None = None
    interval_seconds: float = 5.0
    received: ReceivedFrom = "header"


class Feed:
    """Delivers the files in the order of their names, each once (the mailbox remembers them over a restart)."""

    def __init__(self, mailbox: Mailbox, files: MailFiles) -> None:
        self._mailbox = mailbox
        self._files = files

    def load(self) -> None:
        """Everything that is there from the start."""
        for path in self._new(self._files.sent, "sentitems"):
            self._deliver(path, "sentitems")
        for path in self._new(self._files.inbox, "inbox", self._files.initial):
            self._deliver(path, "inbox")

    async def run(self) -> None:
        """The rest of the inbox, one mail per interval."""
        for path in self._new(self._files.inbox, "inbox"):
            await asyncio.sleep(self._files.interval_seconds)
            self._deliver(path, "inbox")

    def _new(self, source: Path | None, folder: str, first: int | None = None) -> list[Path]:
        """Of the `first` files of a folder (None: all), those that were not delivered yet."""
        if source is None:
            return []
        mails = sorted(path for path in source.iterdir() if path.suffix.lower() == ".eml")
        return [path for path in mails[:first] if _mark(path, folder) not in self._mailbox.sources]

    def _deliver(self, path: Path, folder: str) -> None:
        raw = path.read_bytes()
        self._mailbox.deliver(raw, folder, received_at(raw, self._files.received), _mark(path, folder))


def received_at(raw: bytes, source: ReceivedFrom) -> datetime:
    """When a mail came in: `Received`, else `Date`, else now; `source` says where to begin."""
    content = MailContent(raw)
    found = {"header": content.received or content.date, "date": content.date, "now": None}[source]
    return found or datetime.now(UTC)


def _mark(path: Path, folder: str) -> str:
    return f"{folder}/{path.name}"
