"""A folder as a drop."""

from __future__ import annotations

import errno
import io
import os
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, Rejected, Unavailable
from services.kbo.domain.extracts import Offered
from services.kbo.remote.drop_folder import SETTLE_SECONDS, FolderDrop
from simulators.kbo.faults import truncate
from tests.integration.kbo.fetching.drops import Shelf, nothing

NOON = 1_763_730_000.0


class Naps:
    """In place of sleeping: what somebody does meanwhile."""

    def __init__(self, meanwhile: object = None) -> None:
        self.taken: list[float] = []
        self._meanwhile = meanwhile

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        if callable(self._meanwhile):
            self._meanwhile()


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    """Two archives, an hour old."""
    shelf.lay_out(tmp_path / "drop", "F140", "U141")
    for path in (tmp_path / "drop").iterdir():
        os.utime(path, (NOON - 3600, NOON - 3600))
    return tmp_path / "drop"


def open_drop(folder: Path, naps: Naps) -> FolderDrop:
    return FolderDrop(folder, now=lambda: NOON, sleep=naps)


def touch(path: Path, at: float) -> None:
    os.utime(path, (at, at))


async def test_list_and_copy(folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    naps = Naps()
    drop = open_drop(folder, naps)
    (folder / f"{shelf.name('U141')}.part").write_bytes(b"half")
    listed = sorted(await drop.list(), key=lambda one: one.name)
    assert listed == [Offered(shelf.name(short), len(shelf.bytes(short))) for short in ("F140", "U141")]
    await drop.fetch(shelf.name("U141"), tmp_path / "in" / "u.zip", nothing)
    assert (tmp_path / "in" / "u.zip").read_bytes() == shelf.bytes("U141")
    assert (folder / shelf.name("U141")).exists(), "it is somebody else's"
    assert naps.taken == []


@pytest.mark.parametrize("at", [NOON - 1, NOON + 3600], ids=["just now", "a clock ahead of ours"])
async def test_a_file_that_is_being_written_is_left_alone(folder: Path, shelf: Shelf, at: float) -> None:
    growing = folder / shelf.name("U141")
    touch(growing, at)

    def grow() -> None:
        with growing.open("ab") as file:
            file.write(b"more")
        touch(growing, at)

    naps = Naps(grow)
    assert [one.name for one in await open_drop(folder, naps).list()] == [shelf.name("F140")]
    assert naps.taken == [SETTLE_SECONDS]


async def test_a_young_file_that_stays_the_same_is_taken(folder: Path, shelf: Shelf) -> None:
    touch(folder / shelf.name("U141"), NOON - 1)
    assert len(await open_drop(folder, Naps()).list()) == 2


async def test_nothing_but_files_being_written_is_no_outage(folder: Path, shelf: Shelf) -> None:
    (folder / shelf.name("F140")).unlink()
    growing = folder / shelf.name("U141")
    touch(growing, NOON)
    assert await open_drop(folder, Naps(lambda: truncate(growing))).list() == []


async def test_an_empty_folder_may_be_one_that_is_not_mounted(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="kbo_empty_listing"):
        await open_drop(tmp_path, Naps()).list()
    with pytest.raises(Unavailable, match="kbo_folder_missing"):
        await open_drop(tmp_path / "weg", Naps()).list()


async def test_an_archive_that_is_broken_or_went(folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    drop = open_drop(folder, Naps())
    truncate(folder / shelf.name("U141"))
    with pytest.raises(Rejected, match="kbo_archive_broken"):
        await drop.fetch(shelf.name("U141"), tmp_path / "u.zip", nothing)
    (folder / shelf.name("U141")).unlink()
    with pytest.raises(Unavailable, match="kbo_archive_gone"):
        await drop.fetch(shelf.name("U141"), tmp_path / "u.zip", nothing)


async def test_a_setting_that_names_a_file_is_an_outage_with_a_line(folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    drop = FolderDrop(folder / shelf.name("F140"))
    with pytest.raises(Unavailable, match=r"kbo_folder_failed.*LOKETBUS_KBO_DROP_FOLDER"):
        await drop.list()
    with pytest.raises(Unavailable, match="kbo_folder_failed"):
        await drop.fetch(shelf.name("U141"), tmp_path / "a.zip", nothing)


@pytest.mark.parametrize("at", ["open", "read"])
async def test_an_archive_that_may_not_be_read_is_denied(
    folder: Path, shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    """Rights do not hold for root, so the refusal is put in place of the system's."""

    real = Path.open

    def refused(*_: object) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    class Refusing(io.FileIO):
        read = refused

    def opened(path: Path, *how: Any, **more: Any) -> object:
        if path.parent != folder:
            return real(path, *how, **more)
        return refused() if at == "open" else Refusing(path)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(Denied, match="kbo_folder_denied"):
        await FolderDrop(folder).fetch(shelf.name("U141"), tmp_path / "a.zip", nothing)


async def test_a_file_that_goes_while_the_folder_is_looked_at_is_not_there(
    folder: Path, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = shelf.name("U141")
    real = Path.is_file

    def goes(path: Path) -> bool:
        there = real(path)
        if path.name == gone:
            path.unlink()
        return there

    monkeypatch.setattr(Path, "is_file", goes)
    offered = await FolderDrop(folder, now=lambda: NOON).list()
    assert [one.name for one in offered] == [shelf.name("F140")]
