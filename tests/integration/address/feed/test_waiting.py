"""What waits: a merger is told with its successors, an address for its street, and neither for ever."""

from __future__ import annotations

from typing import Any

import pytest

from services.address.domain.model import Status
from services.address.register.feed_standing import SENTENCES, feed_standing
from tests.integration.address.feed.conftest import BOX, DOWNLOAD, HOUSE, MARKT, Hand, Replica, many, town
from tests.support import address_feed as feed
from tests.support.address_feed import names, rows, status, uri
from tests.support.address_register import MECHELEN

NEW = 12_099
PENDING = "SELECT old, new FROM pending_transform ORDER BY old"
TOLD = "SELECT count(*) FROM change WHERE address = ?"
RETIRED = ("status", status("inGebruik"), status("gehistoreerd"))


def proposed() -> dict[Any, list[feed.Event]]:
    """Months before a merger: the new street and addresses, in a municipality that is not kept."""
    place = {"isToegekendDoor": uri("gemeente", NEW), "status": status("inGebruik", "straatnaam")}
    return {
        "straatnamen": [feed.create("straatnamen", 9001, nis=[NEW], id=4_010, straatnaam=names(nl="Markt"), **place)],
        "adressen": [
            feed.address(9101, 9001, "21", nis=[NEW], id=4_020),
            feed.address(9102, 9001, "21", "0101", nis=[NEW], id=4_021),
        ],
        "postinfo": [feed.create("postinfo", 2899, nis=[NEW], id=4_015, isToegekendAan=uri("gemeente", NEW))],
    }


def night() -> dict[Any, list[feed.Event]]:
    """In the order of the real samples: each address is replaced, and then retired."""
    name = {"gemeentenaam": names(nl="Nieuw-Mechelen"), "status": status("inGebruik", "gemeente")}
    return {
        "adressen": [
            feed.transform("adressen", (HOUSE, 9101), nis=[MECHELEN, NEW], id=4_040),
            feed.update("adressen", HOUSE, RETIRED, id=4_041),
            feed.transform("adressen", (BOX, 9102), nis=[MECHELEN, NEW], id=4_042),
            feed.update("adressen", BOX, RETIRED, id=4_043),
        ],
        "gemeenten": [
            feed.create("gemeenten", NEW, nis=[NEW], id=4_030, **name),
            feed.transform("gemeenten", (MECHELEN, NEW), nis=[MECHELEN, NEW], id=4_031),
        ],
    }


def add(hand: Hand, events: dict[Any, list[feed.Event]]) -> None:
    for register, found in events.items():
        hand.source.add(register, *found)


@pytest.fixture
async def merging(hand: Hand) -> Hand:
    """All was read shortly before the night of the merger, whose new addresses were nobody's business until then."""
    made = town(nis=f"{MECHELEN}")
    made.save(hand.folder)
    add(hand, proposed())
    await hand.round()
    assert rows(hand.file, "SELECT id FROM address WHERE id > 9000") == []
    return hand


async def test_a_merger_is_told_with_its_successors(merging: Hand) -> None:
    """Municipalities are read once a day; not when somebody waits for them."""
    seen: list[list[tuple[int, int]]] = []

    def look(register: str, number: int) -> None:
        if register == "gemeenten":
            seen.append(rows(merging.file, PENDING))

    add(merging, night())
    merging.source.before = look
    await merging.round(10)
    assert seen[0] == [(HOUSE, 9101)], "read at once, and nothing is told of it until then; two events a page"
    assert rows(merging.file, PENDING) == []
    assert rows(merging.file, "SELECT id, status FROM address WHERE id > 9000") == [
        (9101, Status.IN_GEBRUIK), (9102, Status.IN_GEBRUIK)
    ]  # fmt: skip
    assert rows(merging.file, "SELECT nis FROM postcode WHERE postcode = 2899") == [(NEW,)]
    last = rows(merging.file, "SELECT address FROM change ORDER BY event DESC LIMIT 2")
    assert {address for (address,) in last} <= {HOUSE, BOX}, "looked at again when it is done"


