"""From an event of the register to what the CRM is told: once, whole, and whatever else stands on the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from loketbus_contracts import ADDRESS_CHANGED

from services.address.app import FOLLOWING
from services.address.domain.feed_events import REGISTERS
from services.address.feed_job import FeedJob
from services.address.settings import register_folder
from tests.integration.address.followed import follow, told
from tests.support import address_feed as feed
from tests.support.address_feed import names, status, uri
from tests.support.address_feed_source import MemoryFeed, lease
from tests.support.address_service import HOUSE, SHOP, AddressHouse, town

NEW = 12_099
STREET, HEIR = 9_001, 9_101


class Register:
    """A feed, and a service that follows it."""

    def __init__(self, house: AddressHouse) -> None:
        self.house, self.source = house, MemoryFeed()
        self.now = datetime(2026, 12, 31, 20, tzinfo=UTC)
        folder = register_folder(house.settings)
        self.job = FeedJob(self.source, folder, every_seconds=600, now=lambda: self.now)

    async def round(self, minutes: int = 10) -> None:
        """Follow the feed, and tell."""
        self.now += timedelta(minutes=minutes)
        await self.job.run(lease())
        await self.house.run(FOLLOWING)


@pytest.fixture
async def register(address: AddressHouse) -> Register:
    """Two addresses are followed, and nothing happened yet."""
    made = town()
    for one in REGISTERS:
        made.add("feed", one, 0, 1, None)
    address.load(made)
    await follow(address, HOUSE, SHOP)
    found = Register(address)
    await found.round()
    return found


def retired(address: int, event: int) -> feed.Event:
    change = ("status", status("inGebruik"), status("gehistoreerd"))
    return feed.update("adressen", address, change, id=event, version="2027-01-01T01:18:19+01:00")


async def test_a_merger_is_one_event_with_what_came_in_its_place(register: Register) -> None:
    """The new addresses were proposed months before, when nobody here knew of the municipality."""
    place = {"isToegekendDoor": uri("gemeente", NEW), "status": status("inGebruik", "straatnaam")}
    name = {"gemeentenaam": names(nl="Nieuw-Mechelen"), "status": status("inGebruik", "gemeente")}
    source = register.source
    source.add(
        "straatnamen",
        feed.create("straatnamen", STREET, nis=[NEW], id=10, straatnaam=names(nl="Leopoldstraat"), **place),
    )
    source.add("adressen", feed.address(HEIR, STREET, "12", nis=[NEW], id=20))
    await register.round(60)
    source.add("adressen", feed.transform("adressen", (HOUSE, HEIR), nis=[12_025, NEW], id=40), retired(HOUSE, 41))
    for _ in range(3):
        await register.round()
    assert told(register.house) == [], "half of it would send people looking for what is there an hour later"
    source.add(
        "gemeenten",
        feed.create("gemeenten", NEW, nis=[NEW], id=30, **name),
        feed.transform("gemeenten", (12_025, NEW), nis=[12_025, NEW], id=31),
    )
    for _ in range(3):
        await register.round()
    (event,) = register.house.told(ADDRESS_CHANGED)
    assert [one["what"] for one in event["changes"]] == ["retired", "replaced"]
    assert [one["address_id"] for one in event["successors"]] == [str(HEIR)]
    assert event["successors"][0]["municipality"] == "Nieuw-Mechelen"


async def test_a_value_outside_the_contract_stops_nobody(register: Register) -> None:
    wrong = feed.update("adressen", HOUSE, ("heeftPostinfo", uri("postinfo", 2800), uri("postinfo", 12345)), id=40)
    register.source.add("adressen", wrong, retired(SHOP, 41))
    await register.round()
    assert told(register.house) == [(SHOP, ["retired"])]
