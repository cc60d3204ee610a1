"""A running Graph simulator, and an independent client for it: msal for tokens, plain httpx for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import msal
import pytest

from simulators.graph import GraphOptions, GraphSimulator
from tests.support.ews import eml, message_id

__all__ = ["SCOPE", "Api", "eml", "fill", "graph", "graph_process", "message_id", "sign_in"]

SCOPE = "https://graph.microsoft.com/.default"
KEEP_IDS = 'IdType="ImmutableId"'


@pytest.fixture
def graph() -> Iterator[GraphSimulator]:
    """An empty mailbox served from a thread: quick, and gone after the test."""
    with GraphSimulator(run_as="thread") as simulator:
        yield simulator


@pytest.fixture
def graph_process(tmp_path: Path) -> Iterator[GraphSimulator]:
    """An empty mailbox served by a process of its own, which keeps ids and delta tokens over `down` and `kill`."""
    with GraphSimulator(GraphOptions(state=tmp_path / "graph.state"), run_as="process") as simulator:
        yield simulator


def fill(simulator: GraphSimulator, number: int, folder: str = "inbox") -> list[str]:
    """Deliver `eml(1)` to `eml(number)`; their immutable ids."""
    return simulator.control.add_mails([eml(n) for n in range(1, number + 1)], folder)


class PlainHttp:
    """What msal calls to reach a simulator without TLS: msal itself takes https addresses only."""

    def __init__(self, simulator: GraphSimulator) -> None:
        self._https = simulator.base_url.replace("http://", "https://")
        self._http = simulator.base_url

    def get(self, url: str, **request: Any) -> httpx.Response:
        return self._send("GET", url, request)

    def post(self, url: str, **request: Any) -> httpx.Response:
        return self._send("POST", url, request)

    def close(self) -> None: ...

    def _send(self, method: str, url: str, request: Mapping[str, Any]) -> httpx.Response:
        assert url.startswith(self._https), url
        with httpx.Client(trust_env=False) as client:
            return client.request(method, url.replace(self._https, self._http), **request)


def sign_in(simulator: GraphSimulator, **changes: Any) -> msal.ConfidentialClientApplication:
    """The registered application; `changes`: tenant, client_id, client_secret, and what msal itself takes."""
    options = simulator.options
    tenant = changes.pop("tenant", options.tenant)
    given = {"http_client": PlainHttp(simulator)} if simulator.ca_file is None else {}
    return msal.ConfidentialClientApplication(
        changes.pop("client_id", options.client_id),
        client_credential=changes.pop("client_secret", options.client_secret),
        authority=f"{simulator.authority.replace('http://', 'https://')}/{tenant}",
        instance_discovery=False,
        **{**given, **changes},
    )


class Api:
    """Plain httpx with a token, for the simulator's mailbox. Paths begin below the user."""

    def __init__(self, simulator: GraphSimulator, *, prefer: str = KEEP_IDS) -> None:
        token = sign_in(simulator).acquire_token_for_client([SCOPE])["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Prefer": prefer}
        self._client = httpx.Client(base_url=simulator.url, headers=headers, trust_env=False, timeout=30.0)
        self._user = f"/users/{simulator.options.mailbox}"

    def get(self, path: str, **params: Any) -> httpx.Response:
        """GET below the user; `select` and `top` are OData's."""
        query = {f"${name}": value for name, value in params.items()}
        return self._client.get(self._user + path, params=query)

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Any request below the root."""
        return self._client.request(method, path, json=body)

    def follow(self, link: str, prefer: str | None = None) -> httpx.Response:
        """A link of an answer, as it was given."""
        return self._client.get(link, headers={"Prefer": prefer} if prefer else None)

    def round(self, link: str | None = None, folder: str = "inbox") -> tuple[list[dict[str, Any]], str]:
        """Every entry of a round, and the deltaLink for the next."""
        answer = self.follow(link) if link else self.get(f"/mailFolders/{folder}/messages/delta", select="subject")
        entries: list[dict[str, Any]] = []
        while True:
            assert answer.status_code == 200, answer.text
            body = answer.json()
            entries += body["value"]
            if "@odata.deltaLink" in body:
                return entries, body["@odata.deltaLink"]
            answer = self.follow(body["@odata.nextLink"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
