"""The hazards of reference 2.3 whose number stands in each name, reproduced with the real exchangelib."""

from __future__ import annotations

import binascii
from xml.sax import SAXParseException

import pytest
import urllib3
from exchangelib import FaultTolerance
from exchangelib.errors import (
    ErrorAccessDenied,
    ErrorInvalidSyncStateData,
    ErrorItemNotFound,
    ErrorServerBusy,
    ErrorTimeoutExpired,
    MalformedResponseError,
    RateLimitError,
    TransportError,
    UnauthorizedError,
)
from exchangelib.util import ElementNotFound

from tests.integration.simulators.ews.sync_client import sync
from tests.support.ews import connect, eml, fill, message_id


def fetch(account, ids, *fields):
    return list(account.fetch([(item_id, None) for item_id in ids], only_fields=fields or ["subject", "message_id"]))


def test_1_a_reply_cut_without_a_length_loses_mail_silently(ews, account):
    fill(ews, 10)
    whole = sync(account)
    ews.control.fault("cut", "SyncFolderItems", after_items=4)

    page = sync(account)

    assert len(page.changes) == 4
    assert (page.state, page.is_last) == (whole.state, True)
    assert sync(account, page.state).changes == []


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_1_a_reply_cut_within_an_announced_length_is_noticed(ews, account, framing):
    fill(ews, 10)
    account.inbox.refresh()
    ews.control.fault("cut", "SyncFolderItems", at=900, framing=framing)

    with pytest.raises(ErrorTimeoutExpired):
        sync(account)
    assert len(sync(account).changes) == 10


@pytest.mark.parametrize("fault", [{"kind": "refuse"}, {"kind": "cut", "at": 0, "hard": True}])
def test_4_a_reset_connection_reaches_the_caller(ews, account, fault):
    account.inbox.refresh()
    ews.control.fault(operation="SyncFolderItems", **fault)

    with pytest.raises(ErrorTimeoutExpired):
        sync(account)
    assert ews.control.requests("SyncFolderItems")[0]["status"] is None


def test_4_a_closed_port_reaches_the_caller_and_state_survives(ews_process):
    account = connect(ews_process)
    state = sync(account).state

    with ews_process.down(), pytest.raises(ErrorTimeoutExpired):
        sync(account, state)
    assert sync(account, state).changes == []


@pytest.mark.parametrize("status", [429, 502, 504, 500])
def test_4_fault_tolerance_does_not_retry_these(ews, status):
    account = connect(ews, retry_policy=FaultTolerance(max_wait=60))
    account.inbox.refresh()
    ews.control.fault("status", "SyncFolderItems", status=status, retry_after=1)

    with pytest.raises(MalformedResponseError, match=f"Code: {status}"):
        sync(account)
    assert len(ews.control.requests("SyncFolderItems")) == 1


def test_4_a_slow_answer_runs_into_the_clients_timeout_though_the_work_was_done(ews, account, monkeypatch):
    fill(ews, 1)
    mail = account.inbox.get()
    trash = account.trash
    monkeypatch.setattr(account.protocol, "TIMEOUT", 0.2)
    ews.control.fault("delay", "MoveItem", ms=400)

    with pytest.raises(ErrorTimeoutExpired):
        mail.move(trash)
    monkeypatch.undo()
    assert len(ews.control.requests("MoveItem")) == 1


def test_5_fault_tolerance_takes_a_401_for_a_busy_server(ews):
    account = connect(ews, retry_policy=FaultTolerance(max_wait=5))
    account.inbox.refresh()
    ews.control.fault("status", "SyncFolderItems", status=401)

    with pytest.raises(RateLimitError):
        sync(account)
    failing_fast = connect(ews, password="fout")
    with pytest.raises(UnauthorizedError):
        failing_fast.inbox.refresh()


def test_6_the_servers_advice_to_wait_arrives(ews, account):
    account.inbox.refresh()
    ews.control.fault("busy", "SyncFolderItems", back_off_ms=2500)

    with pytest.raises(ErrorServerBusy) as caught:
        sync(account)
    assert caught.value.back_off == 2.5


