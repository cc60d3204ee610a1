"""Object ids of the register as somebody gives them: digits, or the URI with or without version. No I/O."""

from __future__ import annotations

import re

_ID = re.compile(
    r"(?:https?://data\.vlaanderen\.be/id/adres/)?0{0,20}(?P<id>[1-9][0-9]{0,17})(?:/[0-9T:+Z.\-]{1,40})?/?",
    re.IGNORECASE,
)


def object_id(text: str) -> int | None:
    """The id of an address; None when this is none. Never raises."""
    found = _ID.fullmatch(text.strip()) if len(text) <= 200 and text.isascii() else None
    return None if found is None else int(found["id"])
