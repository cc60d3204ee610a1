"""A replica of which the file is damaged or gone: all else stays up and says so, and an import mends it."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from loketbus.clock import utc_now
from loketbus.replicas import CURRENT, current
from services.address.doctor import examine
from services.address.register.importing import import_download
from services.address.register.schema import FILE
from services.address.settings import AddressSettings, register_folder
from services.address.standing import standing
from tests.integration.address.desk import Desk, refused
from tests.support import address_extracts
from tests.support.address_service import RETIRED, SHOP, SPLIT, AddressHouse, town

CURE = "loketbus address import PAD"
Damage = Callable[[Path], None]


def no_database(file: Path) -> None:
    with file.open("r+b") as written:
        written.write(b"\xa5" * 5000)


def half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def empty(file: Path) -> None:
    os.truncate(file, 0)


def inside(file: Path) -> None:
    """All but the first pages."""
    size = file.stat().st_size
    with file.open("r+b") as written:
        written.seek(8192)
        written.write(b"\xa5" * (size - 8192))


def table(name: str, file: Path) -> None:
    """The first page of one table or index."""
    with closing(sqlite3.connect(file)) as db:
        root, size = db.execute(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size() WHERE name = ?", (name,)
        ).fetchone()
    with file.open("r+b") as written:
        written.seek((root - 1) * size)
        written.write(b"\xa5" * size)


@pytest.fixture
def settings(tmp_path: Path) -> AddressSettings:
    return AddressSettings(var=tmp_path)


@pytest.fixture
def file(settings: AddressSettings) -> Path:
    """Of a replica that may be damaged."""
    return town().save(register_folder(settings))


def says_so(settings: AddressSettings) -> None:
    """People who look get a line instead of a traceback."""
    found = standing(settings, utc_now())
    assert (found.problem, found.source, found.rows) == ("register_unreadable", None, {})
    assert CURE in found.advice[0]
    (line,) = examine(settings)
    assert (line.ok, CURE in line.advice) == (False, True)


@pytest.fixture
def download(tmp_path: Path) -> Path:
    return address_extracts.save(tmp_path / "GRAR.zip", address_extracts.town())


def rows(settings: AddressSettings, query: str) -> list[tuple[object, ...]]:
    folder = current(register_folder(settings))
    assert folder is not None
    with closing(sqlite3.connect(folder / FILE)) as db:
        return db.execute(query).fetchall()


LOSES = [no_database, half, empty, inside, Path.unlink, *(partial(table, one) for one in ("replaced", "removed"))]


@pytest.mark.parametrize("damage", [no_database, half, empty, inside, Path.unlink])
def test_it_is_told(settings: AddressSettings, file: Path, damage: Damage) -> None:
    damage(file)
    says_so(settings)


@pytest.mark.parametrize("damage", LOSES)
def test_an_import_takes_its_place_and_says_what_is_lost(
    settings: AddressSettings, file: Path, damage: Damage, download: Path
) -> None:
    damage(file)
    report = import_download(register_folder(settings), download, nis=["12025", "12040"])
    assert [remark.code for remark in report.remarks] == ["carried_lost"]
    assert standing(settings.model_copy(update={"address_nis": ("12025", "12040")}), utc_now()).problem is None
    assert rows(settings, "SELECT count(*) FROM address") == [(5,)]


def test_what_can_be_read_is_carried_over(settings: AddressSettings, file: Path, download: Path) -> None:
    table("removed", file)
    import_download(register_folder(settings), download, nis=["12025"])
    assert rows(settings, "SELECT DISTINCT old FROM replaced") == [(RETIRED,), (SPLIT,)]
    assert rows(settings, "SELECT * FROM removed") == []


@pytest.mark.parametrize("where", ["address", "unit", "address_place", "place"])
def test_damage_elsewhere_loses_nothing(where: str, settings: AddressSettings, file: Path, download: Path) -> None:
    table(where, file)
    report = import_download(register_folder(settings), download, nis=["12025"])
    assert report.remarks == ()
    assert len(rows(settings, "SELECT * FROM replaced")) == 3


def test_rows_that_cannot_be_true_are_not_carried_over(settings: AddressSettings, file: Path, download: Path) -> None:
    """What a damaged page holds can still look like rows."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("INSERT INTO removed VALUES('nonsense', 7, NULL)")
        db.execute("INSERT INTO replaced VALUES('address', 'x', 2.5, NULL)")
        db.execute("INSERT INTO street_former VALUES(10, x'ff', NULL)")
    report = import_download(register_folder(settings), download, nis=["12025"])
    assert [remark.code for remark in report.remarks] == ["carried_lost"]
    assert len(rows(settings, "SELECT * FROM replaced")) == 3


def test_municipalities_of_a_merger_stay_kept(settings: AddressSettings, download: Path) -> None:
    """Also when it can no longer be read which ones merged: what the replica kept beside what was asked."""
    made = town()
    made.meta |= {"nis": "12025,12040", "nis_asked": "12025"}
    table("replaced", made.save(register_folder(settings)))
    report = import_download(register_folder(settings), download, nis=["12025"])
    assert report.nis == ("12025", "12040")
    assert [remark.code for remark in report.remarks] == ["nis_added", "carried_lost"]


def test_a_folder_that_is_gone(settings: AddressSettings, file: Path) -> None:
    shutil.rmtree(file.parent)
    says_so(settings)


def test_a_copy_that_followed_the_link(settings: AddressSettings, file: Path) -> None:
    folder = register_folder(settings)
    (folder / CURRENT).unlink()
    file.parent.rename(folder / CURRENT)
    assert standing(settings, utc_now()).problem == "register_missing"


async def test_over_http_all_else_stays_up(address: AddressHouse) -> None:
    address.load()
    folder = current(register_folder(address.settings))
    assert folder is not None
    no_database(folder / FILE)
    desk = Desk(address)
    said = (await desk.get("/register", "operator")).json()
    assert (said["problem"], said["source"]) == ("register_unreadable", None)
    assert CURE in said["advice"][0]
    metrics = await desk.get("/metrics")
    assert metrics.status_code == 200
    assert "# TYPE loketbus_address_register_age_seconds gauge" in metrics.text
    assert "\nloketbus_address_register_age_seconds " not in metrics.text
    assert refused(await desk.match("Bruul 45")) == (503, "register_unreadable")
    assert refused(await desk.get(f"/addresses/{SHOP}")) == (503, "register_unreadable")
    assert (await desk.get(f"/addresses/{SHOP}/follow")).json()["followed"] is False
