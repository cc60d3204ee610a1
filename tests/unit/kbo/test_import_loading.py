"""Rows into tables: in bulk and one by one give the same; what is odd is counted, never lost in silence."""

from __future__ import annotations

import csv
import io
import sqlite3
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.register import schema, tables
from services.kbo.register.activities import ActivityLoader, delete_activities
from services.kbo.register.dialect import PIECE
from services.kbo.register.loading import delete, loader, number
from services.kbo.register.tally import Tally

FIRM, OTHER, UNIT = "0200.065.765", "0403.170.701", "2.000.000.339"
ACTIVITY_HEADER = '"EntityNumber","ActivityGroup","NaceVersion","NaceCode","Classification"\n'


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        made.executescript(schema.ENTITIES + schema.ADDRESSES + schema.ACTIVITIES)
        yield made


def load(db: sqlite3.Connection, table: tables.Table, *batches: list[list[str]]) -> Tally:
    tally = Tally(table.name)
    adding = loader(db, table, tally)
    for batch in batches:
        adding.add([list(row) for row in batch])
    return tally


def activities(db: sqlite3.Connection, text: str) -> Tally:
    tally = Tally("activity")
    adding = ActivityLoader(db, tally)
    adding.load(io.BytesIO((ACTIVITY_HEADER + text).encode()), lambda read: None)
    adding.close()
    return tally


def stored(db: sqlite3.Connection) -> list[tuple[str, ...]]:
    """Activities as (number, group, version, code, classification), in order."""
    kinds = {row[0]: tuple(value or "" for value in row[1:]) for row in db.execute("SELECT * FROM kind")}
    rows = db.execute("SELECT entity, kinds FROM activity ORDER BY entity").fetchall()
    return [(f"{entity:010d}", *kinds[at]) for entity, blob in rows for (at,) in struct.iter_unpack("<I", blob)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0200.065.765", 200065765),
        ("2.000.000.339", 2000000339),
        ("9.000.006.626", 9000006626),
        ("0200065765", 200065765),
        ("200.065.765", 0),
        ("", 0),
        ("Janssens", 0),
        ("٠٢٠٠٠٦٥٧٦٥", 0),
        ("0200.065.7655", 0),
    ],
)
def test_numbers(text: str, value: int) -> None:
    assert number(text) == value


def test_codes_keep_their_zeros_and_empty_is_null(db: sqlite3.Connection) -> None:
    tally = load(db, tables.ENTERPRISE, [[FIRM, "AC", "012", "2", "070", "", "12-10-2025"]])
    assert db.execute("SELECT * FROM enterprise").fetchall() == [
        (200065765, "AC", "012", "2", "070", None, "12-10-2025")
    ]
    assert (tally.kept, tally.notes) == (1, {})


def test_of_one_number_the_last_row_counts(db: sqlite3.Connection) -> None:
    rows = [[FIRM, "AC", "000", "2", form, "", ""] for form in ("610", "610", "017")]
    tally = load(db, tables.ENTERPRISE, rows[:2], rows[2:])
    assert db.execute("SELECT form FROM enterprise").fetchall() == [("017",)]
    assert tally.kept == 1
    assert tally.notes == {"duplicate": (1, "0200065765"), "replaced": (1, "0200065765")}


def test_unreadable_numbers_are_skipped_and_counted(db: sqlite3.Connection) -> None:
    tally = load(db, tables.ESTABLISHMENT, [[UNIT, "", "?"], ["?", "", FIRM], [UNIT, "", FIRM]])
    assert db.execute("SELECT * FROM establishment").fetchall() == [(2000000339, None, 200065765)]
    assert tally.notes == {"bad_number": (2, "2000000339")}
    tally = load(db, tables.CONTACT, [["?", "ENT", "FAX", "1"], [FIRM, "ENT", "FAX", "1"]])
    assert (tally.kept, tally.notes) == (1, {"bad_number": (1, "")})


