"""SIGKILL at every named point of an import: the old register serves, the next import succeeds, nothing is left.

A share of the points in `make test`; `make chaos` takes all of them, for a Full and for an Update, with the steps side
by side and one after another.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import psutil
import pytest

from loketbus.replicas import current
from services.kbo.register.importing import import_archives
from services.kbo.register.swapping import replica_state
from tests.support import kbo_oracle
from tests.support.children import Child, child
from tests.support.kbo_extracts import Chain, chain
from tests.support.matrix import WHOLE_MATRIX
from tests.support.polling import wait_until
from tests.support.shared import REPOSITORY

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


# `:n` is the n-th time.
POINTS = (
    "kbo.locked",
    "kbo.planned",
    "kbo.building",
    "kbo.building:3",
    "kbo.step_made",
    "kbo.step_made:3",
    "kbo.reported",
    "kbo.linked",
    "kbo.swapped",
)
SHARE = (
    ("kbo.building:3", "update", True),
    ("kbo.step_made", "full", True),
    ("kbo.step_made:3", "update", False),
    ("kbo.linked", "update", False),
    ("kbo.swapped", "full", False),
)
IN_A_STEP = "kbo.loaded"
"""In the process that makes a step; see test_import_refused."""
MATRIX = [
    (point, kind, side_by_side) for point in POINTS for kind in ("full", "update") for side_by_side in (True, False)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """A day."""
    return chain(tmp_path_factory.mktemp("kbo"), updates=1, scale=0.0002)


@pytest.fixture(scope="module")
def first(made: Chain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The register before, to copy."""
    folder = tmp_path_factory.mktemp("first") / "replica"
    import_archives(folder, [made.first])
    return folder


@pytest.fixture(scope="module")
def truth(made: Chain) -> dict[str, dict[str, kbo_oracle.Rows]]:
    """The register before and after, by DuckDB."""
    return {str(made.first): kbo_oracle.expected_register(made.first), "after": kbo_oracle.expected_register(made.last)}


@pytest.mark.parametrize(("point", "kind", "side_by_side"), MATRIX if WHOLE_MATRIX else SHARE)
async def test_killed_there_the_old_register_serves(
    point: str,
    kind: str,
    side_by_side: bool,
    made: Chain,
    first: Path,
    truth: dict[str, dict[str, kbo_oracle.Rows]],
    tmp_path: Path,
) -> None:
    folder = tmp_path / "replica"
    shutil.copytree(first, folder, symlinks=True)
    archive = made.last if kind == "full" else made.updates[0]
    given = {"folder": str(folder), "archives": [str(archive)], "side_by_side": side_by_side}
    async with child("tests.support.kbo_import", given, LOKETBUS_TEST_KILL_AT=point) as importer:
        await importer.was_killed()
        await nobody_is_left(importer)
    swapped = point == "kbo.swapped"
    assert kbo_oracle.found_register(present(folder)) == truth["after" if swapped else str(made.first)]
    report = import_archives(folder, [archive])
    assert report.kind == ("nothing" if swapped else kind)
    assert kbo_oracle.found_register(present(folder)) == truth["after"]
    assert sorted(os.listdir(folder)) == sorted([present(folder).name, "current", "lock"])


async def nobody_is_left(importer: Child) -> None:
    """Processes of an import end with it; they carry its process id as an argument."""
    mine = str(importer.process.pid)

    def gone() -> bool:
        for process in psutil.process_iter(["cmdline", "status"]):
            words = process.info["cmdline"] or []
            if mine in words and any("services.kbo.register.child" in word for word in words):
                return False
        return True

    await wait_until(gone, what="its processes are gone")


def test_no_named_point_is_left_out() -> None:
    source = "".join(path.read_text() for path in (REPOSITORY / "services" / "kbo" / "register").rglob("*.py"))
    named = set(re.findall(r'reach\("(kbo\.\w+)"\)', source))
    shared = (REPOSITORY / "loketbus" / "replicas.py").read_text()
    named |= {f"kbo.{point}" for point in re.findall(r'reach\(f"{points}\.(\w+)"\)', shared)}
    assert {point.partition(":")[0] for point in POINTS} | {IN_A_STEP} == named
    assert set(SHARE) <= set(MATRIX)


def present(folder: Path) -> Path:
    path = current(folder)
    assert path is not None
    assert replica_state(folder) is not None
    return path
