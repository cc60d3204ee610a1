"""An import that leaps over what only the feed says: replacements and removals between its place and the download."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from services.address.register.applying import Moved, Position, position
from services.address.register.carrying import read_carried
from services.address.register.catching_up import behind, catch_up
from services.address.register.feed_standing import feed_standing
from tests.integration.address.feed.conftest import BOX, DOWNLOAD, HOUSE, MARKT, Hand, town
from tests.support import address_feed as feed
from tests.support.address_feed import rows, uri

LATER = DOWNLOAD + 6
"""Event up to which the second download goes."""


@pytest.fixture
async def overtaken(hand: Hand) -> Hand:
    """Followed up to a download; then a month of nothing, and a download of after it."""
    hand.source.add("adressen", feed.update("adressen", HOUSE, id=DOWNLOAD))
    await hand.round()
    hand.source.add(
        "adressen",
        feed.transform("adressen", (77, HOUSE), id=DOWNLOAD + 1),
        feed.update("adressen", HOUSE, ("huisnummer", "21", "99"), id=DOWNLOAD + 2),
        feed.delete("adressen", 78, id=DOWNLOAD + 3),
        feed.delete("adressen", BOX, id=DOWNLOAD + 4),
        feed.address(BOX, MARKT, "21", "0101", id=DOWNLOAD + 5),
        feed.delete("adressen", 79, nis=[41_081], id=LATER),
        feed.delete("adressen", BOX, id=LATER + 1),
    )
    carried = read_carried(hand.folder)
    made = town()
    made.rows["feed"] = [("adressen", 0, LATER, None)]
    made.save(hand.folder)
    with closing(sqlite3.connect(hand.file)) as db, db:
        carried.save(db, "2026-08-01")
    return hand


async def test_what_it_leaped_over_is_read_once(overtaken: Hand) -> None:
    asked = await overtaken.round(10)
    assert [number for register, number in asked if register == "adressen"] == [4, 5, 1, 2, 3, 4]
    assert rows(overtaken.file, "SELECT old, new FROM replaced") == [(77, HOUSE)]
    gone = rows(overtaken.file, "SELECT id FROM removed ORDER BY id")
    assert gone == [(78,), (BOX,)], "what came back is there, what is elsewhere is nobody's business"
    assert rows(overtaken.file, "SELECT house FROM address WHERE id = ?", HOUSE) == [("21",)], "as in the download"
    assert (77,) in rows(overtaken.file, "SELECT address FROM change")
    assert position(overtaken.file, "adressen") == Position(5, LATER + 1)
    assert behind(overtaken.file, "adressen") is None
    assert [number for register, number in await overtaken.round(10) if register == "adressen"] == [5, 4]


async def test_it_goes_on_where_it_stopped(overtaken: Hand) -> None:
    """Also over yet another import."""

    def fail(register: str, number: int) -> None:
        if (register, number) == ("adressen", 2):
            raise ConnectionError

    overtaken.source.before = fail
    with pytest.raises(ConnectionError):
        await overtaken.round(10)
    assert behind(overtaken.file, "adressen") == Position(2, DOWNLOAD + 1)
    assert ("catch_up:adressen", 2, DOWNLOAD + 1) in read_carried(overtaken.folder).positions
    assert [one.register for one in feed_standing(overtaken.file).registers] == ["adressen"], "it is no register"
    with pytest.raises(Moved):
        catch_up(overtaken.file, "adressen", 1, [], complete=True)
    overtaken.source.before = lambda register, number: None
    await overtaken.round(10)
    assert rows(overtaken.file, "SELECT id FROM removed ORDER BY id") == [(78,), (BOX,)]


async def test_a_download_of_before_leaps_over_nothing(overtaken: Hand) -> None:
    made = town()
    made.rows["feed"] = [("adressen", 0, DOWNLOAD - 1, None), ("catch_up:adressen", 1, DOWNLOAD, None)]
    made.save(overtaken.folder)
    await overtaken.round(10)
    assert behind(overtaken.file, "adressen") is None
    assert rows(overtaken.file, "SELECT old, new FROM replaced") == [(77, HOUSE)], "followed anew"


async def test_odd_events_on_the_way_stop_nothing(overtaken: Hand) -> None:
    street = feed.update("adressen", 1, ("heeftStraatnaam", None, uri("straatnaam", 1)), id=DOWNLOAD + 1)
    overtaken.source.events["adressen"][1:2] = [{**street, "type": "rommel"}]
    await overtaken.round(10)
    assert behind(overtaken.file, "adressen") is None
    assert (78,) in rows(overtaken.file, "SELECT id FROM removed")
