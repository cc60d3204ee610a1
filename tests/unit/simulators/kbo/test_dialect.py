"""The files look like the published ones; where the sample folder is present, compared with it."""

from __future__ import annotations

import re
from datetime import date, datetime
from itertools import pairwise
from zipfile import ZipFile

import pytest

from tests.unit.simulators.kbo.conftest import Folder
from tests.unit.simulators.kbo.reading import SAMPLES, TABLES, rows, shapes, text

HEADS, UPDATE = SAMPLES / "full_heads_2025_06", SAMPLES / "update_0147_pseudonymised"
with_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample folder is not here")
# Columns in which reality has values that the few sample rows do not show (reference 1.3).
WIDER = {("enterprise", 5), ("address", 11)}


def header(csv_text: str) -> str:
    return csv_text.split("\n", 1)[0]


def test_members_and_names(folder: Folder) -> None:
    assert [path.name for path in (folder.first, *folder.updates, folder.last)] == [
        "KboOpenData_0140_2025_10_05_Full.zip",
        "KboOpenData_0141_2025_10_06_Update.zip",
        "KboOpenData_0142_2025_10_07_Update.zip",
        "KboOpenData_0143_2025_10_08_Update.zip",
        "KboOpenData_0144_2025_10_09_Update.zip",
        "KboOpenData_0144_2025_10_09_Full.zip",
    ]
    assert ZipFile(folder.first).namelist() == [f"{name}.csv" for name in ("meta", "code", *TABLES)]
    members = [f"{table}_{part}" for table in TABLES for part in ("delete", "insert")]
    assert ZipFile(folder.updates[0]).namelist() == [f"{name}.csv" for name in ("meta", "code", *members)]
    assert all(ZipFile(path).testzip() is None for path in (folder.first, *folder.updates, folder.last))


def test_meta(folder: Folder) -> None:
    assert text(folder.updates[-1], "meta") == (
        '"Variable","Value"\n"SnapshotDate","08-10-2025"\n"ExtractTimestamp","09-10-2025 07:40:18"\n'
        '"ExtractType","update"\n"ExtractNumber","144"\n"Version","1.0.0"\n'
    )
    full = dict(rows(folder.last, "meta"))
    assert (full["ExtractType"], full["ExtractNumber"], full["SnapshotDate"]) == ("full", "144", "08-10-2025")
    moments = [
        datetime.strptime(dict(rows(path, "meta"))["ExtractTimestamp"], "%d-%m-%Y %H:%M:%S")
        for path in (folder.updates[-1], folder.last)
    ]
    assert (moments[1] - moments[0]).total_seconds() == 40


@pytest.mark.parametrize("table", TABLES)
def test_sorted_by_number_and_free_of_carriage_returns(folder: Folder, table: str) -> None:
    numbers = [row[0] for row in rows(folder.first, table)]

    assert numbers == sorted(numbers)
    assert b"\r" not in ZipFile(folder.first).read(f"{table}.csv")
    assert not ZipFile(folder.first).read(f"{table}.csv").startswith(b"\xef\xbb\xbf")


def test_every_number_has_right_check_digits(folder: Folder) -> None:
    found = {row[0] for table in TABLES for row in rows(folder.first, table)}
    assert {number[0] for number in found} >= set("0129")
    for number in found:
        digits = number.replace(".", "")
        assert re.fullmatch(r"[01]\d{3}\.\d{3}\.\d{3}|[2-9]\.\d{3}\.\d{3}\.\d{3}", number)
        assert int(digits[8:]) == 97 - int(digits[:8]) % 97


def test_dates_are_bare_and_real(folder: Folder) -> None:
    for table, column in (("enterprise", 6), ("establishment", 1), ("branch", 1)):
        assert shapes(text(folder.first, table))[column] == {"bare"}
        for row in rows(folder.first, table):
            day, month, year = row[column].split("-")
            assert date(1618, 1, 1) <= date(int(year), int(month), int(day)) <= date(2025, 10, 5)


def test_one_row_can_hold_null_and_empty(folder: Folder) -> None:
    row = next(line for line in text(folder.first, "address").splitlines() if '"REGO"' in line)

    assert re.fullmatch(r'"[\d.]+","REGO",,,"\d{4}",("[^"]+",){4}"[^"]*","[^"]*","[^"]*",(\d\d-\d\d-\d{4})?', row)


def test_the_row_counts_in_the_manifest_are_those_of_the_files(folder: Folder) -> None:
    for archive in folder.manifest.archives:
        for member, count in archive.rows.items():
            assert len(rows(folder.path / archive.file, member)) == count, (archive.file, member)


@with_samples
@pytest.mark.parametrize("table", TABLES)
def test_headers_are_the_real_ones(folder: Folder, table: str) -> None:
    assert header(text(folder.first, table)) == header((HEADS / f"{table}.csv").read_text("utf-8"))
    for part in ("delete", "insert"):
        real = (UPDATE / f"{table}_{part}.csv").read_text("utf-8")
        assert header(text(folder.updates[0], f"{table}_{part}")) == header(real)


@with_samples
@pytest.mark.parametrize("table", TABLES)
def test_values_are_written_as_in_the_real_files(folder: Folder, table: str) -> None:
    real = zip(
        shapes((HEADS / f"{table}.csv").read_text("utf-8")),
        shapes((UPDATE / f"{table}_insert.csv").read_text("utf-8")) or [set() for _ in range(13)],
        strict=False,
    )
    seen = [heads | inserted for heads, inserted in real]
    whole_lines = "\n".join(line for line in text(folder.first, table).splitlines() if line.count('"') % 2 == 0)
    for column, ours in enumerate(shapes(whole_lines)):
        assert ours <= seen[column] | ({"text", "empty"} if (table, column) in WIDER else set()), column


@with_samples
def test_codes_are_real_ones(folder: Folder) -> None:
    real = set((UPDATE / "code.csv").read_text("utf-8").splitlines())
    ours = text(folder.first, "code").splitlines()

    assert set(ours) <= real
    assert all(first < second for first, second in pairwise([tuple(line.split('","')[:3]) for line in ours[1:]]))
    assert {line for line in real if not line.startswith('"Nace')} <= set(ours)
    assert text(folder.updates[0], "code") == text(folder.first, "code")
