"""What is wrong, in words: what blocks, what is fatal, since when."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from loketbus.health import Health
from loketbus.runtime import run_until
from tests.unit.lanes.conftest import Time


def test_no_problem_is_health(time: Time) -> None:
    assert Health(time).ready() == (True, {})


def test_a_part_that_is_awaited_has_to_come_up(time: Time) -> None:
    health = Health(time)
    health.expect("relay")
    assert health.ready() == (False, {"relay": "Nog niet gestart."})
    health.ok("relay")
    assert health.ready() == (True, {})


def test_a_problem_blocks_says_why_and_goes(time: Time) -> None:
    health = Health(time)
    health.problem("relay", "away", "Kafka is weg.")
    assert health.ready() == (False, {"relay": "Kafka is weg. (sinds 09:00:00 UTC)"})
    assert health.alive
    health.ok("relay")
    assert health.ready() == (True, {})


def test_what_blocks_nothing_is_said_all_the_same(time: Time) -> None:
    health = Health(time)
    health.problem("lane", "away", "Weg.", blocks=False)
    ready, reasons = health.ready()
    assert ready
    assert list(reasons) == ["lane"]


def test_the_same_problem_keeps_its_beginning_and_another_does_not(time: Time) -> None:
    health = Health(time)
    health.problem("relay", "away", "Weg.")
    began = time()
    time.turn(60)
    health.problem("relay", "away", "Nog altijd weg.")
    assert (health.problems["relay"].since, health.problems["relay"].reason) == (began, "Nog altijd weg.")
    health.problem("relay", "refused", "Geweigerd.")
    assert health.problems["relay"].since == time()


def test_a_part_with_something_to_say_has_come_up(time: Time) -> None:
    health = Health(time)
    health.expect("relay")
    health.problem("relay", "topic_refused", "Eén kanaal weigert.", blocks=False)
    ready, reasons = health.ready()
    assert ready
    assert list(reasons) == ["relay"]


async def test_a_fatal_problem_ends_the_process(time: Time) -> None:
    health = Health(time)
    runtime = cast("Any", SimpleNamespace(health=health))
    ended = asyncio.create_task(run_until(runtime, asyncio.Event()))
    health.problem("lane", "away", "Weg.")
    await asyncio.sleep(0)
    assert not ended.done()
    health.problem("relay", "part_ended", "Gestopt.", fatal=True)
    await asyncio.wait_for(ended, 10)
