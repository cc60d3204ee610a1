"""Short ways to say what every test of the Graph adapter needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from services.mail_ingest.remote.graph import GraphConnection, GraphMailbox
from services.mail_ingest.remote.protocol import Change, FetchedMail, Page, Wanted
from simulators.graph import GraphSimulator


def connection(simulator: GraphSimulator, **changes: Any) -> GraphConnection:
    """Settings that fit the simulator."""
    options = simulator.options
    known = {
        "tenant": options.tenant,
        "client_id": options.client_id,
        "client_secret": SecretStr(options.client_secret),
        "mailbox": options.mailbox,
        "base_url": simulator.url,
        "authority": simulator.authority,
    }
    return GraphConnection(**{**known, **changes})


def wanted(ids: list[str]) -> list[Wanted]:
    """Ids without a size, as Graph gives them."""
    return [Wanted(provider_id=one) for one in ids]


async def everything(
    mailbox: GraphMailbox, limit: int = 3, folder: str = "inbox", cursor: str | None = None
) -> list[Change]:
    """The changes of all pages of a round."""
    return [change for page in await pages(mailbox, limit, folder, cursor) for change in page.changes]


async def pages(mailbox: GraphMailbox, limit: int = 3, folder: str = "inbox", cursor: str | None = None) -> list[Page]:
    """All pages of a round; none may hold poison."""
    found: list[Page] = []
    while not found or not found[-1].last:
        found.append(await mailbox.changes(folder, found[-1].cursor if found else cursor, limit))
        assert found[-1].poison == ()
    return found


def content(answer: object) -> bytes:
    """The raw mail of an answer that must be one."""
    assert isinstance(answer, FetchedMail), answer
    assert answer.path.stat().st_size == answer.size
    return answer.path.read_bytes()


def operations(simulator: GraphSimulator) -> list[str]:
    """What was asked, in order."""
    return [request["operation"] for request in simulator.control.requests()]


def files(tmp_path: Path) -> list[Path]:
    """What stands in the spool."""
    return list((tmp_path / "spool").iterdir())
