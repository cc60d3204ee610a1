"""Tables of the replica that follow from others: where legal persons are, and which forms have their seat where.

Only entities of TypeOfEnterprise 2 and their units: a natural person's address is personal data, and who is of unknown
type could be one. Addresses that were struck off stay in: the address itself tells. Those abroad are in neither table
under their postcode, which may be a Belgian one too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from services.kbo.domain.organisation import LEGAL_PERSON
from services.kbo.domain.streets import fold_house_number, fold_street
from services.kbo.register.schema import ROW_BITS
from services.kbo.register.search_schema import BRANCHES, UNITS

MEMO = 1 << 17
"""Street names that are remembered: there are about as many in the country."""
_LAST = (1 << ROW_BITS) - 1
_OF = f"a.id BETWEEN {{0}} << {ROW_BITS} AND ({{0}} << {ROW_BITS}) + {_LAST}"

_ENTITY = f"a.id >> {ROW_BITS}"
_OWNER = f"""CASE WHEN {_ENTITY} < {UNITS} THEN {_ENTITY}
                WHEN {_ENTITY} < {BRANCHES} THEN (SELECT enterprise FROM establishment WHERE number = {_ENTITY})
                ELSE (SELECT enterprise FROM branch WHERE number = {_ENTITY}) END"""  # noqa: S608 - names of our own
_LEGAL = f"(SELECT type FROM enterprise WHERE number = {_OWNER}) = '{LEGAL_PERSON}'"  # noqa: S608
_ALL_LEGAL = f"SELECT number FROM enterprise WHERE type = '{LEGAL_PERSON}'"  # noqa: S608
_ALL_UNITS = "SELECT number, enterprise FROM establishment UNION ALL SELECT number, enterprise FROM branch"
_PLACE = f"""
INSERT OR IGNORE INTO place
SELECT a.postcode, fold_street(a.{{street}}), fold_house(a.house_number), {_ENTITY}
FROM {{rows}}
WHERE {{which}} AND a.postcode IS NOT NULL AND a.country_nl IS NULL AND a.country_fr IS NULL AND {{legal}}
ORDER BY 1, 2, 3, 4
"""  # noqa: S608
# A street of which nothing is left is NULL, which the primary key ignores.
_STREETS = (("street_nl", "a.street_nl IS NOT NULL"), ("street_fr", "a.street_fr IS NOT a.street_nl"))
_SEAT = f"""
INSERT INTO seat
SELECT coalesce(e.form, ''),
       coalesce((SELECT iif(a.country_nl IS NULL AND a.country_fr IS NULL, a.postcode, '') FROM address a
                 WHERE {_OF.format("e.number")} AND a.kind = 'REGO' LIMIT 1), ''),
       e.number
FROM {{rows}} WHERE e.type = '{LEGAL_PERSON}' ORDER BY 1, 2, 3
"""  # noqa: S608


def derive(db: sqlite3.Connection) -> None:
    """Fill `place` and `seat`; the entities are attached."""
    _teach(db)
    db.create_function("legal", 1, _legal(db), deterministic=True)
    _place(db, "address a", f"legal({_ENTITY})")
    db.execute(_SEAT.format(rows="enterprise e"))


def derive_again(db: sqlite3.Connection) -> None:
    """Only for those in the table `touched`. By reading both tables whole, whatever rules their rows were made by."""
    _teach(db)
    for table, column in (("place", "entity"), ("seat", "number")):
        db.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT entity FROM touched)")  # noqa: S608
    _place(db, f"touched t CROSS JOIN address a ON {_OF.format('t.entity')}", _LEGAL)
    db.execute(_SEAT.format(rows="touched t CROSS JOIN enterprise e ON e.number = t.entity"))


def _place(db: sqlite3.Connection, rows: str, legal: str) -> None:
    for street, which in _STREETS:
        db.execute(_PLACE.format(rows=rows, street=street, which=which, legal=legal))


def _teach(db: sqlite3.Connection) -> None:
    db.create_function("fold_street", 1, _remembering(lambda text: fold_street(text) or None), deterministic=True)
    db.create_function("fold_house", 1, _remembering(fold_house_number), deterministic=True)


def _legal(db: sqlite3.Connection) -> Callable[[int], bool]:
    """Whether a number is that of a legal person or of its unit. For all of them a look-up in memory saves seconds.

    A byte for each first eight digits, which holds the last two; most of its memory is never touched.
    """
    marks = bytearray(10**8)
    for (number,) in db.execute(_ALL_LEGAL):
        marks[number // 100] = number % 100 + 1
    for number, owner in db.execute(_ALL_UNITS):
        if marks[owner // 100] == owner % 100 + 1:
            marks[number // 100] = number % 100 + 1
    return lambda number: marks[number // 100] == number % 100 + 1


def _remembering(fold: Callable[[str], str | None]) -> Callable[[str | None], str | None]:
    known: dict[str, str | None] = {}

    def folded(text: str | None) -> str | None:
        text = text or ""
        if text not in known:
            if len(known) == MEMO:
                return fold(text)
            known[text] = fold(text)
        return known[text]

    return folded
