"""Real processes: what they do to themselves hurts nobody else."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from loketbus import logs
from loketbus.errors import Rejected
from loketbus.workers import WorkerDied, WorkerError, WorkerPool, WorkerStartError, WorkerTimeout
from tests.integration.loketbus.workers import tasks
from tests.integration.loketbus.workers.pids import gone
from tests.support.polling import wait_until

SOON = 0.3
"""A deadline that is meant to pass."""
LATE = 30.0


@pytest.fixture
async def pool() -> AsyncIterator[WorkerPool]:
    async with WorkerPool("test", max_workers=2) as made:
        yield made


async def test_returns_what_the_function_returns(pool: WorkerPool) -> None:
    assert await pool.run(tasks.add, 2, 3, timeout_seconds=LATE) == 5


async def test_large_arguments_and_results_pass_whole(pool: WorkerPool) -> None:
    data = os.urandom(5_000_000)
    assert await pool.run(tasks.echo, data, timeout_seconds=LATE) == data


async def test_an_error_of_ours_arrives_with_all_its_fields(pool: WorkerPool) -> None:
    with pytest.raises(Rejected) as caught:
        await pool.run(tasks.reject, timeout_seconds=LATE)
    assert (caught.value.code, caught.value.message, caught.value.detail, caught.value.audience) == (
        "bad_mime",
        "Deze mail is beschadigd.",
        "part 3",
        "ict",
    )
    assert "tasks.py" in caught.value.__notes__[0]
    assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


async def test_a_timeout_that_the_function_raised_is_not_a_deadline(pool: WorkerPool) -> None:
    with pytest.raises(TimeoutError, match="of the function itself"):
        await pool.run(tasks.raise_timeout, timeout_seconds=LATE)
    assert len(pool.pids) == 1


@pytest.mark.parametrize("function", [tasks.raise_unsendable, tasks.return_unsendable])
async def test_what_cannot_be_sent_is_named_by_its_type_alone(pool: WorkerPool, function: Callable[[], object]) -> None:
    with pytest.raises(Exception, match=r"^(LocalError|function)(\n|$)") as caught:
        await pool.run(function, timeout_seconds=LATE)
    assert type(caught.value).__name__ == "UnsendableError"
    assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


@pytest.mark.parametrize("function", [tasks.hang, tasks.hang_in_pickle, tasks.hang_with_the_interpreter_lock])
async def test_a_hang_is_killed_at_its_deadline_and_others_go_on(
    pool: WorkerPool, function: Callable[[], object]
) -> None:
    hanging = asyncio.create_task(pool.run(function, timeout_seconds=SOON))
    assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2
    with pytest.raises(WorkerTimeout, match=r"0\.3 s"):
        await hanging
    assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


@pytest.mark.parametrize(
    ("function", "reason", "code"),
    [
        (tasks.segfault, "signal", -signal.SIGSEGV),
        (tasks.kill_self, "signal", -signal.SIGKILL),
        (tasks.exit_now, "exit", 7),
        (tasks.leave_by_system_exit, "exit", 5),
        (tasks.die_while_replying, "exit", 9),
    ],
)
async def test_a_crash_is_a_typed_error_and_others_go_on(
    pool: WorkerPool, function: Callable[[], object], reason: str, code: int
) -> None:
    beside = asyncio.create_task(pool.run(tasks.echo, b"x" * 1000, timeout_seconds=LATE))
    with pytest.raises(WorkerDied) as caught:
        await pool.run(function, timeout_seconds=LATE)
    assert (caught.value.reason, caught.value.code) == (reason, code)
    assert await beside == b"x" * 1000
    assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


async def test_memory_beyond_the_limit_is_a_death_by_memory() -> None:
    async with WorkerPool("small", memory_limit_bytes=700_000_000) as pool:
        with pytest.raises(WorkerDied) as caught:
            await pool.run(tasks.eat_memory, timeout_seconds=LATE)
        assert caught.value.reason == "memory"
        assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


async def test_a_reply_beyond_the_limit_is_refused() -> None:
    async with WorkerPool("terse", max_reply_bytes=10_000) as pool:
        assert len(await pool.run(tasks.large, 9_000, timeout_seconds=LATE)) == 9_000
        with pytest.raises(WorkerDied, match="reply_too_large"):
            await pool.run(tasks.large, 11_000, timeout_seconds=LATE)
        assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


async def test_an_idle_process_that_was_killed_costs_no_call(pool: WorkerPool) -> None:
    first = await pool.run(tasks.pid, timeout_seconds=LATE)
    os.kill(first, signal.SIGKILL)
    assert await pool.run(tasks.pid, timeout_seconds=LATE) != first


async def test_a_cancelled_wait_kills_its_process(pool: WorkerPool) -> None:
    pid = await pool.run(tasks.pid, timeout_seconds=LATE)
    hanging = asyncio.create_task(pool.run(tasks.hang, timeout_seconds=LATE))
    await wait_until(lambda: pool.busy == 1)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    assert gone(pid)
    assert pool.pids == frozenset()


async def test_close_leaves_no_process_and_running_calls_are_nobodys_fault(pool: WorkerPool) -> None:
    hanging = asyncio.create_task(pool.run(tasks.hang, timeout_seconds=LATE))
    await pool.run(tasks.add, 1, 1, timeout_seconds=LATE)
    pids = pool.pids
    assert len(pids) == 2
    await pool.close()
    with pytest.raises(WorkerError) as caught:
        await hanging
    assert type(caught.value) is WorkerError
    assert all(gone(pid) for pid in pids)
    with pytest.raises(WorkerError):
        await pool.run(tasks.add, 1, 1, timeout_seconds=LATE)


async def test_close_while_a_process_starts_leaves_none() -> None:
    pool = WorkerPool("slow start", initializer=tasks.hang_at_start)
    starting = asyncio.create_task(pool.run(tasks.add, 1, 1, timeout_seconds=LATE))
    await wait_until(lambda: pool.pids)
    pids = pool.pids
    await pool.close()
    with pytest.raises(WorkerError, match="stopped"):
        await starting
    assert all(gone(pid) for pid in pids)


async def test_one_process_with_a_session_takes_calls_one_by_one_and_reopens_after_a_kill() -> None:
    async with WorkerPool("session", max_workers=1, initializer=tasks.open_session, initargs=(42,)) as pool:
        answers = await asyncio.gather(*(pool.run(tasks.use_session, timeout_seconds=LATE) for _ in range(3)))
        assert [(number, calls) for number, calls, _ in answers] == [(42, 1), (42, 2), (42, 3)]
        assert len({pid for _, _, pid in answers}) == 1
        with pytest.raises(WorkerTimeout):
            await pool.run(tasks.hang, timeout_seconds=SOON)
        number, calls, pid = await pool.run(tasks.use_session, timeout_seconds=LATE)
        assert (number, calls) == (42, 1)
        assert pid != answers[0][2]


async def test_a_process_is_replaced_after_its_number_of_calls() -> None:
    async with WorkerPool("short", max_calls_per_worker=2) as pool:
        pids = [await pool.run(tasks.pid, timeout_seconds=LATE) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


async def test_what_the_initializer_raises_run_raises() -> None:
    async with WorkerPool("refuses", initializer=tasks.refuse_to_start) as pool:
        with pytest.raises(Rejected, match="no_session"):
            await pool.run(tasks.add, 1, 1, timeout_seconds=LATE)
        assert pool.pids == frozenset()


async def test_a_process_that_does_not_start_is_not_the_items_fault() -> None:
    async with WorkerPool("dies", initializer=tasks.die_at_start) as pool:
        with pytest.raises(WorkerStartError, match="exit code 3"):
            await pool.run(tasks.add, 1, 1, timeout_seconds=LATE)
    async with WorkerPool("silent", initializer=tasks.hang_at_start, start_timeout_seconds=SOON) as pool:
        with pytest.raises(WorkerStartError, match="not ready"):
            await pool.run(tasks.add, 1, 1, timeout_seconds=LATE)
        assert pool.pids == frozenset()


async def test_prints_do_not_break_the_conversation(pool: WorkerPool) -> None:
    assert await pool.run(tasks.print_noise, timeout_seconds=LATE) == 0
    assert await pool.run(tasks.add, 1, 1, timeout_seconds=LATE) == 2


async def test_a_grandchild_dies_with_its_worker(pool: WorkerPool, tmp_path: Path) -> None:
    file = tmp_path / "pid"
    with pytest.raises(WorkerTimeout):
        await pool.run(tasks.start_grandchild_and_hang, str(file), timeout_seconds=1.0)
    assert gone(int(file.read_text()))


async def test_children_see_no_settings(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKETBUS_KAFKA_PASSWORD", "secret")
    assert await pool.run(tasks.settings_seen, timeout_seconds=LATE) == []


async def test_the_correlation_id_travels_along(pool: WorkerPool) -> None:
    with logs.bound(correlation_id="c-1"):
        assert await pool.run(tasks.log_line, timeout_seconds=LATE) == "c-1"
    assert await pool.run(tasks.log_line, timeout_seconds=LATE) is None
