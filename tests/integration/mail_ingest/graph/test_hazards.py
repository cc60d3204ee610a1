"""Every fault that the reference lists for Graph: nothing may be lost, nothing may stop the other mails."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.graph import GraphMailbox
from services.mail_ingest.remote.protocol import ChangeKind, CursorLost, FetchedMail, Gone, Poison, Wanted
from simulators.graph import GraphSimulator
from tests.integration.mail_ingest.graph.support import connection, content, everything, files, operations, wanted
from tests.support.graph import eml, fill
from tests.support.polling import wait_until


class TestTransport:
    @pytest.mark.parametrize("framing", ["length", "chunked", "close"])
    async def test_a_cut_page_is_no_page(self, graph: GraphSimulator, mailbox: GraphMailbox, framing: str) -> None:
        ids = fill(graph, 10)
        graph.control.fault("cut", "Delta", at=400, framing=framing)
        with pytest.raises(Unavailable):
            await mailbox.changes("inbox", None, 100)
        assert [change.provider_id for change in await everything(mailbox)] == ids[::-1]

    @pytest.mark.parametrize("text", ["", "<html>", "[]", "null", '{"value": 3}', '{"value": [], "x": 1}'])
    async def test_what_is_no_page(self, graph: GraphSimulator, mailbox: GraphMailbox, text: str) -> None:
        graph.control.fault("replace_body", "Delta", text=text)
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", None, 100)
        assert caught.value.code == "graph_unexpected_answer"

    async def test_truncated_json_in_a_whole_answer(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 3)
        graph.control.fault("replace_body", "Delta", keep=300)
        with pytest.raises(Unavailable):
            await mailbox.changes("inbox", None, 100)
        assert len(await everything(mailbox)) == len(ids)

    @pytest.mark.parametrize(
        ("kind", "params", "retry_after"),
        [
            ("throttle", {"retry_after": 17}, 17.0),
            ("throttle", {}, None),
            ("status", {"status": 503, "retry_after": 30}, 30.0),
            ("status", {"status": 503}, None),
            ("status", {"status": 502}, None),
            ("status", {"status": 504}, None),
            ("status", {"status": 500, "body": "<html>Server Error</html>"}, None),
            ("refuse", {}, None),
        ],
    )
    async def test_trouble_of_the_server(
        self, graph: GraphSimulator, mailbox: GraphMailbox, kind: str, params: dict[str, Any], retry_after: float | None
    ) -> None:
        graph.control.fault(kind, "Delta", **params)
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", None, 10)
        assert caught.value.retry_after_seconds == retry_after
        assert len(graph.control.requests("Delta")) == 1
        await mailbox.changes("inbox", None, 10)

    async def test_a_short_retry_after_is_waited_for(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        graph.control.fault("throttle", "Delta", retry_after=0)
        await mailbox.changes("inbox", None, 10)
        assert [request["status"] for request in graph.control.requests("Delta")] == [429, 200]

    async def test_a_server_that_is_away(self, graph_process: GraphSimulator, tmp_path: Path) -> None:
        adapter = GraphMailbox(connection(graph_process), tmp_path / "spool")
        ids = fill(graph_process, 3)
        with graph_process.down():
            for call in (adapter.probe(), adapter.changes("inbox", None, 10), adapter.fetch(wanted(ids))):
                with pytest.raises(Unavailable):
                    await call
        assert len(await adapter.fetch(wanted(ids))) == 3
        await adapter.close()

    async def test_a_slow_server_ends_the_call_not_the_adapter(self, graph: GraphSimulator, tmp_path: Path) -> None:
        adapter = GraphMailbox(connection(graph, request_timeout_seconds=0.3), tmp_path / "spool")
        await adapter.probe()
        graph.control.fault("delay", "Delta", ms=60_000)
        with pytest.raises(Unavailable) as caught:
            await adapter.changes("inbox", None, 10)
        assert caught.value.code == "remote_timeout"
        await adapter.changes("inbox", None, 10)
        await adapter.close()


class TestAccess:
    async def test_a_revoked_token_is_replaced_once(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 6)
        await everything(mailbox, 10)
        graph.control.revoke_tokens()
        answers = await mailbox.fetch(wanted(ids))
        assert {type(answer) for answer in answers.values()} == {FetchedMail}
        assert len(graph.control.requests("Token")) == 2

    async def test_401_after_a_fresh_token_is_a_refusal(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        graph.control.fault("unauthorized", "Delta", count=None)
        with pytest.raises(Denied) as caught:
            await mailbox.changes("inbox", None, 10)
        assert caught.value.code == "graph_denied"
        assert operations(graph) == ["Metadata", "Token", "Delta", "Token", "Delta"]

    async def test_401_ends_a_batch_without_a_storm(
        self, graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path
    ) -> None:
        ids = fill(graph, 40)
        graph.control.fault("unauthorized", "GetMime", count=None)
        with pytest.raises(Denied):
            await mailbox.fetch(wanted(ids))
        assert len(graph.control.requests("Token")) <= 3
        assert len(graph.control.requests("GetMime")) <= 16
        assert files(tmp_path) == []

    async def test_403_is_tried_once(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        graph.control.fault("denied", "Delta", count=None)
        with pytest.raises(Denied) as caught:
            await mailbox.changes("inbox", None, 10)
        assert caught.value.detail == "403 ErrorAccessDenied"
        assert len(graph.control.requests("Delta")) == 1

    async def test_rights_that_were_taken_away(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 3)
        graph.control.fault("denied", None, count=None)
        with pytest.raises(Denied):
            await mailbox.fetch(wanted(ids))

    async def test_403_about_one_mail_costs_one_mail(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 3)
        graph.control.fault("denied", "GetMime", items=[ids[1]], count=None)
        answers = await mailbox.fetch(wanted(ids))
        bad = answers.pop(ids[1])
        assert isinstance(bad, Poison)
        assert (bad.reason, bad.transient) == ("ErrorAccessDenied", False)
        assert {type(answer) for answer in answers.values()} == {FetchedMail}

    async def test_a_mailbox_that_is_gone_does_not_make_its_mails_gone(
        self, graph: GraphSimulator, mailbox: GraphMailbox
    ) -> None:
        ids = fill(graph, 2)
        graph.control.fault("status", None, status=404, code="MailboxNotEnabledForRESTAPI", count=None)
        with pytest.raises(Denied):
            await mailbox.fetch(wanted(ids))

    @pytest.mark.parametrize("origin", ["http://127.0.0.1:9", "https://graph.microsoft.com", "http://x@127.0.0.1:9"])
    async def test_a_link_to_another_server_is_neither_kept_nor_followed(
        self, graph: GraphSimulator, mailbox: GraphMailbox, origin: str
    ) -> None:
        fill(graph, 5)
        graph.control.fault("foreign_link", "Delta", origin=origin)
        graph.control.fault("foreign_link", "ListMessages", origin=origin)
        with pytest.raises(Denied) as caught:
            await mailbox.changes("inbox", None, 2)
        assert caught.value.code == "graph_foreign_link"
        with pytest.raises(Denied):
            await mailbox.listing("inbox", None, 2)

    @pytest.mark.parametrize("cursor", ["https://elders.example/v1.0/x", "H4sIAAAAAAAC", "", "http://[", "//127.0.0.1"])
    async def test_a_cursor_of_something_else_is_no_cursor(
        self, graph: GraphSimulator, mailbox: GraphMailbox, cursor: str
    ) -> None:
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", cursor, 2)
        assert operations(graph) == []


class TestRounds:
    @pytest.mark.parametrize("status", [410, 400, 404])
    async def test_a_lost_round(self, graph: GraphSimulator, mailbox: GraphMailbox, status: int) -> None:
        page = await mailbox.changes("inbox", None, 10)
        graph.control.fault("lost_state", "Delta", status=status)
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", page.cursor, 10)

    async def test_lost_in_the_middle_of_a_round(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 5)
        page = await mailbox.changes("inbox", None, 2)
        graph.control.void_delta_tokens()
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", page.cursor, 2)
        assert [change.provider_id for change in await everything(mailbox)] == ids[::-1]

    async def test_a_token_that_was_damaged(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        page = await mailbox.changes("inbox", None, 2)
        with pytest.raises(CursorLost):
            await mailbox.changes("inbox", page.cursor.rpartition("=")[0] + "=onzin", 2)

    async def test_a_quota_of_states_is_no_reason_for_another_round(
        self, graph: GraphSimulator, mailbox: GraphMailbox
    ) -> None:
        page = await mailbox.changes("inbox", None, 2)
        graph.control.fault("status", "Delta", status=400, code="ErrorQuotaExceeded")
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", page.cursor, 2)
        assert caught.value.detail == "400 ErrorQuotaExceeded"

    async def test_replayed_items_come_once_in_a_page(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 4)
        graph.control.fault("replay", "Delta", number=3, count=None)
        assert [change.provider_id for change in await everything(mailbox, 10)] == ids[::-1]

    async def test_a_page_that_comes_twice(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 5)
        graph.control.fault("repeat_page", "Delta")
        found = [change.provider_id for change in await everything(mailbox, 2)]
        assert len(found) == 7
        assert set(found) == set(ids)

    async def test_any_order(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 5)
        graph.control.fault("reorder", "Delta", count=None)
        assert {change.provider_id for change in await everything(mailbox, 2)} == set(ids)

    async def test_ghosts_are_gone(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        fill(graph, 1)
        graph.control.fault("ghosts", "Delta", number=2)
        changes = await everything(mailbox, 10)
        answers = await mailbox.fetch(wanted([change.provider_id for change in changes]))
        assert sorted(type(answer).__name__ for answer in answers.values()) == ["FetchedMail", "Gone", "Gone"]

    async def test_an_update_that_tells_little(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        (name,) = fill(graph, 1)
        graph.control.fault("sparse", "Delta")
        (change,) = await everything(mailbox)
        assert (change.provider_id, change.received_at, change.message_id) == (name, None, None)
        answer = (await mailbox.fetch(wanted([name])))[name]
        assert isinstance(answer, FetchedMail)
        assert answer.received_at is not None

    @pytest.mark.parametrize(("name", "value"), [("receivedDateTime", "gisteren"), ("hasAttachments", "misschien")])
    async def test_a_property_that_cannot_be_read_costs_only_itself(
        self, graph: GraphSimulator, mailbox: GraphMailbox, name: str, value: str
    ) -> None:
        fill(graph, 1)
        graph.control.fault("replace", "Delta", property=name, value=value)
        (change,) = await everything(mailbox)
        assert None in (change.received_at, change.has_attachments)
        assert change.message_id is not None

    @pytest.mark.parametrize("entry", ["onzin", None, 3, {}, {"id": 7}, {"id": ""}])
    async def test_an_entry_that_is_no_message_is_put_aside(
        self, graph: GraphSimulator, mailbox: GraphMailbox, entry: object
    ) -> None:
        ids = fill(graph, 3)
        graph.control.fault("junk_entry", "Delta", entry=entry)
        page = await mailbox.changes("inbox", None, 10)
        assert [change.provider_id for change in page.changes] == ids[::-1]
        assert [(poison.provider_id, poison.reason) for poison in page.poison] == [(None, "unreadable_change")]


class TestRemoved:
    async def test_away_and_back_is_still_there(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        (name,) = fill(graph, 1)
        page = await mailbox.changes("inbox", None, 10)
        graph.control.move(name, "junkemail")
        graph.control.move(name, "inbox")
        (change,) = (await mailbox.changes("inbox", page.cursor, 10)).changes
        assert (change.provider_id, change.kind) == (name, ChangeKind.UPDATE)
        assert content((await mailbox.fetch(wanted([name])))[name]) == eml(1)

    async def test_in_a_folder_of_our_own(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        own = graph.control.create_folder("Verwerkt")
        back, away = fill(graph, 2, own)
        page = await mailbox.changes(own, None, 10)
        for name in (back, away):
            graph.control.move(name, "inbox")
        graph.control.move(back, own)
        later = await mailbox.changes(own, page.cursor, 10)
        assert {change.provider_id: change.kind for change in later.changes} == {
            back: ChangeKind.UPDATE,
            away: ChangeKind.DELETE,
        }

    async def test_the_name_of_a_folder_is_looked_up_once(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 4)
        page = await mailbox.changes("inbox", None, 10)
        for name in ids[:2]:
            graph.control.delete(name)
            page = await mailbox.changes("inbox", page.cursor, 10)
        assert len(graph.control.requests("GetFolder")) == 1
        assert len(graph.control.requests("GetMessage")) == 2

    async def test_one_that_cannot_be_asked_is_left_to_its_fetch(
        self, graph: GraphSimulator, mailbox: GraphMailbox
    ) -> None:
        gone, odd = fill(graph, 2)
        page = await mailbox.changes("inbox", None, 10)
        graph.control.delete(gone)
        graph.control.move(odd, "junkemail")
        graph.control.fault("status", "GetMessage", items=[odd], status=500, count=None)
        later = await mailbox.changes("inbox", page.cursor, 10)
        assert {change.provider_id: change.kind for change in later.changes} == {
            gone: ChangeKind.DELETE,
            odd: ChangeKind.UPDATE,
        }

    @pytest.mark.parametrize("operation", ["GetMessage", None])
    async def test_a_server_that_is_busy_costs_the_page(
        self, graph: GraphSimulator, mailbox: GraphMailbox, operation: str | None
    ) -> None:
        (name,) = fill(graph, 1)
        page = await mailbox.changes("inbox", None, 10)
        graph.control.delete(name)
        graph.control.fault("throttle", operation, retry_after=9)
        with pytest.raises(Unavailable) as caught:
            await mailbox.changes("inbox", page.cursor, 10)
        assert caught.value.retry_after_seconds == 9.0
        assert len((await mailbox.changes("inbox", page.cursor, 10)).changes) == 1


class TestFetch:
    @pytest.mark.parametrize("framing", ["length", "chunked", "close"])
    async def test_a_cut_mail_is_no_mail(self, graph: GraphSimulator, mailbox: GraphMailbox, framing: str) -> None:
        ids = fill(graph, 3)
        graph.control.fault("cut", "GetMime", at=100, framing=framing)
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == [eml(1), eml(2), eml(3)]

    @pytest.mark.parametrize(
        ("kind", "params", "reason"),
        [
            ("cut", {"at": 100}, "remote_broken"),
            ("cut", {"at": 100, "framing": "close"}, "graph_unexpected_answer"),
            ("refuse", {}, "remote_broken"),
            ("status", {"status": 500, "code": "ErrorInternalServerError"}, "ErrorInternalServerError"),
            ("status", {"status": 503, "body": "<html>"}, "http_503"),
            ("status", {"status": 409, "code": "ErrorIrresolvableConflict"}, "ErrorIrresolvableConflict"),
        ],
    )
    async def test_one_bad_mail_costs_one_mail(
        self, graph: GraphSimulator, mailbox: GraphMailbox, kind: str, params: dict[str, Any], reason: str
    ) -> None:
        ids = fill(graph, 5)
        graph.control.fault(kind, "GetMime", items=[ids[2]], count=None, **params)
        answers = await mailbox.fetch(wanted(ids))
        bad = answers.pop(ids[2])
        assert isinstance(bad, Poison)
        assert (bad.reason, bad.transient) == (reason, True)
        assert {type(answer) for answer in answers.values()} == {FetchedMail}

    async def test_a_code_that_will_stay(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        (one,) = fill(graph, 1)
        code = "ErrorMimeContentConversionFailed"
        graph.control.fault("status", "GetMime", status=500, code=code, count=None)
        answer = (await mailbox.fetch(wanted([one])))[one]
        assert isinstance(answer, Poison)
        assert (answer.reason, answer.transient) == (code, False)
        assert code.encode() in answer.raw
        assert len(graph.control.requests("GetMime")) == 1

    async def test_a_server_that_fails_at_everything_is_away(
        self, graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path
    ) -> None:
        ids = fill(graph, 5)
        graph.control.fault("status", None, status=500, count=None, skip=4)
        with pytest.raises(Unavailable):
            await mailbox.fetch(wanted(ids))
        assert files(tmp_path) == []

    async def test_trouble_that_passes_is_no_poison(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 6)
        graph.control.fault("status", "GetMime", status=500, count=4)
        answers = await mailbox.fetch(wanted(ids))
        assert {type(answer) for answer in answers.values()} == {FetchedMail}

    @pytest.mark.parametrize("params", [{"retry_after": 12}, {}])
    async def test_busy_in_the_middle_of_a_batch(
        self, graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path, params: dict[str, Any]
    ) -> None:
        ids = fill(graph, 12)
        await everything(mailbox, 20)
        graph.control.fault("throttle", "GetMime", skip=5, **params)
        with pytest.raises(Unavailable) as caught:
            await mailbox.fetch(wanted(ids))
        assert caught.value.code == "remote_busy"
        assert caught.value.retry_after_seconds == params.get("retry_after")
        assert files(tmp_path) == []

    async def test_a_call_that_is_cancelled_leaves_no_files(
        self, graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path
    ) -> None:
        ids = fill(graph, 6)
        await everything(mailbox, 20)
        graph.control.fault("delay", "GetMime", skip=3, count=None, ms=60_000)
        call = asyncio.create_task(mailbox.fetch(wanted(ids)))
        await wait_until(lambda: len(files(tmp_path)) > 3)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert files(tmp_path) == []

    @pytest.mark.parametrize(("text", "reason"), [("geen mail", "not_mail"), ("", "mime_missing")])
    async def test_garbage_is_no_mail(
        self, graph: GraphSimulator, mailbox: GraphMailbox, text: str, reason: str, tmp_path: Path
    ) -> None:
        ids = fill(graph, 2)
        graph.control.fault("replace_body", "GetMime", items=[ids[0]], text=text, count=None)
        answers = await mailbox.fetch(wanted(ids))
        assert answers[ids[0]] == Poison(provider_id=ids[0], reason=reason, raw=text.encode())
        assert content(answers[ids[1]]) == eml(2)
        assert len(files(tmp_path)) == 1

    async def test_a_mail_over_the_limit_is_not_asked(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        first, second = fill(graph, 2)
        asked = [Wanted(provider_id=first, size=150_000_001), Wanted(provider_id=second, size=1_000)]
        answers = await mailbox.fetch(asked)
        assert answers[first] == Poison(provider_id=first, reason="too_large")
        assert content(answers[second]) == eml(2)

    async def test_a_mail_larger_than_allowed(self, graph: GraphSimulator, tmp_path: Path) -> None:
        adapter = GraphMailbox(connection(graph, max_mail_bytes=50_000), tmp_path / "spool")
        first, second = (
            graph.control.add_mail(eml(1, attachments={"a": b"x" * 200_000})),
            graph.control.add_mail(eml(2)),
        )
        answers = await adapter.fetch(wanted([first, second]))
        assert answers[first] == Poison(provider_id=first, reason="too_large")
        assert content(answers[second]) == eml(2)
        assert len(files(tmp_path)) == 1
        await adapter.close()

    async def test_a_mail_that_goes_between_its_mime_and_its_facts(
        self, graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path
    ) -> None:
        (one,) = fill(graph, 1)
        graph.control.fault("status", "GetMessage", status=404, code="ErrorItemNotFound")
        assert await mailbox.fetch(wanted([one])) == {one: Gone(provider_id=one)}
        assert files(tmp_path) == []
