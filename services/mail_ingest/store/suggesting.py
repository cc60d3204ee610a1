"""What a suggestion goes by: the dossier that an item is linked to, its text, the items that still wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loketbus_contracts import Wachtrij
from sqlalchemy import Connection, case, func, literal, select, tuple_

from services.mail_ingest.store.tables import contact, dossier, item, mail


def newest_queue(connection: Connection, row: Mapping[str, Any]) -> str | None:
    """The thematic queue of the newest other item of the same dossier, else of the same klantenreis."""
    same_dossier = case((item.c.dossier == row["dossier"], 0), else_=1)
    query = select(item.c.wachtrij).where(
        item.c.klantenreis == row["klantenreis"], item.c.wachtrij != str(Wachtrij.WE), item.c.item != row["item"]
    )
    query = query.order_by(same_dossier, item.c.first_contact_at.desc(), item.c.item)
    return connection.execute(query.limit(1)).scalar_one_or_none()


def dossiers_of(connection: Connection, klantenreis: str) -> list[Mapping[str, Any]]:
    """The active dossiers of a klantenreis: `dossier`, `type`, `subtype`, `hoofdproject`, `toewijzing`."""
    columns = (dossier.c.dossier, dossier.c.type, dossier.c.subtype, dossier.c.hoofdproject, dossier.c.toewijzing)
    query = select(*columns).where(dossier.c.klantenreis == klantenreis, dossier.c.actief)
    return [dict(row) for row in connection.execute(query.order_by(dossier.c.dossier)).mappings()]


def text_of(connection: Connection, row: Mapping[str, Any]) -> str:
    """The own words of whoever asked."""
    source, key = (mail, mail.c.mail) if row["mail"] is not None else (contact, contact.c.contact)
    query = select(source.c.new_text).where(key == (row["mail"] or row["contact"]))
    return connection.execute(query).scalar_one_or_none() or ""


def waiting(connection: Connection, after: tuple[datetime, str] | None, limit: int) -> list[tuple[dict[str, Any], str]]:
    """People's questions that still stand in the W&E queue, with their own words; the oldest first."""
    place = (item.c.first_contact_at, item.c.item)
    query = (
        select(item, func.coalesce(mail.c.new_text, contact.c.new_text, "").label("own_text"))
        .outerjoin(mail, mail.c.mail == item.c.mail)
        .outerjoin(contact, contact.c.contact == item.c.contact)
        .where(item.c.open, item.c.wachtrij == str(Wachtrij.WE), item.c.automatic.is_(None))
    )
    if after is not None:
        last = (literal(value, column.type) for value, column in zip(after, place, strict=True))
        query = query.where(tuple_(*place) > tuple_(*last))
    rows = connection.execute(query.order_by(*place).limit(limit)).mappings()
    return [({name: row[name] for name in item.c.keys()}, row["own_text"]) for row in rows]  # noqa: SIM118
