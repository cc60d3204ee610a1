"""Every fault that the reference lists for EWS: nothing may be lost, nothing may stop the other mails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.protocol import ChangeKind, CursorLost, FetchedMail, Gone, Poison, Wanted
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import connection, content, everything, wanted
from tests.support.ews import eml, fill

GET, SYNC = "GetItem", "SyncFolderItems"


def files(tmp_path: Path) -> list[Path]:
    """What stands in the spool."""
    return list((tmp_path / "spool").iterdir())


class TestTransport:
    @pytest.mark.parametrize("framing", ["close", "length", "chunked"])
    async def test_1_a_cut_page_is_no_page(self, ews: EwsSimulator, mailbox: EwsMailbox, framing: str) -> None:
        ids = fill(ews, 10)
        ews.control.fault("cut", SYNC, after_items=4, framing=framing)
        with pytest.raises(Unavailable):
            await mailbox.changes("inbox", None, 100)
        assert [change.provider_id for change in await everything(mailbox)] == ids[::-1]

    async def test_1_a_cut_mail_is_no_mail(self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path) -> None:
        ids = fill(ews, 3)
        ews.control.fault("cut", GET, after_items=1, framing="close")
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == [eml(1), eml(2), eml(3)]
        assert len(files(tmp_path)) == 3

    @pytest.mark.parametrize("framing", ["close", "length", "chunked"])
    async def test_1_13_a_mail_cut_in_its_middle_is_no_mail(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path, framing: str
    ) -> None:
        raw = eml(1, attachments={"a.pdf": bytes(range(256)) * 2_000})
        one = ews.control.add_mail(raw)
        ews.control.fault("cut", GET, at=len(raw), framing=framing, count=2)
        bad = (await mailbox.fetch(wanted([one])))[one]
        assert (type(bad), bad.provider_id) == (Poison, one)
        assert files(tmp_path) == []
        assert content((await mailbox.fetch(wanted([one])))[one]) == raw

    async def test_4_a_reset_in_the_middle_of_a_mail_is_tried_again(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path
    ) -> None:
        raw = eml(1, attachments={"a.pdf": b"x" * 300_000})
        one = ews.control.add_mail(raw)
        ews.control.fault("cut", GET, at=200_000, framing="length", hard=True)
        assert content((await mailbox.fetch(wanted([one])))[one]) == raw
        assert len(files(tmp_path)) == 1

    @pytest.mark.parametrize(
        ("params", "retry_after"),
        [
            ({"status": 503, "retry_after": 17}, 17.0),
            ({"status": 429, "retry_after": 30}, 30.0),
            ({"status": 503}, None),
            ({"status": 502}, None),
            ({"status": 504}, None),
            ({"status": 500, "body": "<html>Server Error in '/EWS' Application</html>"}, None),
        ],
    )
    async def test_4_6_statuses(
        self, ews: EwsSimulator, mailbox: EwsMailbox, params: dict[str, Any], retry_after: float | None
    ) -> None:
        ews.control.fault("status", SYNC, **params)
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", None, 10)
        assert caught.value.retry_after_seconds == retry_after
        assert caught.value.code == f"ews_http_{params['status']}"
        assert len(ews.control.requests()) == 1

    async def test_4_a_reset_connection(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ews.control.fault("refuse")
        with pytest.raises(Unavailable):
            await mailbox.probe()
        await mailbox.probe()

    @pytest.mark.parametrize("status", [401, 403])
    async def test_5_a_refusal_is_tried_once(self, ews: EwsSimulator, mailbox: EwsMailbox, status: int) -> None:
        ews.control.fault("status", status=status, count=None)
        with pytest.raises(Denied) as caught:
            await mailbox.fetch(wanted(["a", "b", "c"]))
        assert len(ews.control.requests()) == 1
        assert caught.value.code == f"ews_http_{status}"
        ews.control.clear_faults()
        await mailbox.probe()

    async def test_5_a_wrong_password(self, inline: None, ews: EwsSimulator, tmp_path: Path) -> None:
        adapter = EwsMailbox(connection(ews, password="verkeerd"), tmp_path / "spool")
        with pytest.raises(Denied) as caught:
            await adapter.changes("inbox", None, 10)
        assert "verkeerd" not in str(caught.value)
        assert len(ews.control.requests()) == 1
        await adapter.close()

    async def test_6_server_busy(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ews.control.fault("busy", SYNC, back_off_ms=42_000)
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", None, 10)
        assert caught.value.retry_after_seconds == 42.0
        assert len(ews.control.requests()) == 1


class TestChanges:
    @pytest.mark.parametrize("element", [True, False])
    async def test_7_a_lost_cursor(self, ews: EwsSimulator, mailbox: EwsMailbox, element: bool) -> None:
        page = await mailbox.changes("inbox", None, 10)
        ews.control.fault("invalid_sync_state", SYNC, element=element)
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", page.cursor, 10)

    async def test_7_a_cursor_of_another_life(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        page = await mailbox.changes("inbox", None, 10)
        ews.control.void_sync_states()
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", page.cursor, 10)

    async def test_8_an_unknown_kind_of_item_is_read_like_the_others(
        self, ews: EwsSimulator, mailbox: EwsMailbox
    ) -> None:
        ids = fill(ews, 3)
        ews.control.fault("unknown_tag", None, items=[ids[1]], count=None, tag="SharingMessage")
        assert [change.provider_id for change in await everything(mailbox, 10)] == ids[::-1]
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == [eml(1), eml(2), eml(3)]
        assert any("unknown_tag" in request["faults"] for request in ews.control.requests(GET))

    async def test_12_a_bad_date_costs_only_the_date(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        fill(ews, 1)
        ews.control.fault("replace_text", SYNC, element="DateTimeReceived", text="gisteren")
        (change,) = await everything(mailbox)
        assert change.received_at is None

    async def test_17_ghosts_are_gone(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 1)
        ews.control.fault("ghosts", SYNC, number=2)
        changes = await everything(mailbox, 10)
        answers = await mailbox.fetch(wanted([change.provider_id for change in changes]))
        assert sorted(type(answer).__name__ for answer in answers.values()) == ["FetchedMail", "Gone", "Gone"]
        assert content(answers[ids[0]]) == eml(1)

    @pytest.mark.parametrize("kind", ["error", "soap_fault"])
    async def test_an_internal_error_of_the_server(self, ews: EwsSimulator, mailbox: EwsMailbox, kind: str) -> None:
        ews.control.fault(kind, SYNC)
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", None, 10)
        assert caught.value.detail == "ErrorInternalServerError"


class TestFetch:
    async def test_9_one_error_costs_one_mail(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 5)
        ews.control.fault("item_error", GET, items=[ids[2]], count=None, code="ErrorMimeContentConversionFailed")
        answers = await mailbox.fetch(wanted(ids))
        assert answers.pop(ids[2]) == Poison(provider_id=ids[2], reason="ErrorMimeContentConversionFailed")
        assert {type(answer) for answer in answers.values()} == {FetchedMail}

    @pytest.mark.parametrize(
        ("code", "transient"),
        [
            ("ErrorContentConversionFailed", False),
            ("ErrorAccessDenied", False),
            ("ErrorInternalServerError", True),
            ("ErrorNobodyKnows", True),
        ],
    )
    async def test_9_an_error_for_the_batch_is_narrowed_down_to_its_mail(
        self, ews: EwsSimulator, mailbox: EwsMailbox, code: str, transient: bool
    ) -> None:
        ids = fill(ews, 6)
        ews.control.fault("error", GET, items=[ids[4]], count=None, code=code)
        answers = await mailbox.fetch(wanted(ids))
        bad = answers.pop(ids[4])
        assert isinstance(bad, Poison)
        assert bad.transient is transient
        assert {type(answer) for answer in answers.values()} == {FetchedMail}

    async def test_9_a_lonely_bad_mail_does_not_stop_the_mailbox(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        (one,) = fill(ews, 1)
        ews.control.fault("error", GET, count=None, code="ErrorInternalServerError")
        answers = await mailbox.fetch(wanted([one]))
        assert answers[one] == Poison(provider_id=one, reason="ErrorInternalServerError", transient=True)

    async def test_9_a_server_that_fails_at_everything_is_away(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path
    ) -> None:
        ids = fill(ews, 3)
        ews.control.fault("soap_fault", None, count=None, code="ErrorInternalServerError")
        with pytest.raises(Unavailable):
            await mailbox.fetch(wanted(ids))
        assert files(tmp_path) == []

    async def test_9_rights_that_were_taken_away(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 3)
        ews.control.fault("error", None, count=None, code="ErrorAccessDenied")
        with pytest.raises(Denied):
            await mailbox.fetch(wanted(ids))

    async def test_9_busy_in_the_middle_of_a_bisection(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path
    ) -> None:
        ids = fill(ews, 4)
        ews.control.fault("error", GET, code="ErrorContentConversionFailed")
        ews.control.fault("busy", GET, skip=2, back_off_ms=5_000)
        with pytest.raises(Unavailable) as caught:
            await mailbox.fetch(wanted(ids))
        assert caught.value.retry_after_seconds == 5.0
        assert files(tmp_path) == []

    async def test_busy_after_a_batch_that_went_well(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path
    ) -> None:
        ids = fill(ews, 60)
        ews.control.fault("busy", GET, skip=1)
        with pytest.raises(Unavailable):
            await mailbox.fetch(wanted(ids))
        assert files(tmp_path) == []

    async def test_10_answers_left_out_are_asked_again(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 5)
        ews.control.fault("fewer", GET, items=[ids[0]], count=1)
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == [eml(number) for number in range(1, 6)]

    @pytest.mark.parametrize("kind", ["reorder", "duplicate"])
    async def test_10_answers_in_another_order_or_twice(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path, kind: str
    ) -> None:
        ids = fill(ews, 4)
        ews.control.fault(kind, GET)
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == [eml(number) for number in range(1, 5)]
        assert len(files(tmp_path)) == 4

    async def test_10_an_answer_that_never_comes(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 3)
        ews.control.fault("fewer", GET, items=[ids[1]], count=None)
        answers = await mailbox.fetch(wanted(ids))
        assert answers[ids[1]] == Poison(provider_id=ids[1], reason="no_answer", transient=True)
        assert content(answers[ids[2]]) == eml(3)

    async def test_11_a_cloud_attachment_can_be_seen(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        one = ews.control.add_mail(eml(1, attachments={"a.pdf": b"%PDF"}))
        ews.control.fault("reference_attachment", GET)
        answer = (await mailbox.fetch(wanted([one])))[one]
        assert isinstance(answer, FetchedMail)
        assert b"a.pdf" not in content(answer)
        assert answer.has_attachments is True

    @pytest.mark.parametrize(
        ("text", "reason"),
        [("RnJvbTogeEB5!DQoNCg==", "mime_not_base64"), ("AAECAwQF", "not_mail"), ("", "mime_missing")],
    )
    async def test_12_garbage_is_no_mail(
        self, ews: EwsSimulator, mailbox: EwsMailbox, text: str, reason: str, tmp_path: Path
    ) -> None:
        ids = fill(ews, 2)
        ews.control.fault("replace_text", GET, items=[ids[0]], element="MimeContent", text=text, count=None)
        answers = await mailbox.fetch(wanted(ids))
        bad = answers[ids[0]]
        assert isinstance(bad, Poison)
        assert bad.reason == reason
        assert b"MimeContent" in bad.raw
        assert content(answers[ids[1]]) == eml(2)
        assert len(files(tmp_path)) == 1

    async def test_13_wrapped_base64(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        (one,) = fill(ews, 1)
        ews.control.fault("wrap_base64", GET, element="MimeContent")
        assert content((await mailbox.fetch(wanted([one])))[one]) == eml(1)

    @pytest.mark.parametrize(
        "text", ["<html>Aanmelden</html>", "geen xml", "<a><b></a>", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"]
    )
    async def test_an_answer_that_is_no_answer(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path, text: str
    ) -> None:
        ids = fill(ews, 2)
        ews.control.fault("status", status=200, body=text, count=None)
        with pytest.raises(Unavailable):
            await mailbox.fetch(wanted(ids))
        assert files(tmp_path) == []

    async def test_a_spool_that_cannot_be_written_is_no_mails_fault(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path
    ) -> None:
        ids = fill(ews, 2)
        (tmp_path / "spool").rmdir()
        with pytest.raises(Unavailable) as caught:
            await mailbox.fetch(wanted(ids))
        assert caught.value.code == "spool_unwritable"
        assert len(ews.control.requests(GET)) == 1

    async def test_a_mail_over_the_limit_is_not_asked(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        first, second = fill(ews, 2)
        asked = [Wanted(provider_id=first, size=150_000_001), Wanted(provider_id=second, size=1_000)]
        answers = await mailbox.fetch(asked)
        assert answers[first] == Poison(provider_id=first, reason="too_large")
        assert content(answers[second]) == eml(2)

    async def test_a_mail_larger_than_it_said(self, inline: None, ews: EwsSimulator, tmp_path: Path) -> None:
        adapter = EwsMailbox(connection(ews, max_mail_bytes=50_000), tmp_path / "spool")
        first, second = ews.control.add_mail(eml(1, attachments={"a": b"x" * 200_000})), ews.control.add_mail(eml(2))
        answers = await adapter.fetch(wanted([first, second]))
        assert answers[first] == Poison(provider_id=first, reason="too_large")
        assert content(answers[second]) == eml(2)
        await adapter.close()


async def test_14_15_16_it_only_reads(ews: EwsSimulator, mailbox: EwsMailbox) -> None:
    """No hints to trust, no session lent to a stream for long, and no move that gives a mail another id."""
    ids = fill(ews, 3)
    await everything(mailbox)
    await mailbox.fetch(wanted(ids))
    await mailbox.folders("inbox")
    await mailbox.listing("inbox", None, 10)
    await mailbox.probe()
    reading = {"SyncFolderItems", "GetItem", "GetFolder", "FindFolder", "FindItem"}
    assert {request["operation"] for request in ews.control.requests()} <= reading
    assert all(mail["is_read"] is False for mail in ews.control.mails())


async def test_16_a_move_is_a_deletion_and_a_new_item(ews: EwsSimulator, mailbox: EwsMailbox) -> None:
    (one,) = fill(ews, 1)
    page = await mailbox.changes("inbox", None, 10)
    back = ews.control.move(ews.control.move(one, "junkemail"), "inbox")
    later = await mailbox.changes("inbox", page.cursor, 10)
    assert {(change.provider_id, change.kind) for change in later.changes} == {
        (one, ChangeKind.DELETE),
        (back, ChangeKind.CREATE),
    }
    answers = await mailbox.fetch(wanted([one, back]))
    assert answers[one] == Gone(provider_id=one)
    assert content(answers[back]) == eml(1)
