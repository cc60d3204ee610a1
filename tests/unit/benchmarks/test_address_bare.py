"""The floor and what the peers are given, out of the downloads of a small made-up Mechelen."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from dbfread import DBF

from benchmarks import address_data
from benchmarks.address_addok import write_documents
from benchmarks.address_asking import highest_numbers, names, streets
from benchmarks.address_bare import POINTS, bare, count, load_best, load_extract
from benchmarks.address_data import downloads
from benchmarks.figure import QUICK
from benchmarks.run import Run
from simulators.address import MECHELEN
from simulators.address.manifest import Manifest
from simulators.address.write import BEST, EXTRACT, write

NEIGHBOUR = 12040


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both downloads."""
    made = tmp_path_factory.mktemp("downloads")
    write(made, (MECHELEN, NEIGHBOUR), scale=0.001, best=True)
    return made


@pytest.fixture(scope="module")
def register(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extract as bare tables."""
    loaded = tmp_path_factory.mktemp("bare")
    with bare(loaded) as db:
        load_extract(db, folder / EXTRACT)
    return loaded


def test_bare_tables_hold_what_another_reader_sees(folder: Path, register: Path, tmp_path: Path) -> None:
    with ZipFile(folder / EXTRACT) as packed:
        path = packed.extract("Adres.dbf", tmp_path)
    rows = list(DBF(path, encoding="cp1252"))
    with bare(register) as db:
        found = db.execute("SELECT adresid, straatnmid, huisnr, busnr, status FROM Adres").fetchall()
        points = count(db, POINTS)
    assert found == [
        (str(row["adresid"]), row["straatnmid"], row["huisnr"], row["busnr"], row["status"]) for row in rows
    ]
    assert points == len(rows) > 100


def test_bare_tables_of_one_municipality(folder: Path, register: Path, tmp_path: Path) -> None:
    with bare(register) as db:
        (wanted,) = db.execute("SELECT count(*) FROM Adres WHERE gemeenteid = ?", (str(MECHELEN),)).fetchone()
    with bare(tmp_path) as db:
        load_extract(db, folder / EXTRACT, [str(MECHELEN)])
        assert {row[0] for row in db.execute("SELECT DISTINCT gemeenteid FROM Adres")} == {str(MECHELEN)}
        assert count(db, "Adres") == wanted
        assert count(db, "Gebouw") == count(db, POINTS) == 0


def test_bare_table_of_best(folder: Path, tmp_path: Path) -> None:
    with bare(tmp_path) as db:
        load_best(db, folder / BEST)
        assert count(db, "Best") == len(best_rows(folder))


def test_names_by_postcode(register: Path, tmp_path: Path) -> None:
    run = Run("", QUICK, tmp_path, lambda line: None, tmp_path)
    found = json.loads(names(run, register).read_text(encoding="utf-8"))
    assert {name for some in found["postcodes"].values() for name in some} == set(found["everywhere"])
    assert ("Bruul", "2800") in streets(register)
    assert "Bruul" in found["postcodes"]["2800"]


def test_highest_number_of_the_street_of_an_address(register: Path) -> None:
    with bare(register) as db:
        query = "SELECT adresid, straatnmid FROM Adres WHERE CAST(huisnr AS INTEGER) BETWEEN 1 AND 700 LIMIT 20"
        pairs = db.execute(query).fetchall()
        houses = db.execute("SELECT straatnmid, CAST(huisnr AS INTEGER) FROM Adres").fetchall()
    highest = {id: max(number for street, number in houses if street == of) for id, of in pairs}
    wanted = {int(id): number for id, number in highest.items() if number <= 700}
    assert highest_numbers(register, [int(id) for id, _ in pairs]) == wanted != {}


def test_addok_gets_every_street_and_house_number_that_is_valid(folder: Path, tmp_path: Path) -> None:
    rows = [row for row in best_rows(folder) if row["status"] in ("current", "proposed")]
    pairs = {(row["street_id"], row["house_number"]) for row in rows}
    told = write_documents(folder / BEST, tmp_path / "streets.jsonl")
    documents = [json.loads(line) for line in (tmp_path / "streets.jsonl").read_text().splitlines()]
    assert told == (len({street for street, _ in pairs}), len(pairs))
    assert {(one["_id"], number) for one in documents for number in one["housenumbers"]} == pairs
    bruul = next(one for one in documents if one["name"] == "Bruul" and one["city"] == "Mechelen")
    assert bruul["postcode"] == ["2800"]
    assert bruul["lat"].startswith("51.")


def test_a_register_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def of_one_municipality(out: Path, nis: None, *, seed: int, scale: float, best: bool) -> Manifest:
        assert nis is None
        made.append(out)
        return write(out, (MECHELEN,), seed=seed, scale=scale, best=best)

    monkeypatch.setattr(address_data, "write", of_one_municipality)
    run = Run("", replace(QUICK, address_scale=0.001), tmp_path, lambda line: None, tmp_path)
    first = downloads(run)
    assert downloads(run) == first
    assert len(made) == 1
    assert first.addresses >= first.best_addresses > len(first.sample) > 50
    assert first.extract.exists()
    assert first.best.exists()
    other = replace(run, sizes=replace(QUICK, address_scale=0.0005))
    assert downloads(other).extract != first.extract
    (first.extract.parent / "manifest.json").unlink()  # it was not made to its end
    assert downloads(run) == first
    assert len(made) == 3


def best_rows(folder: Path) -> list[dict[str, str]]:
    with ZipFile(folder / BEST) as packed, packed.open(packed.namelist()[0]) as raw:
        return list(csv.DictReader(io.TextIOWrapper(raw, "utf-8", newline="")))
