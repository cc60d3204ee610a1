"""Text from outside, made fit for a column: no bytes of a stranger may make the ledger refuse a row."""

from __future__ import annotations

import hashlib

ID_CHARACTERS = 300
"""PostgreSQL indexes at most 2,700 bytes per row; source and id share an index, at up to four bytes a character."""
PROSE_CHARACTERS = 2_000


def fit_id(text: str) -> str:
    """`text` as an id: storable, and cut so that two ids that differ anywhere still differ."""
    clean = storable(text)
    if len(clean) <= ID_CHARACTERS:
        return clean
    digest = hashlib.sha256(clean.encode()).hexdigest()[:32]
    return f"{clean[: ID_CHARACTERS - len(digest) - 1]}~{digest}"


def fit_prose(text: str, characters: int = PROSE_CHARACTERS) -> str:
    """`text` for people: storable, cut at `characters`."""
    return storable(text)[:characters]


def storable(text: str) -> str:
    """`text` without what a database cannot hold: NUL (PostgreSQL) and lone surrogates (both)."""
    return text.replace("\x00", "\ufffd").encode(errors="replace").decode()
