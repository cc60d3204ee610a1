"""Finding and erasing a person by mail address."""

from __future__ import annotations

from collections.abc import Sequence

from loketbus_contracts import QUEUE_ITEM
from sqlalchemy import Connection, delete, select

from loketbus.blob_refs import release
from loketbus.errors import Rejected
from loketbus.ledger.tx import Tx
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.store.tables import item, mail, person, reference


class People:
    """See `loketbus.service.SubjectStore`."""

    def find(self, connection: Connection, subject: str) -> dict[str, int]:
        """Mails from or to this address."""
        return {"mail": len(_mails(connection, subject))}

    def erase(self, tx: Tx, subject: str) -> dict[str, int]:
        """Remove the mails with their items and blobs; their places stay, so that they are not read in again.

        Raises:
            Rejected: `own_mailbox`, for the address of a mailbox of the desk itself: everything would go.
        """
        if tx.execute(select(mail.c.mail).where(mail.c.mailbox == mailbox_id(subject)).limit(1)).first():
            raise Rejected("own_mailbox", "Dit is het adres van het postvak zelf; daarmee zou alle post gewist worden.")
        mails = _mails(tx.connection, subject)
        items = list(tx.execute(select(item.c.item).where(item.c.mail.in_(mails)).order_by(item.c.item)).scalars())
        for item_id in items:
            tx.tombstone(QUEUE_ITEM, item_id)
        tx.execute(delete(item).where(item.c.item.in_(items)))
        for table in (reference, person, mail):
            tx.execute(delete(table).where(table.c.mail.in_(mails)))
        return {"mail": len(mails), "queue_item": len(items), "blob_ref": release(tx, mails)}


def _mails(connection: Connection, subject: str) -> Sequence[str]:
    query = select(person.c.mail).where(person.c.address == subject.strip().lower())
    return list(connection.execute(query.order_by(person.c.mail)).scalars())
