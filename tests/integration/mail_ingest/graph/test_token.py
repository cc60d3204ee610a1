"""Signing in: one token for many requests, a clear reason when there is none, and no storm."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.graph import GraphMailbox
from simulators.graph import GraphSimulator
from tests.integration.mail_ingest.graph.support import connection


async def test_one_token_for_all(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    await asyncio.gather(*(mailbox.probe() for _ in range(10)))
    assert len(graph.control.requests("Metadata")) == len(graph.control.requests("Token")) == 1


async def test_a_token_that_expires_is_replaced_in_time(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    graph.control.tokens_live(0)
    await asyncio.gather(mailbox.probe(), return_exceptions=True)
    graph.control.tokens_live(3600)
    graph.control.clear_requests()
    await mailbox.probe()
    await mailbox.probe()
    assert [request["status"] for request in graph.control.requests()] == [200, 200, 200]
    assert len(graph.control.requests("Token")) == 1


@pytest.mark.parametrize(
    ("change", "code", "detail", "words"),
    [
        ({"client_secret": SecretStr("verkeerd")}, "graph_login_denied", "invalid_client AADSTS7000215", "geheim"),
        ({"client_id": "onbekend"}, "graph_login_denied", "unauthorized_client AADSTS700016", "client-id"),
        ({"scope": "https://elders.example/.default"}, "graph_login_denied", "invalid_scope AADSTS1002012", "weigert"),
        ({"tenant": "elders"}, "graph_tenant_unknown", None, "tenant"),
    ],
)
async def test_a_refusal_says_why_and_tells_no_secret(
    graph: GraphSimulator, tmp_path: Path, change: dict[str, object], code: str, detail: str | None, words: str
) -> None:
    adapter = GraphMailbox(connection(graph, **change), tmp_path / "spool")
    with pytest.raises(Denied) as caught:
        await adapter.probe()
    assert (caught.value.code, caught.value.detail) == (code, detail)
    assert words in caught.value.message
    assert "verkeerd" not in str(caught.value)
    assert len(graph.control.requests("Token")) <= 1
    await adapter.close()


@pytest.mark.parametrize("operation", ["Metadata", "Token"])
async def test_a_sign_in_that_is_busy_tells_how_long(
    graph: GraphSimulator, mailbox: GraphMailbox, operation: str
) -> None:
    graph.control.fault("throttle", operation, retry_after=21)
    with pytest.raises(Unavailable) as caught:
        await mailbox.probe()
    assert caught.value.retry_after_seconds == 21.0
    await mailbox.probe()


@pytest.mark.parametrize("operation", ["Metadata", "Token"])
@pytest.mark.parametrize(
    ("kind", "params"),
    [
        ("status", {"status": 503}),
        ("refuse", {}),
        ("replace_body", {"text": "<html>Aanmelden bij gastenwifi</html>"}),
        ("cut", {"at": 20}),
    ],
)
async def test_a_sign_in_that_is_away_is_no_refusal(
    graph: GraphSimulator, mailbox: GraphMailbox, operation: str, kind: str, params: dict[str, object]
) -> None:
    graph.control.fault(kind, operation, **params)
    with pytest.raises(Unavailable):
        await mailbox.probe()
    await mailbox.probe()


async def test_metadata_cannot_send_the_secret_elsewhere(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    metadata = '{"issuer": "x", "authorization_endpoint": "https://elders.example/t/a", '
    metadata += '"token_endpoint": "https://elders.example/t/token"}'
    graph.control.fault("replace_body", "Metadata", text=metadata, count=None)
    with pytest.raises(Unavailable) as caught:
        await mailbox.probe()
    assert caught.value.code == "graph_foreign_login"


async def test_metadata_without_addresses(graph: GraphSimulator, mailbox: GraphMailbox) -> None:
    graph.control.fault("replace_body", "Metadata", text="{}")
    with pytest.raises(Unavailable):
        await mailbox.probe()
    await mailbox.probe()
