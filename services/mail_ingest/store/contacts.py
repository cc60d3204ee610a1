"""Questions that did not come by mail."""

from __future__ import annotations

from typing import Any

from loketbus_contracts import ContactReceived
from sqlalchemy import insert, select, update

from loketbus.ledger.tx import Tx
from services.mail_ingest.store.tables import contact


def put(tx: Tx, data: ContactReceived) -> bool:
    """Remember one, in place of what was known of it; False when nothing differs."""
    values = _values(data)
    known = tx.execute(select(contact).where(contact.c.contact == data.contact)).mappings().first()
    if known is None:
        tx.execute(insert(contact).values(**values))
    elif dict(known) == values:
        return False
    else:
        tx.execute(update(contact).where(contact.c.contact == data.contact).values(**values))
    return True


def _values(data: ContactReceived) -> dict[str, Any]:
    return {
        "contact": data.contact,
        "received_at": data.received_at,
        "name": data.name,
        "email": None if data.email is None else data.email.strip().lower(),
        "phone": data.phone,
        "adres_zoals_gezegd": data.adres_zoals_gezegd,
        "language": data.language,
        "contactpersoon": data.contactpersoon,
        "new_text": data.text,
        "actor": data.actor,
    }
