"""Over HTTP against the simulated register: what follows its feed holds what the register holds."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from loketbus.replicas import current
from services.address.domain.feed_events import REGISTERS
from services.address.domain.model import STATUSES
from services.address.feed_job import FeedJob
from services.address.register.applying import position
from services.address.register.feed_standing import feed_standing
from services.address.register.parcels import capakey, parcel_id
from services.address.register.schema import FILE, METHODS, SPECIFICATIONS
from services.address.remote.connection import Connection, RegisterConnection
from services.address.remote.feed import ChangeFeed
from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.world import World
from tests.integration.simulators.address.samples import busy_world
from tests.support.address_feed import rows
from tests.support.address_feed_source import lease
from tests.support.address_register import Town


class Followed:
    """A simulated register, and a replica that follows it from the very beginning of its feeds."""

    def __init__(self, simulator: AddressRegisterSimulator, world: World, folder: Path, key: str = KEY) -> None:
        self.simulator, self.world, self.folder = simulator, world, folder
        self.connection = RegisterConnection(Connection(simulator.url, key, per_second=1_000, burst=1_000))
        self.now = datetime(2026, 8, 3, 12, tzinfo=UTC)
        self.job = FeedJob(ChangeFeed(self.connection), folder, every_seconds=600, now=lambda: self.now)

    async def round(self, days: int = 0) -> None:
        """A round in which every register is due after a day."""
        self.now = self.now.replace(day=self.now.day + days)
        await self.job.run(lease())

    @property
    def file(self) -> Path:
        found = current(self.folder)
        assert found is not None
        return found / FILE

    def check(self) -> None:
        """Replica and register hold the same."""
        assert followed(self.file) == held(self.world)
        assert [one for one in feed_standing(self.file).troubles if one.code != "drift"] == []
        assert feed_standing(self.file).waiting == 0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Followed]:
    world = busy_world(105)
    empty = Town(rows={}, postal_names={}, postcodes={})
    empty.rows.clear()
    empty.meta["nis"] = "all"
    for register in REGISTERS:
        empty.add("feed", register, 0, 0, None)
    empty.save(tmp_path / "register")
    options = AddressRegisterOptions(key_per_second=None)
    with AddressRegisterSimulator(options, run_as="thread", world=world) as simulator:
        found = Followed(simulator, world, tmp_path / "register")
        yield found
        await found.connection.close()


async def test_from_the_first_event_on(here: Followed) -> None:
    await here.round()
    here.check()
    found = position(here.file, "adressen")
    assert found is not None
    assert found.page == 2, "a hundred and some addresses"


async def test_pages_that_are_doubled_disordered_and_cut(here: Followed) -> None:
    for kind in ("duplicate", "reorder"):
        here.simulator.control.fault(kind, operation="feed.adressen", count=2)
    here.simulator.control.fault("incomplete", operation="feed.adressen", count=1, skip=1)
    await here.round()
    here.simulator.control.clear_faults()
    await here.round(days=1)
    here.check()


async def test_a_feed_that_fails_in_the_middle_is_read_on_later(here: Followed) -> None:
    here.simulator.control.fault("status", operation="feed.adressen", skip=1, status=503)
    with pytest.raises(Unavailable):
        await here.round()
    here.simulator.control.clear_faults()
    await here.round(days=1)
    here.check()


async def test_a_key_that_is_refused(here: Followed) -> None:
    stranger = Followed(here.simulator, here.world, here.folder, key="vreemd")
    with pytest.raises(Denied):
        await stranger.round()
    await stranger.connection.close()


async def test_one_event_that_nobody_understands_is_kept_and_passed(here: Followed) -> None:
    odd = {"id": "1", "type": "basisregisters.address.split.v1", "time": "2026-08-03T12:00:00+02:00", "data": {"a": 1}}
    here.simulator.control.put_events("adressen", [odd])
    await here.round()
    assert followed(here.file) == held(here.world)
    assert [(one.code, one.what) for one in feed_standing(here.file).troubles] == [
        ("unknown_type", "basisregisters.address.split.v1")
    ]


async def test_whatever_happens_in_the_register(here: Followed) -> None:
    """Renamed, corrected, retired, renumbered, split, removed and restored: nothing is different afterwards."""
    await here.round()
    world, act = here.world, here.simulator.control
    house, box = 59, 60
    act.rename_street(street=748, name="Nieuwe Teststraat")
    act.correct_box(address=box, box="5C")
    act.retire(address=10_001)
    act.renumber(address=house, house="44")
    act.readdress(addresses=[10_002, 10_003], street=748)
    await here.round(days=1)
    here.check()

    act.remove(address=10_004)
    act.add(street=5000, house="9001", postcode=9000)
    act.correct_postcode(address=10_005, postcode=9050)
    act.retire_street(street=71608)
    await here.round(days=1)
    here.check()
    assert rows(here.file, "SELECT id FROM removed WHERE kind = 'address' AND id = 10004") == [(10_004,)]
    assert rows(here.file, "SELECT street FROM street_key WHERE key = 'nieuweteststraat'") == [(748,)]
    assert rows(here.file, "SELECT postcode FROM street_postcode WHERE street = 5000") == [(9000,), (9050,)]

    act.restore(address=10_004)
    await here.round(days=1)
    here.check()
    assert rows(here.file, "SELECT id FROM removed WHERE kind = 'address' AND id = 10004") == []
    told = {(old, new) for old, new in rows(here.file, "SELECT old, new FROM replaced WHERE kind = 'address'")}
    assert told == {(old, new) for old, news in world.replaced["address"].items() for new in news}


async def test_a_merger_of_kept_municipalities(here: Followed) -> None:
    await here.round()
    here.simulator.control.merge(municipalities=[11001, 44021], nis=44099, name="Gent-Aartselaar")
    await here.round(days=1)
    here.check()
    assert rows(here.file, "SELECT new FROM replaced WHERE kind = 'municipality' ORDER BY old") == [(44099,), (44099,)]
    assert rows(here.file, "SELECT DISTINCT nis FROM place WHERE fold IN ('gent', 'aartselaar')") == [(44099,)]
    assert len(rows(here.file, "SELECT old FROM replaced WHERE kind = 'address'")) == len(
        here.world.replaced["address"]
    )


async def test_a_replica_of_one_municipality_goes_along_into_a_merger(here: Followed) -> None:
    """Only Aartselaar is kept; what it becomes is kept too, and the rest of Gent that comes with it."""
    with closing(sqlite3.connect(here.file)) as db, db:
        db.execute("UPDATE meta SET value = '11001' WHERE name = 'nis'")
    await here.round()
    assert {nis for (nis,) in rows(here.file, "SELECT nis FROM street")} == {11001}
    here.simulator.control.merge(municipalities=[11001, 44021], nis=44099, name="Gent-Aartselaar")
    await here.round(days=1)
    wanted = {one.id for one in here.world.streets.values() if one.nis in (11001, 44099)}
    assert {street for (street,) in rows(here.file, "SELECT id FROM street")} == wanted
    addresses = {one.id for one in here.world.addresses.values() if one.street in wanted}
    assert {address for (address,) in rows(here.file, "SELECT id FROM address")} == addresses
    assert [one.code for one in feed_standing(here.file).troubles if one.event is None] == ["municipality_merged"]


def held(world: World) -> dict[str, Any]:
    """The register's objects as rows of a replica."""
    return {
        "municipality": {(one.nis, one.name, _status(one.status)) for one in world.municipalities.values()},
        "postal_name": {
            (post.postcode, name, language) for post in world.postinfos.values() for name, language in post.names
        },
        "street": {(one.id, one.nis, one.name, one.homonym, _status(one.status)) for one in world.streets.values()},
        "address": {
            (
                one.id, one.street, one.house, one.box, one.postcode, _status(one.status), one.parent, one.version,
                METHODS.index(one.method), SPECIFICATIONS.index(one.specification), int(one.official), one.x, one.y,
            )
            for one in world.addresses.values()
        },
        "unit": {(one.id, one.building, one.function, _status(one.status)) for one in world.units.values()},
        "unit_address": {(address, one.id) for one in world.units.values() for address in one.addresses},
        "building": {(one.id, _status(one.status), one.method) for one in world.buildings.values()},
        "parcel": {(parcel_id(one.id), capakey(one.id), _status(one.status)) for one in world.parcels.values()},
        "parcel_address": {
            (address, parcel_id(one.id)) for one in world.parcels.values() for address in one.addresses
        },
    }  # fmt: skip


def followed(file: Path) -> dict[str, Any]:
    """The same of a replica."""
    columns = {
        "municipality": "nis, name, status", "postal_name": "*", "street": "id, nis, name, homonym, status",
        "address": "id, street, house, box, postcode, status, parent, version, method, specification, official, x, y",
        "unit": "id, building, function, status", "unit_address": "*", "building": "id, status, method",
        "parcel": "id, capakey, status", "parcel_address": "*",
    }  # fmt: skip
    return {table: set(rows(file, f"SELECT {names} FROM {table}")) for table, names in columns.items()}


def _status(code: str) -> int:
    return int(STATUSES[code.lower()])
