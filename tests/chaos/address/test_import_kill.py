"""SIGKILL at every named point of an import: the old register serves, the next import succeeds, nothing is left.

A share of the points in `make test`; `make chaos` takes all of them, for the extract and for BeSt.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loketbus.replicas import current
from services.address.register.importing import import_download
from services.address.register.state import replica_state
from tests.support import address_extracts
from tests.support.address_register import Town
from tests.support.children import child
from tests.support.matrix import WHOLE_MATRIX
from tests.support.shared import REPOSITORY

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


# `:n` is the n-th time.
POINTS = (
    "address.locked",
    "address.planned",
    "address.loaded",
    "address.loaded:4",
    "address.indexed",
    "address.derived",
    "address.reported",
    "address.linked",
    "address.swapped",
)
MATRIX = [(point, kind) for point in POINTS for kind in ("extract", "best")]
SHARE = (
    ("address.loaded:4", "extract"),
    ("address.derived", "best"),
    ("address.linked", "extract"),
    ("address.swapped", "best"),
)
OLD = [("Oude straat", "1")]
NEW = [("Désiré Boucherystraat", "12"), ("Désiré Boucherystraat", "12")]


@pytest.mark.parametrize(("point", "kind"), MATRIX if WHOLE_MATRIX else SHARE)
async def test_killed_there_the_old_register_serves(point: str, kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "register"
    town = Town()
    town.address(town.street("Oude straat"), "1")
    town.save(folder)
    path = download(tmp_path, kind)
    given = {"folder": str(folder), "path": str(path)}
    async with child("tests.support.address_import", given, LOKETBUS_TEST_KILL_AT=point) as importer:
        await importer.was_killed()
    assert found(folder) == (NEW if point == "address.swapped" else OLD)
    import_download(folder, path, nis=None)
    assert found(folder) == NEW
    path_now = current(folder)
    assert path_now is not None
    assert sorted(os.listdir(folder)) == sorted([path_now.name, "current", "lock"])
    assert {file for file in os.listdir(path_now) if not file.endswith(("-wal", "-shm"))} == {
        "register.db",
        "report.json",
    }


def download(folder: Path, kind: str) -> Path:
    """A building address and one box."""
    if kind == "best":
        rows = [address_extracts.best_address(2000001, 1, "12"), address_extracts.best_address(2000002, 1, "12", "A")]
        return address_extracts.best(folder / "openaddress-bevlg.zip", rows)
    town = address_extracts.town()
    town["Adres"] = town["Adres"][:2]
    return address_extracts.save(folder / "GRAR.zip", town)


def found(folder: Path) -> list[tuple[str, str]]:
    """Street and house number of all addresses of the present register."""
    state = replica_state(folder)
    assert state is not None
    with closing(sqlite3.connect(f"{state.file.as_uri()}?mode=ro", uri=True)) as db:
        return db.execute("SELECT s.name, a.house FROM address a JOIN street s ON s.id = a.street").fetchall()


def test_no_named_point_is_left_out() -> None:
    folder = REPOSITORY / "services" / "address" / "register"
    source = "".join(path.read_text() for path in folder.rglob("*.py"))
    named = set(re.findall(r'reach\("(address\.\w+)"\)', source))
    shared = (REPOSITORY / "loketbus" / "replicas.py").read_text()
    named |= {f"address.{point}" for point in re.findall(r'reach\(f"{points}\.(\w+)"\)', shared)}
    assert {point.partition(":")[0] for point in POINTS} == named
    assert set(SHARE) <= set(MATRIX)
