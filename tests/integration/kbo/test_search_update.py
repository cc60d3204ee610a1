"""After updates the search file is what a new one would be, word by word; the words for typing errors too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loketbus.replicas import current
from services.kbo.questions import Register
from services.kbo.register import search_update
from services.kbo.register.importing import import_archives
from services.kbo.register.schema import ROW_BITS
from services.kbo.register.search_build import build_search
from services.kbo.register.search_update import update_search
from tests.support.kbo_extracts import Chain, chain, full, update
from tests.support.kbo_rows import Rows

VME, FIRM, UNIT = "0200.000.010", "0200.000.109", "2.000.000.041"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return chain(tmp_path_factory.mktemp("extracts"), updates=3, changes=60, scale=0.0008)


def content(search_db: Path) -> tuple[dict[str, list[int]], dict[str, int], set[str]]:
    """The names of each word, the words with their counts, the endings."""
    with closing(sqlite3.connect(search_db)) as db:
        words = dict(db.execute("SELECT word, names FROM word"))
        names = {
            word: [row for (row,) in db.execute("SELECT rowid FROM name WHERE name MATCH ?", (f'"{word}"',))]
            for word in words
        }
        return names, words, {ending for (ending,) in db.execute("SELECT word FROM ending")}


def test_updates_leave_what_building_gives(made: Chain, tmp_path: Path) -> None:
    register = tmp_path / "register"
    import_archives(register, [made.first])
    before = content(_of(register) / "search.db")
    import_archives(register, made.updates)
    updated = content(_of(register) / "search.db")
    build_search(_of(register) / "entities.db", tmp_path / "built.db")
    assert updated == content(tmp_path / "built.db")
    assert updated != before


def test_a_count_is_how_many_names_have_the_word(made: Chain, tmp_path: Path) -> None:
    import_archives(tmp_path, [made.last])
    names, words, endings = content(_of(tmp_path) / "search.db")
    assert {word: len(rows) for word, rows in names.items()} == words
    assert endings == {word[::-1] for word in words if len(word) >= 4}


def test_the_file_itself_has_no_natural_person_nor_a_unit_of_one(made: Chain, tmp_path: Path) -> None:
    import_archives(tmp_path, [made.last])
    rows = Rows(made.last)
    names, _, _ = content(_of(tmp_path) / "search.db")
    owners = {rows.owner(f"{row >> ROW_BITS:010d}") for found in names.values() for row in found}
    assert owners == set(rows.enterprises) - rows.persons


def test_many_changes_are_built_again(made: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, archive in (("old", made.first), ("new", made.last)):
        import_archives(tmp_path / name, [archive])
    search = tmp_path / "search.db"
    search.write_bytes((_of(tmp_path / "old") / "search.db").read_bytes())
    monkeypatch.setattr(search_update, "MANY", 1)
    entities = (_of(tmp_path / "old") / "entities.db", _of(tmp_path / "new") / "entities.db")
    assert update_search(*entities, search, [0]) == 0
    assert content(search) != content(_of(tmp_path / "new") / "search.db")
    assert update_search(*entities, search, [0, 1]) > 0
    assert content(search) == content(_of(tmp_path / "new") / "search.db")


def test_an_update_counts_for_the_units_of_who_changed(tmp_path: Path) -> None:
    """A firm that becomes a natural person is not found any more, nor is its shop, of which nothing changed."""
    row = (FIRM, "AC", "000", "2", "610", None, "01-01-2000")
    first = full(
        tmp_path / "KboOpenData_0140_2025_10_05_Full.zip",
        140,
        {
            "enterprise": [(VME, "AC", "000", "2", "070", None, "01-01-2000"), row],
            "establishment": [(UNIT, "01-01-2000", FIRM)],
            "denomination": [
                (VME, "2", "001", "Zonnehof"),
                (FIRM, "2", "001", "Bakkerij Peeters"),
                (UNIT, "2", "003", "Het Broodhuis"),
            ],
        },
    )
    person = {"enterprise": [(FIRM, "AC", "000", "1", None, None, "01-01-2000")]}
    renamed = {"denomination": [(VME, "2", "001", "VME Maanhof")]}
    later = [
        update(tmp_path / "KboOpenData_0141_2025_10_06_Update.zip", 141, {"enterprise": [FIRM]}, person),
        update(tmp_path / "KboOpenData_0142_2025_10_07_Update.zip", 142, {"denomination": [VME]}, renamed),
    ]
    register = Register(tmp_path / "register")
    import_archives(tmp_path / "register", [first])
    with register.open() as view:
        assert [view.search(text).hits[0].matched for text in ("peeters", "broodhuis", "vme zonnehof")] == [
            "Bakkerij Peeters", "Het Broodhuis", "Zonnehof"
        ]  # fmt: skip
    import_archives(tmp_path / "register", later)
    with register.open() as view:
        assert not any(view.search(text).hits for text in ("peeters", "broodhuis", "zonnehof"))
        assert [hit.matched for hit in view.search("manhof").hits] == ["VME Maanhof"]
    register.close()


def _of(folder: Path) -> Path:
    path = current(folder)
    assert path is not None
    return path
