"""A hand-made world of one street in Mechelen, the API over it, and clients of it; a clock that a test turns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, make_url

from loketbus.http.transport import RetryOptions
from loketbus.ledger import Ledger, migrate, open_ledger
from loketbus.ledger import tables as bus
from services.address.remote.client import RegisterClient
from services.address.remote.connection import Connection, RegisterConnection
from services.address.remote.dialect import Version
from simulators.address.api import KEY, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.model import Address, Building, BuildingUnit, Municipality, Parcel, PostInfo, StreetName
from simulators.address.world import World

WRITTEN = "2023-11-02T07:37:34+01:00"
MOENSSTRAAT, LONG_STREET = 10770, 10771
HOUSE, BOX, RETIRED, AGAIN, REJECTED, PROPOSED, GONE, NEVER = 3201926, 3201927, 11, 12, 13, 14, 15, 16
UNIT, COMMON, BUILDING, LONELY = 501, 502, 601, 17
ON_THE_PARCEL, UNDER_THE_BUILDING = "12403C0384-02H003", "12403C0385-00_000"
LONG = 1_201
"""Addresses in the long street: three pages."""


@dataclass
class Time:
    """Stands still until it is turned."""

    moment: datetime = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def turn(self, **by: float) -> None:
        """As `timedelta` takes it."""
        self.moment += timedelta(**by)


def an_address(number: int, house: str, box: str | None = None, street: int = MOENSSTRAAT, **more: object) -> Address:
    """In use, in 2800."""
    return Address(number, street, house, box, 2800, WRITTEN, 157_000.0, 190_000.0, **more)  # type: ignore[arg-type]


def make_world() -> World:
    """Moensstraat 19 with boxes in one building; a long street; what was retired, rejected and removed."""
    known = [
        an_address(HOUSE, "19"),
        an_address(BOX, "19", "0101", parent=HOUSE),
        an_address(RETIRED, "19", "A", parent=HOUSE, status="gehistoreerd"),
        an_address(AGAIN, "19", "a", parent=HOUSE),
        an_address(REJECTED, "21", status="afgekeurd"),
        an_address(PROPOSED, "23", status="voorgesteld"),
        an_address(LONELY, "25"),
        *(an_address(100_000 + one, str(one), street=LONG_STREET) for one in range(1, LONG + 1)),
    ]
    units = [
        BuildingUnit(UNIT, BUILDING, (BOX,), WRITTEN, 157_000.0, 190_000.0),
        BuildingUnit(COMMON, BUILDING, (HOUSE,), WRITTEN, 157_000.0, 190_000.0, function="gemeenschappelijkDeel"),
    ]
    parcels = [Parcel(ON_THE_PARCEL, (HOUSE,), WRITTEN, 12025), Parcel(UNDER_THE_BUILDING, (), WRITTEN, 12025)]
    streets = [
        StreetName(MOENSSTRAAT, 12025, {"nl": "Moensstraat"}, WRITTEN),
        StreetName(LONG_STREET, 12025, {"nl": "Liersesteenweg"}, WRITTEN, homonym="MU"),
    ]
    return World(
        municipalities={12025: Municipality(12025, {"nl": "Mechelen", "fr": "Malines"}, WRITTEN)},
        postinfos={
            2800: PostInfo(2800, (("Mechelen", "nl"), ("Walem", "nl")), 12025, WRITTEN),
            612: PostInfo(612, (("Sinterklaas", "nl"),), None, WRITTEN),
        },
        streets={one.id: one for one in streets},
        addresses={one.id: one for one in known},
        units={one.id: one for one in units},
        buildings={BUILDING: Building(BUILDING, (UNDER_THE_BUILDING,), WRITTEN, 157_000.0, 190_000.0)},
        parcels={one.id: one for one in parcels},
        removed={"address": {GONE: an_address(GONE, "27")}},
    )


class Outside:
    """The API for one test: what an earlier one did to it, or asked, is gone."""

    def __init__(self, running: AddressRegisterSimulator) -> None:
        self._running = running
        running.control.clear_faults()
        self._before = len(running.control.requests())

    @property
    def url(self) -> str:
        """Where it is."""
        return self._running.url

    def fault(self, kind: str, **how: Any) -> None:
        """See `AddressRegisterControl.fault`."""
        self._running.control.fault(kind, **how)

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """What this test asked; see `AddressRegisterControl.requests`."""
        asked = self._running.control.requests()[self._before :]
        return [one for one in asked if operation in (None, one["operation"])]

    @contextmanager
    def down(self) -> Iterator[None]:
        """The port is closed meanwhile."""
        with self._running.down():
            yield
        self._before = 0


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[AddressRegisterSimulator, World]]:
    """The API and what it serves, without a throttle that a test did not ask for."""
    options, world = AddressRegisterOptions(key_per_second=None, anonymous_per_second=None), make_world()
    with AddressRegisterSimulator(options, run_as="thread", world=world) as running:
        yield running, world


@pytest.fixture
def world(served: tuple[AddressRegisterSimulator, World]) -> World:
    """As it was at first; what a test changes is served at once (after `forget`, where it adds)."""
    mine, fresh = served[1], make_world()
    for field in fields(World):
        setattr(mine, field.name, getattr(fresh, field.name))
    return mine


@pytest.fixture
def outside(served: tuple[AddressRegisterSimulator, World], world: World) -> Outside:
    return Outside(served[0])


@pytest.fixture
def place(outside: Outside) -> Connection:
    """Where it is, with its key."""
    no_pause = RetryOptions(pause_seconds=0.01)
    return Connection(outside.url, KEY, per_second=1_000.0, burst=100, total_seconds=5.0, retry=no_pause)


@pytest.fixture
async def connection(place: Connection) -> AsyncIterator[RegisterConnection]:
    made = RegisterConnection(place)
    yield made
    await made.close()


@pytest.fixture
def register(connection: RegisterConnection, time: Time) -> RegisterClient:
    """In v2."""
    return RegisterClient(connection, "v2", clock=time)


@pytest.fixture(params=["v2", "v3"])
def version(request: pytest.FixtureRequest) -> Version:
    found: Version = request.param
    return found


@pytest.fixture
def either(connection: RegisterConnection, version: Version, time: Time) -> RegisterClient:
    """In both versions."""
    return RegisterClient(connection, version, clock=time)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """With the tables of the bus."""
    opened = open_ledger(make_url(f"sqlite:///{tmp_path_factory.mktemp('book') / 'ledger.db'}"), "address")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def ledger(book: Ledger) -> Ledger:
    """In which no lane is closed."""
    book.write_sync(lambda connection: connection.execute(delete(bus.lane)))
    return book
