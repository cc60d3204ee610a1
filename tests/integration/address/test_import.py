"""Downloads in, a replica out: everything that they hold, once, with what only the feed knew."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from loketbus.replicas import current
from services.address.domain.model import Status
from services.address.register.importing import import_download
from services.address.register.parcels import parcel_id
from services.address.register.report import Report
from services.address.register.schema import FORMAT
from services.address.register.state import replica_state
from tests.support import address_extracts
from tests.support.address_extracts import VERSION, address, best_address, street, town
from tests.support.address_register import Town

MECHELEN = ["12025"]
ALL_FILES = {
    "Adres", "Adreskoppelingen", "Adreskoppelingen_1", "Gebouw", "Gebouweenheid", "Gemeente", "Perceel", "Postinfo",
    "PostcodeStraatnaamKoppelingen", "Straatnaam",
}  # fmt: skip
Rows = list[tuple[Any, ...]]


def rows(folder: Path, query: str) -> Rows:
    state = replica_state(folder)
    assert state is not None
    with closing(sqlite3.connect(f"{state.file.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def addresses(folder: Path) -> Rows:
    return rows(folder, "SELECT id, street, house, box, postcode, status, parent FROM address")


@pytest.fixture
def download(tmp_path: Path) -> Path:
    points = [(157_000.5 + at, 190_000.25) for at in range(5)]
    return address_extracts.save(tmp_path / "GRAR.zip", town(), {"Adres.shp": address_extracts.shp(points)})


def test_everything_is_there(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    report = import_download(folder, download, nis=None)
    proposed, used, retired = Status.VOORGESTELD, Status.IN_GEBRUIK, Status.GEHISTOREERD
    assert addresses(folder) == [
        (2000001, 10769, "12", None, 2800, used, None),
        (2000002, 10769, "12", "0101", 2800, used, 2000001),
        (2000003, 10769, "12", "0102", 2800, retired, 2000001),
        (2000004, 10770, "3A", None, 2812, proposed, None),
        (2000005, 10771, "7", None, 2830, used, None),
    ]
    assert rows(folder, "SELECT version, method, specification, official, x, y FROM address WHERE id >= 2000004") == [
        (VERSION, 0, 7, 0, 157_003.5, 190_000.25),
        (VERSION, 0, 7, 1, 157_004.5, 190_000.25),
    ]
    assert rows(folder, "SELECT id, nis, name, homonym, status FROM street") == [
        (10769, 12025, "Désiré Boucherystraat", None, used),
        (10770, 12025, "O-L-V van Fatimastraat", "MU", used),
        (10771, 12040, "Kerkstraat", None, used),
    ]
    assert rows(folder, "SELECT * FROM street_postcode") == [(10769, 2800), (10770, 2801), (10770, 2812), (10771, 2830)]
    assert rows(folder, "SELECT postcode, name FROM postal_name") == [
        (2800, "MECHELEN"),
        (2800, "Walem"),
        (2830, "Willebroek"),
    ]
    assert report.notes == ()
    assert {name.partition("/")[2].partition(".")[0] for name in report.files} == ALL_FILES


def test_units_buildings_and_parcels(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    import_download(folder, download, nis=None)
    here, there = parcel_id("13013C0384/02H003"), parcel_id("12403B0001/00_000")
    assert rows(folder, "SELECT id, building, function, status FROM unit") == [
        (501, 401, "nietGekend", Status.GEREALISEERD),
        (502, 401, "gemeenschappelijkDeel", Status.GEREALISEERD),
        (504, 404, "nietGekend", Status.GEPLAND),
    ]
    assert rows(folder, "SELECT * FROM unit_address ORDER BY address") == [(2000002, 501), (2000005, 504)]
    assert rows(folder, "SELECT id, status, method FROM building") == [
        (401, Status.GEREALISEERD, "ingemetenGRB"),
        (404, Status.IN_AANBOUW, "ingeschetst"),
    ]
    assert rows(folder, "SELECT id, capakey, status FROM parcel") == [
        (there, "12403B0001/00_000", Status.GEHISTOREERD),
        (here, "13013C0384/02H003", Status.GEREALISEERD),
    ]
    assert rows(folder, "SELECT * FROM parcel_address ORDER BY address") == [(2000001, here), (2000005, there)]


def test_one_municipality_with_all_that_hangs_on_it(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    report = import_download(folder, download, nis=MECHELEN)
    assert [row[0] for row in addresses(folder)] == [2000001, 2000002, 2000003, 2000004]
    assert rows(folder, "SELECT id FROM unit") == [(501,), (502,)]
    assert rows(folder, "SELECT id FROM building") == [(401,)]
    assert rows(folder, "SELECT capakey FROM parcel") == [("13013C0384/02H003",)]
    assert rows(folder, "SELECT address FROM unit_address") == [(2000002,)]
    assert rows(folder, "SELECT address FROM parcel_address") == [(2000001,)]
    assert rows(folder, "SELECT id FROM street") == [(10769,), (10770,)]
    assert {table: report.rows[table].elsewhere for table in ("address", "street", "unit", "link")} == {
        "address": 1,
        "street": 1,
        "unit": 1,
        "link": 2,
    }


def test_what_is_elsewhere_is_known_to_be_elsewhere(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    import_download(folder, download, nis=MECHELEN)
    assert rows(folder, "SELECT nis FROM municipality") == [(12025,), (12040,)]
    assert rows(folder, "SELECT * FROM postcode") == [(2800, 12025), (2812, 12025), (2830, 12040)]
    assert rows(folder, "SELECT nis FROM place WHERE fold = 'willebroek'") == [(12040,)]


def test_a_municipality_whose_code_is_not_in_adres_dbf(tmp_path: Path) -> None:
    """Older extracts leave it empty; the street says it then."""
    folder, tables = tmp_path / "register", town()
    tables["Adres"] = [{**row, "gemeenteid": ""} for row in tables["Adres"]]
    report = import_download(folder, address_extracts.save(tmp_path / "x.zip", tables), nis=MECHELEN)
    assert [row[0] for row in addresses(folder)] == [2000001, 2000002, 2000003, 2000004]
    assert (report.notes, report.rows["address"].elsewhere) == ((), 1)


def test_who_follows_the_feed_knows_where_to_go_on(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    report = import_download(folder, download, nis=None)
    assert rows(folder, "SELECT * FROM feed") == [("adressen", 0, 30411696, None)]
    assert report.events == {"adressen": 30411696}
    state = replica_state(folder)
    assert state is not None
    assert (state.extract, state.nis, state.format) == ("2026-08-01", None, FORMAT)
    ((attribution,),) = rows(folder, "SELECT value FROM meta WHERE name = 'attribution'")
    assert "Modellicentie" in attribution


def test_the_smallest_download(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    tables = {name: town()[name] for name in ("Adres", "Straatnaam", "Gemeente")}
    import_download(folder, address_extracts.save(tmp_path / "x.zip", tables), nis=MECHELEN)
    assert len(addresses(folder)) == 4
    assert rows(folder, "SELECT x FROM address LIMIT 1") == [(None,)]
    assert rows(folder, "SELECT * FROM feed") == []


def test_a_folder_as_unpacked_and_a_folder_with_several_zips(download: Path, tmp_path: Path) -> None:
    """Both as the register's bundler makes them: `20260801_GRAR_Data/dBASE/Straatnaam.dbf`, one zip per table."""
    import_download(tmp_path / "zip", download, nis=None)
    unpacked, zips = tmp_path / "unpacked", tmp_path / "zips"
    zips.mkdir()
    with ZipFile(download) as file:
        for name in file.namelist():
            (made := unpacked / "GRAR_Data" / name[:5] / name.upper()).parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(file.read(name))
            with ZipFile(zips / f"{name}.zip", "w") as one:
                one.writestr(f"map/{name}", file.read(name))
    for path in (unpacked, zips):
        import_download(tmp_path / "register", path, nis=None)
        for table in ("address", "unit_address", "parcel_address", "street", "place", "feed"):
            query = f"SELECT * FROM {table}"
            assert rows(tmp_path / "register", query) == rows(tmp_path / "zip", query)


