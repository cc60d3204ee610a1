"""The downloads, read back by an independent reader of dBase and by the csv module."""

from __future__ import annotations

import csv
import io
import json
import struct
from contextlib import closing
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from dbfread import DBF

from simulators.address import World, stream
from simulators.address.__main__ import main
from simulators.address.best import write_best_csv
from simulators.address.dbase import Table, number, text
from simulators.address.dbf import write_dbf_extract
from simulators.address.lambert import to_wgs84
from simulators.address.model import EVENT_BASE
from tests.unit.simulators.address.conftest import NIS, SMALL

BEST_HEADER = (
    "EPSG:31370_x,EPSG:31370_y,EPSG:4326_lat,EPSG:4326_lon,address_id,box_number,house_number,municipality_id,"
    "municipality_name_de,municipality_name_fr,municipality_name_nl,postcode,postname_fr,postname_nl,street_id,"
    "streetname_de,streetname_fr,streetname_nl,region_code,status"
)
ADDRESS_COLUMNS = (
    "id adresid creatieid versieid posspec posgeommet straatnmid straatnm huisnr busnr postcode gemeenteid gemeentenm "
    "status offtoegknd voladres"
)


@pytest.fixture(scope="module")
def extract(region: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extract")
    write_dbf_extract(region, folder / "extract.zip")
    with ZipFile(folder / "extract.zip") as file:
        file.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def addresses(extract: Path) -> list[dict[str, Any]]:
    return rows(extract, "Adres")


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    table = DBF(folder / f"{name}.dbf")
    assert table.encoding == "cp1252"
    return list(table)


def test_every_address_stands_in_the_extract_as_it_is(region: World, addresses: list[dict[str, Any]]) -> None:
    assert " ".join(addresses[0]) == ADDRESS_COLUMNS
    assert len(addresses) == len(region.addresses)
    for row in addresses:
        one = region.addresses[row["adresid"]]
        street = region.streets[one.street]
        assert row["id"] == f"https://data.vlaanderen.be/id/adres/{one.id}"
        assert (row["straatnmid"], row["straatnm"], row["gemeenteid"]) == (str(street.id), street.name, str(street.nis))
        assert (row["huisnr"], row["busnr"], row["postcode"]) == (one.house, one.box or "", str(one.postcode or ""))
        assert (row["status"].lower(), row["versieid"]) == (one.status.lower(), one.version)
        assert (row["voladres"], row["offtoegknd"]) == (region.written(one), one.official)


@pytest.mark.parametrize(
    ("table", "of", "count"),
    [
        ("Straatnaam", "straatnmid", "streets"), ("Gemeente", "gemeenteid", "municipalities"),
        ("Gebouw", "gebouwid", "buildings"), ("Gebouweenheid", "gebouwehid", "units"),
        ("Perceel", "perceelid", "parcels"),
    ],
)  # fmt: skip
def test_the_other_tables_have_every_object(extract: Path, region: World, table: str, of: str, count: str) -> None:
    assert {str(row[of]) for row in rows(extract, table)} == {str(key) for key in getattr(region, count)}


def test_links_are_those_of_the_world(extract: Path, region: World) -> None:
    units = {(int(row["adresobjid"]), row["adresid"]) for row in rows(extract, "Adreskoppelingen")}
    parcels = {(row["adresobjid"], row["adresid"]) for row in rows(extract, "Adreskoppelingen_1")}

    assert units == {(unit.id, link) for unit in region.units.values() for link in unit.addresses}
    assert parcels == {(parcel.id, link) for parcel in region.parcels.values() for link in parcel.addresses}


def test_postcodes_of_streets(extract: Path, region: World) -> None:
    (crossing,) = region.streets_named("Leuvensesteenweg", 12025)
    found = [
        row["postcode"]
        for row in rows(extract, "PostcodeStraatnaamKoppelingen")
        if row["straatnmid"] == str(crossing.id)
    ]

    assert sorted(found) == [str(code) for code in region.postcodes_of(crossing.id)]


def test_positions_are_points_of_the_shape_file(extract: Path, region: World, addresses: list[dict[str, Any]]) -> None:
    shapes, index = (extract / "Adres.shp").read_bytes(), (extract / "Adres.shx").read_bytes()
    assert struct.unpack(">i", shapes[24:28])[0] * 2 == len(shapes) == 100 + 28 * len(addresses)
    for nth in (0, 7, len(addresses) - 1):
        (offset,) = struct.unpack_from(">i", index, 100 + 8 * nth)
        record, words, kind, x, y = (
            *struct.unpack_from(">ii", shapes, offset * 2),
            *struct.unpack_from("<idd", shapes, offset * 2 + 8),
        )
        one = region.addresses[addresses[nth]["adresid"]]
        assert (record, words, kind, x, y) == (nth + 1, 10, 1, one.x, one.y)


def test_the_metadata_name_the_last_event(extract: Path) -> None:
    assert rows(extract, "Adres_metadata") == [{"metadata": "latest_event_id", "waarde": str(EVENT_BASE)}]


def test_a_stream_gives_the_same_bytes_as_the_world(region: World, extract: Path, tmp_path: Path) -> None:
    write_dbf_extract(stream(nis=NIS, scale=SMALL), tmp_path / "extract.zip")

    with ZipFile(tmp_path / "extract.zip") as streamed:
        for name in streamed.namelist():
            assert streamed.read(name) == (extract / name).read_bytes(), name


def test_a_value_that_is_too_wide_is_refused() -> None:
    table = Table("Adres", (number("adresid"), text("huisnr", 3)))
    with closing(table), pytest.raises(ValueError, match="too wide"):
        table.add([(1, "1234")])


def test_best_has_every_address_but_the_rejected(region: World, tmp_path: Path) -> None:
    count = write_best_csv(region, tmp_path / "best.zip")
    with ZipFile(tmp_path / "best.zip") as file:
        lines = io.TextIOWrapper(file.open("openaddress-bevlg.csv"), "utf-8", newline="")
        assert lines.readline() == BEST_HEADER + "\n"
        found = list(csv.DictReader(lines, BEST_HEADER.split(",")))

    assert len(found) == count == sum(one.status != "afgekeurd" for one in region.addresses.values())
    for row in found:
        *uri, number_, version = row["address_id"].split("/")
        one = region.addresses[int(number_)]
        assert ("/".join(uri), version) == ("https://data.vlaanderen.be/id/adres", one.version)
        assert (row["house_number"], row["box_number"], row["street_id"]) == (one.house, one.box or "", str(one.street))
        assert (
            row["status"] == {"inGebruik": "current", "voorgesteld": "proposed", "gehistoreerd": "retired"}[one.status]
        )
        assert row["region_code"] == "BE-VLG"


@pytest.mark.parametrize(
    ("x", "y", "latitude", "longitude"),
    [(150_000.0, 170_000.0, 50.8397, 4.3676), (105_052.34, 193_542.11, 51.0500, 3.7269)],
)
def test_lambert_to_degrees(x: float, y: float, latitude: float, longitude: float) -> None:
    assert to_wgs84(x, y) == pytest.approx((latitude, longitude), abs=0.0005)


def test_the_command_writes_files_and_then_a_manifest(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--out", str(tmp_path), "--nis", "12005", "--scale", "0.05", "--format", "both"]

    assert main(arguments) == 0
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*manifest["files"], "manifest.json"])
    assert manifest["counts"]["addresses"] == manifest["files"]["adressenregister.zip"]["Adres"]
    (world,) = (part for part in stream(nis=(12005,), scale=0.05) if part.addresses)
    for one in manifest["sample"]:
        assert one["text"] == world.written(world.addresses[int(one["address_id"])])
    assert "adressenregister.zip: " in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [["--scale", "2"], ["--nis", "99999"]])
def test_a_wrong_question_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    assert main(["--out", str(tmp_path), *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1
