"""Queue items: what stands in a queue, for lists and for linking."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    String,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)

from loketbus.ledger.tx import Tx
from services.mail_ingest.store.tables import contact, item, mail

PREVIEW_CHARS = 200
SHORT_ID = 8
"""Characters that are enough to name an item by hand."""

_HIDDEN = ("sender_address", "attachments", "candidates", "remarks", "suggestion", "link_evidence")
"""Columns that are shown in another form, or not at all."""
_JSON = ("candidates", "remarks", "suggestion", "link_evidence")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items to list, the oldest question first or the newest; `after` is the last one of the page before."""

    wachtrij: str | None = "we"
    """None: of every queue."""
    open: bool | None = True
    linked: bool | None = None
    automatic: bool | None = None
    newest: bool = False
    after: tuple[datetime, str] | None = None
    limit: int = 100
    ambiguous: bool | None = None
    """Not linked, and more than one klantenreis comes into question."""
    behandelaar: str | None = None
    unassigned: bool = False
    """Nobody works on it."""
    suggested: str | None = None
    """The queue that software suggests."""
    klantenreis: str | None = None
    words: str | None = None
    """Stands in the subject or in the sender."""


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits, and since when; automatic mail does not count."""

    open: int
    oldest_at: datetime | None


def add_item(tx: Tx, values: dict[str, Any]) -> None:
    """Add a queue item."""
    tx.execute(insert(item).values(**values))


def update_item(tx: Tx, item_id: str, values: dict[str, Any]) -> None:
    """Change a queue item."""
    tx.execute(update(item).where(item.c.item == item_id).values(**values))


def get_item(connection: Connection, item_id: str) -> dict[str, Any] | None:
    """A row of `queue_item`."""
    row = connection.execute(select(item).where(item.c.item == item_id)).mappings().first()
    return dict(row) if row is not None else None


def list_items(connection: Connection, chosen: Filter) -> list[dict[str, Any]]:
    """Items for a list, with the first words of their texts."""
    query = select(item).where(*_conditions(chosen, connection.dialect.name))
    place = (item.c.first_contact_at, item.c.item)
    if chosen.after is not None:
        last = tuple_(*(literal(value, column.type) for value, column in zip(chosen.after, place, strict=True)))
        query = query.where(tuple_(*place) < last if chosen.newest else tuple_(*place) > last)
    order = [column.desc() for column in place] if chosen.newest else place
    query = _with_text(query, func.substr(_TEXT, 1, PREVIEW_CHARS).label("preview"))
    rows = connection.execute(query.order_by(*order).limit(chosen.limit)).mappings()
    return [_shown(row) | {"preview": " ".join((row["preview"] or "").split())} for row in rows]


def show_item(connection: Connection, item_id: str) -> dict[str, Any] | None:
    """One item with its own text; the first characters of its id will do when no other begins with them."""
    found = resolve(connection, item_id)
    if found is None:
        return None
    received = func.coalesce(mail.c.received_at, contact.c.received_at, type_=mail.c.received_at.type)
    own = (mail.c.raw_ref, mail.c.text_ref, mail.c.html_ref, contact.c.phone, contact.c.adres_zoals_gezegd)
    columns = (_TEXT.label("new_text"), received.label("received_at"), *own)
    row = connection.execute(_with_text(select(item), *columns).where(item.c.item == found)).mappings().one()
    return _shown(row) | {column.name: row[column.name] for column in columns}


def resolve(connection: Connection, item_id: str) -> str | None:
    """The whole id of an item that is named by it, or by its first characters when no other begins with them."""
    return resolve_all(connection, [item_id]).get(item_id)


def resolve_all(connection: Connection, names: Collection[str]) -> dict[str, str]:
    """Whole ids by name; a name of no item, or of several, is left out."""
    whole = connection.execute(select(item.c.item).where(item.c.item.in_(names))).scalars()
    found = {item_id: item_id for item_id in whole}
    for name in names:
        if name not in found and len(name) >= SHORT_ID:
            begins = select(item.c.item).where(item.c.item.startswith(name, autoescape=True))
            matches = connection.execute(begins.limit(2)).scalars().all()
            found |= {name: matches[0]} if len(matches) == 1 else {}
    return found


def assigned(connection: Connection, behandelaar: str, wachtrij: str | None) -> list[tuple[str, int]]:
    """Open items of somebody, of one queue or of all, the oldest question first; each with its revision."""
    query = select(item.c.item, item.c.revision).where(item.c.behandelaar == behandelaar, item.c.open)
    if wachtrij is not None:
        query = query.where(item.c.wachtrij == wachtrij)
    rows = connection.execute(query.order_by(item.c.first_contact_at, item.c.item))
    return [(row.item, row.revision) for row in rows]


def counts(connection: Connection) -> dict[str, dict[str, Any]]:
    """Open items per queue: people's unlinked and linked, automatic mail; and since when the oldest of people waits."""
    linked, automatic = item.c.klantenreis.is_not(None), item.c.automatic.is_not(None)
    columns = (item.c.wachtrij, linked.label("linked"), automatic.label("automatic"), item.c.first_contact_at)
    kinds = select(*columns).where(item.c.open).subquery()
    groups = (kinds.c.wachtrij, kinds.c.linked, kinds.c.automatic)
    found: dict[str, dict[str, Any]] = {}
    for wachtrij, is_linked, is_automatic, number, oldest in connection.execute(
        select(*groups, func.count(), func.min(kinds.c.first_contact_at)).group_by(*groups)
    ):
        queue = found.setdefault(wachtrij, {"unlinked": 0, "linked": 0, "automatic": 0, "oldest_at": None})
        queue["automatic" if is_automatic else "linked" if is_linked else "unlinked"] += number
        if not is_automatic:
            queue["oldest_at"] = min(oldest, queue["oldest_at"] or oldest)
    return found


