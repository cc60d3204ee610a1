"""Whether one address is followed, and for whom: for who asks."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from services.address.store.following import followers
from services.address.store.tables import followed


def standing(connection: Connection, address: int) -> dict[str, Any]:
    """`address_id, followed, since, as_of, followers[{who, klantenreis}]`."""
    columns = followed.c
    query = select(columns.since, columns.as_of).where(columns.address == address)
    row = connection.execute(query).first()
    return {
        "address_id": str(address),
        "followed": row is not None,
        "since": row.since if row else None,
        "as_of": row.as_of if row else None,
        "followers": followers.listed(connection, address),
    }