def test_a_folder_where_every_name_is_written_in_its_own_way(download: Path, tmp_path: Path) -> None:
    import_download(tmp_path / "zip", download, nis=None)
    ways = (str.upper, str.lower, str.swapcase, str.title)
    with ZipFile(download) as file:
        for at, name in enumerate(file.namelist()):
            (tmp_path / "loose").mkdir(exist_ok=True)
            (tmp_path / "loose" / ways[at % len(ways)](name)).write_bytes(file.read(name))
    (tmp_path / "loose" / "ADRES.CPG").write_text("1252")
    report = import_download(tmp_path / "register", tmp_path / "loose", nis=None)
    assert len(report.files) == len(ALL_FILES) + 1
    for table in ("address", "street", "unit_address", "parcel_address", "feed"):
        query = f"SELECT * FROM {table}"
        assert rows(tmp_path / "register", query) == rows(tmp_path / "zip", query)


def test_the_folder_that_somebody_stands_in(download: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    download.rename(tmp_path / "here" / download.name)
    monkeypatch.chdir(tmp_path / "here")
    import_download(tmp_path / "register", Path("."), nis=None)
    assert rows(tmp_path / "register", "SELECT value FROM meta WHERE name = 'file'") == [("here",)]


def test_names_in_the_encoding_of_the_cpg(tmp_path: Path) -> None:
    tables = {
        name: address_extracts.dbf(address_extracts.COLUMNS[name], rows, "utf-8") for name, rows in town().items()
    }
    files = {f"{name}.dbf": body for name, body in tables.items()} | {"Straatnaam.cpg": b"UTF-8"}
    import_download(tmp_path / "register", address_extracts.save(tmp_path / "x.zip", {}, files), nis=None)
    assert rows(tmp_path / "register", "SELECT name FROM street WHERE id = 10769") == [("Désiré Boucherystraat",)]


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    backwards = {name: list(reversed(rows)) for name, rows in town().items()}
    for name, tables in (("one", town()), ("other", backwards)):
        import_download(tmp_path / name, address_extracts.save(tmp_path / f"{name}.zip", tables), nis=None)
    for table in ("address", "street", "unit", "building", "parcel", "unit_address", "place", "street_key"):
        query = f"SELECT * FROM {table}"
        assert rows(tmp_path / "one", query) == rows(tmp_path / "other", query)


def test_what_only_the_feed_knew_stays_known(download: Path, tmp_path: Path) -> None:
    folder, before = tmp_path / "register", Town()
    before.replaced(1999999, 2000001)
    before.removed(1888888)
    before.removed(2000004)
    before.save(folder)
    report = import_download(folder, download, nis=None)
    assert rows(folder, "SELECT kind, old, new FROM replaced") == [("address", 1999999, 2000001)]
    assert rows(folder, "SELECT kind, id FROM removed") == [("address", 1888888)]
    assert report.previous_extract == "2026-08-01"


def test_what_streets_were_called_before_stays_known(tmp_path: Path) -> None:
    """As the feed said, and as the download before this one called them."""
    folder, tables = tmp_path / "register", address_extracts.town()
    import_download(folder, address_extracts.save(tmp_path / "one.zip", tables), nis=None)
    (id, was), *_ = named = rows(folder, "SELECT id, name FROM street ORDER BY id")
    with closing(sqlite3.connect(next(folder.glob("*/register.db")))) as db:
        db.execute("INSERT INTO street_former VALUES(?, 'Oude Baan', '2026-01-01')", (id,))
        db.execute("UPDATE street SET name = 'Steenstraat' WHERE id = ?", (id,))
        db.execute("UPDATE street SET name = upper(name) WHERE id <> ?", (id,))
        db.commit()
    assert len(named) > 1
    import_download(folder, address_extracts.save(tmp_path / "two.zip", tables), nis=None)
    assert rows(folder, "SELECT * FROM street_former") == [
        (id, "Oude Baan", "2026-01-01"), (id, "Steenstraat", "2026-08-01"),
    ]  # fmt: skip
    assert rows(folder, "SELECT key FROM former_key") == [("oudebaan",), ("steenstraat",)]
    assert (id, was) in rows(folder, "SELECT id, name FROM street")


def test_what_a_register_of_another_version_knew_stays_known_too(download: Path, tmp_path: Path) -> None:
    folder, before = tmp_path / "register", Town()
    before.replaced(1999999, 2000001)
    with closing(sqlite3.connect(before.save(folder))) as db, db:
        db.execute("DROP TABLE street_former")
        db.execute("UPDATE meta SET value = '1' WHERE name = 'format'")
    report = import_download(folder, download, nis=None)
    assert rows(folder, "SELECT kind, old, new FROM replaced") == [("address", 1999999, 2000001)]
    assert report.remarks == ()


def test_parcels_in_either_notation_and_what_is_none(tmp_path: Path) -> None:
    """Of one municipality: a scan by key alone would miss the other notation, and what nobody can read."""
    tables = town()
    tables["Perceel"] = [{**row, "perceelid": str(row["perceelid"]).replace("-", "/")} for row in tables["Perceel"]]
    tables["Perceel"].append({"perceelid": "13013_C_0384", "status": "Gerealiseerd"})
    report = import_download(tmp_path / "r", address_extracts.save(tmp_path / "x.zip", tables), nis=MECHELEN)
    assert rows(tmp_path / "r", "SELECT capakey FROM parcel") == [("13013C0384/02H003",)]
    assert [(note.table, note.reason) for note in report.notes] == [("parcel", "bad_parcel")]


def test_a_building_without_number_is_told_when_a_part_is_kept_too(tmp_path: Path) -> None:
    tables = town()
    tables["Gebouw"].append({"gebouwid": "12x4", "status": "Gerealiseerd"})
    report = import_download(tmp_path / "r", address_extracts.save(tmp_path / "x.zip", tables), nis=MECHELEN)
    assert rows(tmp_path / "r", "SELECT id FROM building") == [(401,)]
    assert [(note.table, note.reason) for note in report.notes] == [("building", "bad_number")]


def test_a_damaged_register_is_replaced(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    Town().save(folder).write_bytes(b"rommel")
    report = import_download(folder, download, nis=None)
    assert report.previous_extract is None
    assert len(addresses(folder)) == 5


def test_a_reader_keeps_what_it_has_open(download: Path, tmp_path: Path) -> None:
    folder, before = tmp_path / "register", Town()
    before.street("Oude straat")
    with closing(sqlite3.connect(f"{before.save(folder).as_uri()}?mode=ro", uri=True)) as reader:
        assert reader.execute("SELECT name FROM street").fetchall() == [("Oude straat",)]
        import_download(folder, download, nis=None)
        assert reader.execute("SELECT count(*) FROM street_key").fetchone() == (1,)
    assert len(addresses(folder)) == 5


def test_the_report_is_kept_beside_it(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    report = import_download(folder, download, nis=MECHELEN)
    made = current(folder)
    assert made is not None
    assert Report.load(made) == report
    assert report.bytes == (made / "register.db").stat().st_size
    assert report.as_json()["nis"] == ("12025",)


def test_progress_goes_up_to_the_end(download: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    for nis in (None, MECHELEN):
        import_download(tmp_path / "register", download, nis=nis, progress=lambda *what: told.append(what))
        assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
        assert told[-1][1] == told[-1][2] > 0
        told.clear()


def test_best_says_the_same_as_the_extract(tmp_path: Path) -> None:
    extract = [address(1, 10769, "12"), address(2, 10769, "12", "0101"), address(3, 10770, "3A", status="Gehistoreerd")]
    best = [
        best_address(2, 10769, "12", "0101"),
        best_address(1, 10769, "12"),
        best_address(3, 10770, "3A", status="retired", streetname_nl="Zandstraat"),
    ]
    streets = [street(10769, "Désiré Boucherystraat"), street(10770, "Zandstraat", status="Gehistoreerd")]
    tables = {"Adres": extract, "Straatnaam": streets, "Gemeente": town()["Gemeente"]}
    for folder, path in (
        ("extract", address_extracts.save(tmp_path / "x.zip", tables)),
        ("best", address_extracts.best(tmp_path / "openaddress-bevlg.zip", best)),
    ):
        import_download(tmp_path / folder, path, nis=MECHELEN)
    for query in (
        "SELECT id, street, house, box, postcode, status, parent, version FROM address",
        "SELECT id, nis, name, status FROM street",
        "SELECT * FROM street_key",
        "SELECT * FROM street_postcode",
        "SELECT * FROM postcode",
        "SELECT fold, nis FROM place WHERE nis = 12025",
    ):
        assert rows(tmp_path / "best", query) == rows(tmp_path / "extract", query)


def test_best_with_bare_numbers_columns_of_its_own_order_and_every_status(tmp_path: Path) -> None:
    columns = [name for name in reversed(address_extracts.BEST) if not name.endswith("_de")]
    given = [
        best_address(id, 10769, str(id), address_id=str(id), street_id="10769", municipality_id="12025", status=status)
        for id, status in ((4, "reserved"), (5, "proposed"), (6, "current"))
    ]
    elsewhere = best_address(
        7, 99, "1", nis=12040, municipality_name_nl="Willebroek", postcode="2830", postname_nl="Tisselt"
    )
    path = address_extracts.best(tmp_path / "openaddress-bevlg.zip", [*given, elsewhere], columns)
    report = import_download(tmp_path / "register", path, nis=MECHELEN)
    assert rows(tmp_path / "register", "SELECT id, status, version, x FROM address") == [
        (4, Status.VOORGESTELD, None, 157_000.5),
        (5, Status.VOORGESTELD, None, 157_000.5),
        (6, Status.IN_GEBRUIK, None, 157_000.5),
    ]
    assert rows(tmp_path / "register", "SELECT nis, postcode FROM place WHERE fold = 'tisselt'") == [(12040, 2830)]
    assert rows(tmp_path / "register", "SELECT nis, name_fr FROM municipality") == [
        (12025, "Malines"),
        (12040, "Malines"),
    ]
    assert (report.kind, report.events, report.rows["address"].elsewhere) == ("best", {}, 1)
    assert "BeSt" in report.attribution


def test_the_bare_file_of_best(tmp_path: Path) -> None:
    with ZipFile(address_extracts.best(tmp_path / "x.zip", [best_address(1, 2, "3")])) as file:
        file.extract("openaddress-bevlg.csv", tmp_path)
    import_download(tmp_path / "register", tmp_path / "openaddress-bevlg.csv", nis=None)
    assert len(addresses(tmp_path / "register")) == 1


def test_an_import_again_leaves_one_replica(download: Path, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    for _ in range(2):
        import_download(folder, download, nis=None)
    made = current(folder)
    assert made is not None
    assert sorted(path.name for path in folder.iterdir()) == sorted([made.name, "current", "lock"])
    shutil.rmtree(folder)