def test_rows_of_an_entity_lie_together(db: sqlite3.Connection) -> None:
    rows = [[FIRM, "ENT", "TEL", str(at)] for at in range(3)]
    load(db, tables.CONTACT, rows[:2], [rows[2], [OTHER, "ENT", "TEL", "9"]])
    first = 200065765 << schema.ROW_BITS
    assert [row[0] for row in db.execute("SELECT id FROM contact ORDER BY id")] == [
        first,
        first + 1,
        first + 2,
        403170701 << schema.ROW_BITS,
    ]


def address(entity: str, kind: str, street: str) -> list[str]:
    return [entity, kind, "", "", "2800", "", "", street, "", "1", "", "", ""]


@pytest.mark.parametrize("size", [1, 2, 9], ids="batches of {}".format)
def test_of_one_kind_of_address_the_last_row_counts(db: sqlite3.Connection, size: int) -> None:
    rows = [address(FIRM, "REGO", street) for street in "aab"] + [address(FIRM, "BAET", "c")]
    rows += [address(FIRM, "REGO", "a"), address(OTHER, "REGO", "d")]
    tally = load(db, tables.ADDRESS, *(rows[at : at + size] for at in range(0, len(rows), size)))
    found = db.execute(f"SELECT id >> {schema.ROW_BITS}, kind, street_nl FROM address ORDER BY id").fetchall()
    assert found == [(200065765, "REGO", "a"), (200065765, "BAET", "c"), (403170701, "REGO", "d")]
    assert (tally.kept, tally.notes) == (3, {"duplicate": (1, "0200065765"), "replaced": (2, "0200065765")})


def test_an_address_that_comes_without_a_delete_takes_the_place_of_the_old_one(db: sqlite3.Connection) -> None:
    load(db, tables.ADDRESS, [address(FIRM, "REGO", "a"), address(OTHER, "REGO", "b")])
    tally = load(db, tables.ADDRESS, [address(FIRM, "REGO", "c"), address(OTHER, "REGO", "b")])
    assert db.execute("SELECT street_nl FROM address").fetchall() == [("c",), ("b",)]
    assert (tally.kept, tally.notes) == (0, {"replaced": (1, "0200065765"), "duplicate": (1, "0403170701")})


def test_more_rows_than_there_is_room_for(db: sqlite3.Connection) -> None:
    rows = [[FIRM, "ENT", "TEL", str(at)] for at in range(4098)]
    tally = load(db, tables.CONTACT, rows, [[OTHER, "ENT", "TEL", "1"]], rows[-1:])
    assert tally.kept == 4097
    assert tally.notes == {"too_many": (3, "0200065765")}


ENTITIES = st.sampled_from([FIRM, OTHER, UNIT])
MANY = st.lists(st.tuples(ENTITIES, st.sampled_from("ab"), st.sampled_from(["1", "2", ""])), max_size=30)


@given(MANY, st.integers(1, 7))
def test_unsorted_rows_are_kept_once_each(rows: list[tuple[str, str, str]], size: int) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript(schema.ADDRESSES)
        batches = [[[n, "ENT", a, b] for n, a, b in rows[at : at + size]] for at in range(0, len(rows), size)]
        tally = load(db, tables.CONTACT, *batches)
        found = Counter(db.execute(f"SELECT id >> {schema.ROW_BITS}, kind, coalesce(value, '') FROM contact"))
    assert found == Counter({(number(n), a, b): 1 for n, a, b in rows})
    assert tally.kept == len(set(rows))
    assert sum(count for count, _ in tally.notes.values()) == len(rows) - tally.kept


def test_delete_by_key(db: sqlite3.Connection) -> None:
    load(db, tables.CONTACT, [[FIRM, "ENT", "TEL", "1"], [FIRM, "ENT", "TEL", "2"], [OTHER, "ENT", "TEL", "3"]])
    tally = Tally("contact")
    assert list(delete(db, tables.CONTACT, [[[FIRM], ["?"], [UNIT]]], tally)) == [200065765, 2000000339]
    assert (tally.keys, tally.deleted, tally.notes) == (3, 2, {"bad_number": (1, "")})
    assert db.execute("SELECT value FROM contact").fetchall() == [("3",)]


