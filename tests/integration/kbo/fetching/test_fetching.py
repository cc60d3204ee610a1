"""Rounds of the job: what is fetched and imported, and what becomes of everything that goes wrong on the way."""

from __future__ import annotations

import asyncio
import errno
import stat
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, LostOwnership, Rejected, Unavailable
from loketbus.leases import Lease
from services.kbo.fetch_status import read_status
from services.kbo.fetching import ASKED_AGAIN_SECONDS, FETCH_ATTEMPTS
from services.kbo.remote.drop_folder import FolderDrop
from services.kbo.remote.portal import PortalDrop
from simulators.kbo.faults import truncate
from simulators.kbo.portal import KboPortal, PortalOptions
from simulators.kbo.sftp import KboSftp, SftpOptions
from tests.integration.kbo.fetching.drops import Shelf, sftp_drop
from tests.integration.kbo.fetching.rounds import EVERY_SECONDS, NOON, Register, Rounds
from tests.support.polling import wait_until


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    """What is on offer: all."""
    shelf.lay_out(tmp_path / "drop", "F140", "U141", "U142", "U143", "F144", "U144")
    return tmp_path / "drop"


@pytest.fixture
def portal(folder: Path) -> Iterator[KboPortal]:
    with KboPortal(PortalOptions(folder), run_as="thread") as running:
        yield running


@pytest.fixture
async def rounds(portal: KboPortal, tmp_path: Path) -> AsyncIterator[Rounds]:
    """Over the portal; the register is empty."""
    drop = PortalDrop(portal.url, "loketbus", "geheim")
    yield Rounds(tmp_path / "kbo", drop, Register())
    await drop.close()


def downloads(portal: KboPortal) -> list[str]:
    return [request["ids"][0] for request in portal.control.requests("download")]


class TestTheWay:
    async def test_the_first_register_then_nothing_then_updates(
        self, rounds: Rounds, portal: KboPortal, folder: Path, shelf: Shelf
    ) -> None:
        for short in ("U143", "F144", "U144"):
            (folder / shelf.name(short)).unlink()
        await rounds.run()
        assert rounds.register.imports == [[shelf.name("F140"), shelf.name("U141"), shelf.name("U142")]]
        await rounds.run()
        assert len(rounds.register.imports) == 1
        shelf.lay_out(folder, "U143", "F144", "U144")
        await rounds.run()
        assert rounds.register.imports[1:] == [[shelf.name("U143"), shelf.name("U144")]]
        assert rounds.register.extract == 144
        assert rounds.left == [], "what was loaded is not kept"
        assert len(downloads(portal)) == 5

    async def test_a_gap_fetches_the_full_itself(self, rounds: Rounds, folder: Path, shelf: Shelf) -> None:
        rounds.register.extract = 141
        (folder / shelf.name("U143")).unlink()
        await rounds.run()
        assert rounds.register.imports == [[shelf.name("F144")]]
        status = rounds.status.get()
        assert (status.why, status.missing, status.problem) == ("gap", (143,), None)

    async def test_a_register_of_months_ago_gets_a_full(self, rounds: Rounds, shelf: Shelf) -> None:
        rounds.register.extract = 100
        await rounds.run()
        assert rounds.register.imports == [[shelf.name("F144")]]

    async def test_a_gap_without_a_full_goes_as_far_as_it_can_and_asks_a_person(
        self, rounds: Rounds, folder: Path, shelf: Shelf
    ) -> None:
        rounds.register.extract = 140
        for short in ("U143", "F144"):
            (folder / shelf.name(short)).unlink()
        with pytest.raises(Unavailable) as asked:
            await rounds.run()
        assert rounds.register.extract == 142
        assert (asked.value.code, asked.value.retry_after_seconds) == ("kbo_gap", EVERY_SECONDS)
        assert "loketbus kbo import" in asked.value.message

    async def test_a_register_newer_than_the_listing_is_said_and_stops_nothing(self, rounds: Rounds) -> None:
        rounds.register.extract = 150
        await rounds.run()
        problem = rounds.status.get().problem
        assert problem is not None
        assert problem.code == "kbo_register_newer"
        assert rounds.register.imports == []

    async def test_over_sftp_and_from_a_folder(self, folder: Path, shelf: Shelf, tmp_path: Path) -> None:
        with KboSftp(SftpOptions(folder)) as server:
            over_sftp = Rounds(tmp_path / "sftp", sftp_drop(server), Register(142))
            await over_sftp.run()
            assert [request["detail"]["accepted"] for request in server.requests("login")] == [True]
        from_folder = Rounds(tmp_path / "folder", FolderDrop(folder, settle_seconds=0), Register(142))
        await from_folder.run()
        for one in (over_sftp, from_folder):
            assert one.register.imports == [[shelf.name("U143"), shelf.name("U144")]]
            assert one.left == []
        assert all((folder / shelf.name(short)).exists() for short in ("U143", "U144")), "it is somebody else's"


