"""Which revision of each dossier was taken over, so that an older one that comes late changes nothing."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from loketbus.ledger.tx import Tx
from services.kbo.store.tables import dossier


def revision(connection: Connection, dossier_id: str) -> int:
    """The last revision; 0 for a dossier that we do not know."""
    query = select(dossier.c.revision).where(dossier.c.dossier == dossier_id)
    return connection.execute(query).scalar_one_or_none() or 0


def put(tx: Tx, dossier_id: str, number: int) -> None:
    """This revision was taken over."""
    if tx.execute(update(dossier).where(dossier.c.dossier == dossier_id).values(revision=number)).rowcount == 0:
        tx.execute(insert(dossier).values(dossier=dossier_id, revision=number))


def remove(tx: Tx, dossier_id: str) -> None:
    """Forget a dossier; should it come back, its revisions begin anew."""
    tx.execute(delete(dossier).where(dossier.c.dossier == dossier_id))
