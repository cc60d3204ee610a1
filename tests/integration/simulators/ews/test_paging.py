"""SyncFolderItems with exchangelib's service class: pages, checkpoints, kinds of change (reference 2.2)."""

from __future__ import annotations

import exchangelib
import pytest
from exchangelib.errors import ErrorInvalidSyncStateData

from tests.integration.simulators.ews.sync_client import drain, sync
from tests.support.ews import eml, fill, message_id


def test_the_first_round_goes_from_newest_to_oldest_in_pages(ews, account):
    fill(ews, 25)

    pages, _ = drain(account, limit=10)

    assert [len(page.changes) for page in pages] == [10, 10, 5]
    assert [page.is_last for page in pages] == [False, False, True]
    assert [found for page in pages for found in page.message_ids] == [message_id(n) for n in range(25, 0, -1)]


def test_a_page_holds_at_most_512_changes(ews, account):
    fill(ews, 513)

    page = sync(account, limit=1000)

    assert len(page.changes) == 512
    assert page.is_last is False


def test_a_page_has_what_was_asked_for_and_no_body(ews, account):
    raw = eml(1, attachments={"a.pdf": b"x"})
    ews.control.add_mail(raw)

    ((kind, item),) = sync(account).changes

    assert kind == "create"
    assert (item.message_id, item.size, item.has_attachments) == (message_id(1), len(raw), True)
    assert item.body is None


def test_a_client_goes_on_from_any_saved_state(ews, account):
    fill(ews, 30)
    pages, _ = drain(account, limit=10)

    again = sync(account, pages[0].state, limit=10)

    assert again.message_ids == pages[1].message_ids
    assert again.state == pages[1].state


def test_mail_that_comes_during_the_first_round_is_told_once_after_it(ews, account):
    fill(ews, 4)
    first = sync(account, limit=2)
    ews.control.add_mail(eml(5))

    second = sync(account, first.state, limit=2)
    third = sync(account, second.state, limit=2)

    assert second.message_ids == [message_id(2), message_id(1)]
    assert (second.is_last, third.is_last) == (False, True)
    assert third.message_ids == [message_id(5)]


def test_every_kind_of_change(ews, account):
    moved, read, tagged, deleted = fill(ews, 4)
    state = sync(account).state
    ews.control.mark_read(read)
    ews.control.move(moved, "deleteditems")
    ews.control.delete(deleted)
    ews.control.add_mail(eml(5))
    mail = next(item for item in account.inbox.all() if item.id == tagged)
    mail.categories = ["W&E"]
    mail.save(update_fields=["categories"])

    page = sync(account, state)

    assert page.kinds == ["read_flag_change", "delete", "delete", "create", "update"]
    (read_id, is_read), *_ = [item for kind, item in page.changes if kind == "read_flag_change"]
    assert (read_id.id, is_read) == (read, True)
    assert {item.id for kind, item in page.changes if kind == "delete"} == {moved, deleted}
    assert sync(account, page.state).changes == []


def test_a_mail_moved_away_and_back_has_a_new_id_each_time(ews, account):
    (first,) = fill(ews, 1)
    state = sync(account).state
    back = ews.control.move(ews.control.move(first, "junkemail"), "inbox")

    page = sync(account, state)

    assert [(kind, item.id) for kind, item in page.changes] == [("delete", first), ("create", back)]


def test_every_folder_has_a_state_of_its_own(ews, account):
    fill(ews, 1)
    fill(ews, 2, "sentitems")
    state = sync(account, folder=account.sent).state

    assert sync(account, state, folder=account.sent).changes == []
    with pytest.raises(ErrorInvalidSyncStateData):
        sync(account, state, folder=account.inbox)


def test_a_state_that_was_never_given_out_is_refused(ews, account):
    with pytest.raises(ErrorInvalidSyncStateData):
        sync(account, "H4sIAAAAAAAC")


def test_voided_states_are_refused_and_a_full_round_brings_everything_again(ews, account):
    fill(ews, 3)
    state = sync(account).state
    ews.control.void_sync_states()

    with pytest.raises(ErrorInvalidSyncStateData):
        sync(account, state)
    assert len(sync(account).changes) == 3


def test_exchangelibs_own_sync_items_goes_through_all_pages(ews, account):
    fill(ews, 230)

    assert sum(1 for _ in account.inbox.sync_items(only_fields=["message_id"])) == 230
    assert account.inbox.item_sync_state
    assert [request["detail"]["initial"] for request in ews.control.requests("SyncFolderItems")] == [True, False, False]


def test_a_listing_gives_no_more_at_once_than_the_server_allows(ews, account):
    ids = fill(ews, 7)
    ews.control.limit_pages(3)

    assert [item.id for item in account.inbox.all().only("subject")] == ids[::-1]
    assert len(ews.control.requests("FindItem")) == 3


def test_a_folder_of_another_class_is_another_kind_of_folder(ews, account):
    ews.control.classify(ews.control.create_folder("Agenda"), "IPF.Appointment")

    (calendar,) = account.inbox.children

    assert (type(calendar), calendar.folder_class) == (exchangelib.folders.Calendar, "IPF.Appointment")
