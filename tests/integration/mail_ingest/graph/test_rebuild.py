"""A mail whose MIME the server cannot give: made again from what it can give, and never a reason to stop."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator, Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import select

from loketbus.blobs import BlobStore
from services.mail_ingest.parsing import parse, parse_to_blobs
from services.mail_ingest.remote import _graph_fetch
from services.mail_ingest.remote.graph import GraphMailbox
from services.mail_ingest.remote.protocol import FetchedMail, Poison
from services.mail_ingest.store import tables
from services.mail_ingest.store.mails import with_message_id
from simulators.graph import GraphOptions, GraphSimulator
from tests.integration.mail_ingest.conftest import Book
from tests.integration.mail_ingest.graph.support import connection, content, files, wanted
from tests.integration.mail_ingest.world import World
from tests.support.graph import eml, fill, message_id

LARGE = 200_000


@pytest.fixture
def graph() -> Iterator[GraphSimulator]:
    """Breaks off at less than 25 MB, so that the test need not move so much."""
    with GraphSimulator(GraphOptions(max_value_bytes=100_000), run_as="thread") as simulator:
        yield simulator


@pytest.fixture
async def mailbox(
    graph: GraphSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[GraphMailbox]:
    monkeypatch.setattr(_graph_fetch, "LARGE_BYTES", LARGE // 2)
    adapter = GraphMailbox(connection(graph), tmp_path / "spool")
    yield adapter
    await adapter.close()


def large_mail() -> bytes:
    return eml(
        1, Subject="Plannen van één huis", attachments={"plan één.pdf": bytes(range(250)) * 800, "b.pdf": b"%PDF"}
    )


async def test_a_large_mail_that_breaks_off(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    large, small = graph.control.add_mail(large_mail()), graph.control.add_mail(eml(2))
    answers = await mailbox.fetch(wanted([large, small]))
    answer = answers[large]
    made = email.message_from_bytes(content(answer), policy=email.policy.default)
    assert isinstance(answer, FetchedMail)
    assert (answer.has_attachments, made["X-Loketbus-Rebuilt"]) == (True, "graph")
    assert [(part.get_filename(), part.get_content()) for part in made.iter_attachments()] == [
        ("plan één.pdf", bytes(range(250)) * 800),
        ("b.pdf", b"%PDF"),
    ]
    assert content(answers[small]) == eml(2)


async def test_it_is_the_same_mail_to_the_ledger(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    """With one body, Message-ID and content hash are those of the MIME: another adapter doubles nothing."""
    name = graph.control.add_mail(large_mail())
    rebuilt = parse(content((await mailbox.fetch(wanted([name])))[name]))
    original = parse(large_mail())
    assert rebuilt.message_id == original.message_id == message_id(1)
    assert rebuilt.content_hash == original.content_hash


def two_bodies(text: str = "Graag raad over ons dak.", files: Mapping[str, bytes] = {"dak.pdf": b"%PDF dak"}) -> bytes:
    """Plain text and HTML, as most mailers send; Graph gives one of them."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = "An Peeters <an@burger.example>", "energieloket@stad.example"
    mail["Subject"], mail["Date"] = "Ons dak", "Mon, 02 Nov 2026 10:15:00 +0100"
    mail["Message-ID"] = "<dak@burger.example>"
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p>", subtype="html")
    for name, data in files.items():
        mail.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return mail.as_bytes()


class TestTwoBodies:
    """Rebuilt, such a mail has another content hash; it is the same mail all the same."""

    async def rebuilt(self, graph: GraphSimulator, mailbox: GraphMailbox, raw: bytes) -> bytes:
        name = graph.control.add_mail(raw)
        graph.control.fault("status", "GetMime", status=413, count=None)
        return content((await mailbox.fetch(wanted([name])))[name])

    @pytest.mark.parametrize("rebuilt_first", [False, True])
    async def test_it_is_taken_in_once(
        self, graph: GraphSimulator, mailbox: GraphMailbox, book: Book, tmp_path: Path, rebuilt_first: bool
    ) -> None:
        store, world = BlobStore(str(tmp_path / "blobs")), World(book)
        real = parse_to_blobs(two_bodies(), store)
        made = parse_to_blobs(await self.rebuilt(graph, mailbox, two_bodies()), store)
        assert (real.warnings, made.warnings) == ((), ("rebuilt",))
        assert real.content_hash != made.content_hash
        first, second = ((made, "graph"), (real, "ews")) if rebuilt_first else ((real, "ews"), (made, "graph"))
        mail = world.take_in(first[0], provider=first[1])
        for again in (second, first, second):
            world.take_in(again[0], provider=again[1])
        assert [item["mail"] for item in book.read(with_message_id, "<dak@burger.example>")] == [mail]
        assert world.item(mail)["remarks"] == []
        assert places_of(book) == {"ews": mail, "graph": mail}

    @pytest.mark.parametrize(
        "other", [two_bodies(files={"dak.pdf": b"%PDF ander dak"}), two_bodies().replace(b"an@burger", b"jan@burger")]
    )
    async def test_what_differs_in_more_than_its_body_is_another_mail(
        self, graph: GraphSimulator, mailbox: GraphMailbox, book: Book, tmp_path: Path, other: bytes
    ) -> None:
        store, world = BlobStore(str(tmp_path / "blobs")), World(book)
        world.take_in(parse_to_blobs(two_bodies(), store))
        made = world.take_in(parse_to_blobs(await self.rebuilt(graph, mailbox, other), store), provider="graph")
        assert len(book.read(with_message_id, "<dak@burger.example>")) == 2
        assert world.item(made)["remarks"] == ["zelfde_kenmerk_andere_inhoud"]

    def test_two_real_mails_with_one_message_id_stay_two(self, book: Book, tmp_path: Path) -> None:
        """Also when a sender writes our mark: servers put their own headers above his."""
        store, world = BlobStore(str(tmp_path / "blobs")), World(book)
        forged = b"Received: from x by y; Mon, 2 Nov 2026 10:15:01 +0100\r\nX-Loketbus-Rebuilt: graph\r\n"
        world.take_in(parse_to_blobs(two_bodies(), store))
        world.take_in(parse_to_blobs(forged + two_bodies("Iets heel anders."), store))
        assert len(book.read(with_message_id, "<dak@burger.example>")) == 2


