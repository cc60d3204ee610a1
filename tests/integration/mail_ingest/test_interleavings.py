"""Whatever happens to a mailbox, in any order, through whichever adapter: the ledger is its history, each mail once."""

from __future__ import annotations

import asyncio
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from loketbus_contracts import MAIL_RECEIVED, MAIL_SENT
from sqlalchemy import Connection, delete

from loketbus import subjects
from loketbus.ledger.tables import blob_ref, erasure, outbox
from loketbus.ledger.tx import Cause
from services.mail_ingest import intake as intakes
from services.mail_ingest import reading, taking
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.store import tables
from tests.support.ews import eml, message_id
from tests.support.mailroom import Room, open_room
from tests.support.model_mailbox import Door, ModelMailbox

EXAMPLES = int(os.environ.get("LOKETBUS_TEST_INTERLEAVINGS", "25"))
WE = "inbox/W&E"
FOLDERS = ("inbox", WE, "sentitems", "junkemail")
MAILS = (
    eml(1),
    eml(2, In_Reply_To=message_id(1)),
    eml(1, Subject="Zelfde kenmerk, andere inhoud"),
    b"From: jan.peeters@burger.example\r\nSubject: Zonder kenmerk\r\n\r\nDag",
)
CITIZEN = "jan.peeters@burger.example"


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Story:
    """What is done to the mailbox, and what must be true of the ledger in the end."""

    room: Room
    model: ModelMailbox = field(default_factory=ModelMailbox)
    must: set[bytes] = field(default_factory=set)
    """Stood below the inbox when the whole mailbox was looked at."""
    may: set[bytes] = field(default_factory=set)
    """Stood there once."""
    erased: set[bytes] = field(default_factory=set)
    older: set[bytes] = field(default_factory=set)
    """Not read yet when somebody in it was erased: it is not taken in, unless it comes once more."""
    lossy: bool = False
    """Something happened that only a comparison of everything can find."""

    @property
    def door(self) -> Door:
        door: Door = self.room.mailbox
        return door

    async def play(self, steps: list[tuple[str, int, str]]) -> None:
        acts = {name: getattr(self, name) for name in ACTS}
        for what, number, folder in steps:
            await acts[what](number, folder)
            self.may |= self.standing()
        for _ in range(4):  # folders are looked at now and then, and what left is told a round later
            await self.sync(0, "")
        if not self.lossy:
            await self.check_places()
        await self.reconcile(0, "")
        await self.check()

    # --- what people and servers do ----------------------------------------------------------------------------------

    async def arrive(self, number: int, folder: str) -> None:
        self.model.deliver(MAILS[number % len(MAILS)], folder, self.room.clock())

    async def move(self, number: int, folder: str) -> None:
        self.on_one(number, lambda item: self.model.move(item, folder))

    async def copy(self, number: int, folder: str) -> None:
        self.on_one(number, lambda item: self.model.copy(item, folder))

    async def delete(self, number: int, folder: str) -> None:
        self.on_one(number, self.model.delete)

    async def replay(self, number: int, folder: str) -> None:
        self.on_one(number, self.model.replay)

    async def lose(self, number: int, folder: str) -> None:
        self.model.lose_last_change()
        self.lossy = True

    async def void(self, number: int, folder: str) -> None:
        self.lossy = True
        self.model.lose_cursors()

    async def new_folder(self, number: int, folder: str) -> None:
        name = f"inbox/map {number % 3}"
        if name in self.model.below["inbox"]:
            return
        self.model.below["inbox"].append(name)
        self.on_one(number, lambda item: self.model.move(item, name))

    # --- what we do --------------------------------------------------------------------------------------------------

    async def sync(self, number: int, folder: str) -> None:
        self.room.clock.ahead += timedelta(minutes=3)
        await self.room.sync()

    async def reconcile(self, number: int, folder: str) -> None:
        self.room.clock.ahead += timedelta(hours=1)
        await self.room.reconciler.reconcile()
        self.must |= self.standing()

    async def switch(self, number: int, folder: str) -> None:
        other = "graph" if self.door.provider == "ews" else "ews"
        self.room.use(self.model.door(other, self.door.spool))

    async def crash(self, number: int, folder: str) -> None:
        left = number

        def reach(point: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed

        with ExitStack() as stack:
            for module in (intakes, reading, taking):
                stack.enter_context(patch.object(module, "reach", reach))
            stack.enter_context(suppress(Killed))
            await self.sync(0, "")
        for path in self.door.spool.iterdir():
            path.unlink()  # as an adapter does when it starts
        self.room.use(self.model.door(self.door.provider, self.door.spool))

    async def erase(self, number: int, folder: str) -> None:
        self.erased |= set(await self.in_ledger())
        self.older |= {item.raw for item in self.model.items.values()}
        name = f"erase {self.room.clock()} {number}"
        cause = Cause(consumer="t", source="t", id=name, at=self.room.clock(), correlation_id=name)
        stores = self.room.runtime.wiring.subjects
        await self.room.runtime.write(cause, lambda tx: subjects.erase(tx, stores, CITIZEN))
        self.room.clock.ahead += timedelta(minutes=1)

    # --- what must be true -------------------------------------------------------------------------------------------

    async def check(self) -> None:
        there = await self.in_ledger()
        assert set(there) <= self.may - self.erased, "nothing that was never there, nobody who was erased"
        assert self.must - self.erased - self.older <= set(there), "nothing lost"
        assert [number for number in there.values() if number != 1] == [], "each mail once"
        rows = await self.room.rows(tables.mail)
        events = Counter(self.values(await self.room.rows(outbox, outbox.c.topic == MAIL_RECEIVED.name), "mail"))
        assert {row.mail: 1 for row in rows}.items() <= events.items(), "told"
        assert set(events.values()) <= {1}, "once"
        sent = self.values(await self.room.rows(outbox, outbox.c.topic == MAIL_SENT.name), "message_id")
        assert len(sent) == len(set(sent)), "what was sent is told once"
        await self.check_places()
        await self.check_remarks({row.mail: row.raw_ref for row in rows})
        assert await self.room.aside() == {}
        assert list(self.door.spool.iterdir()) == []

    async def check_places(self) -> None:
        here = (tables.place.c.provider == self.door.provider, tables.place.c.gone_at.is_(None))
        live = {(row.root, row.provider_id): row.folder for row in await self.room.rows(tables.place, *here)}
        standing = {
            (root, self.door.id_of(item)): item.folder
            for root in ("inbox", "sentitems")
            for item in self.model.items.values()
            if item.folder in self.model.folders(root)
        }
        assert live == standing

    async def check_remarks(self, mails: dict[str, str]) -> None:
        standing = self.standing()
        raws = await self.raw_by_mail()
        for row in await self.room.rows(tables.item):
            left = RemarkCode.LEFT_INBOX in json.loads(row.remarks)
            assert left is (raws[row.mail] not in standing), row.subject

    # --- helpers -----------------------------------------------------------------------------------------------------

    def on_one(self, number: int, act: Callable[[int], object]) -> None:
        """On some item, if there is one."""
        if self.model.items:
            act(sorted(self.model.items)[number % len(self.model.items)])

    def standing(self) -> set[bytes]:
        """What stands below the inbox now."""
        below = self.model.folders("inbox")
        return {item.raw for item in self.model.items.values() if item.folder in below}

    async def raw_by_mail(self) -> dict[str, bytes]:
        """What the ledger keeps of each mail."""
        hashes = {row.ref: row.sha256 for row in await self.room.rows(blob_ref)}
        blobs = self.room.runtime.blobs
        rows = await self.room.rows(tables.mail)
        return {row.mail: await blobs.read(hashes[row.raw_ref], max_bytes=10_000) for row in rows}

    async def in_ledger(self) -> Counter[bytes]:
        return Counter((await self.raw_by_mail()).values())

    @staticmethod
    def values(rows: list[object], name: str) -> list[str]:
        return [json.loads(row.record_value)[name] for row in rows]  # type: ignore[attr-defined]


ACTS = (
    *("arrive", "move", "copy", "delete", "replay", "lose", "void", "new_folder"),
    *("sync", "reconcile", "switch", "crash", "erase"),
)
STEPS = st.lists(
    st.tuples(
        # Mostly mail and rounds: what goes wrong is the exception.
        st.sampled_from((*ACTS, *4 * ("arrive",), *2 * ("move", "delete"), *4 * ("sync",))),
        st.integers(min_value=1, max_value=12),
        st.sampled_from(FOLDERS),
    ),
    min_size=4,
    max_size=20,
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, Room, Path]]:
    """One ledger for all stories, emptied before each: making one takes longer than a story."""
    folder = tmp_path_factory.mktemp("house")
    spool = folder / "spool"
    spool.mkdir()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        door = ModelMailbox().door("ews", spool)
        room = runner.run(stack.enter_async_context(open_room(folder, door)))
        yield runner, room, spool
        runner.run(stack.aclose())


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(provider=st.sampled_from(("ews", "graph")), steps=STEPS)
@example("ews", [("arrive", 1, "inbox"), ("sync", 1, ""), ("switch", 1, ""), ("sync", 1, ""), ("switch", 1, "")])
@example("ews", [("arrive", 1, "inbox"), ("sync", 1, ""), ("erase", 1, ""), ("move", 1, WE), ("sync", 1, "")])
@example("graph", [("arrive", 1, "inbox"), ("sync", 1, ""), ("move", 1, "sentitems"), ("sync", 1, "")])
@example("graph", [("arrive", 1, WE), ("sync", 1, ""), ("move", 1, "inbox"), ("sync", 1, "")])
@example("ews", [("arrive", 1, "inbox"), ("sync", 1, ""), ("delete", 1, ""), ("crash", 4, ""), ("replay", 1, "")])
def test_in_any_order(
    house: tuple[asyncio.Runner, Room, Path], provider: str, steps: list[tuple[str, int, str]]
) -> None:
    runner, room, spool = house

    async def tell() -> None:
        await room.runtime.ledger.write(_empty)
        story = Story(room)
        room.use(story.model.door(provider, spool))
        await story.play(steps)

    runner.run(tell())


def _empty(connection: Connection) -> None:
    for table in (*reversed(tables.metadata.sorted_tables), blob_ref, outbox, erasure):
        connection.execute(delete(table))
