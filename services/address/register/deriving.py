"""Tables of the replica that follow from others. An import fills them whole, the feed for one street or all places.

All functions run in the caller's transaction. They give the same rows whichever way they are called.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from services.address.domain.folding import place_key, search_words, street_keys
from services.address.domain.model import Status
from services.address.domain.place_names import MERGED, OTHER_LANGUAGES
from services.address.register.deriving_names import VALID, derive_all_names, derive_names

_PROPOSED, _IN_USE = int(Status.VOORGESTELD), int(Status.IN_GEBRUIK)
_BEST = f"""
SELECT p.id FROM address p INDEXED BY address_place WHERE p.street = address.street AND p.house = address.house
AND p.box IS NULL ORDER BY p.status <> {_IN_USE}, p.status <> {_PROPOSED}, p.id DESC LIMIT 1
"""  # noqa: S608 - numbers of our own
_PARENTS = f"UPDATE address SET parent = ({_BEST}) WHERE box IS NOT NULL"  # noqa: S608
_STREET_POSTCODES = """
INSERT OR IGNORE INTO street_postcode SELECT DISTINCT street, postcode FROM address WHERE postcode IS NOT NULL
"""
_POSTCODES = f"""
INSERT OR IGNORE INTO postcode SELECT DISTINCT a.postcode, s.nis FROM address a CROSS JOIN street s ON s.id = a.street
WHERE a.postcode IS NOT NULL AND a.status IN {VALID}
"""  # noqa: S608
_SUCCESSORS = f"""
SELECT m.name, m.name_fr, m.name_de, r.new FROM replaced r JOIN municipality m ON m.nis = r.old
JOIN municipality n ON n.nis = r.new WHERE r.kind = 'municipality' AND n.status IN {VALID}
"""  # noqa: S608
_FORMER = "SELECT s.nis, f.street, f.name FROM street_former f JOIN street s ON s.id = f.street"
_POSTAL = "SELECT n.name, p.postcode, p.nis FROM postal_name n JOIN postcode p ON p.postcode = n.postcode"

Names = Iterable[str | None]
Place = tuple[str, int, int, str, str]
"""A row of `place`."""


def derive_all(db: sqlite3.Connection) -> None:
    """After loading: everything. `address_place` must be there."""
    streets = db.execute("SELECT nis, id, name, name_fr, name_de FROM street ORDER BY nis").fetchall()
    for _, group in groupby(streets, itemgetter(0)):
        _add_keys(db, group)
    derive_all_names(db)
    _add_former_keys(db, db.execute(_FORMER).fetchall())
    db.execute(_STREET_POSTCODES)
    db.execute(_POSTCODES)
    db.execute(_PARENTS)
    derive_places(db)


def derive_street(db: sqlite3.Connection, street: int) -> None:
    """After the feed changed a street or its addresses (also when it is gone): its keys and words, its name among all
    names, its postcodes, the parents of its boxes.

    A postcode that is new in its municipality is added to `postcode`, and then the places are made again.
    """
    keys = _keys(db, street)
    for table in ("street_key", "street_word", "former_key", "street_postcode"):
        db.execute(f"DELETE FROM {table} WHERE street = ?", (street,))  # noqa: S608 - names of our own
    _add_keys(db, db.execute("SELECT nis, id, name, name_fr, name_de FROM street WHERE id = ?", (street,)).fetchall())
    _add_former_keys(db, db.execute(f"{_FORMER} WHERE s.id = ?", (street,)).fetchall())
    derive_names(db, keys | _keys(db, street))
    derive_addresses(db, street)


def derive_addresses(db: sqlite3.Connection, street: int) -> None:
    """After the feed changed addresses of a street, and not the street: its postcodes, and parents of its boxes."""
    db.execute(f"{_PARENTS} AND street = ?", (street,))
    db.execute("DELETE FROM street_postcode WHERE street = ?", (street,))
    db.execute(f"{_STREET_POSTCODES} AND street = ?", (street,))
    if db.execute(f"{_POSTCODES} AND a.street = ?", (street,)).rowcount > 0:
        derive_places(db)


def derive_places(db: sqlite3.Connection) -> None:
    """After a change in `municipality`, `postal_name`, `postcode` or `replaced`: all names of places (milliseconds).

    Of a name that means several things of one municipality and postcode the first of these counts: the municipality,
    a postal name, a former municipality.
    """
    db.execute("DELETE FROM place")
    for rows in (_municipalities(db), _postal(db), _former(db)):
        db.executemany("INSERT OR IGNORE INTO place VALUES(?,?,?,?,?)", list(rows))


def _add_keys(db: sqlite3.Connection, streets: Iterable[tuple[int, int, str, str | None, str | None]]) -> None:
    """Of streets of one municipality; sorted as the tables are."""
    keys: set[tuple[int, str, int]] = set()
    words: set[tuple[int, str, int]] = set()
    for nis, street, *names in streets:
        for name in filter(None, names):
            keys.update((nis, key, street) for key in street_keys(name))
            words.update((nis, word, street) for word in search_words(name) if word)
    db.executemany("INSERT INTO street_key VALUES(?,?,?)", sorted(keys))
    db.executemany("INSERT INTO street_word VALUES(?,?,?)", sorted(words))


def _add_former_keys(db: sqlite3.Connection, former: Iterable[tuple[int, int, str]]) -> None:
    """Of names that streets had before."""
    keys = {(nis, key, street) for nis, street, name in former for key in street_keys(name)}
    db.executemany("INSERT INTO former_key VALUES(?,?,?)", sorted(keys))


def _keys(db: sqlite3.Connection, street: int) -> set[str]:
    return {key for (key,) in db.execute("SELECT key FROM street_key WHERE street = ?", (street,))}


def _municipalities(db: sqlite3.Connection) -> Iterator[Place]:
    """Those that there are, in all languages."""
    for nis, *names in db.execute(f"SELECT nis, name, name_fr, name_de FROM municipality WHERE status IN {VALID}"):  # noqa: S608
        for name in _in_all_languages(names):
            yield place_key(name), nis, 0, name, "municipality"


def _postal(db: sqlite3.Connection) -> Iterator[Place]:
    """Parts of municipalities. A name that is also that of its whole municipality adds nothing."""
    known: set[tuple[str, int]] = set(db.execute("SELECT fold, nis FROM place WHERE kind = 'municipality'"))
    for name, postcode, nis in db.execute(_POSTAL):
        fold = place_key(name)
        if fold and (fold, nis) not in known:
            yield fold, nis, postcode, name, "postal"


def _former(db: sqlite3.Connection) -> Iterator[Place]:
    """Municipalities that were merged away, where the register tells what has come in their place."""
    present = {fold for (fold,) in db.execute("SELECT fold FROM place WHERE kind = 'municipality'")}
    holders: dict[int, list[int]] = {}
    for postcode, nis in db.execute("SELECT postcode, nis FROM postcode"):
        holders.setdefault(postcode, []).append(nis)
    for merged, postcodes in MERGED.items():
        if place_key(merged) not in present:
            for name in _in_all_languages([merged]):
                for postcode in postcodes:
                    yield from ((place_key(name), nis, postcode, name, "former") for nis in holders.get(postcode, ()))
    for *names, new in db.execute(_SUCCESSORS):
        for name in _in_all_languages(names):
            if place_key(name) not in present:
                yield place_key(name), new, 0, name, "former"


def _in_all_languages(names: Names) -> list[str]:
    """The names of one municipality, with those that the register lacks; each once."""
    given = [name for name in names if name and place_key(name)]
    return list(dict.fromkeys([*given, *(other for name in given for other in OTHER_LANGUAGES.get(name, ()))]))
