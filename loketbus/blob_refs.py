"""Giving up blobs: what nobody refers to any more after an erasure is deleted at once, also when we are killed halfway.

The rows of who gives up are replaced by one row per blob of the owner `erased`, in the same transaction; `bury` deletes
these blobs and then the rows. A blob that was put a moment ago may belong to a mail that is just being written: it
stays until nobody can be writing about it any more, and the hourly housekeeping takes it.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Connection, delete, exists, func, insert, or_, select

from loketbus.blobs import BlobStore
from loketbus.clock import Clock
from loketbus.ledger import Ledger
from loketbus.ledger.tables import blob_ref
from loketbus.ledger.tx import Tx

ERASED = "erased"
IN_FLIGHT_MAX = timedelta(minutes=15)
"""Longer than anybody takes from putting a blob to the commit that refers to it."""


def release(tx: Tx, owners: Collection[str]) -> int:
    """`owners` need their blobs no more, and nobody may read them by these references; returns how many there were."""
    where = blob_ref.c.owner.in_(owners)
    hashes = set(tx.execute(select(blob_ref.c.sha256).where(where)).scalars())
    if not hashes:
        return 0
    released = tx.execute(delete(blob_ref).where(where)).rowcount
    known = select(blob_ref.c.sha256).where(blob_ref.c.owner == ERASED, blob_ref.c.sha256.in_(hashes))
    values = {"owner": ERASED, "size": 0, "name": "", "media_type": "", "created_at": tx.now}
    if fresh := sorted(hashes - set(tx.execute(known).scalars())):
        tx.execute(insert(blob_ref), [{"ref": secrets.token_hex(16), "sha256": one, **values} for one in fresh])
    return released


async def bury(ledger: Ledger, blobs: BlobStore, clock: Clock) -> int:
    """Delete the blobs that were given up and that nobody else needs; returns how many have to wait a little."""
    limit = clock() - IN_FLIGHT_MAX
    gone = [
        sha256
        for sha256 in await ledger.read(_unneeded)
        if await blobs.delete(sha256, unless_since=limit) or not await blobs.exists(sha256)
    ]

    def settle(connection: Connection) -> int:
        needed = select(blob_ref.c.sha256).where(blob_ref.c.owner != ERASED)
        settled = or_(blob_ref.c.sha256.in_(gone), blob_ref.c.sha256.in_(needed))
        connection.execute(delete(blob_ref).where(blob_ref.c.owner == ERASED, settled))
        left = select(func.count()).select_from(blob_ref).where(blob_ref.c.owner == ERASED)
        return int(connection.execute(left).scalar_one())

    return await ledger.write(settle)


def _unneeded(connection: Connection) -> list[str]:
    other = blob_ref.alias()
    needed = exists().where(other.c.sha256 == blob_ref.c.sha256, other.c.owner != ERASED)
    query = select(blob_ref.c.sha256).where(blob_ref.c.owner == ERASED, ~needed)
    return list(connection.execute(query.order_by(blob_ref.c.sha256)).scalars())
