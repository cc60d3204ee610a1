"""Our DBF reader against dbfread, an independent one; and files that are not whole."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import dbfread
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.address.register import dbf
from services.address.register.dbf import Dbf, NotDbfError
from tests.support import address_extracts
from tests.support.address_extracts import COLUMNS, street, town

STREETS = COLUMNS["Straatnaam"]
HEADER = 32 + 32 * len(STREETS) + 1
LENGTH = 1 + sum(width for *_, width in STREETS)
TEXTS = st.text(st.characters(codec="cp1252", exclude_categories=["Cc"]), max_size=20).map(str.strip)


def read(body: bytes, *names: str, cpg: str | None = None) -> list[tuple[str, ...]]:
    table = Dbf(io.BytesIO(body), cpg=cpg)
    layout = table.layout(*names)
    return [tuple(table.decode(field) for field in row) for rows in table.rows(layout) for row in rows]


def oracle(path: Path, *names: str) -> list[tuple[str, ...]]:
    found = dbfread.DBF(str(path), lowernames=True, encoding="cp1252")
    return [tuple("" if row[name] is None else str(row[name]).strip() for name in names) for row in found]


@settings(max_examples=25)
@given(rows=st.lists(st.tuples(st.integers(1, 10**9), TEXTS, TEXTS), max_size=30), piece=st.integers(1, 2000))
def test_it_reads_what_dbfread_reads(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, str]], piece: int
) -> None:
    body = address_extracts.dbf(STREETS, [street(id, name, homonym=homonym) for id, name, homonym in rows])
    path = tmp_path_factory.mktemp("dbf") / "Straatnaam.dbf"
    path.write_bytes(body)
    names = ("homoniemtv", "straatnmid", "gemeenteid", "straatnm", "versieid")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(dbf, "PIECE", piece)
        assert read(body, *names) == oracle(path, *names)


@pytest.mark.parametrize("name", COLUMNS)
def test_every_table_of_the_extract(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.dbf"
    body = address_extracts.dbf(COLUMNS[name], town().get(name, ()))
    path.write_bytes(body)
    names = [column for column, kind, _ in COLUMNS[name] if kind != "L"]
    assert read(body, *names) == oracle(path, *names)
    assert Dbf(io.BytesIO(body)).day == date(*address_extracts.DAY)


def test_a_column_that_is_not_there_is_empty() -> None:
    body = address_extracts.dbf(STREETS, [street(7, "Zandstraat")])
    assert read(body, "straatnm", "bestaat_niet", "straatnmid") == [("Zandstraat", "", "7")]
    with pytest.raises(NotDbfError, match="bestaat_niet"):
        Dbf(io.BytesIO(body)).layout("straatnm", required=("bestaat_niet",))


@pytest.mark.parametrize(
    ("encoding", "driver", "cpg"),
    [
        ("cp1252", 0x57, None),
        ("cp1252", 0x03, None),
        ("cp850", 0x02, None),
        ("utf-8", 0x57, "UTF-8\r\n"),
        ("utf-8", 0x00, None),
        ("cp1252", 0x00, None),
        ("cp1252", 0x00, "ANSI 1252"),
        ("iso8859-15", 0x57, "ISO8859-15"),
    ],
)
def test_the_encoding(encoding: str, driver: int, cpg: str | None) -> None:
    name = "Désiré Boucherystraat"
    body = address_extracts.dbf(STREETS, [street(7, name)], encoding, driver)
    assert read(body, "straatnm", cpg=cpg) == [(name,)]


def test_what_is_not_in_the_encoding_is_replaced() -> None:
    table = Dbf(io.BytesIO(address_extracts.dbf(STREETS, [])), cpg="utf-8")
    with pytest.raises(UnicodeDecodeError):
        table.decode(b"Am\xe9liestraat")
    assert table.decode_anyhow(b"Am\xe9liestraat") == "Am\ufffdliestraat"


def test_deleted_rows_are_left_out() -> None:
    body = bytearray(address_extracts.dbf(STREETS, [street(7, "Zandstraat"), street(8, "Heide"), street(9, "Dijk")]))
    body[HEADER + LENGTH] = ord("*")
    assert read(bytes(body), "straatnm") == [("Zandstraat",), ("Dijk",)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body[:-200], "afgebroken"),
        (lambda body: body[:40], "hoofding"),
        (lambda body: body[:10], "geen DBF"),
        (lambda body: b"", "geen DBF"),
        (lambda body: b"<html>" + body, "geen DBF"),
        (lambda body: body[:4] + b"\x01\0\0\0" + body[8:], "meer rijen"),
        (lambda body: body[:10] + b"\x09\0" + body[12:], "hoofding"),
        (lambda body: body[:32] + b"\r" * 400 + body[432:], "hoofding"),
    ],
)
def test_a_file_that_is_not_whole(change: object, words: str) -> None:
    body = change(address_extracts.dbf(STREETS, [street(7, "Zandstraat"), street(8, "Heide")]))  # type: ignore[operator]
    with pytest.raises(NotDbfError, match=words):
        read(body, "straatnm")


@settings(max_examples=60)
@given(body=st.binary(max_size=400), cut=st.integers(0, 300))
def test_no_bytes_make_it_fail_otherwise(body: bytes, cut: int) -> None:
    whole = address_extracts.dbf(STREETS, [street(7, "Zandstraat")])
    for given_body in (body, b"\x03" + body, whole[:cut] + body):
        try:
            read(given_body, "straatnm", cpg="utf-8")
        except (NotDbfError, UnicodeDecodeError):
            continue
