"""Mails that came in, and what refers to what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain.linking import Parent
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


def conversations(connection: Connection, message_ids: Collection[str]) -> dict[str, str]:
    """The conversations of these Message-IDs, as far as we know them.

    A mail that went out goes before one that came in, and that before its namesakes that came later.
    """
    if not message_ids:
        return {}
    went = select(sent.c.message_id, sent.c.conversation).where(sent.c.message_id.in_(message_ids))
    came = select(mail.c.message_id, mail.c.conversation).where(mail.c.message_id.in_(message_ids))
    found: dict[str, str] = {row.message_id: row.conversation for row in connection.execute(went)}
    for row in connection.execute(came.order_by(mail.c.received_at, mail.c.mail)):
        found.setdefault(row.message_id, row.conversation)
    return found


def with_message_id(connection: Connection, message_id: str) -> list[dict[str, Any]]:
    """Items whose mail carries this Message-ID (rows of `queue_item`)."""
    query = select(item).join(mail, mail.c.mail == item.c.mail).where(mail.c.message_id == message_id)
    return [dict(row) for row in connection.execute(query.order_by(item.c.item)).mappings()]


def of_mailbox(connection: Connection, mailbox: str, message_id: str) -> list[dict[str, Any]]:
    """Mails of one mailbox that carry this Message-ID (rows of `mail`), oldest first."""
    query = select(mail).where(mail.c.message_id == message_id, mail.c.mailbox == mailbox)
    return [dict(row) for row in connection.execute(query.order_by(mail.c.received_at, mail.c.mail)).mappings()]


def _add_all(tx: Tx, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(insert(table), rows)
