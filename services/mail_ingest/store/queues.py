"""What a beheerder sets: queues and close reasons; both have a code, a label and a place in a list of choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loketbus_contracts import LinkTo
from sqlalchemy import Connection, Table, insert, select, update

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain.dispatch import Choice, Desk
from services.mail_ingest.store import dossiers
from services.mail_ingest.store.tables import close_reason, queue


def desk(connection: Connection, link: LinkTo | None = None) -> Desk:
    """What the rules of dispatch ask; `link` is a link that somebody wants to make."""
    queues = {row["wachtrij"]: Choice(row["label"], row["active"]) for row in listing(connection, queue)}
    reasons = {
        row["reason"]: Choice(row["label"], row["active"], row["bulk"]) for row in listing(connection, close_reason)
    }
    if link is None:
        return Desk(queues, reasons)
    named = {link.dossier} if link.dossier is not None else set()
    return Desk(queues, reasons, dossiers.register(connection, named, {link.klantenreis}))


def listing(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """All queues, or all close reasons, in the order of a list of choices."""
    code = next(iter(table.primary_key.columns))
    return [dict(row) for row in connection.execute(select(table).order_by(table.c.position, code)).mappings()]


def get(connection: Connection, table: Table, code: str) -> dict[str, Any] | None:
    """One of them."""
    row = connection.execute(select(table).where(next(iter(table.primary_key.columns)) == code)).mappings().first()
    return dict(row) if row is not None else None


def put(tx: Tx, table: Table, code: str, values: Mapping[str, Any]) -> None:
    """Set one; what is new needs all columns."""
    column = next(iter(table.primary_key.columns))
    if tx.execute(update(table).where(column == code).values(**values)).rowcount == 0:
        tx.execute(insert(table).values(**{column.name: code}, **values))
