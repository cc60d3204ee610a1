"""From status codes and headers to our error kinds."""

from datetime import UTC, datetime

import httpx
import pytest

from loketbus.errors import Denied, Unavailable
from loketbus.http import check, is_idempotent, parse_retry_after

NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)


def answer(
    status: int, method: str = "GET", headers: dict[str, str] | None = None, **extensions: object
) -> httpx.Response:
    request = httpx.Request(
        method,
        "http://remote/people/Jan?mail=jan@example.be",
        extensions={"path_template": "/people/{id}", **extensions},
    )
    return httpx.Response(status, headers=headers, request=request)


@pytest.mark.parametrize("status", [200, 201, 204, 304, 400, 404, 409, 410, 412, 422, 423])
def test_the_adapters_own_answers_pass(status: int) -> None:
    response = answer(status)
    assert check(response, remote="Econobis") is response


@pytest.mark.parametrize("status", [401, 403, 407])
def test_refused_credentials(status: int) -> None:
    with pytest.raises(Denied) as caught:
        check(answer(status), remote="Econobis")
    assert caught.value.code == "remote_denied"
    assert caught.value.message == f"Econobis weigert onze toegang ({status}). Kijk de aanmeldgegevens na."


@pytest.mark.parametrize(
    ("status", "method", "code", "maybe_done"),
    [
        (429, "POST", "remote_busy", False),
        (503, "POST", "remote_unavailable", False),
        (408, "POST", "remote_unavailable", False),
        (425, "POST", "remote_unavailable", False),
        (500, "POST", "remote_unavailable", True),
        (502, "PATCH", "remote_unavailable", True),
        (504, "POST", "remote_unavailable", True),
        (500, "GET", "remote_unavailable", False),
        (504, "PUT", "remote_unavailable", False),
        (302, "GET", "remote_redirects", False),
        (307, "POST", "remote_redirects", True),
    ],
)
def test_the_outside_world_is_away(status: int, method: str, code: str, maybe_done: bool) -> None:
    with pytest.raises(Unavailable) as caught:
        check(answer(status, method, {"Retry-After": "7"}), remote="Econobis")
    error = caught.value
    assert (error.code, error.maybe_done) == (code, maybe_done)
    assert error.retry_after_seconds == (None if status < 400 else 7)
    assert error.detail == f"{method} /people/{{id}}: status {status}"
    assert not any(word in str(error) for word in ("Jan", "jan@", "mail="))


@pytest.mark.parametrize(
    ("method", "headers", "said", "wanted"),
    [
        ("GET", {}, None, True),
        ("PUT", {}, None, True),
        ("DELETE", {}, None, True),
        ("POST", {}, None, False),
        ("PATCH", {}, None, False),
        ("POST", {"Idempotency-Key": "k"}, None, True),
        ("POST", {}, True, True),
        ("PUT", {}, False, False),
    ],
)
def test_idempotent(method: str, headers: dict[str, str], said: bool | None, wanted: bool) -> None:
    extensions = {} if said is None else {"idempotent": said}
    assert is_idempotent(httpx.Request(method, "http://x", headers=headers, extensions=extensions)) is wanted


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "12"}, 12.0),
        ({"Retry-After": " 1.5 "}, 1.5),
        ({"Retry-After": "-5"}, 0.0),
        ({"Retry-After": "inf"}, 86_400.0),
        ({"Retry-After": "99999999999"}, 86_400.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT"}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 11:00:45 +0100"}, 45.0),
        ({"Retry-After": "Saturday, 21-Nov-26 10:00:30 GMT"}, 30.0),
        ({"Retry-After": "Sat, 99 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry-After": "Sat, 21 Nov 2026 12:00:20 GMT", "Date": "Sat, 21 Nov 2026 12:00:00 GMT"}, 20.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "nonsense"}, 30.0),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert parse_retry_after(answer(429, headers=headers), now=lambda: NOW) == seconds
