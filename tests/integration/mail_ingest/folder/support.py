"""Short ways to say what every test of the folder adapter needs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from services.mail_ingest.remote.folder import FolderMailbox
from services.mail_ingest.remote.protocol import Change, ChangeKind, FetchedMail, Wanted

NOW = 1_800_000_000.0
FROM = b"From jan@burger.example Mon Nov  2 09:15:00 2026\n"


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> float:
        return self.at


def mail(number: int = 1) -> bytes:
    """One mail, different for every number."""
    return b"Message-ID: <%d@burger.example>\nSubject: vraag %d\n\nDag.\n" % (number, number)


def mbox(*mails: bytes) -> bytes:
    """A file with these mails."""
    return b"".join(FROM + one + b"\n" for one in mails)


def write(path: Path, content: bytes, *, age_seconds: float = 3600.0) -> Path:
    """A file that was last changed so long before `NOW`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (NOW - age_seconds, NOW - age_seconds))
    return path


async def tell(
    mailbox: FolderMailbox, cursor: str | None = None, *, folder: str = "inbox", limit: int = 100
) -> tuple[list[Change], str]:
    """All changes after a cursor, and the cursor after them."""
    found: list[Change] = []
    while True:
        page = await mailbox.changes(folder, cursor, limit)
        assert page.poison == ()
        assert len(page.changes) <= limit
        found += page.changes
        cursor = page.cursor
        if page.last:
            return found, cursor


def kinds(changes: Iterable[Change]) -> list[ChangeKind]:
    return [change.kind for change in changes]


async def contents(mailbox: FolderMailbox, changes: Iterable[Change]) -> list[bytes]:
    """The mails of these changes, in their order; the copies are deleted."""
    ids = [change.provider_id for change in changes]
    answers = await mailbox.fetch([Wanted(provider_id=one) for one in ids])
    assert set(answers) == set(ids)
    return [content(answers[one]) for one in ids]


def content(answer: object) -> bytes:
    """The mail of an answer that must be one; the copy is deleted."""
    assert isinstance(answer, FetchedMail), answer
    raw = answer.path.read_bytes()
    assert len(raw) == answer.size
    answer.path.unlink()
    return raw
