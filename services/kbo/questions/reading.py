"""What the questions read with: a connection, the codes, and what the register's readers share."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from services.kbo.domain.organisation import RegisterAddress, Source
from services.kbo.questions.codes import Codes, day
from services.kbo.questions.replica import Replica
from services.kbo.register.schema import ROW_BITS

T = TypeVar("T")
ADDRESS = (
    "kind, street_nl, street_fr, house_number, box, extra, postcode, municipality_nl, municipality_fr, country_nl, "
    "country_fr, struck_off"
)
"""Columns of an address, as `Reading.address` takes them."""


@dataclass(slots=True)
class Reading:
    """One register, read by one thread."""

    replica: Replica
    db: sqlite3.Connection
    source: Source = field(init=False)
    codes: Codes = field(init=False)

    def __post_init__(self) -> None:
        self.source, self.codes = self.replica.facts(self.db)

    def rows(self, table: str, columns: str, entity: int) -> list[Any]:
        """The rows of one entity in a table whose rowids are made of entities, in the order of the file."""
        first = entity << ROW_BITS
        query = f"SELECT {columns} FROM {table} WHERE id BETWEEN ? AND ?"  # noqa: S608 - our own words
        return self.db.execute(query, (first, first + (1 << ROW_BITS) - 1)).fetchall()

    def one(self, query: str, *values: object) -> Any:
        """The only row, or None."""
        return self.db.execute(query, values).fetchone()

    def address(self, row: tuple[Any, ...]) -> RegisterAddress:
        """From the columns of `ADDRESS`."""
        kind, street_nl, street_fr, house, box, extra, postcode, town_nl, town_fr, country_nl, country_fr, struck = row
        return RegisterAddress(
            self.codes.label("TypeOfAddress", kind), street_nl, street_fr, house, box, extra, postcode,
            town_nl, town_fr, country_nl, country_fr, day(struck),
        )  # fmt: skip

    def addresses(self, entity: int) -> list[RegisterAddress]:
        """All of an entity."""
        return [self.address(row) for row in self.rows("address", ADDRESS, entity)]

    def remembered(self, key: Hashable, read: Callable[[], T]) -> T:
        """See `Replica.remembered`."""
        return self.replica.remembered(key, read)


def ten(number: int) -> str:
    """Ten digits."""
    return f"{number:010d}"
