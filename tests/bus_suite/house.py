"""A service under test, running in this process on its own topics and ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from loketbus_contracts.topics import Topic
from sqlalchemy import Connection

from loketbus.clock import utc_now
from loketbus.consume.consumer import Consumer
from loketbus.consume.host import Limits
from loketbus.consume.subscription import AfterDeath
from loketbus.deadletters import Act
from loketbus.runtime import Runtime
from tests.bus_suite.faults import Faults, with_faults
from tests.bus_suite.letters import Letter, letter
from tests.bus_suite.subject import Subject
from tests.bus_suite.yard import Yard
from tests.support.polling import wait_until
from tests.support.reconcile import Account

R = TypeVar("R")

LIMITS = Limits(session_timeout_seconds=10, watch_seconds=0.1, restart_base_seconds=0.2, restart_cap_seconds=1.0)


class House:
    """`async with House(...)`: topics made and the service ready. `stop` and `start` are a restart."""

    def __init__(
        self,
        subject: Subject,
        kafka: str,
        prefix: str,
        var: Path,
        database: str | None,
        *,
        limits: Limits = LIMITS,
        missing: tuple[str, ...] = (),
    ) -> None:
        self.subject = subject
        self.yard = Yard(subject, kafka, prefix, var, database, missing=missing)
        self.faults = Faults()
        self.limits = limits
        self.ahead = timedelta()
        """How far this house's clock is ahead of the real one."""
        self.read_as: Topic[Any] | None = None
        self.runtime: Runtime[Any] | None = None
        self._keys = 0

    async def __aenter__(self) -> House:
        runtime = self._runtime()
        others = [one.topic for one in runtime.wiring.subscriptions if one.topic.name != self.subject.topic.name]
        await self.yard.open(*others)
        await self._start(runtime)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        await self.yard.close()

    # --- the service ----------------------------------------------------------------------------------------------

    @property
    def run(self) -> Runtime[Any]:
        """The running service."""
        assert self.runtime is not None
        return self.runtime

    @property
    def consumer(self) -> Consumer:
        """Its consumer."""
        assert self.run.consumer is not None
        return self.run.consumer

    @property
    def after_death(self) -> AfterDeath:
        """What the service declared for the topic."""
        [found] = [one for one in self.run.wiring.subscriptions if one.topic.name == self.subject.topic.name]
        return found.after_death

    @property
    def prepares(self) -> bool:
        """Whether the handler has a `prepare`."""
        return any(one.topic.name == self.subject.topic.name and one.prepare for one in self.run.wiring.subscriptions)

    async def start(self, *, expected: tuple[str, ...] = ()) -> None:
        """Start (again), on the same ledger; `expected` are the problems that it then has."""
        await self._start(self._runtime(), expected)

    async def stop(self) -> None:
        """Stop as at SIGTERM."""
        runtime, self.runtime = self.runtime, None
        if runtime is not None:
            await runtime.stop()

    async def _start(self, runtime: Runtime[Any], expected: tuple[str, ...] = ()) -> None:
        self.runtime = runtime
        await runtime.start()

        def up() -> bool:
            missing = runtime.health.awaited - runtime.health.started
            problems = sorted(problem.code for problem in runtime.health.problems.values())
            return problems == list(expected) and (not missing or bool(expected))

        try:
            await wait_until(up, what="the service is ready")
        except AssertionError:
            raise AssertionError(f"not ready: {runtime.health.ready()[1]}") from None

    def _runtime(self) -> Runtime[Any]:
        service = with_faults(self.yard.service, self.subject.topic, self.faults, read_as=self.read_as)
        return Runtime(service, self.yard.settings, limits=self.limits, clock=self.now)

    def now(self) -> datetime:
        """The time in this house."""
        return utc_now() + self.ahead

    def problem(self) -> str | None:
        """The code of what is wrong with the consumer now."""
        found = self.run.health.problems.get(self.consumer.host.part)
        return found.code if found else None

    async def healthy(self) -> None:
        """Wait until the consumer has nothing to complain about."""
        await wait_until(lambda: self.problem() is None, what="the consumer is healthy again")

    # --- events ---------------------------------------------------------------------------------------------------

    def key(self) -> str:
        """A key that nobody used before."""
        self._keys += 1
        return f"key-{self._keys}"

    def letters(self, key: str, count: int, first: int = 0) -> list[Letter]:
        """Valid events of one key."""
        return [letter(self.subject, key, number) for number in range(first, first + count)]

    async def settled(self) -> Account:
        """See `Yard.settled`."""
        return await self.yard.settled(self.now)

    async def by_hand(self, do: Callable[[Connection, Act], R], reason: str | None = "test") -> R:
        """What an operator does, in a transaction of its own."""
        act = Act("operator", self.now(), reason)
        answer = await self.run.ledger.write(lambda connection: do(connection, act))
        for name in self.run.gates:
            self.run.wake_lane(name)
        return answer
