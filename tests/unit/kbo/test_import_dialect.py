"""Reading the register's CSV: as published, as others met it, and damaged."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.register import dialect
from services.kbo.register.dialect import NotTheRegisterError, Reader, read_rows
from services.kbo.register.tally import Tally

COLUMNS = ("Number", "Name", "Date")
HEADER = '"Number","Name","Date"\n'


def read(text: str | bytes) -> tuple[list[list[str]], Tally]:
    """All rows, and what was counted."""
    tally = Tally("t")
    body = text if isinstance(text, bytes) else text.encode()
    return [row for rows in read_rows(io.BytesIO(body), COLUMNS, tally) for row in rows], tally


def notes(tally: Tally) -> dict[str, int]:
    return {reason: count for reason, (count, _) in tally.notes.items()}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('"1","a",01-01-2000\n', [["1", "a", "01-01-2000"]]),
        ('"1","",\n', [["1", "", ""]]),  # "" and NULL in one row
        ('"1","a",\r\n"2","b",\r\n', [["1", "a", ""], ["2", "b", ""]]),
        ('"1","een\ntwee",\n"2","b",\n', [["1", "een\ntwee", ""], ["2", "b", ""]]),
        ('"1","een\n\n,""twee""\n",\n"2","b",\n', [["1", 'een\n\n,"twee"\n', ""], ["2", "b", ""]]),
        ('"1","zegt ""ja""",\n', [["1", 'zegt "ja"', ""]]),
        ('"1"," ’t – huis\u2028hier",\n', [["1", " ’t – huis\u2028hier", ""]]),  # no line break
        ('"1","a",\n"2","b",', [["1", "a", ""], ["2", "b", ""]]),  # no line feed at the end
        ('"1","a",\n\n\n"2","b",\n\n', [["1", "a", ""], ["2", "b", ""]]),
        ("", []),  # a header alone
    ],
)
def test_rows(text: str, rows: list[list[str]]) -> None:
    for start in ("", "\ufeff"):
        found, tally = read(start + HEADER + text)
        assert found == rows
        assert (tally.read, tally.notes) == (len(rows), {})


@pytest.mark.parametrize(
    ("text", "kept", "noted"),
    [
        ('"1","a"\n"2","b",\n', ["2"], {"wrong_columns": 1}),
        ('"1","a",,,\n"2","b",\n', ["2"], {"wrong_columns": 1}),
        ('"1","a,\n"2","b",\n"3","c",\n', ["2", "3"], {"unreadable": 1}),
        ('"1","b",\n"2","a,\n', ["1"], {"unreadable": 1}),
        ('"1","' + "x\n" * 30 + '"2","b",\n', ["2"], {"unreadable": 1, "wrong_columns": 29}),
        ('"1","' + "x" * 140_000 + '",\n"2","b",\n', ["2"], {"unreadable": 1}),
    ],
)
def test_a_damaged_row_takes_no_other_with_it(text: str, kept: list[str], noted: dict[str, int]) -> None:
    rows, tally = read(HEADER + text)
    assert [row[0] for row in rows] == kept
    assert notes(tally) == noted
    assert tally.read == len(kept) + sum(noted.values())


def test_what_is_no_utf8_is_replaced_and_said() -> None:
    rows, tally = read(HEADER.encode() + b'"0403170701","caf\xe9",\n')
    assert rows == [["0403170701", "caf\ufffd", ""]]
    assert notes(tally) == {"bad_text": 1}


def test_an_example_is_a_number_and_nothing_else() -> None:
    _, tally = read(HEADER + '"0403.170.701","Janssens, Jan"\n')
    assert tally.notes == {"wrong_columns": (1, "0403170701")}
    _, tally = read(HEADER + '"Janssens, Jan"\n')
    assert tally.notes == {"wrong_columns": (1, "")}


def test_columns_in_another_order_and_one_more() -> None:
    rows, _ = read('"Date","More","Number","Name"\n01-01-2000,"x","1","a"\n')
    assert rows == [["1", "a", "01-01-2000"]]


def test_a_column_that_is_missing() -> None:
    with pytest.raises(NotTheRegisterError, match="Name"):
        read('"Number","Date"\n"1",\n')


def test_no_text_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialect, "LONGEST_LINE", 1 << 21)
    with pytest.raises(NotTheRegisterError, match="8 MB"):
        read(HEADER.encode() + bytes(3 << 20))
    with pytest.raises(NotTheRegisterError, match="leeg"):
        read("")


FIELDS = st.text(st.sampled_from('ab",\n\r é'), max_size=6)
ROWS = st.lists(st.tuples(FIELDS, FIELDS, FIELDS), max_size=12)


@given(ROWS, st.data())
def test_wherever_the_pieces_are_cut(rows: list[tuple[str, ...]], data: st.DataObject) -> None:
    """Python's own reader of the whole is the judge."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([COLUMNS, *rows])
    lines = text.getvalue().encode().replace(b"\n", b"\n\0").split(b"\0")
    reader, found = Reader(COLUMNS, Tally("t")), []
    at = 0
    while at < len(lines):
        step = data.draw(st.integers(1, 4))
        found += reader.read(b"".join(lines[at : at + step]))
        at += step
    found += reader.read(b"", final=True)
    assert found == [list(row) for row in rows]
