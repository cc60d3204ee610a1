"""Intake over a mailbox that does whatever a test wants, with the real ledger, blob store and parser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from loketbus.errors import Unavailable
from loketbus.leases import Lease
from loketbus.ledger.tables import blob_ref
from loketbus.runtime import Runtime
from loketbus.workers import WorkerDied, WorkerStartError, WorkerTimeout
from services.mail_ingest.app import service
from services.mail_ingest.domain import mailbox_id, place_id
from services.mail_ingest.intake import TRY_QUARANTINE_AGAIN_AFTER, Intake
from services.mail_ingest.remote.protocol import (
    Change,
    ChangeKind,
    CursorLost,
    Fetched,
    FetchedMail,
    Gone,
    Page,
    Poison,
    Wanted,
)
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import items, places, tables
from services.mail_ingest.store.items import Filter
from tests.support.ews import eml
from tests.support.letters import DESK

BOX = mailbox_id(DESK)
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Mailbox:
    """Pages by cursor, and an answer per item: raw bytes, or what went wrong with it."""

    spool: Path
    pages: dict[str | None, Page | Exception] = field(default_factory=dict)
    answers: dict[str, bytes | Gone | Poison] = field(default_factory=dict)
    asked: list[str | None] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        self.asked.append(cursor)
        page = self.pages[cursor]
        if isinstance(page, Exception):
            raise page
        return page

    async def fetch(self, wanted: Sequence[Wanted]) -> Mapping[str, Fetched]:
        self.fetched += [one.provider_id for one in wanted]
        return {one.provider_id: self._answer(one.provider_id) for one in wanted}

    async def probe(self) -> None: ...

    async def close(self) -> None: ...

    def _answer(self, name: str) -> Fetched:
        answer = self.answers[name]
        if not isinstance(answer, bytes):
            return answer
        path = self.spool / f"{name}.eml"
        path.write_bytes(answer)
        return FetchedMail(provider_id=name, path=path, size=len(answer), received_at=NOON, has_attachments=False)


class Parsers:
    """A pool without processes; `trouble` says by the first bytes of a mail what happens instead, per try."""

    def __init__(self) -> None:
        self.trouble: dict[bytes, list[Exception]] = {}
        self.slow: bytes | None = None
        """Mails that begin so let all others go first."""

    async def run(self, function: Callable[..., Any], path: Path, *rest: Any, timeout_seconds: float) -> Any:
        self._make_trouble(path)
        if self._is_slow(path):
            for _ in range(1000):
                await asyncio.sleep(0)
        return function(path, *rest)

    def _is_slow(self, path: Path) -> bool:
        return self.slow is not None and path.read_bytes().startswith(self.slow)

    def _make_trouble(self, path: Path) -> None:
        for start, problems in self.trouble.items():
            if problems and path.read_bytes().startswith(start):
                raise problems.pop(0)


@dataclass
class Desk:
    """The intake and what is around it; `now` is its clock."""

    runtime: Runtime[MailSettings]
    mailbox: Mailbox
    parsers: Parsers
    intake: Intake
    lease: Lease

    async def sync(self) -> None:
        await self.intake.sync(self.lease)

    async def subjects(self) -> list[str]:
        found = await self.runtime.ledger.read(lambda connection: items.list_items(connection, Filter()))
        return sorted(item["subject"] for item in found)

    async def cursor(self) -> str | None:
        return await self.runtime.ledger.read(lambda connection: places.read_cursor(connection, BOX, "inbox"))

    async def aside(self) -> dict[str, tuple[str, bool]]:
        query = select(tables.place).where(tables.place.c.quarantine.is_not(None))
        rows = await self.runtime.ledger.read(lambda connection: connection.execute(query).all())
        return {row.provider_id: (row.quarantine, row.transient) for row in rows}

    async def kept(self, owner: str) -> list[str]:
        query = select(blob_ref.c.sha256).where(blob_ref.c.owner == owner)
        return await self.runtime.ledger.read(lambda connection: list(connection.execute(query).scalars()))


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return NOON + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[Desk]:
    runtime = Runtime(service, MailSettings(var=tmp_path / "var"), clock=clock)
    spool = tmp_path / "spool"
    spool.mkdir()
    mailbox, parsers = Mailbox(spool), Parsers()
    intake = Intake(runtime.wiring, mailbox, parsers, BOX)  # type: ignore[arg-type]
    async with runtime.leases.hold("test", ttl_seconds=60) as lease:
        yield Desk(runtime, mailbox, parsers, intake, lease)
    assert list(spool.iterdir()) == [], "mails under way stay nowhere"
    runtime.ledger.close()


def page(cursor: str, *names: str, last: bool = True, poison: tuple[Poison, ...] = ()) -> Page:
    changes = tuple(Change(kind=ChangeKind.CREATE, provider_id=name) for name in names)
    return Page(changes=changes, poison=poison, cursor=cursor, last=last)


async def test_page_after_page_until_the_last(desk: Desk) -> None:
    desk.mailbox.pages = {None: page("1", "a", "b", last=False), "1": page("2", "c")}
    desk.mailbox.answers = {name: eml(number) for number, name in enumerate("abc", 1)}
    await desk.sync()
    assert await desk.subjects() == [f"Vraag {number} over isolatie" for number in (1, 2, 3)]
    assert (desk.mailbox.asked, await desk.cursor()) == ([None, "1"], "2")


async def test_what_changed_or_moved_but_is_known_is_not_fetched_again(desk: Desk) -> None:
    desk.mailbox.pages = {None: page("1", "a"), "1": page("2", "a", "moved a")}
    desk.mailbox.answers = {"a": eml(1), "moved a": eml(1)}
    await desk.sync()
    await desk.sync()
    assert desk.mailbox.fetched == ["a", "moved a"]
    assert len(await desk.subjects()) == 1


async def test_deletes_and_read_flags_change_nothing(desk: Desk) -> None:
    kinds = (ChangeKind.DELETE, ChangeKind.READ_FLAG)
    changes = tuple(Change(kind=kind, provider_id=kind) for kind in kinds)
    desk.mailbox.pages = {None: Page(changes=changes, poison=(), cursor="1", last=True)}
    await desk.sync()
    assert desk.mailbox.fetched == []


async def test_a_lost_cursor_starts_over(desk: Desk) -> None:
    desk.mailbox.pages = {None: page("1", "a"), "1": CursorLost(), "2": page("2")}
    desk.mailbox.answers = {"a": eml(1)}
    await desk.sync()
    desk.mailbox.pages[None] = page("2", "a")
    await desk.sync()
    assert (desk.mailbox.asked, desk.mailbox.fetched) == ([None, "1", None], ["a"])
    assert await desk.cursor() == "2"


async def test_a_server_that_refuses_even_a_full_round_is_an_outage(desk: Desk) -> None:
    desk.mailbox.pages = {None: CursorLost()}
    with pytest.raises(Unavailable, match="cursor_refused"):
        await desk.sync()


async def test_a_server_that_never_says_last_is_not_asked_for_ever(desk: Desk) -> None:
    desk.mailbox.pages = {None: page("1", last=False), "1": page("1", last=False)}
    await desk.sync()
    assert desk.mailbox.asked == [None, "1"]


async def test_the_cursor_waits_for_every_mail_of_its_page(desk: Desk) -> None:
    desk.mailbox.pages = {None: page("1", "a", "b", "c")}
    desk.mailbox.answers = {"a": eml(1), "b": b"X-Bad: yes\r\n\r\n", "c": eml(3)}
    desk.parsers.trouble = {b"X-Bad": [Unavailable("disk_full", "De schijf is vol.")]}
    desk.parsers.slow = eml(3)  # still being parsed when the other one fails
    with pytest.raises(Unavailable, match="disk_full"):
        await desk.sync()
    assert await desk.cursor() is None
    assert len(await desk.subjects()) == 2
    await desk.sync()
    assert desk.mailbox.fetched == ["a", "b", "c", "b"]
    assert len(await desk.subjects()) == 3


class TestAMailThatTheParserCannotTake:
    async def take_in(self, desk: Desk, *problems: Exception) -> None:
        desk.mailbox.pages = {None: page("1", "good", "bad")}
        desk.mailbox.answers = {"good": eml(1), "bad": b"X-Bad: yes\r\nSubject: Raar\r\n\r\n"}
        desk.parsers.trouble = {b"X-Bad": list(problems)}
        await desk.sync()

    async def test_is_tried_with_less_and_less(self, desk: Desk) -> None:
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
    async def test_is_put_aside_whole_and_the_others_go_on(self, desk: Desk, problem: Exception, reason: str) -> None:
        await self.take_in(desk, *[problem] * 3)
        assert await desk.subjects() == ["Vraag 1 over isolatie"]
        assert await desk.aside() == {"bad": (reason, False)}
        [kept] = await desk.kept(place_id(BOX, "bad"))
        assert await desk.runtime.blobs.read(kept, max_bytes=1000) == desk.mailbox.answers["bad"]

    async def test_no_process_to_parse_in_is_no_fault_of_the_mail(self, desk: Desk) -> None:
        with pytest.raises(Unavailable, match="parser_unavailable"):
            await self.take_in(desk, WorkerStartError("parse", "did not start"))
        assert await desk.aside() == {}
        assert await desk.cursor() is None


class TestQuarantine:
    async def poison(self, desk: Desk, *, transient: bool) -> None:
        bad = Poison(provider_id="bad", reason="no_answer", transient=transient, raw=b"<t:Message/>")
        desk.mailbox.pages = {None: page("1", "bad"), "1": page("1")}
        desk.mailbox.answers = {"bad": bad}
        await desk.sync()
        assert await desk.aside() == {"bad": ("no_answer", transient)}
        assert len(await desk.kept(place_id(BOX, "bad"))) == 1

    async def test_what_heals_leaves_it_and_what_was_kept_of_it_goes(self, desk: Desk, clock: Clock) -> None:
        await self.poison(desk, transient=True)
        desk.mailbox.answers["bad"] = eml(1)
        await desk.sync()
        assert desk.mailbox.fetched == ["bad"], "not before its time"
        clock.ahead = TRY_QUARANTINE_AGAIN_AFTER + timedelta(seconds=1)
        await desk.sync()
        assert (await desk.aside(), await desk.subjects()) == ({}, ["Vraag 1 over isolatie"])
        assert await desk.kept(place_id(BOX, "bad")) == []

    async def test_what_is_lasting_is_not_asked_again(self, desk: Desk, clock: Clock) -> None:
        await self.poison(desk, transient=False)
        clock.ahead = timedelta(days=1)
        await desk.sync()
        assert desk.mailbox.fetched == ["bad"]

    async def test_what_is_gone_meanwhile_stays_for_a_person_and_is_not_asked_again(
        self, desk: Desk, clock: Clock
    ) -> None:
        await self.poison(desk, transient=True)
        desk.mailbox.answers["bad"] = Gone(provider_id="bad")
        for hours in (1, 2):
            clock.ahead = timedelta(hours=hours)
            await desk.sync()
        assert desk.mailbox.fetched == ["bad", "bad"]
        assert await desk.aside() == {"bad": ("no_answer", False)}

    async def test_a_change_without_an_id_is_kept_once(self, desk: Desk) -> None:
        nameless = Poison(provider_id=None, reason="unreadable_change", raw=b"<t:Create/>")
        desk.mailbox.pages = {None: page("1", poison=(nameless,)), "1": page("2", poison=(nameless,))}
        await desk.sync()
        await desk.sync()
        assert len(await desk.aside()) == 1
