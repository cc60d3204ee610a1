from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators._common.exchange.mailbox import Folder, Mailbox
from simulators.ews.sync import InvalidSyncStateError, Page, SyncState, next_page

EPOCH = "e"
START = datetime(2026, 11, 2, tzinfo=UTC)


def deliver(mailbox: Mailbox, minute: int = 0) -> str:
    return mailbox.deliver(b"Subject: x\n\n", "inbox", START + timedelta(minutes=minute)).id


def page(mailbox: Mailbox, state: str | None, limit: int = 512) -> Page:
    folder = mailbox.folder("inbox")
    given_state = SyncState.decode(state, EPOCH, folder) if state else None
    return next_page(folder, given_state, EPOCH, mailbox.sequence, limit)


def told(found: Page) -> list[tuple[str, str]]:
    return [(change.kind, change.item_id) for change in found.changes]


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox("energieloket@stad.example")


def test_an_empty_folder_is_done_at_once(mailbox):
    found = page(mailbox, None)

    assert (told(found), found.is_last) == ([], True)


def test_mails_of_the_same_second_are_all_told(mailbox):
    ids = [deliver(mailbox) for _ in range(5)]
    first = page(mailbox, None, 2)
    second = page(mailbox, first.state.encode(), 2)
    third = page(mailbox, second.state.encode(), 2)

    assert [item_id for found in (first, second, third) for _, item_id in told(found)] == ids[::-1]
    assert [found.is_last for found in (first, second, third)] == [False, False, True]


def test_an_old_mail_that_comes_late_is_not_lost(mailbox):
    deliver(mailbox, 10)
    state = page(mailbox, None).state.encode()
    late = deliver(mailbox, 1)

    assert told(page(mailbox, state)) == [("Create", late)]


def test_what_came_and_went_between_two_pages_is_not_told(mailbox):
    state = page(mailbox, None).state.encode()
    mailbox.delete(deliver(mailbox))

    assert told(page(mailbox, state)) == []


def test_several_changes_of_one_mail_are_one(mailbox):
    item_id = deliver(mailbox)
    state = page(mailbox, None).state.encode()
    mailbox.mark_read(item_id, True)
    mailbox.categorise(item_id, ["W&E"])
    mailbox.mark_read(item_id, False)
    fresh = deliver(mailbox)
    mailbox.mark_read(fresh, True)

    assert told(page(mailbox, state)) == [("Update", item_id), ("Create", fresh)]


def test_a_mail_that_changed_after_its_page_is_told_again(mailbox):
    state = page(mailbox, None).state.encode()
    first, second = deliver(mailbox), deliver(mailbox)
    mailbox.mark_read(first, True)
    found = page(mailbox, state, 1)

    assert told(found) == [("Create", first)]
    assert told(page(mailbox, found.state.encode())) == [("Create", second), ("ReadFlagChange", first)]


@pytest.mark.parametrize("text", ["onzin", "AAAA", "H4sIAAAAAAAC", "e30="])
def test_a_state_that_is_none_is_refused(mailbox, text):
    with pytest.raises(InvalidSyncStateError):
        SyncState.decode(text, EPOCH, mailbox.folder("inbox"))


def test_a_state_of_another_epoch_or_folder_is_refused(mailbox):
    state = page(mailbox, None).state.encode()

    with pytest.raises(InvalidSyncStateError):
        SyncState.decode(state, "andere", mailbox.folder("inbox"))
    with pytest.raises(InvalidSyncStateError):
        SyncState.decode(state, EPOCH, mailbox.folder("drafts"))


ACTIONS = st.sampled_from(["deliver", "delete", "move", "back", "read", "page", "page", "crash"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ACTIONS, st.integers(0, 30), st.integers(1, 4)), max_size=60))
def test_a_client_that_follows_knows_the_folder_whatever_happens(steps):
    """Nothing lost and nothing left over, also when a client goes on from the state before its last page."""
    mailbox = Mailbox("energieloket@stad.example")
    client = Client(mailbox)
    for action, number, limit in steps:
        if action == "deliver":
            deliver(mailbox, number)
        elif action == "page":
            client.page(limit)
        elif action == "crash":
            client.crash()
        else:
            change(mailbox, action, number)
    client.drain()

    present = {item.id: item.is_read for item in mailbox.folder("inbox").items.values()}
    assert client.known == present
    assert client.ledger >= set(present)


def change(mailbox: Mailbox, action: str, number: int) -> None:
    items = list(mailbox.folder("junkemail" if action == "back" else "inbox").items.values())
    if not items:
        return
    item = items[number % len(items)]
    if action == "delete":
        mailbox.delete(item.id)
    elif action == "read":
        mailbox.mark_read(item.id, not item.is_read)
    else:
        mailbox.move(item.id, "inbox" if action == "back" else "junkemail")


class Client:
    """`known` is saved together with the state; `ledger` is not, and never forgets."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.state: str | None = None
        self.known: dict[str, bool] = {}
        self.ledger: set[str] = set()
        self.saved: tuple[str | None, dict[str, bool]] = (None, {})

    def page(self, limit: int) -> bool:
        found = page(self.mailbox, self.state, limit)
        assert len(found.changes) <= limit
        self.saved = (self.state, dict(self.known))
        for found_change in found.changes:
            if found_change.item is None:
                self.known.pop(found_change.item_id, None)
            else:
                self.known[found_change.item_id] = found_change.item.is_read
                self.ledger.add(found_change.item_id)
        self.state = found.state.encode()
        return found.is_last

    def crash(self) -> None:
        self.state, self.known = self.saved[0], dict(self.saved[1])

    def drain(self) -> None:
        while not self.page(3):
            pass


@contextmanager
def counted_calls() -> Iterator[list[int]]:
    """Calls of Python and C functions made inside: a measure of work that does not depend on the clock."""
    calls = [0]

    def count(frame: object, event: str, argument: object) -> None:
        calls[0] += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


def _work(folder: Folder, mailbox: Mailbox, pages: int) -> list[int]:
    work, state = [], None
    for _ in range(pages):
        with counted_calls() as calls:
            state = next_page(folder, state, EPOCH, mailbox.sequence, 100).state
        work.append(calls[0])
    return work


def test_a_page_costs_the_same_in_a_small_and_in_a_large_folder_and_anywhere_in_it():
    small, large = Mailbox("a@x.example"), Mailbox("b@x.example")
    for mailbox, number in ((small, 400), (large, 8000)):
        for minute in range(number):
            deliver(mailbox, minute)

    few, many = _work(small.folder("inbox"), small, 3), _work(large.folder("inbox"), large, 70)

    assert max(many) <= 1.1 * max(few)
