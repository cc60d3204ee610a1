"""Forgetting in time: inbox marks, published rows and finished effects are kept as long as somebody can need them."""

from __future__ import annotations

from datetime import timedelta

from loketbus_contracts.topics import PERSONAL_DATA_RETENTION_MAX
from sqlalchemy import Connection, delete, select

from loketbus.blob_refs import bury
from loketbus.blobs import BlobStore
from loketbus.clock import Clock
from loketbus.leases import Lease
from loketbus.ledger import Ledger
from loketbus.ledger.tables import blob_ref, effect, inbox, outbox
from loketbus.outcomes import State

INBOX_KEPT = PERSONAL_DATA_RETENTION_MAX + timedelta(days=7)
"""A week longer than the longest topic: whatever can still come again is still known."""
PUBLISHED_KEPT = timedelta(days=7)
FINISHED_KEPT = timedelta(days=14)


class Housekeeping:
    """The bus's own hourly job."""

    def __init__(self, ledger: Ledger, blobs: BlobStore, clock: Clock) -> None:
        self._ledger = ledger
        self._blobs = blobs
        self._clock = clock

    async def run(self, lease: Lease) -> None:
        """Delete what has served."""
        await self._ledger.write(self.prune)
        await bury(self._ledger, self._blobs, self._clock)
        await self._blobs.sweep(self._referenced)

    def _referenced(self, hashes: list[str]) -> set[str]:
        query = select(blob_ref.c.sha256).where(blob_ref.c.sha256.in_(hashes))
        return self._ledger.read_sync(lambda connection: set(connection.execute(query).scalars()))

    def prune(self, connection: Connection) -> dict[str, int]:
        """Rows deleted, by table."""
        now = self._clock()
        finished = effect.c.state.in_((State.DONE, State.DROPPED))
        statements = {
            "inbox": delete(inbox).where(inbox.c.received_at < now - INBOX_KEPT),
            "outbox": delete(outbox).where(outbox.c.published_at < now - PUBLISHED_KEPT),
            "effect": delete(effect).where(finished, effect.c.updated_at < now - FINISHED_KEPT),
        }
        return {table: connection.execute(statement).rowcount for table, statement in statements.items()}
