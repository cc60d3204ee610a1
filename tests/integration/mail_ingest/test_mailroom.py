"""How the mailbox is wired into the service: its jobs, its warning, and Graph's hint that there is mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from loketbus.runtime import Runtime
from loketbus.security import TokenStore, unprotected_routes
from loketbus.server import build_app
from services.mail_ingest.app import service
from services.mail_ingest.mailroom import RECONCILE_JOB, SYNC_JOB
from services.mail_ingest.settings import MailSettings
from tests.support.letters import DESK

SECRET = "geheim van de melding"
HOOK = "/graph/notifications"


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Runtime[MailSettings]]:
    """Not started; nothing is asked of any server before that."""
    app = {"graph_tenant": "t.example", "graph_client_id": "app", "graph_client_secret": SecretStr("x")}
    hook: dict[str, Any] = {"graph_webhook_url": f"https://l.example{HOOK}", "graph_webhook_secret": SecretStr(SECRET)}
    runtime = Runtime(service, MailSettings(var=tmp_path, mailbox=DESK, mail_adapter="graph", **app, **hook))
    yield runtime
    runtime.ledger.close()


async def test_a_hint_of_graph_wakes_the_reading(graph: Runtime[MailSettings], tmp_path: Path) -> None:
    jobs = {job.name: job for job in graph.wiring.jobs}
    app = build_app(graph, TokenStore(tmp_path / "tokens.json"))
    assert HOOK in unprotected_routes(app), "Graph has no token of ours: the client state proves who it is"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.example") as client:
        assert (await client.post(HOOK, params={"validationToken": "abc"})).text == "abc"
        await client.post(HOOK, json={"value": [{"clientState": "iemand anders", "changeType": "created"}]})
        assert not jobs[SYNC_JOB].wake.is_set()
        answer = await client.post(HOOK, json={"value": [{"clientState": SECRET, "changeType": "created"}]})
    assert answer.status_code == 202
    assert jobs[SYNC_JOB].wake.is_set()


def test_reading_and_comparing_are_jobs_and_the_lane_is_that_of_reading(graph: Runtime[MailSettings]) -> None:
    jobs = {job.name: job for job in graph.wiring.jobs}
    assert jobs[SYNC_JOB].lane in graph.gates
    assert jobs[RECONCILE_JOB].lane is None, "one attempt per back-off: reading finds out whether the server is back"


def test_ews_in_the_cloud_is_warned_of_at_the_start(tmp_path: Path) -> None:
    app: dict[str, Any] = {"ews_tenant": "t.example", "ews_client_id": "app", "ews_client_secret": SecretStr("x")}
    url = "https://outlook.office365.com/EWS/Exchange.asmx"
    settings = MailSettings(var=tmp_path, mailbox=DESK, ews_url=url, ews_auth="oauth", **app)
    with capture_logs() as logs:
        Runtime(service, settings).ledger.close()
    [warning] = [line for line in logs if line["event"] == "adapter_ends"]
    assert "EWS stopt in Exchange Online op 1 april 2027" in warning["advice"]


def test_without_a_mailbox_nothing_is_read(tmp_path: Path) -> None:
    runtime = Runtime(service, MailSettings(var=tmp_path))
    assert runtime.wiring.jobs == []
    runtime.ledger.close()


async def test_without_a_mailbox_people_are_told_so(tmp_path: Path) -> None:
    runtime = Runtime(service, MailSettings(var=tmp_path))
    tokens = TokenStore(tmp_path / "tokens.json")
    headers = {"Authorization": f"Bearer {tokens.create('test', ['operator'])}"}
    transport = httpx.ASGITransport(build_app(runtime, tokens))
    async with httpx.AsyncClient(transport=transport, base_url="http://service.example", headers=headers) as client:
        assert (await client.get("/mailbox")).json()["adapter"] is None
        for path in ("/mailbox/reconcile", "/mailbox/import"):
            answer = await client.post(path)
            assert (answer.status_code, "LOKETBUS_MAILBOX" in answer.json()["title"]) == (422, True)
    runtime.ledger.close()
