"""A mail that Graph gave in pieces has one body where its MIME has two, and so another content hash: it is recognised
by what both have. Whichever comes first stays.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from services.mail_ingest.mail_forms import shown
from services.mail_ingest.parsing import Oddity, StoredMail
from services.mail_ingest.store import mails


def twin_of(connection: Connection, mailbox: str, mail: StoredMail) -> str | None:
    """The mail of this mailbox that `mail` is too, when one of both was rebuilt."""
    if mail.message_id is None:
        return None
    there = mails.of_mailbox(connection, mailbox, mail.message_id)
    return next((row["mail"] for row in there if _is_rebuilt(mail, row) and _facts_of_row(row) == _facts(mail)), None)


def _is_rebuilt(mail: StoredMail, row: Mapping[str, Any]) -> bool:
    return Oddity.REBUILT in mail.warnings or Oddity.REBUILT in json.loads(row["warnings"])


def _facts(mail: StoredMail) -> tuple[str, str, Counter[str]]:
    """Sender's address, subject, attachments."""
    return _address(shown(mail.from_)), mail.subject, Counter(file.sha256 for file in mail.attachments)


def _facts_of_row(row: Mapping[str, Any]) -> tuple[str, str, Counter[str]]:
    files = Counter(file["sha256"] for file in json.loads(row["attachments"]))
    return _address(row["sender"]), row["subject"] or "", files


def _address(sender: str | None) -> str:
    """Of `Name <address>`: servers may know a person by another name than the mail says."""
    return (sender or "").rpartition("<")[2].removesuffix(">").lower()
