"""What cannot be loaded is refused in one Dutch line, and nothing has changed; a row that cannot be read is told."""

from __future__ import annotations

import ctypes
import fcntl
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from loketbus.errors import Rejected
from loketbus.replicas import current
from services.address.register import sources
from services.address.register.importing import import_download
from services.address.register.report import Report
from tests.support import address_extracts
from tests.support.address_extracts import COLUMNS, address, best, best_address, dbf, save, street, town
from tests.support.address_register import Town
from tests.support.children import child

SECRET = "Jan Peeters"
"""Text of a damaged row must never be told."""


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Path]:
    """A folder with a small register, that must be as it was when the test ends."""
    folder = tmp_path / "register"
    file = Town().save(folder)
    before = file.read_bytes()
    yield folder
    assert file.read_bytes() == before
    assert sorted(os.listdir(folder)) == sorted([file.parent.name, "current", "lock"])


def refused(folder: Path, path: Path, nis: list[str] | None = None) -> Rejected:
    """The refusal, of one line."""
    with pytest.raises(Rejected) as refusal:
        import_download(folder, path, nis=nis)
    assert "\n" not in refusal.value.message
    return refusal.value


@pytest.mark.parametrize("kept", [0.3, 0.9, 0.999])
def test_a_truncated_zip(kept: float, replica: Path, tmp_path: Path) -> None:
    body = save(tmp_path / "cut.zip", town()).read_bytes()
    (tmp_path / "cut.zip").write_bytes(body[: int(len(body) * kept)])
    error = refused(replica, tmp_path / "cut.zip")
    assert error.code == "address_archive_broken"
    assert "cut.zip" in error.message


