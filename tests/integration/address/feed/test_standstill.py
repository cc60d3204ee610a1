"""A feed that is not the one that was followed, or does not say where its pages end: told, and never taken for calm."""

from __future__ import annotations

from pathlib import Path

import pytest

from loketbus.errors import Unavailable
from services.address.domain.feed_events import REGISTERS
from services.address.register.applying import Position, position
from services.address.register.feed_standing import SENTENCES, feed_standing
from services.address.remote.feed import FeedPage
from services.address.remote.feed import Position as Place
from services.address.settings import AddressSettings, register_folder
from services.address.standing import standing
from tests.integration.address.feed.conftest import DOWNLOAD, Hand, houses, many, town
from tests.support import address_feed as feed
from tests.support.address_feed import rows
from tests.support.address_feed_source import MemoryFeed

BEFORE = "2026-08-03T11:50:00+00:00"


@pytest.fixture
def followed(tmp_path: Path) -> Hand:
    """Addresses were read up to event 5,000 on page 5, ten minutes ago; two events a page."""
    made = town()
    made.rows["feed"] = [("adressen", 5, 5_000, BEFORE)]
    made.save(tmp_path / "register")
    return Hand(tmp_path / "register", MemoryFeed(page_size=2))


def at(hand: Hand) -> str:
    ((found,),) = rows(hand.file, "SELECT at FROM feed WHERE register = 'adressen'")
    return str(found)


def codes(hand: Hand) -> list[tuple[str, str]]:
    return [(one.register, one.code) for one in feed_standing(hand.file).troubles]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([], id="nothing at all"),
        pytest.param(many(3, after=0), id="made anew, and shorter"),
        pytest.param(many(9, after=0), id="made anew, and this page is there"),
        pytest.param(many(10, after=8_000), id="another environment"),
    ],
)
async def test_a_feed_that_is_another_one_is_a_gap(followed: Hand, events: list[feed.Event]) -> None:
    followed.source.add("adressen", *events)
    for _ in range(2):
        await followed.round(10)
    assert codes(followed) == [("adressen", "gap")]
    assert (at(followed), position(followed.file, "adressen")) == (BEFORE, Position(5, 5_000))
    assert houses(followed) == []


async def test_a_gap_is_said_until_the_feed_goes_on(tmp_path: Path) -> None:
    settings = AddressSettings(var=tmp_path, address_nis=("12025", "12040"))
    made = town()
    made.rows["feed"] = [("adressen", 2, DOWNLOAD + 3, BEFORE)]
    made.save(register_folder(settings))
    hand = Hand(register_folder(settings), MemoryFeed(page_size=2))
    await hand.round()
    (advice,) = standing(settings, hand.now).feed_advice
    assert advice == f"1 x: {SENTENCES['gap']}"
    hand.source.add("adressen", *many(4))
    await hand.round(10)
    assert standing(settings, hand.now).feed_advice == ()
    assert at(hand) == hand.now.isoformat()


async def test_a_page_that_is_begun_is_no_gap(followed: Hand) -> None:
    """Nothing came after the end of the page before it; that page is looked at once a round."""
    followed.source.add("adressen", *many(8, after=4_992))
    assert await followed.round(10) == [("adressen", 5), ("adressen", 4)]
    assert (codes(followed), at(followed)) == ([], followed.now.isoformat())
    followed.source.events["adressen"].clear()
    await followed.round(10)
    assert codes(followed) == [("adressen", "gap")], "made anew since"


async def test_a_feed_that_is_made_anew_while_nothing_happens(hand: Hand) -> None:
    """The same job had read the page before it to its end, a round ago."""
    hand.source.add("adressen", *many(4))
    assert [page for register, page in await hand.round() if register == "adressen"] == [1, 2, 3]
    assert codes(hand) == []
    hand.source.events["adressen"].clear()
    await hand.round(10)
    assert codes(hand) == [("adressen", "gap")]


