"""The knobs: seeds, sizes, processes, byte order marks, duplicates and faults."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import pytest

from simulators.kbo import Spec, write
from simulators.kbo.__main__ import main
from tests.unit.simulators.kbo.conftest import SPEC, Folder
from tests.unit.simulators.kbo.reading import TABLES, rows, text

TINY = Spec(scale=0.0002, updates=1)


def test_the_same_question_gives_the_same_bytes(folder: Folder, tmp_path: Path) -> None:
    write(tmp_path, SPEC, jobs=2)

    for path in sorted(folder.path.iterdir()):
        assert (tmp_path / path.name).read_bytes() == path.read_bytes(), path.name


def test_another_seed_gives_another_register(tmp_path: Path) -> None:
    for seed in (1, 2):
        write(tmp_path / str(seed), Spec(scale=0.0002, seed=seed, updates=0))
    name = "KboOpenData_0140_2025_10_05_Full.zip"

    assert text(tmp_path / "1" / name, "address") != text(tmp_path / "2" / name, "address")


def test_without_updates_there_is_one_full(tmp_path: Path) -> None:
    write(tmp_path, Spec(scale=0.0002, updates=0))

    assert {path.name for path in tmp_path.iterdir()} == {"KboOpenData_0140_2025_10_05_Full.zip", "manifest.json"}


def test_byte_order_marks_on_demand(tmp_path: Path) -> None:
    manifest = write(tmp_path, Spec(scale=0.0002, updates=1, bom=True))
    for archive in manifest.archives:
        with ZipFile(tmp_path / archive.file) as file:
            assert all(file.read(name).startswith(b'\xef\xbb\xbf"') for name in file.namelist())


def test_duplicates_on_demand(tmp_path: Path) -> None:
    clean = write(tmp_path / "clean", TINY)
    dirty = write(tmp_path / "dirty", Spec(scale=0.0002, updates=1, duplicates=2))
    assert [archive.file for archive in dirty.archives] == [archive.file for archive in clean.archives]
    for one in clean.archives:
        for table in TABLES:
            member = table if one.type == "full" else f"{table}_insert"
            before, after = (Counter(rows(tmp_path / where / one.file, member)) for where in ("clean", "dirty"))
            assert before <= after
            assert {row[0] for row in after} == {row[0] for row in before}
            assert (after.total() > before.total()) == bool(before)


def test_of_a_duplicate_in_an_update_the_last_row_is_the_right_one(tmp_path: Path) -> None:
    manifest = write(tmp_path, Spec(scale=0.001, updates=1, changes=60, duplicates=60))
    now = {row[0]: row for row in rows(tmp_path / manifest.archives[-1].file, "enterprise")}
    inserted = rows(tmp_path / manifest.archives[1].file, "enterprise_insert")
    last = {row[0]: row for row in inserted}

    assert any(row != now[row[0]] for row in inserted), "an older row stands before it"
    assert all(row == now[number] for number, row in last.items())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [({"scale": 0.0}, "scale"), ({"scale": 1.5}, "scale"), ({"updates": -1}, "updates"), ({"changes": -1}, "changes")],
)
def test_impossible_questions(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Spec(**wrong)  # type: ignore[arg-type]


def test_more_changes_than_the_register_can_bear(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most 97"):
        write(tmp_path, Spec(scale=0.0002, updates=1, changes=98))


ARGUMENTS = ["--scale", "0.0002", "--updates", "3", "--seed", "5"]


def test_the_command_writes_a_register(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path), *ARGUMENTS, "--extract", "9", "--snapshot", "2026-01-30"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "KboOpenData_0009_2026_01_31_Full.zip",
        "KboOpenData_0010_2026_02_01_Update.zip",
        "KboOpenData_0011_2026_02_02_Update.zip",
        "KboOpenData_0012_2026_02_03_Update.zip",
        "KboOpenData_0012_2026_02_03_Full.zip",
    ]
    assert {line.partition(":")[0] for line in lines} | {"manifest.json"} == {p.name for p in tmp_path.iterdir()}


def test_faults(tmp_path: Path) -> None:
    faults = ["--fault", "truncated", "--fault", "gap", "--fault", "wrong_type", "--no-next-full"]
    assert main(["--out", str(tmp_path), *ARGUMENTS, *faults]) == 0

    assert sorted(path.name for path in tmp_path.glob("*.zip")) == [
        "KboOpenData_0140_2025_10_05_Full.zip",
        "KboOpenData_0141_2025_10_06_Update.zip",
        "KboOpenData_0143_2025_10_08_Full.zip",
    ]
    with pytest.raises(BadZipFile):
        ZipFile(tmp_path / "KboOpenData_0143_2025_10_08_Full.zip")


def test_a_wrong_type_shows_in_meta_only(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), *ARGUMENTS, "--fault", "wrong_type", "--no-next-full"]) == 0

    spoilt = tmp_path / "KboOpenData_0143_2025_10_08_Full.zip"
    assert dict(rows(spoilt, "meta"))["ExtractType"] == "update"


@pytest.mark.parametrize(
    "arguments", [["--scale", "2"], ["--updates", "0", "--fault", "gap"], ["--updates", "0", "--fault", "wrong_type"]]
)
def test_what_cannot_be_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert main(["--out", str(tmp_path), "--scale", "0.0002", *arguments]) == 2
    assert capsys.readouterr().err.startswith("cannot write the register: ")


def test_an_unwritable_folder_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")

    assert main(["--out", str(tmp_path / "file" / "below"), *ARGUMENTS]) == 2
    assert capsys.readouterr().err.startswith("cannot write the register: ")
