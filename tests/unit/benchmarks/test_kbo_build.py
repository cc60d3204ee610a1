from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks import kbo_build, process
from benchmarks.figure import QUICK
from benchmarks.kbo_build import OURS, build, built
from benchmarks.kbo_data import TABLES, archives
from benchmarks.process import Outcome
from benchmarks.run import Run

SMALL = replace(QUICK, kbo_scale=0.0001)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run("", SMALL, tmp_path / "run", lambda line: None, tmp_path / "data")


@pytest.fixture
def asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Contenders that were run; each claims to hold every row of the Full."""
    rows, found = archives(run).rows, []

    async def contender(name: str, spec: dict[str, Any], *, whole_tree: bool, deadline_seconds: float) -> Outcome:
        assert deadline_seconds > process.DEADLINE_SECONDS
        (Path(spec["register"]) / "file").write_bytes(b"x" * 2_000_000)
        found.append((name, whole_tree))
        return Outcome(10.0, 2.0, {"seconds": 1.5, "rows": rows})

    monkeypatch.setattr(kbo_build.process, "run", contender)
    return found


def test_a_register_is_made_once_and_kept(run: Run) -> None:
    made = archives(run)
    assert made.full.exists()
    assert made.update.exists()
    assert set(made.rows) == set(TABLES)
    assert made.changed_rows > 0
    written = made.full.stat().st_mtime_ns
    assert archives(run) == made
    assert made.full.stat().st_mtime_ns == written
    other = replace(run, sizes=replace(SMALL, kbo_scale=0.0002))
    assert archives(other).full != made.full


def test_a_register_that_was_not_made_to_its_end_is_made_again(run: Run) -> None:
    made = archives(run)
    (made.full.parent / "manifest.json").unlink()
    made.full.write_bytes(b"half")
    assert archives(run) == made
    assert made.full.stat().st_size > 4


async def test_figures_of_a_run_share_what_one_of_them_built(run: Run, asked: list[tuple[str, bool]]) -> None:
    one = await build(run, OURS, archives(run))
    assert (one.seconds, one.cpu_seconds, one.rss_mb, one.disk_mb) == (1.5, 2.0, 10.0, 2.0)
    register = await built(run, OURS)
    assert (register / "file").exists()
    assert asked == [(OURS, True)]  # the memory of all its processes counts


async def test_who_lacks_rows_has_not_done_the_work(run: Run, asked: list[tuple[str, bool]]) -> None:
    source = archives(run)
    more = replace(source, rows={**source.rows, "activity": source.rows["activity"] + 1})
    with pytest.raises(AssertionError, match="kbo_ours holds"):
        await build(run, OURS, more)