@pytest.mark.parametrize(("retry_after", "seconds"), [(7, 7), (None, None)])
def test_6_a_503_with_and_without_retry_after(ews, retry_after, seconds):
    account = connect(ews, retry_policy=FaultTolerance(max_wait=5))
    account.inbox.refresh()
    ews.control.fault("status", "SyncFolderItems", status=503, retry_after=retry_after)

    with pytest.raises(RateLimitError) as caught:
        sync(account)
    assert caught.value.wait == (seconds or account.protocol.RETRY_WAIT)


def test_7_a_bad_sync_state_with_its_element_is_the_right_error_and_without_is_not(ews, account):
    state = sync(account).state
    ews.control.fault("invalid_sync_state", "SyncFolderItems", element=True)
    ews.control.fault("invalid_sync_state", "SyncFolderItems", element=False, skip=1)

    with pytest.raises(ErrorInvalidSyncStateData):
        sync(account, state)
    with pytest.raises(AttributeError, match="'NoneType' object has no attribute 'text'"):
        sync(account, state)
    assert sync(account, state).changes == []


@pytest.mark.parametrize("tag", ["SharingMessage", "RoleMember", "Network", "Person", "AbchPerson"])
def test_8_an_unknown_item_in_a_page_kills_the_page_until_it_is_stepped_over(ews, account, tag):
    fill(ews, 3)
    ews.control.fault("unknown_tag", "SyncFolderItems", items=[message_id(2)], count=None, tag=tag)

    with pytest.raises(ValueError, match=tag):
        sync(account)
    first = sync(account, limit=1)
    with pytest.raises(ValueError, match=tag):
        sync(account, first.state, limit=1)
    assert first.message_ids == [message_id(3)]


@pytest.mark.parametrize(
    "code",
    [
        "ErrorMimeContentConversionFailed",
        "ErrorItemNotFound",
        "ErrorItemCorrupt",
        "ErrorCorruptData",
        "ErrorMessageSizeExceeded",
    ],
)
def test_9_an_error_for_one_item_leaves_the_others(ews, account, code):
    ids = fill(ews, 3)
    ews.control.fault("item_error", "GetItem", items=[ids[1]], count=None, code=code)

    answers = fetch(account, ids)

    assert [type(answer).__name__ for answer in answers] == ["Message", code, "Message"]


@pytest.mark.parametrize(
    ("code", "error"), [("ErrorAccessDenied", ErrorAccessDenied), ("ErrorOfAnotherWorld", TransportError)]
)
def test_9_other_codes_take_the_whole_batch_down(ews, account, code, error):
    ids = fill(ews, 3)
    ews.control.fault("item_error", "GetItem", items=[message_id(2)], count=None, code=code)

    with pytest.raises(error):
        fetch(account, ids)
    assert [mail.message_id for mail in fetch(account, [ids[0], ids[2]])] == [message_id(1), message_id(3)]


def test_7_and_9_any_error_without_a_sync_state_hides_behind_an_attribute_error(ews, account):
    account.inbox.refresh()
    ews.control.fault("error", "SyncFolderItems", code="ErrorAccessDenied")
    ews.control.fault("error", "SyncFolderItems", code="ErrorAccessDenied", sync_state=True, skip=1)

    with pytest.raises(AttributeError):
        sync(account)
    with pytest.raises(ErrorAccessDenied):
        sync(account)


def test_10_fewer_answers_than_asked_pass_unnoticed(ews, account):
    ids = fill(ews, 3)
    ews.control.fault("fewer", "GetItem", items=[message_id(1)])

    assert [mail.message_id for mail in fetch(account, ids)] == [message_id(2), message_id(3)]
    (entry,) = ews.control.requests("GetItem")
    assert (entry["count"], entry["ids"], entry["faults"]) == (3, ids, ["fewer"])


def test_10_answers_may_come_twice_or_in_another_order(ews, account):
    ids = fill(ews, 3)
    ews.control.fault("reorder", "GetItem")
    ews.control.fault("duplicate", "GetItem", skip=1)

    assert [mail.message_id for mail in fetch(account, ids)] == [message_id(n) for n in (3, 2, 1)]
    assert [mail.message_id for mail in fetch(account, ids)] == [message_id(n) for n in (1, 2, 3, 1, 2, 3)]


