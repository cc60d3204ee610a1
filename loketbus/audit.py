"""Who did what by hand: written in the same transaction as the act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from loketbus.ledger.tables import audit


def record(connection: Connection, *, actor: str, action: str, target: str, reason: str | None, now: datetime) -> None:
    """Add one act."""
    connection.execute(insert(audit).values(at=now, actor=actor, action=action, target=target, reason=reason))


def newest(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """The last acts, newest first."""
    return [dict(row) for row in connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit)).mappings()]
