"""The job: where it begins, how far it reads, what it does when the feed, the disk or the replica fails it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from loketbus.errors import Denied, LostOwnership, Rejected, Unavailable
from loketbus.leases import Lease
from services.address.domain.feed_events import REGISTERS
from services.address.register import applying
from services.address.register.applying import Position, position
from services.address.remote.feed import Position as Place
from tests.integration.address.feed.conftest import BOX, DOWNLOAD, HOUSE, MARKT, Hand, houses, many, town
from tests.support import address_feed as feed
from tests.support.address_feed import rows, status
from tests.support.address_feed_source import MemoryFeed


async def test_it_begins_behind_the_download_and_reads_up_to_the_end(hand: Hand) -> None:
    old = [feed.update("adressen", HOUSE, ("huisnummer", "21", "99"), id=at) for at in (3_998, 3_999, DOWNLOAD)]
    hand.source.add("adressen", *old, *many(4))
    asked = await hand.round()
    assert [one for one in asked if one[0] == "adressen"] == [("adressen", 2), ("adressen", 3), ("adressen", 4)]
    assert [register for register, _ in asked if register != "adressen"] == [
        one for one in REGISTERS if one != "adressen"
    ]
    assert set(hand.source.downloads) == {(register, DOWNLOAD) for register in REGISTERS}
    assert rows(hand.file, "SELECT house FROM address WHERE id = ?", HOUSE) == [("21",)], "the download had those"
    assert houses(hand) == ["1", "2", "3", "4"]
    assert position(hand.file, "adressen") == Position(4, 4_004)
    assert rows(hand.file, "SELECT at FROM feed WHERE register = 'adressen'") == [("2026-08-03T12:00:00+00:00",)]
    assert hand.woken == 3


async def test_the_last_page_is_read_again_and_only_what_is_new_counts(hand: Hand) -> None:
    hand.source.add("adressen", *many(1))
    await hand.round()
    hand.source.add("adressen", *many(2, after=4_500)[1:])
    asked = await hand.round(10)
    assert asked == [("adressen", 1), ("adressen", 2), ("gebouwen", 1), ("gebouweenheden", 1), ("percelen", 1)]
    assert houses(hand) == ["1", "2"]
    assert len(hand.source.downloads) == len(REGISTERS), "asked once"
    woken = hand.woken
    await hand.round(10)
    assert hand.woken == woken, "nothing was new"


async def test_each_register_at_its_own_pace(hand: Hand) -> None:
    await hand.round()
    streets = [register for minutes in range(6) for register, _ in await hand.round(10)].count("straatnamen")
    assert streets == 1
    rounds = [await hand.round(60 * 8) for _ in range(3)]
    assert [[register for register, _ in one].count("gemeenten") for one in rounds] == [0, 0, 1]


async def test_an_address_that_waits_makes_streets_be_read_at_once(hand: Hand) -> None:
    await hand.round()
    hand.source.add("straatnamen", feed.street(800, "Nieuwe Kaai", id=4_100))
    hand.source.add("adressen", feed.address(801, 800, "1", id=4_101), feed.address(802, 900, "1", id=4_102))
    asked = await hand.round(10)
    assert [register for register, _ in asked][:2] == ["adressen", "straatnamen"]
    assert rows(hand.file, "SELECT id FROM address WHERE street = 800") == [(801,)]
    assert rows(hand.file, "SELECT address FROM feed_waiting") == [(802,)], "its street is not in the feed yet"
    hand.source.add("straatnamen", feed.street(900, "Oude Kaai", id=4_103))
    await hand.round(60)
    assert rows(hand.file, "SELECT id FROM address WHERE street = 900") == [(802,)]


async def test_no_replica_one_of_another_format_or_of_best_is_not_followed(tmp_path: Path) -> None:
    hand = Hand(tmp_path / "register", MemoryFeed({"adressen": many(1)}))
    assert await hand.round() == []
    other = town()
    other.rows.pop("feed")
    other.save(hand.folder)
    assert await hand.round() == []
    town().save(hand.folder)
    with closing(sqlite3.connect(hand.file)) as db, db:
        db.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
    assert await hand.round() == []


async def test_an_import_in_the_middle_of_a_round_goes_on_from_its_own_place(hand: Hand) -> None:
    """The old file is gone when the page comes; the new one knows less, and gets all of it."""
    hand.source.add("adressen", *many(5))

    def swap(register: str, number: int) -> None:
        if (register, number) == ("adressen", 2):
            hand.source.before = lambda register, number: None
            town().save(hand.folder)

    hand.source.before = swap
    asked = await hand.round()
    assert [number for register, number in asked if register == "adressen"] == [1, 2, 1, 2, 3]
    assert houses(hand) == ["1", "2", "3", "4", "5"]
    assert {register for register, _ in await hand.round(1)} >= {"gemeenten", "straatnamen"}, "the new one is due"


async def test_a_register_whose_feed_is_not_ready_waits(hand: Hand) -> None:
    hand.source.places = {"percelen": Place(feed=100, event=None, page=None)}
    assert "percelen" not in [register for register, _ in await hand.round()]
    assert position(hand.file, "percelen") == Position(0, DOWNLOAD)
    hand.source.places = {"percelen": Place(feed=100, event=90, page=3)}
    await hand.round(10)
    assert position(hand.file, "percelen") == Position(3, 90)


async def test_one_register_that_does_not_answer_holds_up_no_other(hand: Hand) -> None:
    hand.source.add("adressen", *many(1))

    def fail(register: str, number: int) -> None:
        if register == "postinfo":
            raise Rejected("register_rejected", "De gevraagde pagina bestaat niet.")

    hand.source.before = fail
    with pytest.raises(Unavailable) as trouble:
        await hand.round()
    assert trouble.value.code == "register_rejected"
    assert houses(hand) == ["1"]


async def test_when_nothing_answers_the_round_ends(hand: Hand) -> None:
    def fail(register: str, number: int) -> None:
        raise Unavailable("register_unreachable", "Het register antwoordt niet.", retry_after_seconds=30)

    hand.source.before = fail
    with pytest.raises(Unavailable) as trouble:
        await hand.round()
    assert trouble.value.retry_after_seconds == 30
    assert hand.source.asked == [("gemeenten", 1), ("postinfo", 1), ("straatnamen", 1)]


async def test_a_refusal_ends_the_round_at_once(hand: Hand) -> None:
    def refuse(register: str, number: int) -> None:
        raise Denied("register_denied", "Het register weigert de sleutel.")

    hand.source.before = refuse
    with pytest.raises(Denied):
        await hand.round()
    assert len(hand.source.asked) == 1


async def test_who_lost_the_lease_writes_nothing(hand: Hand) -> None:
    hand.source.add("adressen", *many(1))
    ours = Lease("test", 1, ttl_seconds=600)

    def lose(register: str, number: int) -> None:
        if register == "adressen":
            ours._lost = True

    hand.source.before = lose
    with pytest.raises(LostOwnership):
        await hand.job.run(ours)
    assert houses(hand) == []


@pytest.mark.parametrize(
    ("sqlite_code", "code"),
    [
        (sqlite3.SQLITE_FULL, "address_disk_full"),
        (sqlite3.SQLITE_IOERR_WRITE, "address_disk_full"),  # quota, or a file that may not be as large
        (sqlite3.SQLITE_BUSY_SNAPSHOT, "register_busy"),
        (sqlite3.SQLITE_LOCKED, "register_busy"),
        (sqlite3.SQLITE_CORRUPT_VTAB, "register_unreadable"),
    ],
)
async def test_why_nothing_could_be_written_is_said_and_nothing_is_lost(
    hand: Hand, monkeypatch: pytest.MonkeyPatch, sqlite_code: int, code: str
) -> None:
    hand.source.add("adressen", *many(2))
    retired = status("gehistoreerd", "straatnaam")
    hand.source.add("straatnamen", feed.update("straatnamen", MARKT, ("status", None, retired)))

    def refuse(event: object) -> str:
        raise _error(sqlite_code)

    with monkeypatch.context() as broken:
        broken.setattr(applying, "_time", refuse)
        with pytest.raises(Unavailable) as trouble:
            await hand.round()
    assert trouble.value.code == code
    assert houses(hand) == []
    await hand.round()
    assert houses(hand) == ["1", "2"]


async def test_a_damaged_replica_is_said(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.source.add("adressen", *many(1))
    with closing(sqlite3.connect(hand.file)) as db, db:
        db.execute("DROP TABLE street_postcode")
    with pytest.raises(Unavailable) as trouble:
        await hand.round()
    assert trouble.value.code == "register_unreadable"
    assert rows(hand.file, "SELECT parent FROM address WHERE id = ?", BOX) == [(HOUSE,)]


def _error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("refused")
    error.sqlite_errorcode = code
    return error
