"""The portal of KBO Open Data, against its simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from loketbus.errors import Denied, Rejected, Unavailable
from services.kbo.domain.extracts import Offered
from services.kbo.remote.portal import PortalDrop
from simulators.kbo.faults import truncate
from simulators.kbo.portal import KboPortal, PortalOptions
from tests.integration.kbo.fetching.drops import Shelf, nothing


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    shelf.lay_out(tmp_path / "portal", "F140", "U141")
    return tmp_path / "portal"


@pytest.fixture
def portal(folder: Path) -> Iterator[KboPortal]:
    with KboPortal(PortalOptions(folder), run_as="thread") as running:
        yield running


@pytest.fixture
async def drop(portal: KboPortal) -> AsyncIterator[PortalDrop]:
    opened = PortalDrop(portal.url, "loketbus", "geheim")
    yield opened
    await opened.close()


def operations(portal: KboPortal) -> list[str]:
    return [request["operation"] for request in portal.control.requests()]


async def test_list_and_fetch_in_one_session(portal: KboPortal, drop: PortalDrop, shelf: Shelf, tmp_path: Path) -> None:
    listed = await drop.list()
    assert sorted(listed, key=lambda one: one.name) == [Offered(shelf.name("F140")), Offered(shelf.name("U141"))]

    seen: list[tuple[int, int | None]] = []
    to = tmp_path / "in" / shelf.name("U141")
    await drop.fetch(to.name, to, lambda got, size: seen.append((got, size)))
    whole = shelf.bytes("U141")
    assert to.read_bytes() == whole
    assert seen[-1] == (len(whole), len(whole))
    assert [path.name for path in to.parent.iterdir()] == [to.name]
    assert operations(portal) == ["login", "list", "download"]


async def test_a_stale_session_logs_in_afresh_once(portal: KboPortal, drop: PortalDrop) -> None:
    await drop.list()
    portal.control.expire_sessions()
    assert len(await drop.list()) == 2
    assert operations(portal) == ["login", "list", "list", "login", "list"]


async def test_a_session_that_ends_before_the_download(
    portal: KboPortal, drop: PortalDrop, shelf: Shelf, tmp_path: Path
) -> None:
    await drop.list()
    portal.control.expire_sessions()
    await drop.fetch(shelf.name("U141"), tmp_path / "u.zip", nothing)
    assert (tmp_path / "u.zip").read_bytes() == shelf.bytes("U141")
    assert operations(portal)[2:] == ["download", "login", "download"]


async def test_an_empty_listing_is_an_outage(portal: KboPortal, drop: PortalDrop) -> None:
    portal.control.fault("empty_listing", count=None)
    with pytest.raises(Unavailable) as first:
        await drop.list()
    assert first.value.code == "kbo_empty_listing"
    with pytest.raises(Unavailable, match="kbo_empty_listing"):
        await drop.list()
    assert operations(portal) == ["login", "list", "list", "login", "list"]


async def test_a_refused_login_is_tried_once(portal: KboPortal) -> None:
    with pytest.raises(Denied) as refusal:
        await PortalDrop(portal.url, "loketbus", "fout-wachtwoord").list()
    assert refusal.value.code == "kbo_login_refused"
    assert "LOKETBUS_KBO_PORTAL_PASSWORD" in refusal.value.message
    assert "fout-wachtwoord" not in str(refusal.value)
    assert operations(portal) == ["login"]


@pytest.mark.parametrize("hard", [False, True])
async def test_a_cut_download_leaves_no_archive(
    portal: KboPortal, drop: PortalDrop, shelf: Shelf, tmp_path: Path, hard: bool
) -> None:
    portal.control.fault("cut", at=1000, hard=hard)
    to = tmp_path / "u.zip"
    with pytest.raises(Unavailable):
        await drop.fetch(shelf.name("U141"), to, nothing)
    assert not to.exists()
    await drop.fetch(shelf.name("U141"), to, nothing)
    assert to.read_bytes() == shelf.bytes("U141")


async def test_an_archive_that_is_broken_over_there(
    drop: PortalDrop, folder: Path, shelf: Shelf, tmp_path: Path
) -> None:
    truncate(folder / shelf.name("U141"))
    with pytest.raises(Rejected) as refusal:
        await drop.fetch(shelf.name("U141"), tmp_path / "in" / "u.zip", nothing)
    assert refusal.value.code == "kbo_archive_broken"
    assert list((tmp_path / "in").iterdir()) == []


async def test_an_archive_that_went(drop: PortalDrop, folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    await drop.list()
    (folder / shelf.name("U141")).unlink()
    with pytest.raises(Unavailable, match="kbo_archive_gone"):
        await drop.fetch(shelf.name("U141"), tmp_path / "u.zip", nothing)


async def test_a_portal_that_is_away(portal: KboPortal, drop: PortalDrop) -> None:
    with portal.down(), pytest.raises(Unavailable):
        await drop.list()
    portal.control.fault("status", operation="login", status=503, retry_after=120)
    with pytest.raises(Unavailable) as busy:
        await drop.list()
    assert busy.value.retry_after_seconds == 120
    assert len(await drop.list()) == 2
