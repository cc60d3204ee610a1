"""Rows of the replica as the change feed makes, changes and removes them."""

# ruff: noqa: S608 - names of tables and columns are our own

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping

from services.address.domain.feed_attributes import Kind
from services.address.domain.feed_events import Change
from services.address.domain.feed_values import Columns, Scalar
from services.address.register.schema import METHODS, SPECIFICATIONS, STREET_NAMES

TABLES: Mapping[Kind, str] = {
    "municipality": "municipality",
    "street": "street",
    "address": "address",
    "unit": "unit",
    "building": "building",
    "parcel": "parcel",
}
_ID: Mapping[Kind, str] = {"municipality": "nis"}
_LINKS: Mapping[Kind, tuple[str, str]] = {"unit": ("unit_address", "unit"), "parcel": ("parcel_address", "parcel")}
_DEFAULTS: Mapping[Kind, Columns] = {"municipality": {"name": ""}, "address": {"official": 1}}
_INDEXED: Mapping[str, tuple[str, ...]] = {"method": METHODS, "specification": SPECIFICATIONS}
_ROUNDING_METRES = 0.05
"""The download and the feed round positions differently."""


def exists(db: sqlite3.Connection, kind: Kind, key: int) -> bool:
    """Is it in the replica?"""
    return db.execute(f"SELECT 1 FROM {TABLES[kind]} WHERE {_id(kind)} = ?", (key,)).fetchone() is not None


def put(db: sqlite3.Connection, change: Change, key: int, **more: Scalar) -> None:
    """The whole row of a `create`, whatever stood there. What was removed is back."""
    columns = {_id(change.kind): key, **_DEFAULTS.get(change.kind, {}), **_kept(change.kind, change.new), **more}
    columns["version"] = change.version
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    db.execute(f"INSERT OR REPLACE INTO {TABLES[change.kind]}({names}) VALUES ({marks})", tuple(columns.values()))
    db.execute("DELETE FROM removed WHERE kind = ? AND id = ?", (change.kind, key))
    _link(db, change, key)


def update(db: sqlite3.Connection, change: Change, key: int) -> list[str]:
    """Change what an `update` names. Gives the columns whose former value was not what the register says it was."""
    columns = dict(_kept(change.kind, change.new)) | ({"version": change.version} if change.version else {})
    drifted = _drifted(db, change, key)
    if columns:
        changed = ", ".join(f"{name} = ?" for name in columns)
        query = f"UPDATE {TABLES[change.kind]} SET {changed} WHERE {_id(change.kind)} = ?"
        db.execute(query, (*columns.values(), key))
    _link(db, change, key)
    return drifted


def remove(db: sqlite3.Connection, change: Change, key: int) -> None:
    """The row goes and is remembered as removed. Links of an address stay: units and parcels own them."""
    db.execute(f"DELETE FROM {TABLES[change.kind]} WHERE {_id(change.kind)} = ?", (key,))
    db.execute("INSERT OR REPLACE INTO removed VALUES (?, ?, ?)", (change.kind, key, change.at))
    if change.kind in _LINKS:
        table, column = _LINKS[change.kind]
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))


def remember_names(db: sqlite3.Connection, change: Change, street: int) -> None:
    """What a street is called no more; people write it for years."""
    lost = ((street, old, change.at) for name in STREET_NAMES if (old := change.old.get(name)) and name in change.new)
    db.executemany("INSERT OR REPLACE INTO street_former VALUES (?, ?, ?)", lost)


def replace(db: sqlite3.Connection, kind: Kind, pairs: Iterable[tuple[int, int]], at: str) -> None:
    """Who came in whose place."""
    rows = ((kind, old, new, at) for old, new in pairs)
    db.executemany("INSERT OR REPLACE INTO replaced VALUES (?, ?, ?, ?)", rows)


def unknown_codes(change: Change) -> list[str]:
    """Columns whose code is newer than this version; they are kept empty."""
    if change.kind != "address":
        return []
    return [name for name, known in _INDEXED.items() if change.new.get(name, known[0]) not in known]


def _link(db: sqlite3.Connection, change: Change, key: int) -> None:
    links = () if change.links is None and change.action == "create" else change.links
    if change.kind not in _LINKS or links is None:
        return
    table, column = _LINKS[change.kind]
    db.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))
    db.executemany(f"INSERT INTO {table}(address, {column}) VALUES (?, ?)", ((link, key) for link in links))


def _drifted(db: sqlite3.Connection, change: Change, key: int) -> list[str]:
    old = _kept(change.kind, change.old)
    if not old:
        return []
    query = f"SELECT {', '.join(old)} FROM {TABLES[change.kind]} WHERE {_id(change.kind)} = ?"
    found = db.execute(query, (key,)).fetchone()
    return [name for (name, said), kept in zip(old.items(), found, strict=True) if not _same(said, kept)]


def _same(said: Scalar, kept: Scalar) -> bool:
    if isinstance(said, float) and isinstance(kept, float):
        return abs(said - kept) <= _ROUNDING_METRES
    return said == kept or (isinstance(said, float) and kept is None)  # a download without positions


def _kept(kind: Kind, columns: Columns) -> Columns:
    """Codes of an address stand in the replica as numbers."""
    return {name: _index(name, value) for name, value in columns.items()} if kind == "address" else columns


def _index(name: str, value: Scalar) -> Scalar:
    known = _INDEXED.get(name)
    if known is None:
        return value
    return known.index(value) if isinstance(value, str) and value in known else None


def _id(kind: Kind) -> str:
    return _ID.get(kind, "id")
