"""The second source as the service uses it: remembered in the ledger, asked again after an outage, one lane."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from loketbus.clock import Clock
from loketbus.errors import Denied, Unavailable
from loketbus.lanes.gate import Gate
from loketbus.leases import Lease
from loketbus.ledger import Ledger
from loketbus.outcomes import LaneState
from loketbus.service import Wiring
from services.kbo.domain.second_opinion import SecondOpinion, good_until
from services.kbo.remote.vkbo import FeatureClient, VkboClient, VkboConnection, ask
from services.kbo.settings import KboSettings
from services.kbo.store import opinions
from services.kbo.store.opinions import Kept

LANE = "vkbo"
JOB = "VKBO opnieuw vragen"
JOB_SECONDS = 30.0
AT_ONCE = 200
"""Numbers asked again in one run of the job."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
"""Between two questions about one number that got no answer."""

InRegister = Callable[[str], Awaitable[bool]]
Trouble = Unavailable | Denied


class SecondSource(Protocol):
    """Somebody to ask about a number that the replica lacks."""

    async def opinion(self, number: str) -> SecondOpinion:
        """About ten digits. Never raises for an outage: that is the outcome `unknown`, and is asked again later."""


@dataclass(frozen=True, slots=True)
class _Answer:
    opinion: SecondOpinion
    trouble: Trouble | None = None


class CachedSecondSource:
    """A `SecondSource` that remembers.

    Args:
        ledger: of the service.
        client: of VKBO; closed by `close`.
        keep: how long `active` counts; see `good_until` for the others.
        clock: aware UTC.
        in_register: has the replica the number by now? Then its opinion is forgotten instead of asked again.
    """

    def __init__(
        self,
        ledger: Ledger,
        client: FeatureClient,
        keep: timedelta,
        clock: Clock,
        in_register: InRegister | None = None,
    ) -> None:
        self._ledger = ledger
        self._client = client
        self._keep = keep
        self._clock = clock
        self._in_register = in_register
        self._gate = Gate(LANE, ledger, clock=clock)
        self._asking: dict[str, asyncio.Task[_Answer]] = {}

    async def opinion(self, number: str) -> SecondOpinion:
        """See `SecondSource`. Questions at the same time about one number are one question."""
        return (await self._together(number, self._look_up)).opinion

    async def ask_again(self, lease: Lease) -> None:
        """The job: ask about who got no answer and whose turn it is.

        While the lane is not up, the first who waits is the probe.

        Raises:
            Unavailable, Denied: there is still no answer.
        """
        now = self._clock()
        await self._ledger.write(partial(opinions.forget_old, now=now))
        for number in await self._waiting(now):
            lease.check()
            if (await self._gate.refresh()).paused_by is not None:
                return
            if await self._registered(number):
                await self._ledger.write(partial(opinions.forget, number=number))
                continue
            answer = await self._together(number, self._ask)
            if answer.trouble is not None:
                raise answer.trouble

    async def close(self) -> None:
        """End what is being asked, and close the connections."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
        await self._client.close()

    async def _together(self, number: str, ask: Callable[[str], Coroutine[Any, Any, _Answer]]) -> _Answer:
        task = self._asking.get(number)
        if task is None:
            task = self._asking[number] = asyncio.create_task(ask(number))
            task.add_done_callback(partial(self._asked, number))
        # Shielded: who stops waiting does not take the answer from the others.
        return await asyncio.shield(task)

    def _asked(self, number: str, task: asyncio.Task[_Answer]) -> None:
        del self._asking[number]
        if not task.cancelled():
            task.exception()  # looked at: everybody who waited may have gone

    async def _waiting(self, now: datetime) -> list[str]:
        due = await self._ledger.read(partial(opinions.waiting, due=now, limit=AT_ONCE))
        if due or (await self._gate.refresh()).open:
            return due
        return await self._ledger.read(partial(opinions.waiting, due=None, limit=1))

    async def _registered(self, number: str) -> bool:
        """Without a replica nothing is; that is no trouble of this lane."""
        with contextlib.suppress(Unavailable):
            return self._in_register is not None and await self._in_register(number)
        return False

    async def _look_up(self, number: str) -> _Answer:
        kept = await self._kept(number)
        now = self._clock()
        if kept is not None and kept.counts(now):
            return _Answer(kept.opinion)
        status = await self._gate.refresh()
        if status.paused_by is None and not status.backs_off(now):
            return await self._ask(number)
        if kept is not None and kept.opinion.outcome == "unknown":
            return _Answer(kept.opinion)
        unknown = SecondOpinion(number, "unknown", now)
        await self._remember(unknown, now)
        return _Answer(unknown)

    async def _ask(self, number: str) -> _Answer:
        try:
            opinion = await ask(self._client, number, self._clock)
        except (Unavailable, Denied) as trouble:
            return await self._failed(number, trouble)
        await self._remember(opinion, good_until(opinion, self._keep))
        await self._gate.succeeded()
        return _Answer(opinion)

    async def _failed(self, number: str, trouble: Trouble) -> _Answer:
        now, kept = self._clock(), await self._kept(number)
        since = kept.opinion.asked_at if kept is not None and kept.opinion.outcome == "unknown" else now
        unknown = SecondOpinion(number, "unknown", since)
        # As long again as it has been unknown, so that one number that never gets an answer is asked ever less.
        await self._remember(unknown, now + min(max(now - since, FIRST_PAUSE), LONGEST_PAUSE))
        state = LaneState.DENIED if isinstance(trouble, Denied) else LaneState.OUTAGE
        retry_after = (trouble.retry_after_seconds if isinstance(trouble, Unavailable) else None) or 0
        await self._gate.failed(state, trouble.code, trouble.message, retry_after)
        return _Answer(unknown, trouble)

    async def _kept(self, number: str) -> Kept | None:
        return await self._ledger.read(partial(opinions.get, number=number))

    async def _remember(self, opinion: SecondOpinion, ask_again_at: datetime | None) -> None:
        now = self._clock()
        await self._ledger.write(lambda connection: opinions.keep(connection, opinion, ask_again_at, now))


def open_second_source(bus: Wiring[KboSettings], in_register: InRegister | None = None) -> CachedSecondSource | None:
    """VKBO as the settings say, with its job; None when it is not asked at all."""
    settings = bus.settings
    if not settings.kbo_vkbo_url:
        return None
    client = VkboClient(VkboConnection(settings.kbo_vkbo_url))
    keep = timedelta(days=settings.kbo_vkbo_keep_days)
    source = CachedSecondSource(bus.ledger, client, keep, bus.now, in_register)
    bus.every(JOB_SECONDS, JOB, source.ask_again, lane=LANE)
    bus.on_close(source.close)
    return source