async def test_until_the_municipality_is_merged_nothing_is_told(merging: Hand) -> None:
    """Its event may come hours after those of its addresses; it is looked for in each round."""
    late = night().pop("gemeenten")
    merging.source.add("adressen", *night()["adressen"])
    for _ in range(3):
        asked = await merging.round(10)
        assert {"gemeenten", "postinfo", "straatnamen"} <= {register for register, _ in asked}
        assert rows(merging.file, PENDING) == [(HOUSE, 9101), (BOX, 9102)]
    told = rows(merging.file, TOLD, HOUSE)
    merging.source.add("gemeenten", *late)
    woken = merging.woken
    await merging.round(10)
    assert rows(merging.file, PENDING) == []
    assert rows(merging.file, TOLD, HOUSE) > told
    assert merging.woken > woken
    asked = await merging.round(10)
    assert "gemeenten" not in [register for register, _ in asked], "at its own pace again"


async def test_a_successor_that_does_not_come_holds_up_the_rest_for_a_day(merging: Hand) -> None:
    merging.source.add("adressen", *night()["adressen"])
    await merging.round(10)
    told = rows(merging.file, TOLD, HOUSE)
    await merging.round(60 * 23)
    assert rows(merging.file, PENDING) == [(HOUSE, 9101), (BOX, 9102)]
    await merging.round(60 * 2)
    assert rows(merging.file, PENDING) == []
    assert rows(merging.file, TOLD, HOUSE) > told
    (trouble,) = feed_standing(merging.file).troubles
    assert (trouble.code, trouble.times, trouble.code in SENTENCES) == ("successor_missing", 2, True)


async def test_what_was_replaced_by_what_is_here_is_told_at_once(hand: Hand) -> None:
    await hand.round()
    hand.source.add("adressen", *many(1), feed.transform("adressen", (HOUSE, 300), (999, 998), id=4_050))
    await hand.round(10)
    assert rows(hand.file, PENDING) == [], "and of 999, which is not here, nobody asks"


async def test_a_street_that_does_not_come_is_said_after_a_day(hand: Hand) -> None:
    """By what waits longest; what comes and goes is no news."""
    await hand.round()
    hand.source.add("adressen", feed.address(801, 800, "1", id=4_101))
    await hand.round(10)
    await hand.round(60 * 23)
    hand.source.add("adressen", feed.address(802, 900, "1", id=4_102))
    await hand.round(10)
    assert feed_standing(hand.file).troubles == ()
    await hand.round(60 * 2)
    (trouble,) = feed_standing(hand.file).troubles
    assert (trouble.code, trouble.times, "Importeer" in SENTENCES[trouble.code]) == ("waiting_long", 2, True)
    hand.source.add("straatnamen", feed.street(800, "Nieuwe Kaai", id=4_103))
    await hand.round(60)
    assert feed_standing(hand.file).waiting == 1
    assert feed_standing(hand.file).troubles == (), "the other one does not wait for a day yet"


# --- an address that moves to a street that was not read yet ---------------------------------------------------------


def moved() -> feed.Event:
    return feed.update("adressen", HOUSE, ("heeftStraatnaam", uri("straatnaam", MARKT), uri("straatnaam", 777)), id=50)


def test_it_stays_where_it_was_until_the_street_is_there(replica: Replica) -> None:
    done = replica.take("adressen", moved())
    assert (done.applied, done.parked, done.touched) == (0, 1, frozenset())
    assert rows(replica.file, "SELECT street FROM address WHERE id = ?", HOUSE) == [(MARKT,)]
    done = replica.take("straatnamen", feed.street(777, "Nieuwe Kaai"))
    assert HOUSE in done.touched
    assert rows(replica.file, "SELECT street FROM address WHERE id = ?", HOUSE) == [(777,)]


async def test_streets_are_read_at_once(hand: Hand) -> None:
    await hand.round()
    hand.source.add("straatnamen", feed.street(777, "Nieuwe Kaai", id=DOWNLOAD + 1))
    hand.source.add("adressen", {**moved(), "id": str(DOWNLOAD + 2)})
    await hand.round(10)
    assert rows(hand.file, "SELECT street FROM address WHERE id = ?", HOUSE) == [(777,)]


def test_a_removal_does_not_wait(replica: Replica) -> None:
    done = replica.take("adressen", moved(), feed.delete("adressen", HOUSE, id=51))
    assert (done.applied, done.parked, done.waiting) == (1, 1, 0)
    assert rows(replica.file, "SELECT id FROM address WHERE id = ?", HOUSE) == []
    replica.take("straatnamen", feed.street(777, "Nieuwe Kaai"))
    assert rows(replica.file, "SELECT kind, id FROM removed") == [("address", HOUSE)]
