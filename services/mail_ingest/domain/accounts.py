"""How an account stands in events and histories. No I/O."""

from __future__ import annotations

import hashlib

from loketbus_contracts import is_opaque


def account(name: str) -> str:
    """The id of an account: a mail address (an Entra ID user name) does not travel, what is an id already stays."""
    return name if is_opaque(name) else f"account-{hashlib.sha256(name.strip().lower().encode()).hexdigest()[:16]}"