class TestTheDropIsAway:
    async def test_an_empty_listing_is_an_outage(self, rounds: Rounds, portal: KboPortal) -> None:
        rounds.register.extract = 140
        portal.control.fault("empty_listing", count=None)
        with pytest.raises(Unavailable, match="kbo_empty_listing"):
            await rounds.run()
        status = rounds.status.get()
        assert status.problem is not None
        assert (status.problem.code, status.phase, status.next_at) == ("kbo_empty_listing", "idle", None)
        portal.control.clear_faults()
        await rounds.run()
        assert rounds.status.get().problem is None
        assert rounds.register.extract == 144

    async def test_a_refused_login_is_one_attempt(self, rounds: Rounds, portal: KboPortal) -> None:
        rounds.drop = PortalDrop(portal.url, "loketbus", "fout")
        with pytest.raises(Denied, match="kbo_login_refused"):
            await rounds.run()
        assert [request["operation"] for request in portal.control.requests()] == ["login"]

    async def test_a_cut_download_is_tried_again(self, rounds: Rounds, portal: KboPortal, shelf: Shelf) -> None:
        rounds.register.extract = 143
        portal.control.fault("cut", at=1000, hard=True)
        await rounds.run()
        assert downloads(portal) == [shelf.name("U144")] * 2
        assert (rounds.register.extract, rounds.pauses) == (144, [2.0])

    async def test_downloads_that_stay_cut_do_not_hammer(self, rounds: Rounds, portal: KboPortal) -> None:
        rounds.register.extract = 143
        portal.control.fault("cut", at=1000, count=None)
        with pytest.raises(Unavailable) as trouble:
            await rounds.run()
        assert len(downloads(portal)) == FETCH_ATTEMPTS
        assert (trouble.value.retry_after_seconds or 0) >= 600
        assert rounds.register.imports == []

    async def test_over_sftp_a_cut_download_goes_on(self, folder: Path, shelf: Shelf, tmp_path: Path) -> None:
        with KboSftp(SftpOptions(folder)) as server:
            server.fault("cut", at=len(shelf.bytes("F144")) - 1)
            rounds = Rounds(tmp_path / "kbo", sftp_drop(server), Register())
            await rounds.run()
            assert rounds.register.extract == 144
            assert len(server.requests("download")) == 2


def refusing(*shorts: str, shelf: Shelf, code: str = "kbo_archive_broken", times: int = 100) -> Any:
    """Refuses imports with these archives in them."""
    bad, left = {shelf.name(short) for short in shorts}, [times]

    def refuse(names: list[str]) -> Rejected | None:
        if bad.isdisjoint(names) or left[0] == 0:
            return None
        left[0] -= 1
        return Rejected(code, "Het archief deugt niet.")

    return refuse