@pytest.mark.parametrize("first", [1, 2])
async def test_where_the_feed_said_to_begin_need_not_hold_the_event(hand: Hand, first: int) -> None:
    """But there must be something."""
    hand.source.places = {register: _place(first) for register in REGISTERS}
    await hand.round()
    assert set(codes(hand)) == {(register, "gap") for register in REGISTERS}
    hand.source.add("adressen", *many(4))
    await hand.round(10)
    assert ("adressen", "gap") not in codes(hand)
    assert len(houses(hand)) == 6 - 2 * first


def _place(page: int) -> Place:
    return Place(feed=1, event=DOWNLOAD, page=page)


class Silent(MemoryFeed):
    """Pages that do not say whether they are complete, or say of full ones that they are not."""

    unsaid = True

    async def page(self, register: str, number: int) -> FeedPage:
        found = await super().page(register, number)  # type: ignore[arg-type]
        return FeedPage(found.events, complete=False, unsaid=self.unsaid)


@pytest.mark.parametrize("unsaid", [True, False])
async def test_a_page_of_which_nobody_says_the_end(tmp_path: Path, unsaid: bool) -> None:
    """Its events count; what comes after it does not, so that it is not as fresh as this moment."""
    made = town()
    made.rows["feed"] = [("adressen", 1, 0, BEFORE)]
    made.save(tmp_path / "register")
    source = Silent()
    source.unsaid = unsaid
    hand = Hand(tmp_path / "register", source)
    source.add("adressen", *many(150))
    await hand.round()
    assert len(houses(hand)) == 100
    assert codes(hand) == [("adressen", "page_open")]
    assert at(hand) == BEFORE
    hand.source = MemoryFeed(source.events)
    hand.job._source = hand.source
    await hand.round(10)
    assert (len(houses(hand)), codes(hand), at(hand)) == (150, [], hand.now.isoformat())


async def test_a_feed_that_is_not_served_is_no_outage(hand: Hand) -> None:
    """Each is switched on by itself; the others are read, and people are told of this one."""
    hand.source.add("adressen", *many(1))

    def absent(register: str, number: int) -> None:
        if register in ("gemeenten", "postinfo", "straatnamen", "percelen"):
            raise Unavailable("register_wrong_place", "Op dit adres antwoordt het Adressenregister niet (404).")

    hand.source.before = absent
    await hand.round()
    assert houses(hand) == ["1"]
    assert set(codes(hand)) == {(one, "not_served") for one in ("gemeenten", "postinfo", "straatnamen", "percelen")}
    hand.source.before = lambda register, number: None
    await hand.round(60 * 25)
    assert codes(hand) == []


async def test_when_nothing_is_served_the_address_is_wrong(hand: Hand) -> None:
    def absent(register: str, number: int) -> None:
        raise Unavailable("register_wrong_place", "Op dit adres antwoordt het Adressenregister niet (404).")

    hand.source.before = absent
    with pytest.raises(Unavailable) as trouble:
        await hand.round()
    assert trouble.value.code == "register_wrong_place"


@pytest.mark.parametrize("broken", [("gemeenten", "postinfo"), ("gemeenten", "gebouwen")])
async def test_registers_that_only_add_something_hold_up_no_other(hand: Hand, broken: tuple[str, ...]) -> None:
    def fail(register: str, number: int) -> None:
        if register in broken:
            raise Unavailable("register_unreachable", "Het register antwoordt niet.")

    hand.source.before = fail
    hand.source.add("adressen", *many(1))
    with pytest.raises(Unavailable):
        await hand.round()
    assert [register for register, _ in hand.source.asked] == list(REGISTERS)
    assert houses(hand) == ["1"]


async def test_streets_that_do_not_answer_do_not_hold_up_addresses(hand: Hand) -> None:
    """Also when an address waits for one in the middle of its pages."""
    await hand.round()
    hand.source.add("adressen", feed.address(801, 800, "1", id=DOWNLOAD + 1), *many(3, after=DOWNLOAD + 1))

    def fail(register: str, number: int) -> None:
        if register == "straatnamen":
            raise Unavailable("register_unreachable", "Het register antwoordt niet.")

    hand.source.before = fail
    with pytest.raises(Unavailable):
        await hand.round(10)
    assert houses(hand) == ["1", "2", "3"]
