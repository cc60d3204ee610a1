from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import requests
from pydantic import ValidationError

from loketbus.errors import Denied
from services.mail_ingest.remote._ews_http import OwnPolicy
from services.mail_ingest.remote.ews import (
    EWS_ENDS,
    EwsConnection,
    days_left,
    is_exchange_online,
    retirement_warning,
)

ONLINE = "https://outlook.office365.com/EWS/Exchange.asmx"
OWN = "https://mail.stad.example/EWS/Exchange.asmx"
PASSWORD = {"user": "svc", "password": "geheim"}
APP = {"tenant": "stad.example", "client_id": "loketbus", "client_secret": "geheim"}


def made(**given: Any) -> EwsConnection:
    return EwsConnection.model_validate({"url": OWN, "mailbox": "loket@stad.example", **given})


@pytest.mark.parametrize(
    ("url", "online"),
    [
        (ONLINE, True),
        ("https://OUTLOOK.office.com/EWS/Exchange.asmx", True),
        ("https://eur01.outlook.office365.com:443/EWS/Exchange.asmx", True),
        ("https://outlook.office365.com./EWS/Exchange.asmx", True),
        (OWN, False),
        ("https://outlook.office365.com.stad.example/EWS/Exchange.asmx", False),
        ("https://mijnoutlook.office365.com/EWS/Exchange.asmx", False),
        ("https://mail.stad.example/outlook.office365.com", False),
    ],
)
def test_which_endpoints_are_exchange_online(url: str, online: bool) -> None:
    assert is_exchange_online(url) is online


@pytest.mark.parametrize(
    ("today", "days"),
    [(date(2026, 11, 21), 131), (date(2027, 3, 31), 1), (date(2027, 4, 1), 0), (date(2027, 5, 1), 0)],
)
def test_days_left(today: date, days: int) -> None:
    assert days_left(today, EWS_ENDS) == days


@pytest.mark.parametrize(
    ("today", "ends", "words"),
    [
        (date(2026, 11, 21), EWS_ENDS, "EWS stopt in Exchange Online op 1 april 2027, nog 131 dagen."),
        (date(2027, 3, 31), EWS_ENDS, "EWS stopt in Exchange Online op 1 april 2027, nog 1 dag."),
        (date(2027, 4, 1), EWS_ENDS, "EWS is in Exchange Online gestopt op 1 april 2027."),
        (date(2026, 11, 21), date(2026, 12, 1), "EWS stopt in Exchange Online op 1 december 2026, nog 10 dagen."),
    ],
)
def test_the_warning_says_when_and_what_to_do(today: date, ends: date, words: str) -> None:
    assert retirement_warning(ONLINE, today, ends) == f"{words} Stap over op Graph: zet LOKETBUS_MAIL_ADAPTER=graph."


def test_a_server_of_ones_own_stays() -> None:
    assert retirement_warning(OWN, date(2027, 5, 1)) is None


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "user, password"),
        ({"auth": "ntlm", "user": "svc"}, "password"),
        ({"auth": "oauth", **PASSWORD}, "tenant, client_id, client_secret"),
        ({"auth": "oauth", **APP, "client_secret": ""}, "client_secret"),
    ],
)
def test_every_way_in_has_its_own_credentials(given: dict[str, str], missing: str) -> None:
    with pytest.raises(ValidationError) as caught:
        made(**given)
    (error,) = caught.value.errors()
    assert error["loc"] == ("auth",)
    assert error["msg"].endswith(missing)


@pytest.mark.parametrize("auth", ["basic", "ntlm"])
def test_exchange_online_takes_no_password(auth: str) -> None:
    with pytest.raises(ValidationError, match="alleen oauth"):
        made(url=ONLINE, auth=auth, **PASSWORD)


def test_an_app_always_impersonates() -> None:
    assert made(url=ONLINE, auth="oauth", **APP).impersonates
    assert made(access="impersonation", **PASSWORD).impersonates
    assert not made(**PASSWORD).impersonates


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("url", "code", "words"), [(ONLINE, "ews_online_refused", "EwsAllowedAppIDs"), (OWN, None, "")]
)
def test_a_refusal_in_the_cloud_says_that_ews_may_be_off(status: int, url: str, code: str | None, words: str) -> None:
    response = requests.Response()
    response.status_code, response.url = status, url
    with pytest.raises(Denied) as caught:
        OwnPolicy().raise_response_errors(response)
    assert caught.value.code == (code or f"ews_http_{status}")
    assert words in caught.value.message
