"""Full + Updates == the next Full, table by table, judged by DuckDB; the real update 147."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from loketbus.replicas import current
from services.kbo.register.importing import import_archives
from services.kbo.register.report import Report
from services.kbo.register.swapping import replica_state
from tests.support import kbo_oracle
from tests.support.kbo_extracts import SAMPLES, Chain, chain, full

REAL_UPDATE = SAMPLES / "update_0147_pseudonymised"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """Five days."""
    return chain(tmp_path_factory.mktemp("kbo"), updates=5)


@pytest.fixture(scope="module")
def truth(made: Chain) -> dict[str, kbo_oracle.Rows]:
    """The register on the last day, by DuckDB."""
    return kbo_oracle.expected_register(made.last)


@pytest.fixture(scope="module")
def anew(made: Chain, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A replica of the next Full alone."""
    folder = tmp_path_factory.mktemp("anew")
    import_archives(folder, [made.last])
    return register(folder)


def register(folder: Path) -> Path:
    """The present replica."""
    path = current(folder)
    assert path is not None
    return path


def same(one: dict[str, kbo_oracle.Rows], other: dict[str, kbo_oracle.Rows]) -> None:
    """Or which rows are missing and which are too many."""
    for table, rows in other.items():
        assert rows, f"nothing to compare in {table}"
        assert one[table] == rows, (table, list(rows - one[table])[:3], list(one[table] - rows)[:3])


def test_the_next_full(anew: Path, made: Chain, truth: dict[str, kbo_oracle.Rows]) -> None:
    same(kbo_oracle.found_register(anew), truth)
    derived = kbo_oracle.derived(anew)
    assert derived["seat"] == kbo_oracle.expected_seats(made.last)
    assert derived["syndic"] == kbo_oracle.expected_syndics(made.last)
    assert {(row[0], row[3]) for row in derived["place"]} == kbo_oracle.expected_places(made.last)


def test_update_by_update(made: Chain, anew: Path, truth: dict[str, kbo_oracle.Rows], tmp_path: Path) -> None:
    reports = [import_archives(tmp_path, [archive]) for archive in (made.first, *made.updates)]
    same(kbo_oracle.found_register(register(tmp_path)), truth)
    same(kbo_oracle.derived(register(tmp_path)), kbo_oracle.derived(anew))
    assert [report.kind for report in reports] == ["full", *["update"] * 5]
    assert [report.previous_extract for report in reports] == [None, 140, 141, 142, 143, 144]
    for report, archive in zip(reports, made.manifest.archives, strict=False):
        inserted = {table: archive.rows.get(table, archive.rows.get(f"{table}_insert")) for table in kbo_oracle.TABLES}
        assert {table: rows.kept for table, rows in report.rows.items()} == inserted
        assert not report.notes


@pytest.mark.parametrize("start", ["nothing", "full"])
def test_all_at_once_in_any_order(
    start: str, made: Chain, anew: Path, truth: dict[str, kbo_oracle.Rows], tmp_path: Path
) -> None:
    archives = [made.first, *made.updates]
    random.Random(3).shuffle(archives)
    if start == "full":
        import_archives(tmp_path, [made.first])
    report = import_archives(tmp_path, archives)
    same(kbo_oracle.found_register(register(tmp_path)), truth)
    same(kbo_oracle.derived(register(tmp_path)), kbo_oracle.derived(anew))
    assert [given.outcome for given in report.archives].count("already_there") == (1 if start == "full" else 0)
    assert Report.load(register(tmp_path)) == report


def test_with_every_nuisance_that_was_met(tmp_path: Path) -> None:
    """A byte order mark, rows that stand there twice."""
    made = chain(tmp_path / "kbo", updates=2, bom=True, duplicates=20)
    plain = chain(tmp_path / "plain", updates=2)
    full_report = import_archives(tmp_path / "replica", [made.first])
    report = import_archives(tmp_path / "replica", made.updates)
    same(kbo_oracle.found_register(register(tmp_path / "replica")), kbo_oracle.expected_register(plain.last))
    assert {note.table for note in full_report.notes if note.reason == "duplicate"} >= {
        "enterprise",
        "activity",
        "address",
    }
    assert {note.reason for note in report.notes} == {"duplicate", "replaced"}
    assert all(len(note.example) == 10 and note.example.isdigit() for note in (*full_report.notes, *report.notes))


def test_what_is_there_is_skipped(made: Chain, tmp_path: Path) -> None:
    import_archives(tmp_path, [made.last])
    before = register(tmp_path)
    report = import_archives(tmp_path, [made.first, *made.updates, made.last])
    assert report.kind == "nothing"
    assert report.extract == 145
    assert {given.outcome for given in report.archives} == {"already_there"}
    assert register(tmp_path) == before
    import_archives(tmp_path, [made.first], again=True)
    state = replica_state(tmp_path)
    assert state is not None
    assert (state.extract, state.path.parent) == (140, tmp_path)


def test_a_full_bridges_a_gap(made: Chain, tmp_path: Path) -> None:
    import_archives(tmp_path, [made.first])
    report = import_archives(tmp_path, [made.updates[2], made.last])
    assert (report.kind, report.extract) == ("full", 145)
    assert [given.outcome for given in report.archives] == ["already_there", "loaded"]


@pytest.mark.skipif(not REAL_UPDATE.is_dir(), reason="the real sample is not here")
def test_the_real_update_147_loads_with_the_row_counts_of_its_files(tmp_path: Path) -> None:
    files = {file.stem: kbo_oracle.expected(REAL_UPDATE, file.stem) for file in REAL_UPDATE.glob("*.csv")}
    import_archives(tmp_path / "replica", [full(tmp_path / "full.zip", 146, _full_before(files))])
    report = import_archives(tmp_path / "replica", [REAL_UPDATE])
    replica = register(tmp_path / "replica")
    assert (report.extract, report.previous_extract) == (147, 146)
    assert not report.notes
    for table in kbo_oracle.TABLES[1:]:
        inserts, deletes = files[f"{table}_insert"], files[f"{table}_delete"]
        rows = report.rows[table]
        assert (rows.kept, rows.keys) == (inserts.total(), deletes.total()), table
        assert rows.deleted == deletes.total(), table
        assert kbo_oracle.found(replica, table) == inserts, table
    assert kbo_oracle.found(replica, "code") == files["code"]


def _full_before(files: dict[str, kbo_oracle.Rows]) -> dict[str, list[tuple[str, ...]]]:
    """One row for every key that the update deletes: who was there before it."""
    keys = {table: sorted(_dotted(key) for (key,) in files[f"{table}_delete"]) for table in kbo_oracle.TABLES[1:]}
    owner = keys["enterprise"][0]
    return {
        "enterprise": [(key, "AC", "000", "2", "610", "", "01-01-2000") for key in keys["enterprise"]],
        "establishment": [(key, "01-01-2000", owner) for key in keys["establishment"]],
        "branch": [(key, "01-01-2000", owner) for key in keys["branch"]],
        "denomination": [(key, "2", "001", "Naam") for key in keys["denomination"]],
        "address": [
            (key, "REGO", "", "", "2800", "Mechelen", "", "Straat", "", "1", "", "", "") for key in keys["address"]
        ],
        "contact": [(key, "ENT", "TEL", "015") for key in keys["contact"]],
        "activity": [(key, "001", "2025", "68321", "MAIN") for key in keys["activity"]],
    }


def _dotted(key: str) -> str:
    cut = 4 if key[0] in "01" else 1
    return ".".join([key[:4], key[4:7], key[7:]] if cut == 4 else [key[0], key[1:4], key[4:7], key[7:]])
