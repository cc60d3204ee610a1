"""Rows into tables in whatever order they come; numbers of parcels."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.address.register import schema
from services.address.register.loading import STAGING, Loader
from services.address.register.parcels import capakey, object_id, parcel_id
from services.address.register.tally import BAD_NUMBER, DUPLICATE, Tally

OLD, NEW = "2023-07-01T12:00:00+02:00", "2023-07-01T11:30:00+01:00"
"""The second is half an hour later."""
Rows = list[tuple[int, str | None]]


def load(*batches: Rows) -> tuple[dict[int, tuple[str, str | None]], Tally]:
    """Streets by id, (name, version); each row gets the name of its place."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        db.executescript(schema.TABLES)
        db.execute(f"ATTACH ':memory:' AS {STAGING}")
        tally = Tally("street")
        loader = Loader(db, "street", tally)
        at = iter(range(10_000))
        for batch in batches:
            loader.add([(id, 12025, str(next(at)), None, None, None, 2, version) for id, version in batch])
        loader.close()
        return {id: (name, version) for id, name, version in db.execute("SELECT id, name, version FROM street")}, tally


def test_of_two_rows_with_one_number_the_newest_version_counts() -> None:
    found, tally = load([(1, NEW), (2, OLD), (3, None)], [(1, OLD), (2, NEW), (3, OLD), (4, OLD)])
    assert found == {1: ("0", NEW), 2: ("4", NEW), 3: ("5", OLD), 4: ("6", OLD)}
    assert tally.notes == {DUPLICATE: (3, "1")}
    assert tally.kept == 4


def test_of_two_rows_of_one_version_the_last_counts() -> None:
    found, tally = load([(7, OLD), (7, OLD), (7, OLD)])
    assert found == {7: ("2", OLD)}
    assert tally.notes == {DUPLICATE: (2, "7")}


def test_a_number_that_is_none_is_told() -> None:
    found, tally = load([(0, OLD), (-3, OLD), (5, OLD)])
    assert set(found) == {5}
    assert tally.notes == {BAD_NUMBER: (2, "0")}


@given(
    batches=st.lists(
        st.lists(st.tuples(st.integers(1, 12), st.sampled_from([OLD, NEW, None, "rommel"])), max_size=6), max_size=6
    )
)
def test_in_any_order_and_any_pieces(batches: list[Rows]) -> None:
    ages: dict[str | None, int] = {None: 0, "rommel": 0, OLD: 1, NEW: 2}
    expected: dict[int, tuple[str, str | None]] = {}
    rows = [row for batch in batches for row in batch]
    for at, (id, version) in enumerate(rows):
        if id not in expected or ages[version] >= ages[expected[id][1]]:
            expected[id] = (str(at), version)
    found, tally = load(*batches)
    assert found == expected
    assert tally.kept == len(expected)
    assert tally.notes.get(DUPLICATE, (0, ""))[0] == len(rows) - len(expected)


CAPAKEYS = st.from_regex(
    r"[0-9]{5}[A-Z][0-9]{4}/[0-9]{2}[A-Z_0][0-9]{3}", fullmatch=True, alphabet=st.characters(codec="ascii")
)


@given(one=CAPAKEYS, other=CAPAKEYS)
def test_the_number_of_a_parcel_is_its_key(one: str, other: str) -> None:
    assert (parcel_id(one) < parcel_id(other)) == (one < other)
    assert (parcel_id(one) == parcel_id(other)) == (one == other)
    assert parcel_id(one.replace("/", "-")) == parcel_id(one) < 1 << 62
    assert object_id(parcel_id(one)) == one.replace("/", "-")
    assert capakey(one.replace("/", "-")) == one


@pytest.mark.parametrize(
    "key", ["", "21683D0265", "21683_D_0265_R_020_02", "21683D0265/02r020", "21683D0265/02R02x", "²1683D0265/02R020"]
)
def test_no_key_no_number(key: str) -> None:
    with pytest.raises(ValueError, match="caPaKey"):
        parcel_id(key)
