"""Streets by key and id, and what came in the place of one."""

from __future__ import annotations

from collections.abc import Collection

from services.address.domain import chains
from services.address.domain.model import Street
from services.address.questions import rows
from services.address.questions.reader import Reader

# CROSS JOIN: the keys first, whatever the planner thinks.
_BY_KEY = f"SELECT {rows.STREET} FROM street_key k CROSS JOIN street s ON s.id = k.street WHERE k.key = ?"  # noqa: S608

_FORMER = _BY_KEY.replace("street_key", "former_key")


def street(reader: Reader, street_id: int) -> Street | None:
    """By id, whatever its status."""
    row = reader.one(f"SELECT {rows.STREET} FROM street s WHERE s.id = ?", street_id)  # noqa: S608
    return None if row is None else rows.street(row)


def streets(reader: Reader, key: str, nis: int | None) -> tuple[Street, ...]:
    """Of a `folding.street_key`."""
    return _found(reader, _BY_KEY, key, nis)


def former_streets(reader: Reader, key: str, nis: int | None) -> tuple[Street, ...]:
    """Those that had a name with this key before."""
    return _found(reader, _FORMER, key, nis)


def postcodes_of(reader: Reader, street_id: int) -> tuple[int, ...]:
    """Ascending."""
    return reader.column("SELECT postcode FROM street_postcode WHERE street = ?", street_id)


def postcodes_of_each(reader: Reader, street_ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    """The same of several streets in one question; those without any are absent."""
    query = f"SELECT street, postcode FROM street_postcode WHERE street IN {rows.marks(street_ids)} ORDER BY 1, 2"  # noqa: S608
    found: dict[int, tuple[int, ...]] = {}
    for street_id, postcode in reader.all(query, *street_ids):
        found[street_id] = (*found.get(street_id, ()), postcode)
    return found


def successors(reader: Reader, street_id: int) -> tuple[Street, ...]:
    """At the end of every chain that leaves from a street."""
    ends = chains.ends(street_id, lambda one: replaced_by(reader, "street", one), lambda one: _valid(reader, one))
    return tuple(found for one in ends if (found := street(reader, one)) is not None)


def replaced_by(reader: Reader, kind: str, old: int) -> list[chains.Step]:
    """What the register put in its place, one step on, and when."""
    return reader.all("SELECT new, at FROM replaced WHERE kind = ? AND old = ?", kind, old)


def _found(reader: Reader, query: str, key: str, nis: int | None) -> tuple[Street, ...]:
    found = reader.all(query, key) if nis is None else reader.all(f"{query} AND k.nis = ?", key, nis)
    return tuple(map(rows.street, found))


def _valid(reader: Reader, street_id: int) -> bool:
    found = street(reader, street_id)
    return found is not None and found.status.valid
