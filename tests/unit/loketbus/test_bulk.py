from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from loketbus.bulk import ROWS, Bulk, unjournaled


@pytest.mark.parametrize("count", [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS, 3 * ROWS + 7])
def test_all_rows_in_their_order(tmp_path: Path, count: int) -> None:
    rows = [(at, f"naam {at}", None) for at in range(count)]
    with unjournaled(tmp_path / "made.db") as db:
        db.execute("CREATE TABLE thing(number, name, empty)")
        db.execute("CREATE TABLE twin(number, name)")
        db.execute("BEGIN")
        Bulk.into(db, "main.thing", 3).add(rows)
        Bulk(db, "INSERT INTO twin(name, number) VALUES(upper(?),?)").add([(name, at) for at, name, _ in rows])
        db.execute("COMMIT")
    with sqlite3.connect(tmp_path / "made.db") as db:
        assert db.execute("SELECT * FROM thing ORDER BY rowid").fetchall() == rows
        twins = db.execute("SELECT * FROM twin ORDER BY rowid").fetchall()
        assert twins == [(at, name.upper()) for at, name, _ in rows]
    db.close()
