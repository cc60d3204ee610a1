"""A Full and its Updates make the next Full; Python's sets are the judge."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from simulators.kbo import Spec, write
from tests.unit.simulators.kbo.conftest import Folder
from tests.unit.simulators.kbo.reading import TABLES, register, rows, updated


def test_full_and_updates_make_the_next_full(folder: Folder) -> None:
    state = register(folder.first)
    for update in folder.updates:
        state = updated(state, update)
    wanted = register(folder.last)

    for table in TABLES:
        assert state[table] == wanted[table], table


def test_without_one_update_they_do_not(folder: Folder) -> None:
    state = register(folder.first)
    for update in folder.updates[1:]:
        state = updated(state, update)

    assert state != register(folder.last)


def test_each_update_touches_every_kind_of_table_that_can_change(folder: Folder) -> None:
    deleted: Counter[str] = Counter()
    inserted: Counter[str] = Counter()
    for update in folder.updates:
        for table in TABLES:
            deleted[table] += len(rows(update, f"{table}_delete"))
            inserted[table] += len(rows(update, f"{table}_insert"))

    for table in set(TABLES) - {"branch"}:
        assert deleted[table], table
        assert inserted[table], table


def test_nobody_is_left_behind_by_who_goes(folder: Folder) -> None:
    for path in (folder.first, folder.last):
        state = register(path)
        enterprises = {row[0] for row in state["enterprise"]}
        entities = enterprises | {row[0] for table in ("establishment", "branch") for row in state[table]}

        assert {row[2] for table in ("establishment", "branch") for row in state[table]} <= enterprises
        for table in ("denomination", "address", "contact", "activity"):
            assert {row[0] for row in state[table]} <= entities


def test_children_of_who_goes_are_deleted_by_name(folder: Folder) -> None:
    before = register(folder.first)
    for update in folder.updates:
        after = updated(before, update)
        gone = {row[0] for row in before["enterprise"]} - {row[0] for row in after["enterprise"]}
        named = {row[0] for row in rows(update, "denomination_delete")}

        assert gone
        assert gone <= {row[0] for row in rows(update, "enterprise_delete")}
        assert gone <= named
        before = after


def test_the_manifest_tells_what_changes(folder: Folder) -> None:
    for archive, update in zip(folder.manifest.archives[1:], folder.updates, strict=False):
        told = [happening for happening in folder.manifest.happenings if happening.extract == archive.extract]
        for table in TABLES:
            named = {row[0] for part in ("delete", "insert") for row in rows(update, f"{table}_{part}")}
            assert {happening.number for happening in told if table in happening.tables} == named


def test_an_update_of_a_chosen_size(tmp_path: Path) -> None:
    manifest = write(tmp_path, Spec(scale=0.002, updates=1, changes=300))
    state = updated(register(tmp_path / manifest.archives[0].file), tmp_path / manifest.archives[1].file)

    assert len(manifest.happenings) > 300
    assert state == register(tmp_path / manifest.archives[2].file)
