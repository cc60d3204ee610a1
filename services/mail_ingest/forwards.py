"""Whose question a mail is: of who sent it, or of the citizen whose mail a colleague forwarded."""

from __future__ import annotations

from collections.abc import Collection

from services.mail_ingest.domain.clues import is_own
from services.mail_ingest.parsing import Address, StoredMail
from services.mail_ingest.parsing.model import Original


def original_of(mail: StoredMail, own_domains: Collection[str]) -> Original | None:
    """The citizen's mail behind a colleague's forward; None when it came directly, or from somebody else's forward."""
    if mail.original is None or mail.from_ is None or not is_own(mail.from_.email, own_domains):
        return None
    found = mail.original
    while found.behind is not None and is_own(found.from_.email, own_domains):
        found = found.behind
    return found


def asker(mail: StoredMail, original: Original | None) -> Address | None:
    """Who asks."""
    return mail.from_ if original is None else original.from_


def address_of(person: Address | None) -> str | None:
    """The mail address in small letters, if it has one."""
    return person.email.lower() or None if person is not None else None