def line(entity: str, *kind: str) -> str:
    return f'"{entity}",' + ",".join(f'"{one}"' for one in kind) + "\n"


def test_activities_in_order_and_syndics(db: sqlite3.Connection) -> None:
    text = line(FIRM, "006", "2025", "84130", "MAIN") + line(FIRM, "001", "2003", "70111", "MAIN")
    text += line(OTHER, "001", "2008", "68321", "MAIN") + line(UNIT, "003", "2025", "68321", "SECO")
    tally = activities(db, text)
    assert stored(db) == [tuple(row) for row in csv.reader(io.StringIO(text.replace(".", "")))]
    assert db.execute("SELECT entity FROM syndic").fetchall() == [(2000000339,)]
    assert (tally.read, tally.kept, tally.notes) == (4, 4, {})
    assert delete_activities(db, 2000000339) == 1
    assert db.execute("SELECT entity FROM syndic").fetchall() == []


@pytest.mark.parametrize(
    ("odd", "noted"),
    [
        ('"0200.065.765","001","2003"\n', {"wrong_columns": 1}),
        ('"0200.065.765",,"001","2003","70111","MAIN"\n', {"wrong_columns": 1}),
        ('"2.000.000.339""001","2003","70111","MAIN"\n', {"wrong_columns": 1}),
        ('"200.065.765","001","2003","70111","MAIN"\n', {"bad_number": 1}),
        ('"0200.065.765,"001","2003","70111","MAIN"\n', {"wrong_columns": 1}),
        ("\n", {}),
    ],
)
def test_an_odd_line_takes_no_other_with_it(db: sqlite3.Connection, odd: str, noted: dict[str, int]) -> None:
    before, after = line(FIRM, "001", "2003", "1", "MAIN"), line(OTHER, "001", "2003", "2", "MAIN")
    tally = activities(db, before + odd + after)
    assert [row[3] for row in stored(db)] == ["1", "2"]
    assert {reason: count for reason, (count, _) in tally.notes.items()} == noted
    assert tally.read == 2 + sum(noted.values())


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_null_and_other_spellings_are_the_same_kind(db: sqlite3.Connection, ending: str) -> None:
    text = f'"{FIRM}","001","2003","1",{ending}"{UNIT}",001,2003,1,""{ending}"{OTHER}","001","2003","1",""'
    activities(db, text)
    assert [row[1:] for row in stored(db)] == [("001", "2003", "1", "")] * 3
    assert db.execute("SELECT count(*) FROM kind").fetchone() == (1,)


ACTIVITIES = st.lists(st.tuples(ENTITIES, st.sampled_from("abcd")), max_size=25)


@given(ACTIVITIES, ACTIVITIES, st.booleans())
def test_fast_and_careful_reading_give_the_same(
    first: list[tuple[str, str]], more: list[tuple[str, str]], odd: bool
) -> None:
    """An empty line makes the loader take the CSV reader."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript(schema.ACTIVITIES)
        kept = 0
        for rows in (first, more):
            text = "".join(line(entity, "001", "2025", code, "MAIN") for entity, code in rows)
            tally = activities(db, text + ("\n" if odd else ""))
            kept += tally.kept
            assert tally.kept + sum(count for count, _ in tally.notes.values()) == tally.read == len(rows)
        found = Counter((row[0], row[3]) for row in stored(db))
    assert found == Counter({(f"{number(entity):010d}", code): 1 for entity, code in first + more})
    assert kept == found.total()


def test_an_entity_over_the_edge_of_a_piece(db: sqlite3.Connection) -> None:
    text = "".join(line(FIRM, "001", "2025", str(at), "MAIN") for at in range(2 * PIECE // 44 + 10))
    text += line(OTHER, "001", "2025", "1", "MAIN") + line(OTHER, "001", "2025", "1", "MAIN")
    tally = activities(db, text)
    assert Counter(stored(db)).total() == tally.kept == tally.read - 1
    assert tally.notes == {"duplicate": (1, "0403170701")}
