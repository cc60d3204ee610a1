"""One mailbox read over EWS and over Graph: the same mails, by the only identity that both have."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.mail_ingest.parsing import parse
from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.graph import GraphMailbox
from services.mail_ingest.remote.protocol import FetchedMail, Mailbox, Wanted
from simulators import demo
from simulators.ews import EwsOptions, EwsSimulator
from simulators.graph import GraphOptions, GraphSimulator, MailFiles
from tests.integration.mail_ingest.ews.conftest import inline
from tests.integration.mail_ingest.ews.support import connection as ews_connection
from tests.integration.mail_ingest.graph.support import connection

__all__ = ["inline"]

MAILS = 40


@pytest.fixture
def files(tmp_path: Path) -> MailFiles:
    """The demo's mails: answers, newsletters and damaged ones among them."""
    demo.write(tmp_path / "mails", MAILS, 7, datetime(2026, 11, 20, tzinfo=UTC))
    return MailFiles(tmp_path / "mails" / "inbox", tmp_path / "mails" / "sent")


async def read(mailbox: Mailbox, folder: str) -> list[tuple[str | None, str]]:
    """Message-ID and content hash of every mail, sorted."""
    found = []
    cursor, last = None, False
    while not last:
        page = await mailbox.changes(folder, cursor, 10)
        assert page.poison == ()
        answers = await mailbox.fetch([Wanted(provider_id=change.provider_id) for change in page.changes])
        for answer in answers.values():
            assert isinstance(answer, FetchedMail), answer
            mail = parse(answer.path.read_bytes())
            found.append((mail.message_id, mail.content_hash))
        cursor, last = page.cursor, page.last
    return sorted(found, key=str)


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("folder", ["inbox", "sentitems"])
async def test_the_same_ledger(files: MailFiles, tmp_path: Path, folder: str) -> None:
    with EwsSimulator(EwsOptions(mail=files), run_as="thread") as simulator:
        ews = EwsMailbox(ews_connection(simulator), tmp_path / "ews")
        by_ews = await read(ews, folder)
        await ews.close()
    with GraphSimulator(GraphOptions(mail=files), run_as="thread") as other:
        graph = GraphMailbox(connection(other), tmp_path / "graph")
        by_graph = await read(graph, folder)
        await graph.close()
    assert by_graph == by_ews
    assert len(by_graph) > MAILS // 4