def loads(connection: Connection) -> dict[str | None, Load]:
    """What waits per behandelaar, over all queues; under None what nobody has."""
    columns = (item.c.behandelaar, func.count(), func.min(item.c.first_contact_at))
    query = select(*columns).where(item.c.open, item.c.automatic.is_(None)).group_by(item.c.behandelaar)
    return {name: Load(number, oldest) for name, number, oldest in connection.execute(query)}


def _conditions(chosen: Filter, dialect: str) -> list[ColumnElement[bool]]:
    """What a row must be; a filter that was not given asks nothing."""
    asked: list[ColumnElement[bool] | None] = [
        _equal(item.c.wachtrij, chosen.wachtrij),
        _equal(item.c.behandelaar, chosen.behandelaar),
        _equal(item.c.klantenreis, chosen.klantenreis),
        item.c.behandelaar.is_(None) if chosen.unassigned else None,
        _yes_or_no(item.c.open, chosen.open),
        _yes_or_no(item.c.klantenreis.is_not(None), chosen.linked),
        _yes_or_no(item.c.automatic.is_not(None), chosen.automatic),
        _yes_or_no(_ambiguous(dialect), chosen.ambiguous),
        _equal(_field(item.c.suggestion, "wachtrij", dialect), chosen.suggested),
        _says(chosen.words),
    ]
    return [condition for condition in asked if condition is not None]


def _equal(column: ColumnElement[Any], value: str | None) -> ColumnElement[bool] | None:
    return None if value is None else column == value


def _yes_or_no(condition: ColumnElement[bool], wanted: bool | None) -> ColumnElement[bool] | None:
    if wanted is None:
        return None
    return condition if wanted else ~condition


def _says(words: str | None) -> ColumnElement[bool] | None:
    if words is None or not words.strip():
        return None
    places = (item.c.subject, item.c.afzender, item.c.sender_address)
    return or_(*(place.icontains(words.strip(), autoescape=True) for place in places))


def _ambiguous(dialect: str) -> ColumnElement[bool]:
    """As `LinkState.AMBIGUOUS`: several klantenreizen among the candidates."""
    if dialect == "postgresql":
        each = func.json_array_elements(cast(item.c.candidates, JSON)).table_valued("value")
    else:
        each = func.json_each(item.c.candidates).table_valued("value")
    klantenreis = _field(each.c.value, "klantenreis", dialect)
    several = select(func.count(klantenreis.distinct())).select_from(each).scalar_subquery()
    return item.c.klantenreis.is_(None) & (several > 1)


def _field(column: ColumnElement[Any], name: str, dialect: str) -> ColumnElement[Any]:
    """A text of a JSON object that is kept as text."""
    if dialect == "postgresql":
        return cast(column, JSON).op("->>", return_type=String)(name)
    return type_coerce(func.json_extract(column, f"$.{name}"), String)


_TEXT = func.coalesce(mail.c.new_text, contact.c.new_text)


def _with_text(query: Select[Any], *columns: Any) -> Select[Any]:
    joined = query.outerjoin(mail, mail.c.mail == item.c.mail).outerjoin(contact, contact.c.contact == item.c.contact)
    return joined.add_columns(*columns)


def _shown(row: RowMapping) -> dict[str, Any]:
    attachments = [entry for entry in json.loads(row["attachments"]) if not entry["inline"]]
    plain = {name: row[name] for name in item.c.keys() if name not in _HIDDEN}  # noqa: SIM118
    return plain | {name: json.loads(row[name] or "null") for name in _JSON} | {"attachments": attachments}
