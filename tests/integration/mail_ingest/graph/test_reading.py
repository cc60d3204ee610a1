from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from loketbus.errors import Denied
from services.mail_ingest.remote.graph import GraphMailbox
from services.mail_ingest.remote.protocol import ChangeKind, FetchedMail, Gone, Mailbox
from simulators.graph import GraphOptions, GraphSimulator
from tests.integration.mail_ingest.graph.support import connection, content, everything, operations, pages, wanted
from tests.support.graph import eml, fill, message_id


async def test_it_is_a_mailbox(mailbox: GraphMailbox) -> None:
    adapter: Mailbox = mailbox
    await adapter.probe()
    assert adapter.provider == "graph"


class TestChanges:
    async def test_every_mail_once_newest_first(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 8)
        found = await pages(mailbox)
        assert [change.provider_id for page in found for change in page.changes] == ids[::-1]
        assert [len(page.changes) for page in found] == [3, 3, 2]
        assert [page.last for page in found] == [False, False, True]

    async def test_what_a_change_tells(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        received = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
        graph.control.add_mail(eml(1, attachments={"a.pdf": b"%PDF"}), received=received)
        (change,) = await everything(mailbox)
        assert (change.message_id, change.received_at, change.has_attachments) == (message_id(1), received, True)

    async def test_a_cursor_goes_on_where_it_was_also_in_another_process(
        self, graph_process: GraphSimulator, tmp_path: Path
    ) -> None:
        ids = fill(graph_process, 5)
        first = GraphMailbox(connection(graph_process), tmp_path / "spool")
        page = await first.changes("inbox", None, 2)
        await first.close()
        graph_process.kill()
        graph_process.start()
        other = GraphMailbox(connection(graph_process), tmp_path / "other")
        rest = await other.changes("inbox", page.cursor, 10)
        await other.close()
        assert [change.provider_id for change in (*page.changes, *rest.changes)] == ids[::-1]
        assert rest.last

    async def test_moves_deletions_and_flags(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        first, second, third = fill(graph, 3)
        page = await mailbox.changes("inbox", None, 10)
        graph.control.delete(first)
        graph.control.move(second, "deleteditems")
        graph.control.mark_read(third)
        later = await mailbox.changes("inbox", page.cursor, 10)
        assert {change.provider_id: change.kind for change in later.changes} == {
            first: ChangeKind.DELETE,
            second: ChangeKind.DELETE,
            third: ChangeKind.CREATE,
        }

    async def test_a_move_keeps_the_id(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        (name,) = fill(graph, 1)
        graph.control.move(name, "junkemail")
        assert [change.provider_id for change in await everything(mailbox, folder="junkemail")] == [name]

    async def test_other_folders(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        fill(graph, 2)
        own = graph.control.create_folder("Verwerkt")
        graph.control.add_mail(eml(7), "sentitems")
        graph.control.add_mail(eml(8), own)
        assert [change.message_id for change in await everything(mailbox, folder="sentitems")] == [message_id(7)]
        assert [change.message_id for change in await everything(mailbox, folder=own)] == [message_id(8)]

    async def test_only_the_requests_it_needs(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 2)
        page = await mailbox.changes("inbox", None, 10)
        await mailbox.fetch(wanted(ids))
        await mailbox.changes("inbox", page.cursor, 10)
        assert operations(graph) == ["Metadata", "Token", "Delta", "GetMime", "GetMime", "Delta"]

    async def test_immutable_ids_in_every_request(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 4)
        (*_, page) = await pages(mailbox)
        graph.control.delete(ids[0])
        await everything(mailbox, cursor=page.cursor)
        await mailbox.fetch(wanted(ids))
        await mailbox.folders("inbox")
        await mailbox.listing("inbox", (await mailbox.listing("inbox", None, 1)).next, 1)
        asked = [request for request in graph.control.requests() if request["operation"] not in ("Metadata", "Token")]
        assert {request["operation"] for request in asked} >= {"Delta", "GetMime", "GetMessage", "ListMessages"}
        assert all(request["detail"]["immutable_ids"] for request in asked)

    async def test_without_top_which_would_end_the_round(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        fill(graph, 4)
        await everything(mailbox, 2)
        assert not any("top" in request["detail"].get("query", "") for request in graph.control.requests("Delta"))


class TestFetch:
    async def test_byte_for_byte(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        raws = [eml(1), eml(2, attachments={"a.pdf": bytes(range(256)) * 5_000}), eml(3, Subject="één")]
        ids = [graph.control.add_mail(raw) for raw in raws]
        answers = await mailbox.fetch(wanted(ids))
        assert [content(answers[one]) for one in ids] == raws

    async def test_facts_of_a_mail_that_no_page_told(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        received = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
        name = graph.control.add_mail(eml(1, attachments={"a.pdf": b"%PDF"}), received=received)
        alone = (await mailbox.fetch(wanted([name])))[name]
        await everything(mailbox)
        told = (await mailbox.fetch(wanted([name])))[name]
        for answer in (alone, told):
            assert isinstance(answer, FetchedMail)
            assert (answer.received_at, answer.has_attachments) == (received, True)
        assert operations(graph)[2:] == ["GetMime", "GetMessage", "Delta", "GetMime"]

    async def test_four_at_once_and_never_more(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 9)
        await everything(mailbox, 10)
        graph.control.fault("delay", "GetMime", count=None, ms=300)
        answers = await mailbox.fetch(wanted(ids))
        assert {type(answer) for answer in answers.values()} == {FetchedMail}
        assert graph.control.most_at_once() == 4

    async def test_a_mail_that_is_gone(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        first, second = fill(graph, 2)
        graph.control.delete(first)
        answers = await mailbox.fetch(wanted([first, second, "geen id"]))
        assert answers[first] == Gone(provider_id=first)
        assert answers["geen id"] == Gone(provider_id="geen id")
        assert content(answers[second]) == eml(2)

    async def test_nothing_asked(self, mailbox: GraphMailbox) -> None:
        assert await mailbox.fetch([]) == {}

    async def test_the_same_twice(self, graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path) -> None:
        (name,) = fill(graph, 1)
        assert content((await mailbox.fetch(wanted([name, name])))[name]) == eml(1)
        assert len(list((tmp_path / "spool").iterdir())) == 1

    async def test_only_we_can_read_the_files(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        (name,) = fill(graph, 1)
        answer = (await mailbox.fetch(wanted([name])))[name]
        assert isinstance(answer, FetchedMail)
        assert answer.path.stat().st_mode & 0o777 == 0o600

    async def test_the_spool_is_emptied_at_start(self, graph: GraphSimulator, tmp_path: Path) -> None:
        left = tmp_path / "spool" / "x.eml"
        left.parent.mkdir()
        left.write_bytes(b"x")
        await GraphMailbox(connection(graph), tmp_path / "spool").close()
        assert not left.exists()


class TestFolders:
    async def test_all_below_root_first(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        fill(graph, 2)
        above = graph.control.create_folder("Klaar")
        below = graph.control.create_folder("Oud", above)
        for number in range(3, 15):
            graph.control.create_folder(f"Map {number}")
        graph.control.create_folder("Elders", "drafts")
        graph.control.add_mail(eml(9), below)
        found = await mailbox.folders("inbox")
        assert (found[0].path, found[0].total) == ("Postvak IN", 2)
        assert {folder.folder_id: folder.total for folder in found if "Klaar" in folder.path} == {above: 0, below: 1}
        assert next(folder.path for folder in found if folder.folder_id == below) == "Postvak IN/Klaar/Oud"
        assert len(found) == 15
        assert [change.message_id for change in await everything(mailbox, folder=below)] == [message_id(9)]

    async def test_more_folders_than_fit_in_a_page(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        for number in range(105):
            graph.control.create_folder(f"Map {number}")
        assert len(await mailbox.folders("inbox")) == 106
        assert len(graph.control.requests("ListFolders")) == 2

    async def test_a_root_that_is_not_there(self, mailbox: GraphMailbox) -> None:
        with pytest.raises(Denied) as caught:
            await mailbox.folders("onbekend")
        assert caught.value.code == "graph_not_found"


class TestListing:
    async def test_every_id_in_parts(self, graph: GraphSimulator, mailbox: GraphMailbox) -> None:
        ids = fill(graph, 7)
        found, after = [], None
        while True:
            part = await mailbox.listing("inbox", after, 3)
            found.append([item.provider_id for item in part.items])
            after = part.next
            if after is None:
                break
        assert [len(names) for names in found] == [3, 3, 1]
        assert [name for names in found for name in names] == ids[::-1]

    async def test_an_empty_folder(self, mailbox: GraphMailbox) -> None:
        part = await mailbox.listing("junkemail", None, 1_000)
        assert (part.items, part.next) == ((), None)


class TestAccess:
    async def test_another_mailbox(self, graph: GraphSimulator, tmp_path: Path) -> None:
        adapter = GraphMailbox(connection(graph, mailbox="elders@stad.example"), tmp_path / "spool")
        for call in (adapter.probe(), adapter.changes("inbox", None, 10), adapter.fetch(wanted(fill(graph, 1)))):
            with pytest.raises(Denied):
                await call
        await adapter.close()

    async def test_tls_with_a_certificate_of_our_own(self, tmp_path: Path) -> None:
        with GraphSimulator(GraphOptions(tls=tmp_path / "tls"), run_as="thread") as simulator:
            (name,) = fill(simulator, 1)
            settings = connection(simulator, ca_file=str(simulator.ca_file))
            adapter = GraphMailbox(settings, tmp_path / "spool")
            assert content((await adapter.fetch(wanted([name])))[name]) == eml(1)
            await adapter.close()
