"""The token bucket, on a clock that only moves when somebody sleeps."""

import asyncio
import heapq

import pytest

from loketbus.http import RateBudget


class World:
    """Virtual time: sleepers wake in order, and time jumps to each."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        event = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + seconds, len(self._sleepers), event))
        await event.wait()

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, event = heapq.heappop(self._sleepers)
                event.set()


@pytest.fixture
def world() -> World:
    return World()


def make(world: World, per_second: float, burst: int = 1) -> RateBudget:
    return RateBudget(per_second, burst=burst, clock=world.clock, sleep=world.sleep)


async def times(world: World, budget: RateBudget, count: int) -> list[float]:
    taken: list[float] = []

    async def take() -> None:
        await budget.take()
        taken.append(round(world.now, 6))

    await world.run(*[asyncio.create_task(take()) for _ in range(count)])
    return taken


async def test_a_burst_goes_at_once_and_the_rest_at_the_rate(world: World) -> None:
    assert await times(world, make(world, 2, burst=3), 6) == [0, 0, 0, 0.5, 1.0, 1.5]


async def test_a_quiet_time_saves_no_more_than_the_burst(world: World) -> None:
    budget = make(world, 10, burst=2)
    await times(world, budget, 2)
    world.now = 100.0
    assert await times(world, budget, 4) == [100.0, 100.0, 100.1, 100.2]


async def test_a_hold_lets_nobody_through_and_starts_again_slowly(world: World) -> None:
    budget = make(world, 1, burst=5)
    budget.hold(30)
    assert await times(world, budget, 3) == [31.0, 32.0, 33.0]


async def test_a_shorter_hold_does_not_shorten_a_longer_one(world: World) -> None:
    budget = make(world, 1)
    budget.hold(30)
    budget.hold(5)
    assert await times(world, budget, 1) == [31.0]


async def test_a_cancelled_wait_gives_its_place_back(world: World) -> None:
    budget = make(world, 1)
    await budget.take()
    waiting = asyncio.create_task(budget.take())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await times(world, budget, 1) == [1.0]


@pytest.mark.parametrize(("per_second", "burst"), [(0, 1), (-1, 1), (1, 0)])
def test_a_budget_of_nothing_is_a_defect(per_second: float, burst: int) -> None:
    with pytest.raises(ValueError, match="budget"):
        RateBudget(per_second, burst=burst)
