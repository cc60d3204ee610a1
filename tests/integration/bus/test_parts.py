"""A part of a service that ends while nobody stops it: only a restart of the process can help."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from loketbus.runtime import Runtime
from loketbus.settings import BusSettings
from tests.support import example
from tests.support.polling import wait_until


@pytest.mark.parametrize("part", ["relay", "meter", "consumer"])
async def test_a_cancelled_part_is_fatal(tmp_path: Path, part: str) -> None:
    runtime = Runtime(example.example_service(), BusSettings(var=tmp_path, kafka="127.0.0.1:9"))
    async with runtime:
        assert runtime.health.alive
        [task] = [one for one in asyncio.all_tasks() if one.get_name() == part]
        task.cancel()
        await wait_until(lambda: not runtime.health.alive, what=f"the end of {part} is noticed")
        assert runtime.health.problems[part].code == "part_ended"


async def test_an_orderly_stop_is_no_problem(tmp_path: Path) -> None:
    async with Runtime(example.example_service(), BusSettings(var=tmp_path, kafka="127.0.0.1:9")) as runtime:
        pass
    assert runtime.health.alive
