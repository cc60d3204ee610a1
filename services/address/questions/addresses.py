"""Addresses by id and house number, and what came in the place of one."""

from __future__ import annotations

from collections.abc import Sequence

from services.address.domain import chains
from services.address.domain.model import Address
from services.address.questions import rows
from services.address.questions.reader import Reader
from services.address.questions.shapes import Whole
from services.address.questions.streets import replaced_by, street

HOUSES_MAX = 500
"""House numbers in one question; a range that is read as such has 100."""
_SELECT = f"SELECT {rows.ADDRESS} FROM address a"  # noqa: S608
_NEAR = f"""
{_SELECT} WHERE a.street = ? AND a.box IS NULL AND a.status IN {rows.VALID} AND a.house GLOB '[0-9]*'
ORDER BY abs(CAST(a.house AS INTEGER) - ?), CAST(a.house AS INTEGER), a.house, a.id LIMIT ?
"""


def address(reader: Reader, address_id: int) -> Address | None:
    """By id, whatever its status."""
    row = reader.one(f"{_SELECT} WHERE a.id = ?", address_id)
    return None if row is None else rows.address(row)


def at(reader: Reader, street_id: int, houses: Sequence[str]) -> tuple[Address, ...]:
    """All of a street with one of these house numbers, boxes too, of any status; by house number and box."""
    wanted = [house for house in houses[:HOUSES_MAX] if rows.storable(house)]
    if not wanted:
        return ()
    query = f"{_SELECT} WHERE a.street = ? AND a.house IN {rows.marks(wanted)} ORDER BY a.house, a.box, a.id"
    return tuple(map(rows.address, reader.all(query, street_id, *wanted)))


def of_street(reader: Reader, street_id: int) -> tuple[Address, ...]:
    """All valid ones."""
    query = f"{_SELECT} WHERE a.street = ? AND a.status IN {rows.VALID}"
    return tuple(map(rows.address, reader.all(query, street_id)))


def numbers_near(reader: Reader, street_id: int, number: int, limit: int) -> tuple[Address, ...]:
    """Valid house numbers without box, the nearest first."""
    near = max(-rows.ID_MAX // 2, min(number, rows.ID_MAX // 2))
    return tuple(map(rows.address, reader.all(_NEAR, street_id, near, max(0, limit))))


def whole(reader: Reader, of: Address) -> Whole | None:
    """None: its street or municipality is not there (yet)."""
    in_street = street(reader, of.street)
    municipality = None if in_street is None else reader.municipality(in_street.nis)
    return None if in_street is None or municipality is None else Whole(of, in_street, municipality)


def successors(reader: Reader, address_id: int) -> tuple[Address, ...]:
    """At the end of every chain that leaves from an address."""
    ends = chains.ends(address_id, lambda one: replaced_by(reader, "address", one), lambda one: _valid(reader, one))
    return tuple(found for one in ends if (found := address(reader, one)) is not None)


def gone(reader: Reader, kind: str, object_id: int) -> bool:
    """It was removed from the register (410), which is not the same as retired or never there."""
    if not rows.storable(kind):
        return False
    return reader.one("SELECT 1 FROM removed WHERE kind = ? AND id = ?", kind, object_id) is not None


def _valid(reader: Reader, address_id: int) -> bool:
    found = address(reader, address_id)
    return found is not None and found.status.valid
