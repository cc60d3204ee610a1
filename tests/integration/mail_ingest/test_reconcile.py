"""The reconciler over a mailbox that loses changes, as the real protocols do."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest

from loketbus import subjects
from loketbus.errors import Denied, Unavailable
from loketbus.lanes.gate import Gate
from loketbus.ledger.tables import lane
from loketbus.ledger.tx import Cause
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.remote.protocol import Listing, Poison, Wanted
from services.mail_ingest.store import folders, tables
from tests.support.ews import eml
from tests.support.mailroom import BOX, Room, open_room
from tests.support.model_mailbox import ModelMailbox

LEFT = json.dumps([RemarkCode.LEFT_INBOX])
WE = "inbox/W&E"


@pytest.fixture
def model() -> ModelMailbox:
    return ModelMailbox()


@pytest.fixture
async def room(tmp_path: Path, model: ModelMailbox) -> AsyncIterator[Room]:
    spool = tmp_path / "spool"
    spool.mkdir()
    async with open_room(tmp_path, model.door("ews", spool)) as opened:
        yield opened
    assert list(spool.iterdir()) == []


async def counts(room: Room) -> dict[str, int]:
    """What a comparison finds, without what is nothing."""
    room.clock.ahead += timedelta(hours=1)
    report = await room.reconciler.reconcile()
    assert report.complete
    names = ("listed", "known", "missing", "repaired", "quarantined", "vanished", "gone")
    return {name: total for name in names if (total := report.total(name))}


async def test_nothing_to_repair(room: Room, model: ModelMailbox) -> None:
    model.deliver(eml(1))
    model.deliver(eml(2), WE)
    model.deliver(eml(3), "sentitems")
    await room.sync()
    assert await counts(room) == {"listed": 3, "known": 3}


async def test_a_page_that_was_cut_off_is_found_and_repaired(room: Room, model: ModelMailbox) -> None:
    await room.sync()
    for number in range(1, 5):
        model.deliver(eml(number))
    room.mailbox.cut = True
    await room.sync()
    await room.sync()
    assert len(await room.subjects()) == 1, "the cursor went past the others without an error"
    assert await counts(room) == {"listed": 4, "known": 1, "missing": 3, "repaired": 3}
    assert len(await room.subjects()) == 4
    assert await counts(room) == {"listed": 4, "known": 4}


async def test_what_left_and_came_back_between_two_rounds_is_found(room: Room, model: ModelMailbox) -> None:
    room.use(model.door("graph", room.mailbox.spool))
    number = model.deliver(eml(1))
    await room.sync()
    model.move(number, "junkemail")
    model.move(number, "inbox")
    model.lose_last_change()
    for _ in range(2):
        await room.sync()
    assert await room.remarks() == {"Vraag 1 over isolatie": LEFT}, "removed, and never created again"
    assert await counts(room) == {"listed": 1, "missing": 1, "repaired": 1}
    assert await room.remarks() == {"Vraag 1 over isolatie": "[]"}


async def test_what_left_without_a_word_gets_its_remark(room: Room, model: ModelMailbox) -> None:
    first, second = model.deliver(eml(1)), model.deliver(eml(2), WE)
    await room.sync()
    for number in (first, second):
        model.delete(number)
        model.lose_last_change()
    assert await counts(room) == {"gone": 2}
    assert set((await room.remarks()).values()) == {LEFT}
    assert await counts(room) == {}


async def test_what_comes_in_during_the_comparison_is_no_difference(room: Room, model: ModelMailbox) -> None:
    first = model.deliver(eml(1))
    await room.sync()
    listing = room.mailbox.listing

    async def busy(folder: str, after: str | None, limit: int) -> Listing:
        if folder == "inbox":
            model.deliver(eml(2))
        if folder == WE:
            model.move(first, "sentitems")
            model.move(first, WE)
        found: Listing = await listing(folder, after, limit)
        return found

    room.mailbox.listing = busy
    assert await counts(room) == {"listed": 3, "known": 3}
    assert len(await room.subjects()) == 2
    assert set((await room.remarks()).values()) == {"[]"}


async def test_an_erased_mail_that_still_stands_there_does_not_come_back(room: Room, model: ModelMailbox) -> None:
    number = model.deliver(eml(1))
    await room.sync()
    cause = Cause(consumer="t", source="t", id="erase", at=room.clock(), correlation_id="erase")
    stores = room.runtime.wiring.subjects
    await room.runtime.write(cause, lambda tx: subjects.erase(tx, stores, "jan.peeters@burger.example"))
    assert await room.subjects() == []
    assert await counts(room) == {"listed": 1, "known": 1}
    model.move(number, WE)
    model.lose_last_change()
    assert await counts(room) == {"listed": 1, "missing": 1, "repaired": 1}
    assert await room.subjects() == [], "not under another id either"
    room.use(model.door("graph", room.mailbox.spool))
    await room.sync()
    await counts(room)
    assert await room.subjects() == [], "nor through another adapter"


async def test_an_item_that_cannot_be_read_is_reported_once(room: Room, model: ModelMailbox) -> None:
    await room.sync()
    model.deliver(eml(1))
    model.lose_last_change()
    answer = room.mailbox._answer
    room.mailbox._answer = lambda name, item: Poison(provider_id=name, reason="ErrorItemCorrupt")
    assert await counts(room) == {"listed": 1, "missing": 1, "quarantined": 1}
    assert await counts(room) == {"listed": 1, "known": 1}, "it stands in quarantine: that is known"
    room.mailbox._answer = answer


async def test_items_that_are_listed_and_do_not_exist_are_no_difference(room: Room, model: ModelMailbox) -> None:
    await room.sync()
    listing = room.mailbox.listing

    async def with_ghost(folder: str, after: str | None, limit: int) -> Listing:
        found: Listing = await listing(folder, after, limit)
        ghosts = (Wanted(provider_id="ghost"),) if folder == "inbox" else ()
        return Listing(items=(*found.items, *ghosts), next=found.next)

    room.mailbox.listing = with_ghost
    assert await counts(room) == {"listed": 1, "vanished": 1}


async def test_a_folder_that_cannot_be_listed_makes_it_incomplete(room: Room, model: ModelMailbox) -> None:
    number = model.deliver(eml(1), WE)
    model.deliver(eml(2))
    await room.sync()
    model.delete(number)
    model.lose_last_change()
    listing = room.mailbox.listing

    async def without_rights(folder: str, after: str | None, limit: int) -> Listing:
        if folder == WE:
            raise Denied("folder_denied", "Deze map mag niet gelezen worden.")
        found: Listing = await listing(folder, after, limit)
        return found

    room.mailbox.listing = without_rights
    report = (await room.reconciler.reconcile()).as_dict()
    assert (report["complete"], report["listed"], report["gone"]) == (False, 1, 0)
    assert [one["problem"] for one in report["folders"]] == [None, "folder_denied", None]  # type: ignore[attr-defined]
    assert report["folders"][1]["explanation"] == "Deze map mag niet gelezen worden."  # type: ignore[index]


def refuse_sent_items(room: Room, refusal: Denied) -> None:
    def refusing(real: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def refused(folder: str, *rest: Any) -> Any:
            if folder == "sentitems":
                raise refusal
            return await real(folder, *rest)

        return refused

    for name in ("folders", "listing", "changes"):
        setattr(room.mailbox, name, refusing(getattr(room.mailbox, name)))


async def test_without_rights_on_sent_items_the_inbox_is_compared_all_the_same(room: Room, model: ModelMailbox) -> None:
    mails = [model.deliver(eml(1)), model.deliver(eml(2), "sentitems")]
    await room.sync()
    for number in mails:
        model.delete(number)
        model.lose_last_change()
    model.deliver(eml(3))
    model.lose_last_change()
    refuse_sent_items(room, Denied("folder_denied", "Deze map mag niet gelezen worden."))
    room.clock.ahead += timedelta(hours=1)
    report = await room.reconciler.reconcile()
    assert (report.complete, report.total("missing"), report.total("gone")) == (False, 1, 1)
    assert await room.remarks() == {"Vraag 1 over isolatie": LEFT, "Vraag 3 over isolatie": "[]"}
    assert [row.gone_at for row in await room.rows(tables.place, tables.place.c.root == "sentitems")] == [None]
    assert await room.rows(lane, lane.c.state != "up") == [], "the mailbox itself is there"


async def test_the_difference_is_a_metric_and_the_report_is_kept(room: Room, model: ModelMailbox) -> None:
    await room.sync()
    model.deliver(eml(1))
    model.lose_last_change()
    await counts(room)
    shown = generate_latest(room.runtime.wiring.registry).decode()
    assert 'loketbus_mailbox_difference_mails{what="missing"} 1.0' in shown
    [text] = await room.runtime.ledger.read(lambda connection: folders.reports(connection, BOX, 10))
    assert json.loads(text)["missing"] == 1


class TestTheLane:
    async def test_it_asks_nothing_while_the_lane_backs_off(self, room: Room) -> None:
        gate = Gate(f"mailbox:{BOX}", room.runtime.ledger, clock=room.clock)
        await gate.failed("denied", "ews_denied", "Het wachtwoord is fout.")  # type: ignore[arg-type]
        with pytest.raises(Unavailable, match="wachtwoord"):
            await room.reconciler.reconcile()
        assert room.mailbox.listed == 0

    async def test_a_refusal_closes_it(self, room: Room) -> None:
        async def refused(root: str) -> None:
            raise Denied("ews_denied", "Het wachtwoord is fout.")

        room.mailbox.folders = refused
        with pytest.raises(Denied):
            await room.reconciler.reconcile()
        assert len(await room.rows(lane, lane.c.state == "denied")) == 1

    async def test_a_refusal_that_is_not_about_one_folder_closes_it(self, room: Room) -> None:
        refusal = Denied("ews_denied", "Het wachtwoord is fout.")
        await room.sync()

        async def probe() -> None:
            raise refusal

        refuse_sent_items(room, refusal)
        room.mailbox.probe = probe
        with pytest.raises(Denied):
            await room.reconciler.reconcile()
        assert len(await room.rows(lane, lane.c.state == "denied")) == 1

    async def test_a_server_that_asks_for_patience_is_asked_nothing_more(self, room: Room) -> None:
        await room.sync()
        asked: list[str] = []
        listing = room.mailbox.listing

        async def busy(folder: str, after: str | None, limit: int) -> Listing:
            asked.append(folder)
            if folder == WE:
                raise Unavailable("busy", "De mailserver is te druk.", retry_after_seconds=20)
            found: Listing = await listing(folder, after, limit)
            return found

        room.mailbox.listing = busy
        with pytest.raises(Unavailable, match="busy"):
            await room.reconciler.reconcile()
        assert asked == ["inbox", WE]


async def test_what_only_another_adapter_saw_is_gone_when_this_one_has_seen_everything(
    room: Room, model: ModelMailbox
) -> None:
    kept, removed = model.deliver(eml(1)), model.deliver(eml(2))
    await room.sync()
    model.delete(removed)
    room.use(model.door("graph", room.mailbox.spool))
    await room.sync()
    assert set((await room.remarks()).values()) == {"[]"}
    await counts(room)
    assert await room.remarks() == {"Vraag 1 over isolatie": "[]", "Vraag 2 over isolatie": LEFT}
    assert len(await room.rows(tables.mail)) == 2
    assert kept


async def test_what_cannot_be_read_over_this_adapter_may_be_what_another_one_saw(
    room: Room, model: ModelMailbox
) -> None:
    unreadable, _ = model.deliver(eml(1)), model.deliver(eml(2))
    await room.sync()
    graph = model.door("graph", room.mailbox.spool)
    answer, bad = graph._answer, f"item-{unreadable}"
    graph._answer = lambda name, item: (  # type: ignore[method-assign]
        Poison(provider_id=name, reason="http_500") if name == bad else answer(name, item)
    )
    room.use(graph)
    assert await counts(room) == {"listed": 2, "known": 2}
    assert set((await room.remarks()).values()) == {"[]"}
    model.delete(unreadable)
    await counts(room)
    assert await room.remarks() == {"Vraag 1 over isolatie": LEFT, "Vraag 2 over isolatie": "[]"}
