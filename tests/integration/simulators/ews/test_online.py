"""As Exchange Online: exchangelib's own OAuth against the token endpoint."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlencode, urlsplit

import exchangelib
import pytest
from exchangelib.errors import UnauthorizedError
from exchangelib.version import Version
from oauthlib.oauth2 import InvalidClientError

from simulators.ews import App, EwsOptions, EwsSimulator
from tests.support.ews import SERVER_BUILD, connect, eml

GOOD = {
    "grant_type": "client_credentials",
    "client_id": "loketbus",
    "client_secret": "geheim",
    "scope": "https://outlook.office365.com/.default",
}


@pytest.fixture(autouse=True)
def plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


class Loopback(exchangelib.OAuth2Credentials):
    """Reference 2.1: exchangelib has the address fixed."""

    url = ""

    @property
    def token_url(self):
        return self.url


def online(simulator: EwsSimulator, secret: str = "geheim") -> exchangelib.Account:
    app = simulator.options.app
    assert app is not None
    credentials = Loopback(client_id=app.client_id, client_secret=secret, tenant_id=app.tenant)
    credentials.url = simulator.token_url
    config = exchangelib.Configuration(
        service_endpoint=simulator.url, credentials=credentials, version=Version(SERVER_BUILD)
    )
    return exchangelib.Account(
        simulator.options.mailbox,
        config=config,
        autodiscover=False,
        access_type=exchangelib.IMPERSONATION,
        default_timezone=exchangelib.UTC,
    )


def ask(simulator: EwsSimulator, **form: str) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection(urlsplit(simulator.base_url).netloc, timeout=30)
    kind = {"content-type": "application/x-www-form-urlencoded"}
    connection.request("POST", urlsplit(simulator.token_url).path, urlencode(form), kind)
    response = connection.getresponse()
    body = json.loads(response.read())
    connection.close()
    return response.status, body


def test_a_token_opens_the_mailbox(ews_online):
    ews_online.control.add_mail(eml(1))

    assert online(ews_online).inbox.get().mime_content == eml(1)
    assert len(ews_online.control.requests("Token")) == 1


def test_a_password_does_not(ews_online):
    with pytest.raises(UnauthorizedError):
        connect(ews_online).inbox.refresh()


def test_without_an_app_a_token_does_not(ews):
    connection = http.client.HTTPConnection(urlsplit(ews.base_url).netloc, timeout=30)
    connection.request("POST", "/EWS/Exchange.asmx", b"<x/>", {"authorization": "Bearer x"})

    assert connection.getresponse().status in (401, 500)
    connection.close()


def test_a_wrong_secret_is_invalid_client(ews_online):
    with pytest.raises(InvalidClientError):
        online(ews_online, "fout").inbox.refresh()


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "ander"}, 400, "unauthorized_client"),
        ({"client_secret": "fout"}, 401, "invalid_client"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
    ],
)
def test_what_the_token_endpoint_refuses(ews_online, wrong, status, error):
    assert ask(ews_online, **GOOD)[0] == 200

    answered, body = ask(ews_online, **{**GOOD, **wrong})

    assert (answered, body["error"]) == (status, error)


def test_a_token_that_ended_is_refused(ews_online):
    ews_online.control.fault("token_life", "Token", seconds=0)
    _, body = ask(ews_online, **GOOD)
    connection = http.client.HTTPConnection(urlsplit(ews_online.base_url).netloc, timeout=30)
    envelope = (
        b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetFolder/></s:Body></s:Envelope>'
    )
    connection.request("POST", "/EWS/Exchange.asmx", envelope, {"authorization": f"Bearer {body['access_token']}"})
    response = connection.getresponse()

    assert (response.status, response.headers["www-authenticate"]) == (401, "Bearer")
    connection.close()


def test_an_app_survives_the_command_line():
    app = App("stad.example", "een-app", "een-geheim")
    with EwsSimulator(EwsOptions(app=app), run_as="process") as simulator:
        assert ask(simulator, **{**GOOD, "client_id": app.client_id, "client_secret": app.client_secret})[0] == 200
