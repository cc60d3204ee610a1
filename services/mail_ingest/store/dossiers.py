"""What the CRM told about its dossiers, and what mails may show of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, or_, select

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.domain.register import Dossier, Register
from services.mail_ingest.store.tables import dossier, dossier_clue

MAIL = "mail"
"""Kind of clue: the CRM put this mail on the dossier."""
ROUNDS_MAX = 20
"""Replacements of replacements that are followed."""
Shown = tuple[str, str]
"""(kind, value) of a clue."""

_COLUMNS = (
    dossier.c.dossier,
    dossier.c.klantenreis,
    dossier.c.nummer,
    dossier.c.actief,
    dossier.c.inactive_since,
    dossier.c.vervangen_door,
)


@dataclass(frozen=True, slots=True)
class Held:
    """A dossier as the ledger has it."""

    dossier: Dossier
    revision: int
    clues: frozenset[Shown]


def get(connection: Connection, dossier_id: str) -> Held | None:
    """A dossier with its clues."""
    query = select(*_COLUMNS, dossier.c.revision).where(dossier.c.dossier == dossier_id)
    row = connection.execute(query).first()
    if row is None:
        return None
    clues = select(dossier_clue.c.kind, dossier_clue.c.value).where(dossier_clue.c.dossier == dossier_id)
    return Held(_dossier(row), row.revision, frozenset((kind, value) for kind, value in connection.execute(clues)))


def put(tx: Tx, values: dict[str, Any], clues: Iterable[Shown]) -> None:
    """Remember a dossier (columns of `dossier`) in place of what we had of it."""
    name = values["dossier"]
    remove(tx, name)
    tx.execute(insert(dossier).values(**values))
    if rows := [{"dossier": name, "kind": kind, "value": value} for kind, value in sorted(clues)]:
        tx.execute(insert(dossier_clue), rows)


def remove(tx: Tx, dossier_id: str) -> None:
    """Forget a dossier."""
    for table in (dossier_clue, dossier):
        tx.execute(delete(table).where(table.c.dossier == dossier_id))


def showing(connection: Connection, shown: Collection[Shown], limit: int | None) -> list[tuple[Shown, Dossier]]:
    """Dossiers with one of these clues, in a fixed order; None for all, as what is cut off may be what is in doubt."""
    if not shown:
        return []
    query = select(dossier_clue.c.kind, dossier_clue.c.value, *_COLUMNS)
    query = query.join(dossier, dossier.c.dossier == dossier_clue.c.dossier).where(one_of(dossier_clue, shown))
    order = (dossier.c.dossier, dossier_clue.c.kind, dossier_clue.c.value)
    rows = connection.execute(query.order_by(*order).limit(limit))
    return [((row.kind, row.value), _dossier(row)) for row in rows]


def one_of(table: Table, shown: Collection[Shown]) -> ColumnElement[bool]:
    """Condition on a table of clues. One range per kind: SQLite finds no index for a list of pairs."""
    kinds = sorted({kind for kind, _ in shown})
    values = {kind: sorted(value for one, value in shown if one == kind) for kind in kinds}
    return or_(*(and_(table.c.kind == kind, table.c.value.in_(values[kind])) for kind in kinds))


def replaced_by(connection: Connection, dossier_id: str) -> list[Dossier]:
    """Dossiers that this one stands for, those that they stood for included."""
    found: dict[str, Dossier] = {}
    names = [dossier_id]
    for _ in range(ROUNDS_MAX):
        rows = connection.execute(select(*_COLUMNS).where(dossier.c.vervangen_door.in_(names))).all()
        fresh = [_dossier(row) for row in rows if row.dossier not in found]
        if not fresh:
            break
        found |= {one.dossier: one for one in fresh}
        names = [one.dossier for one in fresh]
    return sorted(found.values(), key=lambda one: one.dossier)


def numbers_of(connection: Connection, klantenreizen: Collection[str]) -> set[str]:
    """What mails may write to name these klantenreizen or their dossiers, folded."""
    query = select(dossier_clue.c.value).join(dossier, dossier.c.dossier == dossier_clue.c.dossier)
    query = query.where(dossier.c.klantenreis.in_(klantenreizen), dossier_clue.c.kind == str(Clue.NUMBER))
    return set(connection.execute(query).scalars())


def mails_on(connection: Connection, named: Collection[str]) -> set[str]:
    """Mails that the CRM put on these dossiers."""
    query = select(dossier_clue.c.value).where(dossier_clue.c.dossier.in_(named), dossier_clue.c.kind == MAIL)
    return set(connection.execute(query).scalars())


def register(
    connection: Connection,
    named: Collection[str],
    klantenreizen: Collection[str],
    senders: Collection[str] = (),
) -> Register:
    """The dossiers of these ids and klantenreizen with all that belongs to them and replaced them.

    `senders`: mail addresses of which it is asked whether they are known on them.
    """
    found = _with_replacements(connection, set(named), set(klantenreizen))
    trains = {one.klantenreis for one in found.values()}
    return Register(found.values(), _people(connection, trains, senders))


def _with_replacements(connection: Connection, names: set[str], trains: set[str]) -> dict[str, Dossier]:
    found: dict[str, Dossier] = {}
    asked_names, asked_trains = set[str](), set[str]()
    for _ in range(ROUNDS_MAX):
        names, trains = names - asked_names - found.keys(), trains - asked_trains
        if not names and not trains:
            break
        asked_names, asked_trains = asked_names | names, asked_trains | trains
        wanted = or_(dossier.c.dossier.in_(names), dossier.c.klantenreis.in_(trains))
        rows = [_dossier(row) for row in connection.execute(select(*_COLUMNS).where(wanted))]
        found |= {one.dossier: one for one in rows}
        names = {one.vervangen_door for one in rows if one.vervangen_door is not None}
        trains = {one.klantenreis for one in rows}
    return dict(sorted(found.items()))


def _people(connection: Connection, trains: set[str], senders: Collection[str]) -> Sequence[tuple[str, str]]:
    if not trains or not senders:
        return []
    query = select(dossier.c.klantenreis, dossier_clue.c.value).distinct()
    query = query.join(dossier_clue, dossier_clue.c.dossier == dossier.c.dossier)
    query = query.where(
        dossier.c.klantenreis.in_(trains),
        dossier_clue.c.kind == str(Clue.SENDER),
        dossier_clue.c.value.in_(senders),
    )
    return [(klantenreis, address) for klantenreis, address in connection.execute(query)]


def _dossier(row: Any) -> Dossier:
    return Dossier(row.dossier, row.klantenreis, row.nummer, row.actief, row.inactive_since, row.vervangen_door)
