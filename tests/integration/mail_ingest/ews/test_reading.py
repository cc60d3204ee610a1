from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from loketbus.errors import Denied
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.protocol import ChangeKind, FetchedMail, Gone, Mailbox, Wanted
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import connection, content, everything, wanted
from tests.support.ews import eml, fill, message_id


async def test_it_is_a_mailbox(mailbox: EwsMailbox) -> None:
    adapter: Mailbox = mailbox
    await adapter.probe()


class TestChanges:
    async def test_every_mail_once_newest_first(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 8)
        changes = await everything(mailbox)
        assert [change.provider_id for change in changes] == ids[::-1]
        assert {change.kind for change in changes} == {ChangeKind.CREATE}

    async def test_what_a_change_tells(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        received = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
        ews.control.add_mail(eml(1, attachments={"a.pdf": b"%PDF"}), received=received)
        (change,) = await everything(mailbox)
        assert (change.message_id, change.received_at, change.has_attachments) == (message_id(1), received, True)
        assert change.size is not None

    async def test_a_cursor_goes_on_where_it_was_also_in_another_process(
        self, ews: EwsSimulator, mailbox: EwsMailbox, tmp_path: Path
    ) -> None:
        ids = fill(ews, 5)
        page = await mailbox.changes("inbox", None, 2)
        assert (len(page.changes), page.last) == (2, False)
        other = EwsMailbox(connection(ews), tmp_path / "other")
        rest = await other.changes("inbox", page.cursor, 10)
        await other.close()
        assert [change.provider_id for change in (*page.changes, *rest.changes)] == ids[::-1]
        assert rest.last

    async def test_moves_deletions_and_flags(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        first, second, third = fill(ews, 3)
        page = await mailbox.changes("inbox", None, 10)
        ews.control.delete(first)
        ews.control.move(second, "deleteditems")
        ews.control.mark_read(third)
        later = await mailbox.changes("inbox", page.cursor, 10)
        assert {(change.provider_id, change.kind) for change in later.changes} == {
            (first, ChangeKind.DELETE),
            (second, ChangeKind.DELETE),
            (third, ChangeKind.READ_FLAG),
        }

    async def test_other_folders(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        fill(ews, 2)
        own = ews.control.create_folder("Verwerkt")
        ews.control.add_mail(eml(7), "sentitems")
        ews.control.add_mail(eml(8), own)
        assert [change.message_id for change in await everything(mailbox, folder="sentitems")] == [message_id(7)]
        assert [change.message_id for change in await everything(mailbox, folder=own)] == [message_id(8)]

    async def test_two_hundred_mails_in_five_requests(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        fill(ews, 200)
        page = await mailbox.changes("inbox", None, 200)
        asked = [Wanted(provider_id=change.provider_id, size=change.size) for change in page.changes]
        answers = await mailbox.fetch(asked)
        assert {type(answer) for answer in answers.values()} == {FetchedMail}
        assert [request["operation"] for request in ews.control.requests()] == ["SyncFolderItems", *["GetItem"] * 4]

    async def test_the_next_batch_can_be_on_its_way_meanwhile(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 6)
        first, second = await asyncio.gather(mailbox.fetch(wanted(ids[:3])), mailbox.fetch(wanted(ids[3:])))
        assert [content({**first, **second}[one]) for one in ids] == [eml(number) for number in range(1, 7)]

    async def test_only_the_requests_it_needs(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 2)
        await mailbox.changes("inbox", None, 10)
        await mailbox.fetch(wanted(ids))
        assert [request["operation"] for request in ews.control.requests()] == ["SyncFolderItems", "GetItem"]


class TestFetch:
    async def test_byte_for_byte(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        raws = [eml(1), eml(2, attachments={"a.pdf": bytes(range(256)) * 50}), eml(3, Subject="één")]
        ids = [ews.control.add_mail(raw) for raw in raws]
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == raws

    async def test_many_in_few_requests(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 120)
        answers = await mailbox.fetch(wanted(ids))
        assert {type(answer) for answer in answers.values()} == {FetchedMail}
        assert [len(request["ids"]) for request in ews.control.requests("GetItem")] == [50, 50, 20]

    async def test_large_mails_travel_alone(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        ids = fill(ews, 3)
        await mailbox.fetch([Wanted(provider_id=one, size=9_000_000) for one in ids])
        assert [len(request["ids"]) for request in ews.control.requests("GetItem")] == [1, 1, 1]

    async def test_a_mail_that_is_gone(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        first, second = fill(ews, 2)
        ews.control.delete(first)
        answers = await mailbox.fetch(wanted([first, second]))
        assert answers[first] == Gone(provider_id=first)
        assert content(answers[second]) == eml(2)

    async def test_nothing_asked(self, mailbox: EwsMailbox) -> None:
        assert await mailbox.fetch([]) == {}

    async def test_the_spool_is_emptied_at_start(self, inline: None, ews: EwsSimulator, tmp_path: Path) -> None:
        left = tmp_path / "spool" / "x.eml"
        left.parent.mkdir()
        left.write_bytes(b"x")
        await EwsMailbox(connection(ews), tmp_path / "spool").close()
        assert not left.exists()


class TestAccess:
    async def test_impersonation(self, inline: None, ews: EwsSimulator, tmp_path: Path) -> None:
        fill(ews, 1)
        adapter = EwsMailbox(connection(ews, access="impersonation"), tmp_path / "spool")
        assert len(await everything(adapter)) == 1
        await adapter.close()

    async def test_another_mailbox(self, inline: None, ews: EwsSimulator, tmp_path: Path) -> None:
        other = connection(ews, access="impersonation", mailbox="elders@stad.example")
        adapter = EwsMailbox(other, tmp_path / "spool")
        with pytest.raises(Denied):
            await adapter.changes("inbox", None, 10)
        await adapter.close()

    async def test_an_unknown_folder(self, ews: EwsSimulator, mailbox: EwsMailbox) -> None:
        with pytest.raises(Denied):
            await mailbox.changes(fill(ews, 1)[0], None, 10)
