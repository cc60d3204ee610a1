"""Workers do not outlive the service, however it ends."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.integration.loketbus.workers.pids import gone

SERVICE = """
import asyncio
from loketbus.workers import WorkerPool
from tests.integration.loketbus.workers import tasks

async def main():
    pool = WorkerPool("orphans", max_workers=3)
    await asyncio.gather(*(pool.run(tasks.pid, timeout_seconds=60) for _ in range(3)))
    hangs = tasks.hang, tasks.hang_with_the_interpreter_lock
    busy = [asyncio.create_task(pool.run(hang, timeout_seconds=600)) for hang in hangs]
    while pool.busy < len(hangs):
        await asyncio.sleep(0)
    print(*pool.pids, flush=True)
    {ending}

asyncio.run(main())
"""


@pytest.fixture(params=["asyncio", "uvloop"])
def loop(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(ending: str, loop: str) -> Iterator[subprocess.Popen[str]]:
    code = SERVICE.replace("{ending}", ending)
    if loop == "uvloop":
        code = code.replace("asyncio.run(main())", "import uvloop; uvloop.run(main())")
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 3
    return pids


def test_sigkill_of_the_service_takes_idle_and_hanging_workers_along(loop: str) -> None:
    for process in run("await asyncio.gather(*busy)", loop):
        pids = workers_of(process)
        os.kill(process.pid, signal.SIGKILL)
        assert [gone(pid) for pid in pids] == [True] * 3


def test_a_service_that_forgets_to_close_leaves_none(loop: str) -> None:
    for process in run("import os; os._exit(0)", loop):
        pids = workers_of(process)
        assert [gone(pid) for pid in pids] == [True] * 3


def test_a_closed_pool_leaves_none_and_says_nothing(loop: str) -> None:
    ending = "await pool.close(); print('closed', *await asyncio.gather(*busy, return_exceptions=True), flush=True)"
    for process in run(ending, loop):
        pids = workers_of(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("closed worker of pool 'orphans' was stopped")
        assert process.wait() == 0
        assert [gone(pid) for pid in pids] == [True] * 3
