"""The settings of the mailbox: which adapter, how it is reached, and what is said when that cannot be."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import ConfigurationError
from loketbus.settings import load
from services.mail_ingest import adapters
from services.mail_ingest.remote.ews import EwsConnection
from services.mail_ingest.remote.graph import GraphConnection
from services.mail_ingest.settings import MailSettings, connection_of, graph_hints

MAILBOX = "energieloket@stad.example"
EWS = {"ews_url": "https://mail.stad.example/EWS/Exchange.asmx", "ews_user": "loketbus", "ews_password": "hunter-2"}
GRAPH = {"graph_tenant": "stad.example", "graph_client_id": "app", "graph_client_secret": "hunter-2"}


def settings(monkeypatch: pytest.MonkeyPatch, **values: Any) -> MailSettings:
    """As an operator sets them."""
    for name, value in {"mailbox": MAILBOX, **values}.items():
        monkeypatch.setenv(f"LOKETBUS_{name.upper()}", str(value))
    return load(MailSettings)


def test_ews_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connection_of(settings(monkeypatch, **EWS, mail_max_bytes=2_000_000))
    assert isinstance(connection, EwsConnection)
    assert (connection.mailbox, connection.auth, connection.max_mail_bytes) == (MAILBOX, "basic", 2_000_000)


def test_ews_with_oauth(monkeypatch: pytest.MonkeyPatch) -> None:
    online = {"ews_url": "https://outlook.office365.com/EWS/Exchange.asmx", "ews_auth": "oauth"}
    app = {"ews_tenant": "stad.example", "ews_client_id": "app", "ews_client_secret": "hunter-2"}
    connection = connection_of(settings(monkeypatch, **online, **app))
    assert isinstance(connection, EwsConnection)
    assert (connection.tenant, connection.impersonates) == ("stad.example", True)
    assert connection.scope == "https://outlook.office365.com/.default"


def test_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = connection_of(settings(monkeypatch, mail_adapter="graph", **GRAPH))
    assert isinstance(connection, GraphConnection)
    assert connection.base_url == "https://graph.microsoft.com/v1.0"


def test_graph_in_another_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    other = {"graph_url": "https://graph.microsoft.us/v1.0", "graph_authority": "https://login.microsoftonline.us"}
    connection = connection_of(settings(monkeypatch, mail_adapter="graph", **GRAPH, **other))
    assert isinstance(connection, GraphConnection)
    assert (connection.base_url, connection.authority) == tuple(other.values())


def test_a_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert connection_of(settings(monkeypatch, mail_adapter="folder", mail_folder=tmp_path)) == tmp_path


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "vul LOKETBUS_EWS_URL, LOKETBUS_EWS_USER, LOKETBUS_EWS_PASSWORD in"),
        (
            {**EWS, "ews_auth": "oauth"},
            "vul LOKETBUS_EWS_TENANT, LOKETBUS_EWS_CLIENT_ID, LOKETBUS_EWS_CLIENT_SECRET in",
        ),
        ({**EWS, "ews_url": "mail.stad.example"}, "LOKETBUS_EWS_URL is fout"),
        ({**EWS, "mailbox": "energieloket"}, "LOKETBUS_MAILBOX is fout"),
        (
            {"mail_adapter": "graph"},
            "vul LOKETBUS_GRAPH_TENANT, LOKETBUS_GRAPH_CLIENT_ID, LOKETBUS_GRAPH_CLIENT_SECRET in",
        ),
        ({"mail_adapter": "graph", **GRAPH, "graph_url": "http://graph.example"}, "LOKETBUS_GRAPH_URL is fout"),
        ({"mail_adapter": "graph", **GRAPH, "graph_webhook_url": "https://l.example"}, "LOKETBUS_GRAPH_WEBHOOK_SECRET"),
        (
            {
                "mail_adapter": "graph",
                **GRAPH,
                "graph_webhook_url": "https://l.example",
                "graph_webhook_secret": "kort",
            },
            "LOKETBUS_GRAPH_WEBHOOK_SECRET is fout",
        ),
        ({"mail_adapter": "folder"}, "vul LOKETBUS_MAIL_FOLDER in"),
        ({"mail_adapter": "folder", "mail_folder": "bestaat/niet"}, "LOKETBUS_MAIL_FOLDER: de map"),
        ({"mail_adapter": "imap"}, "LOKETBUS_MAIL_ADAPTER"),
    ],
)
def test_what_is_missing_or_wrong_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        settings(monkeypatch, **values)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "hunter-2" not in str(refusal.value)


def test_the_webhook_is_for_graph_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    hook = {"graph_webhook_url": "https://l.example/graph/notifications", "graph_webhook_secret": "x" * 16}
    assert graph_hints(settings(monkeypatch, mail_adapter="graph", **GRAPH, **hook)) is not None
    assert graph_hints(settings(monkeypatch, mail_adapter="ews", **EWS)) is None


class TestTheEndOfEwsInTheCloud:
    def online(self, monkeypatch: pytest.MonkeyPatch, **more: str) -> MailSettings:
        app = {"ews_tenant": "stad.example", "ews_client_id": "app", "ews_client_secret": "hunter-2"}
        url = "https://outlook.office365.com/EWS/Exchange.asmx"
        return settings(monkeypatch, ews_url=url, ews_auth="oauth", **app, **more)

    def test_the_days_left_are_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = adapters.warning(self.online(monkeypatch), date(2026, 11, 21))
        assert said is not None
        assert "1 april 2027, nog 131 dagen" in said

    def test_another_day_can_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        said = adapters.warning(self.online(monkeypatch, ews_ends="2026-12-01"), date(2026, 11, 30))
        assert said is not None
        assert "nog 1 dag." in said

    def test_the_doctor_says_so_and_finds_it_wrong_only_when_it_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        [finding] = adapters.examine(self.online(monkeypatch, ews_ends="2999-01-01"))
        assert (finding.ok, "2999" in finding.advice) == (True, True)
        [finding] = adapters.examine(self.online(monkeypatch, ews_ends="2020-01-01"))
        assert (finding.ok, "gestopt" in finding.advice) == (False, True)

    def test_nothing_on_premises_nor_over_graph(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert adapters.examine(settings(monkeypatch, **EWS)) == []
        assert adapters.examine(settings(monkeypatch, mail_adapter="graph", **GRAPH)) == []
