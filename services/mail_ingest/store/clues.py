"""What items show about the dossiers they belong to, looked up both ways."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, insert, select

from loketbus.ledger.tx import Tx
from services.mail_ingest.domain.clues import Found
from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.store.dossiers import one_of
from services.mail_ingest.store.tables import item, item_clue

STRONG = (Clue.TOKEN, Clue.NUMBER)
"""May link, when the sender is known on the dossier."""


def add(tx: Tx, item_id: str, found: Iterable[Found]) -> None:
    """Remember the clues of an item; each (kind, value) once."""
    rows = {
        (one.kind, one.value): {"item": item_id, "kind": str(one.kind), "value": one.value, "evidence": one.evidence}
        for one in found
    }
    if rows:
        tx.execute(insert(item_clue), list(rows.values()))


def replace(tx: Tx, item_id: str, kinds: Collection[Clue], found: Iterable[Found]) -> None:
    """Put these clues in place of those of the same kinds."""
    tx.execute(delete(item_clue).where(item_clue.c.item == item_id, item_clue.c.kind.in_([str(one) for one in kinds])))
    add(tx, item_id, found)


def of_items(connection: Connection, items: Collection[str], kinds: Collection[Clue]) -> dict[str, list[Found]]:
    """Clues by item, in a fixed order."""
    query = select(item_clue).where(item_clue.c.item.in_(items), item_clue.c.kind.in_([str(one) for one in kinds]))
    found: dict[str, list[Found]] = {}
    for row in connection.execute(query.order_by(item_clue.c.item, item_clue.c.kind, item_clue.c.value)):
        found.setdefault(row.item, []).append(Found(Clue(row.kind), row.value, row.evidence))
    return found


def items_with(connection: Connection, shown: Collection[tuple[str, str]]) -> set[str]:
    """Items with one of these clues (kind, value), open or closed."""
    if not shown:
        return set()
    return set(connection.execute(select(item_clue.c.item).where(one_of(item_clue, shown))).scalars())


def open_items_with(connection: Connection, shown: Collection[tuple[str, str]], limit: int) -> list[str]:
    """Open items without a link that have one of these clues, the newest questions first."""
    if not shown:
        return []
    query = select(item.c.item).where(item.c.open, item.c.klantenreis.is_(None))
    query = query.where(item.c.item.in_(select(item_clue.c.item).where(one_of(item_clue, shown))))
    rows = connection.execute(query.order_by(item.c.first_contact_at.desc(), item.c.item).limit(limit))
    return list(rows.scalars())


def shown_by(items: Iterable[Found]) -> set[tuple[str, str]]:
    """(kind, value) of clues."""
    return {(str(one.kind), one.value) for one in items}


def naming(numbers: Iterable[str]) -> set[tuple[str, str]]:
    """What items show that name these numbers, folded, in words or in a token."""
    return {(str(kind), number) for number in numbers for kind in STRONG}


def threads(connection: Connection, items: Collection[str]) -> set[str]:
    """Thread keys of these items."""
    query = select(item_clue.c.value).where(item_clue.c.item.in_(items), item_clue.c.kind == str(Clue.THREAD))
    return set(connection.execute(query).scalars())
