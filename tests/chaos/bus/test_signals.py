"""SIGTERM, SIGKILL, SIGSTOP of a real process in the middle of a handler."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from tests.bus_suite.letters import Letter, letter
from tests.bus_suite.yard import Yard
from tests.support import example
from tests.support.polling import wait_until
from tests.support.processes import example_process

pytestmark = [pytest.mark.kafka, pytest.mark.chaos, pytest.mark.timeout(300)]


def letters(yard: Yard, first: int, last: int, keys: int = 4) -> list[Letter]:
    """Valid events over some keys, numbered from `first` up to `last`."""
    return [letter(yard.subject, f"key-{number % keys}", number) for number in range(first, last)]


def waiting(yard: Yard, number: int, where: str) -> Letter:
    """An event whose handler waits: see `tests.support.example_process`."""
    value = example.Told(number=number, text=where).model_dump_json().encode()
    return letter(yard.subject, f"key-{number % 4}", number).value(value)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
async def test_ended_in_a_handler(yard: Yard, tmp_path: Path, how: signal.Signals) -> None:
    async with example_process(tmp_path / "process", yard.settings) as process:
        await process.start()
        await yard.send(*letters(yard, 0, 10), waiting(yard, 10, "prepare:looking-up"))
        await process.reached("looking-up")
        await yard.send(*letters(yard, 11, 20))
        process.signal(how)
        assert await process.ended() == (0 if how is signal.SIGTERM else -how)
        process.go("looking-up")
        await yard.send(waiting(yard, 20, "apply:writing"), *letters(yard, 21, 40))
        process.launch()
        await process.reached("writing")
        process.signal(how)
        if how is signal.SIGTERM:
            process.go("writing")  # a transaction that has begun is finished
        assert await process.ended() == (0 if how is signal.SIGTERM else -how)
        process.go("writing")
        await process.start()
        await yard.applied(yard.sent)
        await yard.settled()


async def test_a_zombie_that_wakes_up_cannot_write(shared_yard: Yard, tmp_path: Path) -> None:
    """Frozen in a handler for longer than its session while another took over: its transaction fails its epoch."""
    yard = shared_yard
    async with (
        example_process(tmp_path / "first", yard.settings) as first,
        example_process(tmp_path / "second", yard.settings) as second,
    ):
        await first.start()
        # Blocked with its event loop: when it wakes up it writes before it can hear that it is out of the group.
        [held] = await yard.send(waiting(yard, 0, "block:here"))
        await first.reached("here")
        first.signal(signal.SIGSTOP)
        second.go("here")
        await second.start()
        await yard.applied([held])
        await yard.applied(await yard.send(*letters(yard, 1, 20)))
        first.go("here")
        first.signal(signal.SIGCONT)
        await wait_until(lambda: "epoch_refused" in first.log, 60, what="the zombie's transaction fails its epoch")
        # It is a member again, and both work on.
        await yard.applied(await yard.send(*letters(yard, 20, 60)))
        await yard.settled()


async def test_frozen_inside_a_transaction_holds_up_nobody_for_long(shared_yard: Yard, tmp_path: Path) -> None:
    """It holds the lock on the cursors that its successor waits for; PostgreSQL ends that transaction."""
    yard = shared_yard
    async with (
        example_process(tmp_path / "first", yard.settings) as first,
        example_process(tmp_path / "second", yard.settings) as second,
    ):
        await first.start()
        [held] = await yard.send(waiting(yard, 0, "apply:here"))
        await first.reached("here")
        first.signal(signal.SIGSTOP)
        second.go("here")
        second.launch()
        await yard.applied([held])
        first.go("here")
        first.signal(signal.SIGCONT)
        await yard.applied(await yard.send(*letters(yard, 1, 40)))
        await yard.settled()


async def test_two_members_share_and_hand_over(shared_yard: Yard, tmp_path: Path) -> None:
    yard = shared_yard
    async with (
        example_process(tmp_path / "first", yard.settings) as first,
        example_process(tmp_path / "second", yard.settings) as second,
    ):
        await first.start()
        await yard.send(*letters(yard, 0, 200, keys=40))
        joining = asyncio.create_task(second.start())
        for start in range(200, 600, 100):
            await yard.send(*letters(yard, start, start + 100, keys=40))
        await joining
        await yard.send(*letters(yard, 600, 700, keys=40))
        first.signal(signal.SIGTERM)
        await yard.send(*letters(yard, 700, 800, keys=40))
        assert await first.ended() == 0
        await yard.applied(await yard.send(*letters(yard, 800, 820, keys=40)))
        await yard.settled()
