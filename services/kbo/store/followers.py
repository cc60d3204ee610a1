"""Whether one organisation is followed, and for whom: for who asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from services.kbo.store.following import followers
from services.kbo.store.tables import followed


def standing(connection: Connection, number: str) -> dict[str, Any]:
    """`number, followed, since, extract, general_meeting_month, recheck_at, followers[{who, klantenreis}]`."""
    columns = followed.c
    row = connection.execute(
        select(columns.since, columns.extract, columns.general_meeting_month, columns.recheck_at).where(
            columns.number == number
        )
    ).first()
    return {
        "number": number,
        "followed": row is not None,
        "since": row.since if row else None,
        "extract": (row.extract or None) if row else None,
        "general_meeting_month": row.general_meeting_month if row else None,
        "recheck_at": row.recheck_at if row else None,
        "followers": followers.listed(connection, number),
    }