def test_changes_may_come_twice_or_in_another_order(ews, account):
    fill(ews, 2)
    ews.control.fault("reorder", "SyncFolderItems")
    ews.control.fault("duplicate", "SyncFolderItems", skip=1)

    assert sync(account).message_ids == [message_id(1), message_id(2)]
    assert sync(account).message_ids == [message_id(2), message_id(1)] * 2


def test_11_a_link_to_a_cloud_file_is_dropped_silently(ews, account):
    ews.control.add_mail(eml(1, attachments={"a.pdf": b"x"}))
    ews.control.fault("reference_attachment", "GetItem")

    mail = account.inbox.get()

    assert (mail.has_attachments, mail.attachments) == (True, [])
    assert b"a.pdf" not in mail.mime_content
    assert b"Dit is vraag 1." in mail.mime_content


def test_12_a_bad_date_is_none_and_bad_base64_is_garbage(ews, account):
    (item_id,) = fill(ews, 1)
    ews.control.fault("replace_text", "GetItem", element="DateTimeReceived", text="gisteren")
    ews.control.fault("replace_text", "GetItem", element="MimeContent", text="geen base64 hi!!")

    (mail,) = fetch(account, [item_id], "datetime_received", "mime_content", "size")

    assert mail.datetime_received is None
    assert mail.mime_content
    assert not mail.mime_content.startswith(b"From")
    assert len(mail.mime_content) != mail.size


@pytest.fixture
def attachment(ews, account):
    ews.control.add_mail(eml(1, attachments={"a.pdf": b"0123456789" * 5000}))
    return account.inbox.get().attachments[0]


def read(attachment) -> bytes:
    with attachment.fp as stream:
        return stream.read()


def test_13_an_attachment_without_content(ews, attachment):
    ews.control.fault("no_content", "GetAttachment")

    with pytest.raises(ElementNotFound):
        read(attachment)
    assert len(read(attachment)) == 50_000


def test_13_an_empty_attachment_whose_element_is_empty_is_read_as_nothing(ews, account):
    ews.control.add_mail(eml(1, attachments={"leeg.pdf": b""}))

    assert read(account.inbox.get().attachments[0]) == b""


def test_13_wrapped_base64(ews, attachment):
    ews.control.fault("wrap_base64", "GetAttachment")

    with pytest.raises(binascii.Error):
        read(attachment)


@pytest.mark.parametrize(
    ("framing", "error"), [("length", urllib3.exceptions.ProtocolError), ("close", SAXParseException)]
)
def test_13_a_cut_attachment(ews, attachment, framing, error):
    ews.control.fault("cut", "GetAttachment", at=3000, framing=framing)

    with pytest.raises(error):
        read(attachment)


def test_13_a_fault_aimed_at_a_mail_strikes_its_attachments_only(ews, account, attachment):
    ews.control.add_mail(eml(2, attachments={"b.pdf": b"goed"}))
    ews.control.fault("item_error", "GetAttachment", items=[message_id(1)], count=None, code="ErrorItemNotFound")

    with pytest.raises(ErrorItemNotFound):
        read(attachment)
    assert read(account.inbox.get(message_id=message_id(2)).attachments[0]) == b"goed"


def test_16_the_id_changes_on_a_move_even_when_the_answer_is_lost(ews, account):
    (old,) = fill(ews, 1)
    mail = account.inbox.get()
    trash = account.trash
    ews.control.fault("cut", "MoveItem", at=0, framing="length")

    with pytest.raises(ErrorTimeoutExpired):
        mail.move(trash)
    assert ews.control.ids() == []
    assert ews.control.ids("deleteditems") != [old]


def test_17_ghosts_are_listed_and_cannot_be_fetched(ews, account):
    fill(ews, 1)
    ews.control.fault("ghosts", "SyncFolderItems", number=2)

    page = sync(account)

    assert page.message_ids == [message_id(1), None, None]
    answers = fetch(account, [item.id for _, item in page.changes])
    assert [type(answer).__name__ for answer in answers] == ["Message", "ErrorItemNotFound", "ErrorItemNotFound"]
