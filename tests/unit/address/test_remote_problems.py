"""What answers other than 200 mean; texts and types are those of the reference, section 1.2."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from loketbus.errors import Denied, Rejected, Unavailable
from services.address.remote.problems import TooLargeError, outcome

URN = "urn:be.vlaanderen.basisregisters.api"
WHERE = "/v2/adressen/{id}"
NOT_FOUND = {"type": f"{URN}:address:not-found", "title": "Er heeft zich een fout voorgedaan!", "status": 404}
NOWHERE = {"type": "https://tools.ietf.org/html/rfc9110#section-15.5.5", "title": "Not Found", "status": 404}


def answer(status: int, body: Any = b"", **headers: str) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = httpx.Request("GET", "https://register.example/v2/adressen/3201926")
    return httpx.Response(status, content=content, headers=headers, request=request)


def said(status: int, body: Any = b"", *, has_key: bool = True) -> str:
    return outcome(answer(status, body), WHERE, has_key=has_key)


@pytest.mark.parametrize(
    ("status", "body", "meaning"),
    [
        (200, b"{}", "found"),
        (304, b"", "unchanged"),
        (404, {**NOT_FOUND, "detail": "Onbestaand adres."}, "absent"),
        (404, {"type": "about:blank", "detail": "Onbestaande gebouweenheid."}, "absent"),
        (410, {"type": f"{URN}:address:gone", "detail": "Verwijderd adres."}, "removed"),
        (410, {"detail": "Verwijderde gebouweenheid."}, "removed"),
    ],
)
def test_the_register_knows(status: int, body: Any, meaning: str) -> None:
    assert said(status, body) == meaning


@pytest.mark.parametrize("body", [NOWHERE, b"<html>Not Found</html>", b"", [1], {"type": 5, "detail": None}, b"\xff"])
def test_a_404_of_a_gateway_never_means_that_an_address_does_not_exist(body: Any) -> None:
    with pytest.raises(Unavailable, match="LOKETBUS_ADDRESS_API_URL") as caught:
        said(404, body)
    assert caught.value.code == "register_wrong_place"


@pytest.mark.parametrize("body", [b"", b"<html>Gone</html>", {"detail": "Onbestaand adres."}])
def test_a_410_of_a_gateway_removes_nothing(body: Any) -> None:
    with pytest.raises(Unavailable):
        said(410, body)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_is_refused_or_wanted(status: int) -> None:
    with pytest.raises(Denied, match="weigert onze API-sleutel"):
        said(status, {"detail": "Ongeldige API key."})
    with pytest.raises(Denied, match="vraagt een API-sleutel"):
        said(status, {"detail": "API key verplicht."}, has_key=False)


def test_what_the_register_says_about_a_wrong_question_is_passed_on() -> None:
    errors = {"offset": [{"code": "OffsetTooLarge", "reason": "De offset is\nbeperkt tot 1000000."}]}
    with pytest.raises(Rejected) as caught:
        said(400, {"detail": "Validatie mislukt!", "validationErrors": errors})
    assert caught.value.message.endswith("weigert deze vraag: Validatie mislukt! De offset is beperkt tot 1000000.")
    assert caught.value.audience == "ict"


@pytest.mark.parametrize(
    "body", [b"", b"[", {"validationErrors": {}}, {"validationErrors": {"x": "y"}}, {"detail": "ja" * 5_000}]
)
def test_a_wrong_question_without_a_readable_reason(body: Any) -> None:
    with pytest.raises(Rejected) as caught:
        said(400, body)
    assert len(caught.value.message) < 400


def test_a_list_that_is_too_large_is_told_from_other_defects() -> None:
    text = "Response is te groot, probeer de 'limit' parameter te verkleinen en probeer opnieuw."
    with pytest.raises(TooLargeError):
        said(500, {"detail": text})
    with pytest.raises(Unavailable) as caught:
        said(500, {"detail": "Er is een interne fout opgetreden."})
    assert not isinstance(caught.value, TooLargeError)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "remote_busy"), (500, "remote_unavailable"), (503, "remote_unavailable"), (302, "remote_redirects"),
        (406, "register_unexpected_answer"), (204, "register_unexpected_answer"),
    ],
)  # fmt: skip
def test_no_answer(status: int, code: str) -> None:
    with pytest.raises(Unavailable) as caught:
        said(status)
    assert caught.value.code == code
    assert "3201926" not in str(caught.value)


def test_how_long_the_register_wants_us_to_wait() -> None:
    with pytest.raises(Unavailable) as caught:
        outcome(answer(429, b"", **{"Retry-After": "90"}), WHERE, has_key=True)
    assert caught.value.retry_after_seconds == 90
