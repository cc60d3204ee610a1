"""The reconciler over a mailbox that moves under the listing, which goes by offset at both servers.

A mail that leaves a part that was read already, shifts another one past the edge of the next part.
"""

from __future__ import annotations

import pytest

from services.mail_ingest import reconcile
from services.mail_ingest.remote.protocol import Listing
from tests.integration.mail_ingest.test_reconcile import counts, model, room
from tests.support.ews import eml
from tests.support.mailroom import Room
from tests.support.model_mailbox import ModelMailbox

__all__ = ["model", "room"]


@pytest.fixture
def parts_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "LISTED_AT_ONCE", 3)


def delete_while_listing(room: Room, model: ModelMailbox, number: int) -> None:
    """Once the first part was given."""
    listing, waiting = room.mailbox.listing, [number]

    async def listed(folder: str, after: str | None, limit: int) -> Listing:
        found: Listing = await listing(folder, after, limit)
        while waiting:
            model.delete(waiting.pop())
        return found

    room.mailbox.listing = listed


async def test_what_still_stands_is_not_marked(room: Room, model: ModelMailbox, parts_of_three: None) -> None:
    numbers = [model.deliver(eml(number)) for number in range(1, 9)]
    await room.sync()
    delete_while_listing(room, model, numbers[0])
    assert await counts(room) == {"listed": 8, "known": 8}, "the one that left was listed, and told of"
    remarks = await room.remarks()
    assert {subject for subject, remark in remarks.items() if remark != "[]"} == {"Vraag 1 over isolatie"}


async def test_what_was_lost_is_not_overlooked(room: Room, model: ModelMailbox, parts_of_three: None) -> None:
    numbers = []
    for number in range(1, 9):
        numbers.append(model.deliver(eml(number)))
        if number == 4:
            model.lose_last_change()
        await room.sync()
    delete_while_listing(room, model, numbers[0])
    assert await counts(room) == {"listed": 8, "known": 7, "missing": 1, "repaired": 1}


async def test_one_list_alone_says_of_no_mail_that_it_left(room: Room, model: ModelMailbox) -> None:
    model.deliver(eml(1))
    await room.sync()
    listing, calls = room.mailbox.listing, 0

    async def overlooks_once(folder: str, after: str | None, limit: int) -> Listing:
        nonlocal calls
        calls += folder == "inbox"
        found: Listing = await listing(folder, after, limit)
        return Listing(items=(), next=None) if calls == 1 else found

    room.mailbox.listing = overlooks_once
    assert await counts(room) == {"listed": 1, "known": 1}
    assert calls == 2
    assert await counts(room) == {"listed": 1, "known": 1}
    assert calls == 3, "a second list is asked for when the first raises a question"


async def test_many_ids_are_compared_in_parts(
    room: Room, model: ModelMailbox, monkeypatch: pytest.MonkeyPatch, parts_of_three: None
) -> None:
    monkeypatch.setattr(reconcile, "REPAIRED_AT_ONCE", 4)
    await room.sync()
    for number in range(1, 12):
        model.deliver(eml(number))
        model.lose_last_change()
    assert await counts(room) == {"listed": 11, "missing": 11, "repaired": 11}
    assert await counts(room) == {"listed": 11, "known": 11}
