"""One writer: shared commits, isolation of a failing request, trouble against defect."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event, insert, select, text
from sqlalchemy.exc import IntegrityError

from loketbus.ledger import Ledger, LedgerUnavailable
from tests.integration.ledger.conftest import note
from tests.support.polling import wait_until


def write(number: int, fail: BaseException | None = None) -> Callable[[Connection], int]:
    """Insert a note, then fail if asked."""

    def work(connection: Connection) -> int:
        connection.execute(insert(note).values(id=number, text=f"note {number}"))
        if fail is not None:
            raise fail
        return number

    return work


def numbers(ledger: Ledger) -> list[int]:
    """What is committed."""
    return ledger.read_sync(
        lambda connection: list(connection.execute(select(note.c.id).order_by(note.c.id)).scalars())
    )


class Hold:
    """Keeps the writer busy, so that what is asked meanwhile shares one commit."""

    def __init__(self, ledger: Ledger) -> None:
        self._busy = threading.Event()
        self._go_on = threading.Event()
        self._done = asyncio.ensure_future(ledger.write(self._wait))

    def _wait(self, _: Connection) -> None:
        self._busy.set()
        self._go_on.wait(30)

    async def __aenter__(self) -> None:
        await wait_until(self._busy.is_set, what="the writer is busy")

    async def __aexit__(self, *_: object) -> None:
        self._go_on.set()
        await self._done


async def together(ledger: Ledger, *works: Callable[[Connection], int]) -> list[int | BaseException]:
    """Outcomes of requests that share one commit."""
    async with Hold(ledger):
        asked = [asyncio.ensure_future(ledger.write(work)) for work in works]
        await asyncio.sleep(0)  # let each reach the queue
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_a_hundred_writers_share_one_commit(ledger: Ledger) -> None:
    commits: list[object] = []
    event.listen(ledger.engine, "commit", commits.append)
    answers = await together(ledger, *(write(number) for number in range(100)))
    assert answers == list(range(100)) == numbers(ledger)
    assert len(commits) == 2, "one for the request that held them up, one for the hundred"


async def test_a_failing_request_takes_no_other_with_it(ledger: Ledger) -> None:
    answers = await together(ledger, write(1), write(2, ValueError("mine")), write(3))
    assert [answers[0], answers[2]] == [1, 3]
    assert isinstance(answers[1], ValueError)
    assert numbers(ledger) == [1, 3]


async def test_a_failing_statement_takes_no_other_with_it(ledger: Ledger) -> None:
    answers = await together(ledger, write(1), write(1), write(2))
    assert [answers[0], answers[2]] == [1, 2]
    assert isinstance(answers[1], IntegrityError), "a defect of the request, not trouble of the ledger"
    assert numbers(ledger) == [1, 2]


async def test_a_shared_commit_that_fails_is_done_again_one_by_one(ledger: Ledger) -> None:
    commits: list[int] = []

    def fail_the_second(_: Connection) -> None:
        commits.append(len(commits) + 1)
        if commits[-1] == 2:
            raise RuntimeError("no commit")

    event.listen(ledger.engine, "commit", fail_the_second)
    assert await together(ledger, *(write(number) for number in range(5))) == list(range(5))
    assert numbers(ledger) == list(range(5))
    assert len(commits) == 2 + 5


async def test_trouble_of_one_is_not_the_others(ledger: Ledger) -> None:
    answers = await together(ledger, write(1), _break(ledger), write(3))
    assert [answers[0], answers[2]] == [1, 3]
    assert isinstance(answers[1], LedgerUnavailable)
    assert numbers(ledger) == [1, 3]


async def test_after_trouble_the_ledger_works_again(ledger: Ledger) -> None:
    with pytest.raises(LedgerUnavailable):
        await ledger.write(_break(ledger))
    assert await ledger.write(write(1)) == 1


def _break(ledger: Ledger) -> Callable[[Connection], int]:
    """The connection is lost, or the disk is full."""

    def lose(connection: Connection) -> int:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return 0

    def fill(connection: Connection) -> int:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        try:
            connection.execute(insert(note).values(id=99, text="x" * 1_000_000))
        finally:
            connection.execute(text("PRAGMA max_page_count = 1073741823"))
        return 0

    return fill if ledger.is_sqlite else lose


async def test_the_text_of_trouble_quotes_nothing(ledger: Ledger) -> None:
    with pytest.raises(LedgerUnavailable) as caught:
        await ledger.write(_break(ledger))
    assert "note" not in str(caught.value)


async def test_a_reader_sees_what_is_committed(ledger: Ledger) -> None:
    await ledger.write(write(1))
    seen: list[list[int]] = []

    def work(connection: Connection) -> None:
        connection.execute(insert(note).values(id=2, text="x"))
        seen.append(numbers(ledger))

    await ledger.write(work)
    assert seen == [[1]]
    assert numbers(ledger) == [1, 2]


async def test_a_defect_in_a_read_is_the_callers(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="nowhere"):
        await ledger.read(lambda connection: connection.execute(text("SELECT * FROM nowhere")))
    assert numbers(ledger) == []


async def test_a_cancelled_caller_cannot_half_undo_a_write(ledger: Ledger) -> None:
    async with Hold(ledger):
        asked = asyncio.ensure_future(ledger.write(write(1)))
        await asyncio.sleep(0)
        asked.cancel()
    await ledger.write(write(2))
    assert numbers(ledger) == [1, 2]


async def test_closing_finishes_what_was_accepted_and_refuses_the_rest(ledger: Ledger) -> None:
    async with Hold(ledger):
        asked = [asyncio.ensure_future(ledger.write(write(number))) for number in range(3)]
        await asyncio.sleep(0)
        closing = asyncio.ensure_future(asyncio.to_thread(ledger.close))
    await closing
    assert await asyncio.gather(*asked) == [0, 1, 2]
    with pytest.raises(LedgerUnavailable, match="closed"):
        await ledger.write(write(3))
    ledger.close()
