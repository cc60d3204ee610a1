"""Intake over a mailbox that does whatever a test wants, with the real ledger, blob store and parser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Unavailable
from loketbus.workers import WorkerDied, WorkerStartError, WorkerTimeout
from services.mail_ingest.domain import place_id
from services.mail_ingest.intake import TRY_QUARANTINE_AGAIN_AFTER
from services.mail_ingest.reading import BATCH_ITEMS
from services.mail_ingest.remote.protocol import (
    Change,
    ChangeKind,
    CursorLost,
    Fetched,
    FetchedMail,
    Folder,
    Gone,
    Page,
    Poison,
    Wanted,
)
from services.mail_ingest.store import tables
from tests.support.ews import eml
from tests.support.mailroom import BOX, NOON, Clock, Room, open_room
from tests.support.polling import wait_until


@dataclass
class Mailbox:
    """Pages by cursor, and an answer per item: raw bytes, or what went wrong with it."""

    spool: Path
    provider: str = "ews"
    below: dict[str, list[str]] = field(default_factory=lambda: {"inbox": [], "sentitems": [], "junkemail": []})
    """Paths of folders below each root; their ids are their paths."""
    pages: dict[str | None, Page | Exception] = field(default_factory=dict)
    """Of the inbox."""
    others: dict[str, dict[str | None, Page | Exception]] = field(default_factory=dict)
    """Of other folders; without pages they are empty."""
    answers: dict[str, bytes | Gone | Poison] = field(default_factory=dict)
    asked: list[str | None] = field(default_factory=list)
    """Cursors of the inbox."""
    requests: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    refuses: dict[str, Exception] = field(default_factory=dict)
    """Roots of which not even the folders are shown."""

    async def folders(self, root: str) -> tuple[Folder, ...]:
        self.requests.append(f"folders {root}")
        if root in self.refuses:
            raise self.refuses[root]
        found = [Folder(folder_id=root, path=root, total=3)]
        return (*found, *(Folder(folder_id=path, path=path, total=1) for path in self.below[root]))

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        self.requests.append(folder)
        if folder == "inbox":
            self.asked.append(cursor)
        pages = self.pages if folder == "inbox" else self.others.get(folder, {})
        page = pages.get(cursor, Page(changes=(), poison=(), cursor=cursor or "0", last=True))
        if isinstance(page, Exception):
            raise page
        return page

    async def fetch(self, wanted: Sequence[Wanted]) -> Mapping[str, Fetched]:
        self.fetched += [one.provider_id for one in wanted]
        return {one.provider_id: self._answer(one.provider_id) for one in wanted}

    def _answer(self, name: str) -> Fetched:
        answer = self.answers[name]
        if not isinstance(answer, bytes):
            return answer
        path = self.spool / f"{name}.eml"
        path.write_bytes(answer)
        return FetchedMail(provider_id=name, path=path, size=len(answer), received_at=NOON, has_attachments=False)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Room]:
    spool = tmp_path / "spool"
    spool.mkdir()
    async with open_room(tmp_path, Mailbox(spool)) as room:
        yield room
    assert list(spool.iterdir()) == [], "mails under way stay nowhere"


@pytest.fixture
def clock(desk: Room) -> Clock:
    return desk.clock


async def cursor(desk: Room, folder: str = "inbox") -> str | None:
    [row] = await desk.rows(tables.folder, tables.folder.c.folder == folder)
    state: str | None = row.state
    return state


def page(cursor: str, *names: str, last: bool = True, poison: tuple[Poison, ...] = ()) -> Page:
    changes = tuple(Change(kind=ChangeKind.CREATE, provider_id=name) for name in names)
    return Page(changes=changes, poison=poison, cursor=cursor, last=last)


async def test_page_after_page_until_the_last(desk: Room) -> None:
    desk.mailbox.pages = {None: page("1", "a", "b", last=False), "1": page("2", "c")}
    desk.mailbox.answers = {name: eml(number) for number, name in enumerate("abc", 1)}
    await desk.sync()
    assert await desk.subjects() == [f"Vraag {number} over isolatie" for number in (1, 2, 3)]
    assert (desk.mailbox.asked, await cursor(desk)) == ([None, "1"], "2")


async def test_what_changed_or_moved_but_is_known_is_not_fetched_again(desk: Room) -> None:
    desk.mailbox.pages = {None: page("1", "a"), "1": page("2", "a", "moved a")}
    desk.mailbox.answers = {"a": eml(1), "moved a": eml(1)}
    await desk.sync()
    await desk.sync()
    assert desk.mailbox.fetched == ["a", "moved a"]
    assert len(await desk.subjects()) == 1


async def test_deletes_and_read_flags_change_nothing(desk: Room) -> None:
    kinds = (ChangeKind.DELETE, ChangeKind.READ_FLAG)
    changes = tuple(Change(kind=kind, provider_id=kind) for kind in kinds)
    desk.mailbox.pages = {None: Page(changes=changes, poison=(), cursor="1", last=True)}
    await desk.sync()
    assert desk.mailbox.fetched == []


async def test_a_lost_cursor_starts_over(desk: Room) -> None:
    desk.mailbox.pages = {None: page("1", "a"), "1": CursorLost(), "2": page("2")}
    desk.mailbox.answers = {"a": eml(1)}
    await desk.sync()
    desk.mailbox.pages[None] = page("2", "a")
    await desk.sync()
    assert (desk.mailbox.asked, desk.mailbox.fetched) == ([None, "1", None], ["a"])
    assert await cursor(desk) == "2"


async def test_a_server_that_refuses_even_a_full_round_is_an_outage(desk: Room) -> None:
    desk.mailbox.pages = {None: CursorLost()}
    with pytest.raises(Unavailable, match="cursor_refused"):
        await desk.sync()


async def test_a_server_that_never_says_last_is_not_asked_for_ever(desk: Room) -> None:
    desk.mailbox.pages = {None: page("1", last=False), "1": page("1", last=False)}
    await desk.sync()
    assert desk.mailbox.asked == [None, "1"]


async def test_the_cursor_waits_for_every_mail_of_its_page(desk: Room) -> None:
    desk.mailbox.pages = {None: page("1", "a", "b", "c")}
    desk.mailbox.answers = {"a": eml(1), "b": b"X-Bad: yes\r\n\r\n", "c": eml(3)}
    desk.parsers.trouble = {b"X-Bad": [Unavailable("disk_full", "De schijf is vol.")]}
    desk.parsers.slow = eml(3)  # still being parsed when the other one fails
    with pytest.raises(Unavailable, match="disk_full"):
        await desk.sync()
    assert await cursor(desk) is None
    assert len(await desk.subjects()) == 2
    await desk.sync()
    assert desk.mailbox.fetched == ["a", "b", "c", "b"]
    assert len(await desk.subjects()) == 3


async def test_the_next_mails_are_fetched_while_the_last_are_parsed_but_not_too_many(desk: Room) -> None:
    names = [f"{page}-{number}" for page in range(6) for number in range(BATCH_ITEMS)]
    pages = [names[start : start + BATCH_ITEMS] for start in range(0, len(names), BATCH_ITEMS)]
    desk.mailbox.pages = {
        str(number) if number else None: page(str(number + 1), *part, last=number == 5)
        for number, part in enumerate(pages)
    }
    desk.mailbox.answers = {name: eml(number) for number, name in enumerate(names, 1)}
    outstanding: list[int] = []
    run = desk.parsers.run

    async def patient(function: Any, path: Path, *rest: Any, timeout_seconds: float) -> Any:
        if not outstanding:
            await wait_until(
                lambda: len(desk.mailbox.fetched) > BATCH_ITEMS, what="the next batch is fetched meanwhile"
            )
        outstanding.append(len(desk.mailbox.fetched) - len(outstanding))
        return await run(function, path, *rest, timeout_seconds=timeout_seconds)

    desk.parsers.run = patient  # type: ignore[method-assign]
    await desk.sync()
    assert max(outstanding) <= 3 * BATCH_ITEMS, "one in hand, one ready, one under way"
    assert len(await desk.rows(tables.mail)) == len(names)


class TestAMailThatTheParserCannotTake:
    async def take_in(self, desk: Room, *problems: Exception) -> None:
        desk.mailbox.pages = {None: page("1", "good", "bad")}
        desk.mailbox.answers = {"good": eml(1), "bad": b"X-Bad: yes\r\nSubject: Raar\r\n\r\n"}
        desk.parsers.trouble = {b"X-Bad": list(problems)}
        await desk.sync()

    async def test_is_tried_with_less_and_less(self, desk: Room) -> None:
        await self.take_in(desk, WorkerTimeout("parse", 1), WorkerDied("parse", "memory"))
        assert await desk.subjects() == ["Raar", "Vraag 1 over isolatie"]

    @pytest.mark.parametrize(
        ("problem", "reason"),
        [
            (WorkerTimeout("parse", 1), "parse_timeout"),
            (WorkerDied("parse", "memory"), "parser_died_memory"),
            (ZeroDivisionError(), "defect_ZeroDivisionError"),
        ],
    )
    async def test_is_put_aside_whole_and_the_others_go_on(self, desk: Room, problem: Exception, reason: str) -> None:
        await self.take_in(desk, *[problem] * 3)
        assert await desk.subjects() == ["Vraag 1 over isolatie"]
        assert await desk.aside() == {"bad": (reason, False)}
        [kept] = await desk.kept(place_id(BOX, "bad"))
        assert await desk.runtime.blobs.read(kept, max_bytes=1000) == desk.mailbox.answers["bad"]

    async def test_no_process_to_parse_in_is_no_fault_of_the_mail(self, desk: Room) -> None:
        with pytest.raises(Unavailable, match="parser_unavailable"):
            await self.take_in(desk, WorkerStartError("parse", "did not start"))
        assert await desk.aside() == {}
        assert await cursor(desk) is None


class TestQuarantine:
    async def poison(self, desk: Room, *, transient: bool) -> None:
        bad = Poison(provider_id="bad", reason="no_answer", transient=transient, raw=b"<t:Message/>")
        desk.mailbox.pages = {None: page("1", "bad"), "1": page("1")}
        desk.mailbox.answers = {"bad": bad}
        await desk.sync()
        assert await desk.aside() == {"bad": ("no_answer", transient)}
        assert len(await desk.kept(place_id(BOX, "bad"))) == 1

    async def test_what_heals_leaves_it_and_what_was_kept_of_it_goes(self, desk: Room, clock: Clock) -> None:
        await self.poison(desk, transient=True)
        desk.mailbox.answers["bad"] = eml(1)
        await desk.sync()
        assert desk.mailbox.fetched == ["bad"], "not before its time"
        clock.ahead = TRY_QUARANTINE_AGAIN_AFTER + timedelta(seconds=1)
        await desk.sync()
        assert (await desk.aside(), await desk.subjects()) == ({}, ["Vraag 1 over isolatie"])
        assert await desk.kept(place_id(BOX, "bad")) == []

    async def test_what_is_lasting_is_not_asked_again(self, desk: Room, clock: Clock) -> None:
        await self.poison(desk, transient=False)
        clock.ahead = timedelta(days=1)
        await desk.sync()
        assert desk.mailbox.fetched == ["bad"]

    async def test_what_is_gone_meanwhile_stays_for_a_person_and_is_not_asked_again(
        self, desk: Room, clock: Clock
    ) -> None:
        await self.poison(desk, transient=True)
        desk.mailbox.answers["bad"] = Gone(provider_id="bad")
        for hours in (1, 2):
            clock.ahead = timedelta(hours=hours)
            await desk.sync()
        assert desk.mailbox.fetched == ["bad", "bad"]
        assert await desk.aside() == {"bad": ("no_answer", False)}

    async def test_a_change_without_an_id_is_kept_once(self, desk: Room) -> None:
        nameless = Poison(provider_id=None, reason="unreadable_change", raw=b"<t:Create/>")
        desk.mailbox.pages = {None: page("1", poison=(nameless,)), "1": page("2", poison=(nameless,))}
        await desk.sync()
        await desk.sync()
        assert len(await desk.aside()) == 1