def places_of(book: Book) -> dict[str, str]:
    """The mail at each adapter's place."""
    query = select(tables.place.c.provider, tables.place.c.mail)
    return {row.provider: row.mail for row in book.read(lambda connection: connection.execute(query).all())}


@pytest.mark.parametrize("status", [405, 413])
async def test_a_mail_without_mime_whatever_its_size(graph: GraphSimulator, mailbox: GraphMailbox, status: int) -> None:
    (name,) = fill(graph, 1)
    graph.control.fault("status", "GetMime", status=status, count=None)
    made = email.message_from_bytes(content((await mailbox.fetch(wanted([name])))[name]))
    assert (made["Message-ID"], made["Subject"]) == (message_id(1), "Vraag 1 over isolatie")


async def test_an_attached_mail_and_a_cloud_file(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    inner = EmailMessage()
    inner["Subject"] = "De vraag zelf"
    inner.set_content("Hallo")
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "an@stad.example", "Doorgestuurd"
    outer.set_content("<p>Zie <b>bijlage</b></p>", subtype="html")
    outer.add_attachment(inner)
    name = graph.control.add_mail(outer.as_bytes())
    linked = graph.control.add_mail(eml(2, attachments={"a.pdf": b"%PDF"}))
    graph.control.fault("status", "GetMime", status=405, count=None)
    graph.control.fault("reference_attachment", items=[linked], count=None)
    answers = await mailbox.fetch(wanted([name, linked]))
    body, attached = email.message_from_bytes(content(answers[name]), policy=email.policy.default).iter_parts()
    assert (body.get_content_type(), "<b>bijlage</b>" in body.get_content()) == ("text/html", True)
    assert attached.get_content_type() == "message/rfc822"
    assert attached.get_content()["Subject"] == "De vraag zelf"
    without = answers[linked]
    assert isinstance(without, FetchedMail)
    assert b"%PDF" not in content(without)
    assert without.has_attachments is True


async def test_a_small_mail_that_breaks_off_is_left_for_later(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    ids = fill(graph, 2)
    graph.control.fault("cut", "GetMime", items=[ids[0]], at=50, count=None)
    answers = await mailbox.fetch(wanted(ids))
    assert answers[ids[0]] == Poison(provider_id=ids[0], reason="remote_broken", transient=True)
    assert content(answers[ids[1]]) == eml(2)


@pytest.mark.parametrize("operation", ["ListAttachments", "GetAttachmentContent", "GetMessage"])
@pytest.mark.parametrize("params", [{"status": 500}, {"status": 404, "code": "ErrorItemNotFound"}])
async def test_what_cannot_be_rebuilt_either(
    graph: GraphSimulator, mailbox: GraphMailbox, tmp_path: Path, operation: str, params: dict[str, object]
) -> None:
    name = graph.control.add_mail(large_mail())
    graph.control.fault("status", operation, count=None, **params)
    assert await mailbox.fetch(wanted([name])) == {
        name: Poison(provider_id=name, reason="remote_broken", transient=True)
    }
    assert files(tmp_path) == []


async def test_the_limit_holds_for_what_is_rebuilt(graph: GraphSimulator, tmp_path: Path) -> None:
    adapter = GraphMailbox(connection(graph, max_mail_bytes=150_000), tmp_path / "spool")
    name = graph.control.add_mail(large_mail())
    graph.control.fault("status", "GetMime", status=413, count=None)
    assert await adapter.fetch(wanted([name])) == {name: Poison(provider_id=name, reason="too_large")}
    assert files(tmp_path) == []
    await adapter.close()
