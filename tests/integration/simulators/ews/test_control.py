"""The control API: what a test does to the mailbox, faults, and the request log."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from exchangelib import Folder
from exchangelib.errors import ErrorInvalidOperation
from exchangelib.services import CreateFolder

from simulators._common.control import ControlError
from tests.integration.simulators.ews.sync_client import sync
from tests.support.ews import connect, eml, fill, message_id


def test_mails_are_listed_oldest_first_with_what_a_test_needs(ews):
    late = ews.control.add_mail(eml(1), received=datetime(2026, 11, 2, 12, tzinfo=UTC))
    early = ews.control.add_mail(eml(2), received=datetime(2026, 11, 2, 9, tzinfo=UTC))
    ews.control.mark_read(late)

    first, second = ews.control.mails()

    assert (first["id"], first["message_id"], first["is_read"]) == (early, message_id(2), False)
    assert (second["received"], second["is_read"]) == ("2026-11-02T12:00:00+00:00", True)


def test_the_received_time_reaches_the_client(ews, account):
    ews.control.add_mail(eml(1), received=datetime(2026, 11, 2, 12, tzinfo=UTC))

    assert account.inbox.get().datetime_received == datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_copies_and_deletions(ews):
    (item_id,) = fill(ews, 1)

    copied = ews.control.copy(item_id, "inbox")
    ews.control.delete(item_id)

    assert ews.control.ids() == [copied]


def test_what_is_not_there_is_an_error(ews):
    with pytest.raises(ControlError, match="404"):
        ews.control.delete("weg")
    with pytest.raises(ControlError, match="404"):
        ews.control.ids("onbekend")


@pytest.mark.parametrize(("kind", "params"), [("regen", {}), ("busy", {"back_of_ms": 1})])
def test_a_fault_that_does_not_exist_is_refused(ews, kind, params):
    with pytest.raises(ControlError, match="400"):
        ews.control.fault(kind, **params)


def test_a_fault_strikes_its_operation_after_skip_and_count_times(ews, account):
    fill(ews, 1)
    account.inbox.refresh()
    ews.control.fault("fewer", "GetItem", skip=1, count=2)
    item = sync(account).changes[0][1]

    answers = [len(list(account.fetch([item], only_fields=["subject"]))) for _ in range(4)]

    assert answers == [1, 0, 0, 1]
    assert [fault["hits"] for fault in ews.control.faults()] == [2]


def test_cleared_faults_do_not_strike(ews, account):
    ews.control.fault("refuse", count=None)
    ews.control.clear_faults()

    assert account.inbox.total_count == 0


def test_waiting_for_a_request_that_does_not_come_is_an_error(ews):
    with pytest.raises(ControlError, match="504"):
        ews.control.wait_for("GetItem", timeout_seconds=0.01)


def test_the_log_can_be_forgotten(ews):
    connect(ews).inbox.refresh()
    assert len(ews.control.wait_for("GetFolder", 2)) >= 2

    ews.control.clear_requests()

    assert ews.control.requests() == []


def test_an_operation_that_is_not_simulated_says_so(ews, account):
    with pytest.raises(ErrorInvalidOperation, match="CreateFolder is not simulated"):
        CreateFolder(account=account).get(parent_folder=account.inbox, folders=[Folder(parent=account.inbox, name="X")])
