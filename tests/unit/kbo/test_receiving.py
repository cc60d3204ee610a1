"""What comes in is whole, a zip and of a sane size, or it is not there."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from loketbus.errors import Rejected, Unavailable
from services.kbo.remote import _receiving
from services.kbo.remote._receiving import part_of, receive


def a_zip() -> bytes:
    body = io.BytesIO()
    with ZipFile(body, "w") as archive:
        archive.writestr("meta.csv", '"Variable","Value"\n')
    return body.getvalue()


async def stream(body: bytes, step: int = 50) -> AsyncIterator[bytes]:
    for start in range(0, len(body), step):
        yield body[start : start + step]


def left(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def ignore(_: int, __: int | None) -> None:
    """Nobody reads it."""


@pytest.mark.parametrize("told", [True, False])
async def test_it_gets_its_name_at_the_end(tmp_path: Path, told: bool) -> None:
    body, to, seen = a_zip(), tmp_path / "new" / "a.zip", []
    await receive(stream(body), to, lambda got, _: seen.append((got, to.exists())), size=len(body) if told else None)
    assert to.read_bytes() == body
    assert seen[-1] == (len(body), False)
    assert not part_of(to).exists()


async def test_bytes_that_are_missing_at_the_end(tmp_path: Path) -> None:
    body, to = a_zip(), tmp_path / "a.zip"
    with pytest.raises(Unavailable) as cut:
        await receive(stream(body[:-20]), to, ignore, size=len(body))
    assert (cut.value.code, f"na {len(body) - 20} van {len(body)} bytes" in cut.value.message) == (
        "kbo_download_cut",
        True,
    )
    assert not to.exists()
    await receive(stream(body[-20:]), to, ignore, size=len(body), start=len(body) - 20)
    assert to.read_bytes() == body


async def test_starting_anew_forgets_what_was_there(tmp_path: Path) -> None:
    body, to = a_zip(), tmp_path / "a.zip"
    part_of(to).write_bytes(b"x" * 10_000)
    await receive(stream(body), to, ignore, size=len(body))
    assert to.read_bytes() == body


async def test_a_download_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_receiving, "ARCHIVE_MAX_BYTES", 100)
    with pytest.raises(Rejected, match="kbo_archive_too_large"):
        await receive(stream(b"x" * 1000), tmp_path / "a.zip", ignore, size=None)
    assert left(tmp_path) == []


@pytest.mark.parametrize("body", [b"", b"<html>Aanmelden</html>", a_zip()[:-5], b"PK\x03\x04" * 50])
async def test_what_is_no_zip(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(Rejected, match="kbo_archive_broken"):
        await receive(stream(body), tmp_path / "a.zip", ignore, size=len(body))
    assert left(tmp_path) == []


async def test_a_full_disk(tmp_path: Path) -> None:
    to = tmp_path / "a.zip"
    part_of(to).symlink_to("/dev/full")
    with pytest.raises(Rejected, match="kbo_disk_full"):
        await receive(stream(a_zip()), to, ignore, size=None)
    assert left(tmp_path) == []


async def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Rejected, match="kbo_disk_failed") as refusal:
        await receive(stream(a_zip()), tmp_path / "file" / "a.zip", ignore, size=None)
    assert str(tmp_path) not in str(refusal.value)