@pytest.mark.parametrize("member", ["Adres", "Straatnaam", "Gebouweenheid", "Adreskoppelingen"])
def test_a_member_that_is_damaged_inside(member: str, replica: Path, tmp_path: Path) -> None:
    path = save(tmp_path / "bad.zip", town())
    body = bytearray(path.read_bytes())
    with ZipFile(path) as file:
        info = file.getinfo(f"{member}.dbf")
    body[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    path.write_bytes(body)
    error = refused(replica, path)
    assert error.code == "address_archive_broken"
    assert f"bad.zip/{member}.dbf" in error.message


@pytest.mark.parametrize("member", ["Adres", "Straatnaam", "Gemeente"])
def test_a_table_that_is_missing(member: str, replica: Path, tmp_path: Path) -> None:
    tables = {name: rows for name, rows in town().items() if name != member}
    error = refused(replica, save(tmp_path / "part.zip", tables))
    assert (error.code, member.lower() in error.message) == ("address_archive_broken", True)


@pytest.mark.parametrize(
    ("table", "column"),
    [("Adres", "gemeenteid"), ("Adres", "busnr"), ("Straatnaam", "status"), ("Perceel", "perceelid")],
)
def test_a_column_that_is_missing(table: str, column: str, replica: Path, tmp_path: Path) -> None:
    columns = [one for one in COLUMNS[table] if one[0] != column]
    tables = {name: rows for name, rows in town().items() if name != table}
    error = refused(replica, save(tmp_path / "odd.zip", tables, {f"{table}.dbf": dbf(columns, town()[table])}))
    assert error.code == "address_archive_broken"
    assert f"odd.zip/{table}.dbf: de kolom {column} ontbreekt" in error.message


def test_a_column_of_best_that_is_missing(replica: Path, tmp_path: Path) -> None:
    columns = [name for name in address_extracts.BEST if name != "street_id"]
    error = refused(replica, best(tmp_path / "openaddress-bevlg.zip", [best_address(1, 2, "3")], columns))
    assert (error.code, "street_id" in error.message) == ("address_archive_broken", True)


@pytest.mark.parametrize("count", [0, 3, 1 << 31])
def test_a_table_that_says_another_number_of_rows(count: int, replica: Path, tmp_path: Path) -> None:
    body = bytearray(dbf(COLUMNS["Adres"], town()["Adres"]))
    body[4:8] = count.to_bytes(4, "little")
    tables = {name: rows for name, rows in town().items() if name != "Adres"}
    assert (
        refused(replica, save(tmp_path / "x.zip", tables, {"Adres.dbf": bytes(body)})).code == "address_archive_broken"
    )


def test_something_else(replica: Path, tmp_path: Path) -> None:
    page, empty, other = tmp_path / "login.zip", tmp_path / "leeg", tmp_path / "other.zip"
    page.write_text("<html>")
    empty.mkdir()
    with ZipFile(other, "w") as file:
        file.writestr("enterprise.txt", "x")
    assert refused(replica, page).code == "address_archive_broken"
    assert refused(replica, tmp_path / "none.zip").code == "address_archive_broken"
    for path in (empty, other):
        error = refused(replica, path)
        assert error.code == "address_wrong_type"
        assert "openaddress-bevlg.zip" in error.message
    with ZipFile(other, "w") as file:
        file.writestr("enterprise.csv", '"EnterpriseNumber"\n')
    assert "address_id" in refused(replica, other).message
    with ZipFile(other, "w") as file:
        file.writestr("Gebouw.dbf", dbf(COLUMNS["Gebouw"], []))
    assert refused(replica, other).code == "address_wrong_type"


def test_a_zip_bomb(replica: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save(tmp_path / "bomb.zip", town())
    monkeypatch.setattr(sources, "LARGEST_SMALL", 600)
    error = refused(replica, path)
    assert (error.code, "onwaarschijnlijk groot" in error.message) == ("address_archive_broken", True)
    monkeypatch.setattr(sources, "MOST_MEMBERS", 3)
    assert refused(replica, path).code == "address_archive_broken"


def test_nothing_of_what_is_wanted(replica: Path, tmp_path: Path) -> None:
    error = refused(replica, save(tmp_path / "x.zip", town()), ["44021"])
    assert (error.code, "44021" in error.message) == ("address_nothing_kept", True)
    assert refused(replica, save(tmp_path / "x.zip", {**town(), "Adres": []})).code == "address_nothing_kept"
    assert refused(replica, best(tmp_path / "b.zip", [])).code == "address_nothing_kept"
    assert (
        refused(replica, best(tmp_path / "b.zip", [best_address(1, 2, "3")]), ["44021"]).code == "address_nothing_kept"
    )


def test_one_import_at_a_time(replica: Path, tmp_path: Path) -> None:
    with (replica / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert refused(replica, save(tmp_path / "x.zip", town())).code == "address_busy"


def test_who_watches_may_stop_it(replica: Path, tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(table: str, done: int, in_all: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        import_download(replica, save(tmp_path / "x.zip", town()), nis=None, progress=stop)


@pytest.mark.parametrize("file_bytes", [10_000, 100_000])
async def test_a_limit_on_what_can_be_written(file_bytes: int, replica: Path, tmp_path: Path) -> None:
    given = {"folder": str(replica), "path": str(save(tmp_path / "x.zip", town())), "file_bytes": file_bytes}
    async with child("tests.support.address_import", given) as importer:
        await importer.says("refused address_disk_full", "oude register")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_disk_that_is_full(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"tmpfs", str(disk).encode(), b"tmpfs", 0, b"size=500k"):
        pytest.skip("no right to mount")
    try:
        Town().save(disk)
        before = current(disk)
        assert before is not None
        rows = [address(2000001 + at, 10769, str(at)) for at in range(1, 3000)]
        path = save(tmp_path / "x.zip", {**town(), "Adres": rows})
        assert refused(disk, path).code == "address_disk_full"
        assert current(disk) == before
        assert sorted(os.listdir(disk)) == sorted([before.name, "current", "lock"])
    finally:
        libc.umount2(str(disk).encode(), 2)


BAD_ADDRESSES: Mapping[str, tuple[dict[str, Any], bool]] = {
    "bad_number": ({"adresid": "12x4"}, False),
    "no_house_number": ({"huisnr": ""}, False),
    "unknown_status": ({"status": SECRET}, False),
    "unknown_street": ({"straatnmid": 999}, False),
    "bad_postcode": ({"postcode": "28OO"}, True),
    "unknown_code": ({"posspec": SECRET}, True),
}


@pytest.mark.parametrize("reason", BAD_ADDRESSES)
def test_a_row_of_adres_that_is_odd_is_told_and_the_rest_loaded(reason: str, tmp_path: Path) -> None:
    change, kept = BAD_ADDRESSES[reason]
    rows = [address(2000001 + at, 10769, str(at + 1), **(change if at == 3 else {})) for at in range(6)]
    report = import_download(tmp_path / "r", save(tmp_path / "x.zip", {**town(), "Adres": rows}), nis=None)
    (note,) = report.notes
    assert (note.table, note.reason, note.count, note.skipped) == ("address", reason, 1, not kept)
    assert note.example == ("124" if reason == "bad_number" else "2000004")
    assert note.text.startswith("address: 1 x ")
    assert report.rows["address"].kept == 5 + kept
    assert "Peeters" not in str(report.as_json())


@pytest.mark.parametrize(
    ("table", "row", "reason"),
    [
        ("Straatnaam", street(10999, ""), "no_name"),
        ("Straatnaam", street(0, "Zandstraat"), "bad_number"),
        ("Gemeente", address_extracts.municipality(0, "Nergens"), "bad_number"),
        ("Adreskoppelingen", {"objecttype": "Standplaats", "adresobjid": 5, "adresid": 2000001}, "unknown_type"),
        ("Adreskoppelingen", {"objecttype": "Gebouweenheid", "adresobjid": "9" * 30, "adresid": 2000001}, "bad_number"),
        ("Adreskoppelingen", {"objecttype": "Gebouweenheid", "adresobjid": 501, "adresid": 2000002}, "duplicate"),
        ("Adreskoppelingen_1", {"objecttype": "Perceel", "adresobjid": "13013C0384", "adresid": 2000001}, "bad_parcel"),
        ("Perceel", {"perceelid": "13013_C_0384", "status": "Gerealiseerd"}, "bad_parcel"),
        ("Gebouw", {"gebouwid": 405, "status": "Ingestort"}, "unknown_status"),
        ("Postinfo", {"postinfoid": "28", "postnaam": "Nergens"}, "bad_number"),
        ("PostcodeStraatnaamKoppelingen", {"postcode": "", "straatnmid": 10769}, "bad_number"),
    ],
)
def test_an_odd_row_of_another_table(table: str, row: dict[str, Any], reason: str, tmp_path: Path) -> None:
    tables = town()
    tables[table] = [*tables[table], row]
    report = import_download(tmp_path / "r", save(tmp_path / "x.zip", tables), nis=None)
    assert [(note.reason, note.count) for note in report.notes] == [(reason, 1)]


def test_text_that_is_not_in_the_encoding(tmp_path: Path) -> None:
    tables = town()
    body = dbf(COLUMNS["Straatnaam"], tables.pop("Straatnaam"))
    path = save(tmp_path / "x.zip", tables, {"Straatnaam.dbf": body, "Straatnaam.cpg": b"utf-8"})
    report = import_download(tmp_path / "r", path, nis=None)
    assert [(note.reason, note.count, note.example) for note in report.notes] == [("bad_text", 1, "10769")]


@pytest.mark.parametrize("nis", [None, ["12025"], ["12040"]])
def test_rows_that_are_marked_as_deleted(nis: list[str] | None, tmp_path: Path) -> None:
    body = bytearray(dbf(COLUMNS["Adres"], town()["Adres"]))
    length = int.from_bytes(body[10:12], "little")
    for row in (0, 4):
        body[int.from_bytes(body[8:10], "little") + row * length] = ord("*")
    tables = {name: rows for name, rows in town().items() if name != "Adres"}
    files = {"Adres.dbf": bytes(body), "Adres.shp": address_extracts.shp([(1.0, 2.0)] * 5)}
    path = save(tmp_path / "x.zip", tables, files)
    if nis == ["12040"]:
        assert refused(tmp_path / "r", path, nis).code == "address_nothing_kept"
        return
    report = import_download(tmp_path / "r", path, nis=nis)
    assert [(note.reason, note.count) for note in report.notes] == [("deleted", 2)]
    assert (report.rows["address"].kept, report.rows["address"].elsewhere) == (3, 0)


def test_positions_that_are_not_those_of_the_addresses(tmp_path: Path) -> None:
    path = save(tmp_path / "x.zip", town(), {"Adres.shp": address_extracts.shp([(1.0, 2.0)] * 4)})
    report = import_download(tmp_path / "r", path, nis=None)
    assert [(note.reason, note.skipped) for note in report.notes] == [("no_positions", False)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"address_id": "https://data.vlaanderen.be/id/adres/"}, "bad_number"),
        ({"status": SECRET}, "unknown_status"),
        ({"house_number": " "}, "no_house_number"),
        ({"postcode": "28OO"}, "bad_postcode"),
        ({"EPSG:31370_x": "links"}, "unknown_code"),
        ({"municipality_name_nl": "", "municipality_name_fr": ""}, "no_name"),
        ({"street_id": ""}, "bad_number"),
    ],
)
def test_an_odd_row_of_best(change: dict[str, Any], reason: str, tmp_path: Path) -> None:
    rows = [best_address(1, 2, "3"), best_address(2, 2, "4", **change), best_address(3, 2, "5")]
    report = import_download(tmp_path / "r", best(tmp_path / "x.zip", rows), nis=None)
    (note,) = report.notes
    assert (note.reason, note.count) == (reason, 1)
    assert report.rows["address"].kept == 2 + (not note.skipped)
    assert "Peeters" not in str(report.as_json())


def test_lines_of_best_that_are_no_rows(tmp_path: Path) -> None:
    def loaded(body: bytes) -> Report:
        with ZipFile(tmp_path / "y.zip", "w") as file:
            file.writestr("openaddress-bevlg.csv", body)
        return import_download(tmp_path / "r", tmp_path / "y.zip", nis=None)

    with ZipFile(best(tmp_path / "x.zip", [best_address(at, 2, str(at)) for at in (1, 2, 3)])) as file:
        body = file.read("openaddress-bevlg.csv")
    first, second, *rest = body.splitlines(keepends=True)
    assert loaded(b"\xef\xbb\xbf" + body.replace(b"\n", b"\r\n")).notes == ()
    assert loaded(body.removesuffix(b"\n")).rows["address"].kept == 3
    for odd in (b'a,"b\n', b"1,2,3\n"):
        report = loaded(b"".join([first, second, odd, *rest]))
        assert [(note.reason, note.count) for note in report.notes] == [("wrong_columns", 1)]
        assert report.rows["address"].kept == 3
    report = loaded(body.replace("é".encode(), b"\xe9"))
    assert [(note.reason, note.count) for note in report.notes] == [("bad_text", 3)]
    error = refused(tmp_path / "none", _long_line(tmp_path))
    assert (error.code, "64 kB" in error.message) == ("address_archive_broken", True)


def _long_line(folder: Path) -> Path:
    with ZipFile(folder / "long.zip", "w") as file:
        file.writestr("openaddress-bevlg.csv", b"x" * (1 << 17))
    return folder / "long.zip"