class TestABadArchive:
    async def test_is_fetched_once_more(self, rounds: Rounds, portal: KboPortal, shelf: Shelf) -> None:
        rounds.register.extract = 142
        rounds.register.refuse = refusing("U144", shelf=shelf, times=1)
        await rounds.run()
        assert rounds.register.extract == 144
        assert downloads(portal) == [shelf.name("U143"), shelf.name("U144")] * 2

    async def test_then_the_full_is_tried(self, rounds: Rounds, portal: KboPortal, shelf: Shelf) -> None:
        rounds.register.extract = 142
        rounds.register.refuse = refusing("U143", shelf=shelf)
        await rounds.run()
        assert rounds.register.extract == 144
        assert rounds.register.imports[-1] == [shelf.name("F144")]
        assert len(downloads(portal)) == 5
        assert rounds.left == []

    async def test_one_that_is_broken_over_there(self, rounds: Rounds, folder: Path, shelf: Shelf) -> None:
        rounds.register.extract = 142
        truncate(folder / shelf.name("U143"))
        await rounds.run()
        assert rounds.register.imports == [[shelf.name("F144")]]

    async def test_a_full_that_is_broken_over_there_is_fetched_twice_and_no_more(
        self, rounds: Rounds, portal: KboPortal, folder: Path, shelf: Shelf
    ) -> None:
        for short in ("F144", "U144"):
            (folder / shelf.name(short)).unlink()
        truncate(folder / shelf.name("F140"))
        with pytest.raises(Unavailable, match="kbo_import_failed"):
            await rounds.run()
        assert downloads(portal) == [shelf.name("F140")] * 2

    async def test_an_update_above_the_full_is_left_out_at_last(
        self, rounds: Rounds, folder: Path, shelf: Shelf
    ) -> None:
        (folder / shelf.name("F144")).unlink()
        rounds.register.refuse = refusing("U144", shelf=shelf)
        await rounds.run()
        assert rounds.register.extract == 140

    @pytest.mark.parametrize("over_there", [True, False])
    async def test_a_bad_end_of_a_chain_does_not_hold_back_the_rest(
        self, rounds: Rounds, portal: KboPortal, folder: Path, shelf: Shelf, over_there: bool
    ) -> None:
        for short in ("F140", "F144", "U144"):
            (folder / shelf.name(short)).unlink()
        rounds.register.extract = 140
        if over_there:
            truncate(folder / shelf.name("U143"))
        else:
            rounds.register.refuse = refusing("U143", shelf=shelf)
        await rounds.run()
        assert (rounds.register.extract, rounds.left) == (142, [])
        assert downloads(portal).count(shelf.name("U143")) == 2
        with pytest.raises(Unavailable, match="kbo_import_failed: Uittreksel 143"):
            await rounds.run()
        assert rounds.register.extract == 142

    async def test_one_that_is_older_than_its_name_says(self, rounds: Rounds, folder: Path, shelf: Shelf) -> None:
        (folder / shelf.name("F144")).unlink()
        (folder / shelf.name("U144")).unlink()
        (folder / shelf.name("F140")).rename(folder / "KboOpenData_0150_2025_10_11_Full.zip")
        with pytest.raises(Unavailable, match="kbo_import_failed") as asked:
            await rounds.run()
        assert asked.value.detail == "kbo_archive_mislabelled"

    async def test_only_when_nothing_helps_a_person_is_asked(
        self, rounds: Rounds, portal: KboPortal, shelf: Shelf
    ) -> None:
        rounds.register.extract = 143
        rounds.register.refuse = refusing("U144", "F144", shelf=shelf)
        with pytest.raises(Unavailable) as asked:
            await rounds.run()
        assert (asked.value.code, asked.value.detail) == ("kbo_import_failed", "kbo_archive_broken")
        assert asked.value.retry_after_seconds == ASKED_AGAIN_SECONDS
        assert "Uittreksel 144 kan niet ingelezen worden" in asked.value.message
        assert sorted(downloads(portal)) == sorted([shelf.name("U144"), shelf.name("F144")] * 2)
        status = read_status(rounds.folder / "fetching.json")
        assert status.problem is not None
        assert status.problem.message == asked.value.message
        assert status.next_at == NOON + timedelta(seconds=ASKED_AGAIN_SECONDS)
        assert rounds.left == []


