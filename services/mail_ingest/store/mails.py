"""Mails that came in, mails that went out, and what refers to what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select, update

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain import Known, Parent
from services.mail_ingest.store.tables import item, mail, person, reference, sent


def add_mail(tx: Tx, values: dict[str, Any], people: Iterable[str], refers_to: Sequence[Parent]) -> None:
    """Add a mail with the addresses in it and what it may reply to, in the order of the linking rules."""
    tx.execute(insert(mail).values(**values))
    _add_all(tx, person, [{"mail": values["mail"], "address": address} for address in dict.fromkeys(people)])
    rows = [
        {"mail": values["mail"], "message_id": parent.message_id, "position": position, "method": parent.method}
        for position, parent in enumerate(refers_to)
    ]
    _add_all(tx, reference, rows)


def known_mails(connection: Connection, message_ids: Collection[str]) -> dict[str, Known]:
    """What we know of these Message-IDs; a mail that went out says more than one that came in."""
    if not message_ids:
        return {}
    came = (
        select(mail.c.message_id, mail.c.conversation, item.c.klantenreis, item.c.dossier)
        .join(item, item.c.mail == mail.c.mail)
        .where(mail.c.message_id.in_(message_ids))
        .order_by(mail.c.received_at, mail.c.mail)
    )
    went = select(sent.c.message_id, sent.c.conversation, sent.c.klantenreis, sent.c.dossier)
    found = {row.message_id: Known(*row) for row in connection.execute(came)}
    for row in connection.execute(went.where(sent.c.message_id.in_(message_ids))):
        if row.klantenreis is not None or row.message_id not in found:
            found[row.message_id] = Known(*row)
    return found


def parents_of(connection: Connection, mail_id: str) -> list[Parent]:
    """What a mail may reply to, in the order of the linking rules."""
    query = select(reference.c.message_id, reference.c.method).where(reference.c.mail == mail_id)
    return [Parent(*row) for row in connection.execute(query.order_by(reference.c.position))]


def put_sent(tx: Tx, values: dict[str, Any]) -> None:
    """Remember a mail that went out; a later word about the same Message-ID replaces the former."""
    where = sent.c.message_id == values["message_id"]
    if tx.execute(update(sent).where(where).values(**values)).rowcount == 0:
        tx.execute(insert(sent).values(**values))


def _add_all(tx: Tx, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(insert(table), rows)
