"""The token endpoint, as the real msal meets it: over TLS without any help, and refused for every reason."""

from __future__ import annotations

import ssl
from pathlib import Path

import httpx
import pytest

from simulators.graph import GraphOptions, GraphSimulator
from tests.support.graph import SCOPE, sign_in

INBOX = "/users/energieloket@stad.example/mailFolders/inbox"


def read(simulator: GraphSimulator, token: str) -> httpx.Response:
    tls = ssl.create_default_context(cafile=simulator.ca_file) if simulator.ca_file else True
    with httpx.Client(verify=tls, trust_env=False) as client:
        return client.get(simulator.url + INBOX, headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("run_as", ["thread", "process"])
def test_msal_over_tls_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_as) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with GraphSimulator(GraphOptions(tls=tmp_path / "tls"), run_as=run_as) as simulator:
        app = sign_in(simulator, verify=str(simulator.ca_file))
        answer = app.acquire_token_for_client([SCOPE])
        again = app.acquire_token_for_client([SCOPE])

        assert (answer["token_source"], again["token_source"]) == ("identity_provider", "cache")
        assert read(simulator, answer["access_token"]).json()["displayName"] == "Postvak IN"
        assert len(simulator.control.requests("Token")) == 1
        app.http_client.close()


@pytest.mark.parametrize(
    ("change", "error", "number"),
    [
        ({"client_secret": "verkeerd"}, "invalid_client", 7000215),
        ({"client_id": "onbekend"}, "unauthorized_client", 700016),
    ],
)
def test_another_application_is_refused_with_entras_code(graph, change, error, number):
    answer = sign_in(graph, **change).acquire_token_for_client([SCOPE])

    assert (answer["error"], answer["error_codes"]) == (error, [number])
    assert answer["error_description"].startswith(f"AADSTS{number}:")


def test_another_scope_is_refused(graph):
    answer = sign_in(graph).acquire_token_for_client(["https://elders.example/.default"])

    assert answer["error"] == "invalid_scope"


def test_another_tenant_has_no_metadata(graph):
    with pytest.raises(ValueError, match="tenant"):
        sign_in(graph, tenant="elders")


def test_an_expired_or_revoked_token_is_refused(graph):
    graph.control.tokens_live(-1)
    expired = sign_in(graph).acquire_token_for_client([SCOPE])["access_token"]
    graph.control.tokens_live(60)
    good = sign_in(graph).acquire_token_for_client([SCOPE])["access_token"]

    assert read(graph, good).status_code == 200
    graph.control.revoke_tokens()
    for token in (expired, good, "geen token"):
        answer = read(graph, token)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
        assert answer.headers["www-authenticate"].startswith("Bearer")
