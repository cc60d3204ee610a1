"""The register itself, asked about one address at a time: to confirm it, and to see its building and parcels.

It is optional, and never in the way: without an address for it, during an outage, with a refused key, when an operator
paused it, or when too many wait already, the replica's answer stands and a Dutch line says why.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog

from loketbus.clock import Clock
from loketbus.errors import Denied, Outcome, Unavailable
from loketbus.lanes.gate import Gate
from loketbus.leases import Lease
from loketbus.outcomes import LaneState
from loketbus.service import Wiring
from services.address.remote.client import RegisterClient
from services.address.remote.confirming import (
    BUSY,
    PAUSED,
    Confirmation,
    in_its_place,
    judged,
    no_answer,
    not_asked,
    retired,
)
from services.address.remote.connection import RegisterConnection, connection_of
from services.address.remote.in_flight import InFlight
from services.address.remote.register import AddressRegister, RemoteAddress
from services.address.remote.surroundings import LiveBuilding, look_around
from services.address.settings import AddressSettings

__all__ = ["LANE", "Confirmation", "Live", "LiveBuilding", "open_connection", "open_live"]

log = structlog.get_logger(__name__)

LANE = "address_api"
JOB = "address_api_probe"
JOB_SECONDS = 30.0
CONFIRM_SECONDS, BUILDING_SECONDS = 10.0, 25.0
"""For who waits, with the queue for the budget."""
WAITING_MAX = 20
"""Questions at the same time; the budget would not answer more of them in `CONFIRM_SECONDS`."""
OF_THE_LANE = "remote_"
"""How `loketbus.http` begins its codes: the register is away. Ours (`register_...`) are about one answer."""

T = TypeVar("T")


class Live:
    """Asks the register. Never raises for an outage.

    Args:
        register: to ask; None: `not_asked`.
        clock: aware UTC.
        gate: state of the lane `address_api`, kept in the ledger; None: every question is tried.
    """

    def __init__(self, register: AddressRegister | None, clock: Clock, gate: Gate | None = None) -> None:
        self._register = register
        self._clock = clock
        self._gate = gate
        self._waiting = 0
        self._confirming = InFlight[tuple[int, bool], Confirmation]()
        self._looking = InFlight[int, LiveBuilding]()

    async def confirm(self, address: int, *, fresh: bool = False) -> Confirmation:
        """What the register says about an address.

        Args:
            address: object id.
            fresh: hold its last answer against the register, also when it still counts.
        """
        if self._register is None:
            return not_asked()
        return await self._confirming.ask((address, fresh), partial(self._confirm, self._register, address, fresh))

    async def building(self, address: int) -> LiveBuilding:
        """Its units, buildings and parcels; where the register is not heard, only why."""
        if self._register is None:
            return LiveBuilding(not_asked())
        return await self._looking.ask(address, partial(self._look_around, self._register, address))

    async def look_again(self, lease: Lease) -> None:
        """The job: while the lane is closed, find out whether the register answers again.

        Raises:
            Unavailable, Denied: it does not.
        """
        lease.check()
        if self._register is None or self._gate is None or (await self._gate.refresh()).open:
            return
        await self._register.ping()

    async def _confirm(self, register: AddressRegister, address: int, fresh: bool) -> Confirmation:
        try:
            return await self._through(partial(_confirm, register, address, fresh), CONFIRM_SECONDS)
        except Outcome as trouble:
            return _unheard(trouble)

    async def _look_around(self, register: AddressRegister, address: int) -> LiveBuilding:
        try:
            return await self._through(partial(look_around, register, address), BUILDING_SECONDS)
        except Outcome as trouble:
            return LiveBuilding(_unheard(trouble))

    async def _through(self, ask: Callable[[], Awaitable[T]], seconds: float) -> T:
        await self._check_lane()
        if self._waiting >= WAITING_MAX:
            raise Unavailable(BUSY, "Er wachten te veel vragen aan het Adressenregister.")
        self._waiting += 1
        try:
            async with asyncio.timeout(seconds):
                answer = await ask()
        except TimeoutError:  # of our own queue: what the register takes is limited, and told, by the connection
            raise Unavailable(BUSY, "Er wachten te veel vragen aan het Adressenregister.") from None
        except (Unavailable, Denied) as trouble:
            await self._failed(trouble)
            raise
        finally:
            self._waiting -= 1
        if self._gate is not None:
            await self._gate.succeeded()
        return answer

    async def _check_lane(self) -> None:
        """Raises what the lane is closed for."""
        if self._gate is None:
            return
        status = await self._gate.refresh()
        if status.paused_by is not None:
            raise Unavailable(PAUSED, "De verbinding met het Adressenregister is gepauzeerd.")
        if status.backs_off(self._clock()):
            kind = Denied if status.state is LaneState.DENIED else Unavailable
            raise kind(status.code or "register_closed", status.reason or "De verbinding is onderbroken.")

    async def _failed(self, trouble: Unavailable | Denied) -> None:
        if self._gate is None:
            return
        if isinstance(trouble, Denied):
            await self._gate.failed(LaneState.DENIED, trouble.code, trouble.message)
        elif trouble.code.startswith(OF_THE_LANE):
            retry_after = trouble.retry_after_seconds or 0
            await self._gate.failed(LaneState.OUTAGE, trouble.code, trouble.message, retry_after)


async def _confirm(register: AddressRegister, address: int, fresh: bool) -> Confirmation:
    detail = await register.address(address, fresh=fresh)
    old = retired(detail)
    return judged(detail, () if old is None else await _successors(register, old))


async def _successors(register: AddressRegister, old: RemoteAddress) -> tuple[int, ...]:
    """A hint is not worth losing the answer for."""
    try:
        listed = await register.addresses_at(old.address.street, old.address.house)
    except Outcome as trouble:
        log.info("address_register_no_hint", code=trouble.code, detail=trouble.detail)
        return ()
    return in_its_place(old, listed)


def _unheard(trouble: Outcome) -> Confirmation:
    log.info("address_register_unheard", code=trouble.code, detail=trouble.detail)
    return no_answer(trouble)


def open_connection(bus: Wiring[AddressSettings]) -> RegisterConnection | None:
    """The connection that live questions and the change feed share, with its one budget."""
    connection = connection_of(bus.settings)
    if connection is not None:
        bus.on_close(connection.close)
    return connection


def open_live(bus: Wiring[AddressSettings], connection: RegisterConnection | None) -> Live:
    """The live register with its lane, and the job that finds out when it is back."""
    if connection is None:
        return Live(None, bus.now)
    keep = timedelta(seconds=bus.settings.address_api_keep_seconds)
    register = RegisterClient(connection, bus.settings.address_api_version, keep=keep, clock=bus.now)
    live = Live(register, bus.now, Gate(LANE, bus.ledger, clock=bus.now))
    bus.every(JOB_SECONDS, JOB, live.look_again, lane=LANE)
    return live
