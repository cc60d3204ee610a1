from pathlib import Path

import pytest

from simulators.demo.__main__ import main


def test_writes_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path), "--count", "9", "--now", "2026-06-01"]) == 0

    assert capsys.readouterr().out.startswith("9 mails in inbox/, ")
    assert len(list((tmp_path / "inbox").glob("*.eml"))) == 9


def test_writes_bulk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path / "bulk"), "--count", "30", "--bulk"]) == 0

    assert capsys.readouterr().out == "30 mails\n"
    assert len(list((tmp_path / "bulk").iterdir())) == 30


def test_an_impossible_count_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path), "--count", "0"]) == 2

    assert capsys.readouterr().err == "--count must be at least 1\n"


def test_an_unwritable_folder_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")

    assert main(["--out", str(tmp_path / "file" / "below")]) == 2
    assert capsys.readouterr().err.startswith("cannot write the mails: ")