class TestOurOwnTrouble:
    async def test_a_full_disk_is_nobody_elses_fault(self, rounds: Rounds, portal: KboPortal, shelf: Shelf) -> None:
        rounds.register.extract = 143
        rounds.register.refuse = refusing("U144", shelf=shelf, code="kbo_disk_full")
        with pytest.raises(Unavailable, match="kbo_disk_full"):
            await rounds.run()
        assert downloads(portal) == rounds.left == [shelf.name("U144")]
        rounds.register.refuse = lambda _: None
        await rounds.run()
        assert (rounds.register.extract, len(downloads(portal))) == (144, 1)

    async def test_a_disk_that_fills_while_fetching(self, rounds: Rounds, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr("services.kbo.remote._receiving._put", full)
        with pytest.raises(Unavailable, match="kbo_disk_full"):
            await rounds.run()
        assert rounds.left == []

    async def test_a_status_that_cannot_be_written_hides_nothing(
        self, rounds: Rounds, portal: KboPortal, shelf: Shelf
    ) -> None:
        """As on a disk without any room: here a folder stands in its place."""
        (rounds.folder / "fetching.json").mkdir(parents=True)
        rounds.register.extract = 143
        rounds.register.refuse = refusing("U144", shelf=shelf, code="kbo_disk_full")
        with pytest.raises(Unavailable, match="kbo_disk_full"):
            await rounds.run()
        rounds.register.refuse = lambda _: None
        await rounds.run()
        assert (rounds.register.extract, downloads(portal)) == (144, [shelf.name("U144")])

    async def test_what_is_on_its_way_is_for_the_owner_alone(self, rounds: Rounds, shelf: Shelf) -> None:
        rounds.register.extract = 143
        rounds.register.refuse = refusing("U144", shelf=shelf, code="kbo_disk_full")
        with pytest.raises(Unavailable):
            await rounds.run()
        assert rounds.left == [shelf.name("U144")]
        assert stat.S_IMODE(rounds.incoming.stat().st_mode) == 0o700

    async def test_an_import_by_hand_is_waited_for(self, rounds: Rounds, shelf: Shelf) -> None:
        rounds.register.extract = 143
        rounds.register.refuse = refusing("U144", shelf=shelf, code="kbo_busy")
        await rounds.run()
        assert rounds.status.get().problem is None

    async def test_a_lost_lease_ends_the_round(self, rounds: Rounds, portal: KboPortal) -> None:
        with pytest.raises(LostOwnership):
            await rounds.fetching().run(Lease("test", 1, ttl_seconds=0))
        assert downloads(portal) == []


class TestEndedInTheMiddle:
    async def test_of_the_import(self, rounds: Rounds, portal: KboPortal, shelf: Shelf) -> None:
        rounds.register.hold = asyncio.Event()
        task = asyncio.create_task(rounds.run())
        await wait_until(lambda: rounds.register.imports, what="the import began")
        assert rounds.status.get().phase == "importing"
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (rounds.register.extract, rounds.left) == (None, [shelf.name("F144")])
        rounds.register.hold = None
        await rounds.run()
        assert (rounds.register.extract, rounds.left) == (144, [])
        assert len(downloads(portal)) == 1, "it was here already"

    async def test_of_a_download(self, rounds: Rounds, portal: KboPortal, shelf: Shelf) -> None:
        portal.control.fault("delay", operation="download", ms=60_000)
        task = asyncio.create_task(rounds.run())
        await wait_until(lambda: downloads(portal), what="the download began")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert rounds.register.imports == []
        await rounds.run()
        assert rounds.register.extract == 144

    async def test_what_lies_there_for_no_plan_goes(self, rounds: Rounds, shelf: Shelf) -> None:
        rounds.incoming.mkdir(parents=True)
        for name in (shelf.name("F140"), f"{shelf.name('U142')}.part"):
            (rounds.incoming / name).write_bytes(b"old")
        rounds.register.extract = 144
        await rounds.run()
        assert rounds.left == []


async def test_the_status_survives_and_a_broken_one_counts_as_none(rounds: Rounds) -> None:
    await rounds.run()
    path = rounds.folder / "fetching.json"
    status = read_status(path)
    assert status.loaded is not None
    assert (status.loaded.extract, status.listed_at, status.offered) == (144, NOON, 6)
    assert status.next_at == NOON + timedelta(seconds=EVERY_SECONDS)
    path.write_text("{")
    assert read_status(path).loaded is None
