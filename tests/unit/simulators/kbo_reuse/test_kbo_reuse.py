"""The synthetic reuse files: the same question gives the same bytes, and the shares that are told."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from lxml import etree

from simulators.kbo import Spec
from simulators.kbo import write as write_register
from simulators.kbo_reuse import write
from simulators.kbo_reuse.__main__ import main


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("register")
    write_register(folder, Spec(scale=0.002, updates=2))
    return folder


def test_the_same_question_gives_the_same_bytes(register: Path, tmp_path: Path) -> None:
    one, other = (tmp_path / name for name in ("one", "other"))
    files = [archive.file for archive in write(register, one).archives]
    write(register, other)
    assert files == ["full/D20251005.KBO.ZIP", "delta/D20251006.KBO.ZIP", "delta/D20251007.KBO.ZIP"]
    assert [(one / name).read_bytes() == (other / name).read_bytes() for name in files] == [True] * 3


def test_about_two_of_three_have_no_syndic(register: Path, tmp_path: Path) -> None:
    syndics = write(register, tmp_path).syndics
    without = sum(not held for held in syndics.values()) / len(syndics)
    assert 0.58 < without < 0.74
    holders = [one for held in syndics.values() for one in held]
    for kind in ("enterprise", "person", "business", "provisional"):
        assert any(one[kind] for one in holders)


def test_the_files_hold_as_many_as_they_say(register: Path, tmp_path: Path) -> None:
    for archive in write(register, tmp_path).archives:
        with ZipFile(tmp_path / archive.file) as file:
            root = etree.fromstring(file.read(file.namelist()[0]))
        assert len(root.findall("{*}Enterprises/{*}Enterprise")) == archive.entities
        assert root.findtext("{*}Footer/{*}NbrOfEnterprises") == str(archive.entities)
        assert root.findtext("{*}Header/{*}SequenceNumber") == str(archive.sequence)


def test_no_register_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--register", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "no Full" in capsys.readouterr().err
