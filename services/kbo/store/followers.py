"""Whether one organisation is followed, and for whom: for who asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from services.kbo.store.tables import followed, followed_by

FOLLOWERS_MAX = 500


def standing(connection: Connection, number: str) -> dict[str, Any]:
    """`number, followed, since, extract, general_meeting_month, recheck_at, followers[{who, klantenreis}]`."""
    columns = followed.c
    row = connection.execute(
        select(columns.since, columns.extract, columns.general_meeting_month, columns.recheck_at).where(
            columns.number == number
        )
    ).first()
    query = select(followed_by.c.who, followed_by.c.klantenreis).where(followed_by.c.number == number)
    followers = connection.execute(query.order_by(followed_by.c.who).limit(FOLLOWERS_MAX)).mappings()
    return {
        "number": number,
        "followed": row is not None,
        "since": row.since if row else None,
        "extract": (row.extract or None) if row else None,
        "general_meeting_month": row.general_meeting_month if row else None,
        "recheck_at": row.recheck_at if row else None,
        "followers": [dict(one) for one in followers],
    }
