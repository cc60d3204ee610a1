"""Subjects of mails, compared as people read them. No I/O."""

from __future__ import annotations

import re

_PREFIX = re.compile(r"(?:re|r[ée]p|fw|fwd|antw|doorst|tr|aw|wg|betr|sv|vs)\s*(?:\[\d{1,3}\])?\s*:\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\[\s*(?:we\s*:[^\[\]]*|ext|extern|external)\s*\]\s*", re.IGNORECASE)
"""Our own token, and what mail gateways write in front."""
_SPACE = re.compile(r"\s+")


def normalised(subject: str | None) -> str:
    """Without prefixes of replies and forwards (nl, fr, en, de), tokens, capitals and doubled spaces."""
    rest = _SPACE.sub(" ", _BRACKETS.sub(" ", subject or "")).strip()
    while match := _PREFIX.match(rest):
        rest = rest[match.end() :].lstrip()
    return rest.casefold()


def differ(new: str | None, old: str | None) -> bool:
    """Is this another subject? A mail without one says nothing about that."""
    one, other = normalised(new), normalised(old)
    return bool(one) and bool(other) and one != other
