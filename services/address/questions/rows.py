"""Rows of the replica as what they stand for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from services.address.domain.model import Address, Municipality, Status, Street
from services.address.register.schema import METHODS, SPECIFICATIONS

ADDRESS = "a.id, a.street, a.house, a.box, a.postcode, a.status, a.parent, a.version, a.method, a.specification, \
a.official, a.x, a.y"
STREET = "s.id, s.nis, s.name, s.homonym, s.status"
VALID = f"({Status.VOORGESTELD:d}, {Status.IN_GEBRUIK:d})"
ID_MAX = 2**63 - 1
"""SQLite takes no more."""


def address(row: Sequence[Any]) -> Address:
    """Of columns `ADDRESS`."""
    method, specification = row[8], row[9]
    return Address(
        row[0],
        row[1],
        row[2],
        row[3],
        row[4],
        Status(row[5]),
        row[6],
        row[7],
        None if method is None else METHODS[method],
        None if specification is None else SPECIFICATIONS[specification],
        bool(row[10]),
        row[11],
        row[12],
    )


def street(row: Sequence[Any]) -> Street:
    """Of columns `STREET`."""
    return Street(row[0], row[1], row[2], row[3], Status(row[4]))


def municipality(row: Sequence[Any]) -> Municipality:
    """Of its NIS code, name and status."""
    return Municipality(row[0], row[1], Status(row[2]))


def marks(values: Collection[object]) -> str:
    """`(?, ?, ?)`."""
    return f"({', '.join('?' * len(values))})"


def storable(text: str) -> bool:
    """SQLite takes no half of a surrogate pair."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
