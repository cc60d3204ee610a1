"""The client against a server that misbehaves over real sockets."""

import asyncio
import dataclasses
import gzip
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from loketbus import logs, telemetry
from loketbus.errors import Rejected, Unavailable
from loketbus.http import Client, HttpOptions, check, make_client
from loketbus.http.transport import RetryOptions
from tests.integration.loketbus.http.faulty import Turn, drips, faulty, hangs, resets, says, status

OK = status(200, body="fine")
PAUSES: list[float] = []


async def note_pause(seconds: float) -> None:
    PAUSES.append(seconds)


QUICK = HttpOptions(read_seconds=0.3, total_seconds=5, retry=RetryOptions(sleep=note_pause))


@pytest.fixture(autouse=True)
def no_pauses() -> None:
    PAUSES.clear()


def client(base: str, **changed: Any) -> Client:
    return make_client("Econobis", base_url=base, options=dataclasses.replace(QUICK, **changed))


async def fails(turn: Turn, method: str = "GET", **changed: Any) -> Unavailable:
    async with faulty(turn) as server, client(server.base, **changed) as econobis:
        with pytest.raises(Unavailable) as caught:
            await econobis.call(method, "/people/{id}", path={"id": "Jan"}, params={"mail": "jan@example.be"})
    assert not any(word in str(caught.value) for word in ("Jan", "jan@", "127.0.0.1"))
    return caught.value


async def test_a_call_goes_out_as_written() -> None:
    async with faulty(OK) as server, client(server.base + "/base") as econobis:
        response = await econobis.call("POST", "/people/{id}/notes", path={"id": "a/b é"}, json={"x": 1})
    assert check(response, remote="Econobis").text == "fine"
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /base/people/a%2Fb%20%C3%A9/notes HTTP/1.1")
    assert b"\r\nUser-Agent: loketbus/" in head
    assert body == b'{"x":1}'


async def test_nobody_listens(unused_tcp_port: int) -> None:
    async with client(f"http://127.0.0.1:{unused_tcp_port}") as econobis:
        with pytest.raises(Unavailable) as caught:
            await econobis.call("POST", "/people")
    error = caught.value
    assert (error.code, error.maybe_done) == ("remote_unreachable", False)
    assert error.message == "Econobis is niet bereikbaar. Loketbus probeert het later opnieuw."
    assert PAUSES == [0.2, 0.2]


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (hangs, "remote_timeout"),
        (resets, "remote_broken"),
        (says(""), "remote_broken"),
        (says("nonsense\n\n"), "remote_broken"),
        (says("HTTP/1.1 200 OK\nContent-Le"), "remote_broken"),
        (says("HTTP/1.1 200 OK\nContent-Length: 100\n\nonly this"), "remote_broken"),
        (says("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nff\nonly this"), "remote_broken"),
        (says("HTTP/1.1 200 OK\nContent-Length: 10\nContent-Length: 20\n\n0123456789"), "remote_broken"),
        (says("HTTP/1.1 200 OK\nContent-Length: -1\n\n"), "remote_broken"),
        (says("HTTP/1.1 200 OK\nContent-Encoding: gzip\n\nno gzip"), "remote_unreadable"),
        (says("HTTP/1.1 200 OK\nContent-Encoding: br\n\nxx"), "remote_unreadable"),
        (
            says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"x" * 999)[:-5]),
            "remote_unreadable",
        ),
    ],
)
@pytest.mark.parametrize(("method", "maybe_done"), [("GET", False), ("POST", True), ("PUT", False)])
async def test_a_failure_after_sending(turn: Turn, code: str, method: str, maybe_done: bool) -> None:
    error = await fails(turn, method)
    assert (error.code, error.maybe_done) == (code, maybe_done)
    assert error.detail is not None
    assert error.detail.startswith(f"{method} /people/{{id}}: ")


async def test_a_failure_after_sending_is_not_tried_again() -> None:
    async with faulty(resets, OK) as server, client(server.base) as econobis:
        with pytest.raises(Unavailable):
            await econobis.call("GET", "/")
    assert len(server.requests) == 1


async def test_a_longer_body_than_promised_is_cut_at_the_promise() -> None:
    async with (
        faulty(says("HTTP/1.1 200 OK\nContent-Length: 4\n\nfine and more")) as server,
        client(server.base) as econobis,
    ):
        assert (await econobis.call("GET", "/")).text == "fine"


async def test_an_answer_that_drips_ends_at_the_deadline_of_the_call() -> None:
    error = await fails(drips(10_000), "POST", total_seconds=0.5)
    assert (error.code, error.maybe_done) == ("remote_timeout", True)


async def test_a_deadline_of_one_call() -> None:
    async with faulty(hangs) as server, client(server.base, read_seconds=60) as econobis:
        with pytest.raises(Unavailable, match="remote_timeout"):
            await econobis.call("GET", "/", total_seconds=0.2)


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("method", "retry_after", "sent", "pauses"),
    [
        ("GET", "1", 2, [1.0]),
        ("PUT", "0", 2, [0.0]),
        ("GET", "60", 1, []),
        ("GET", None, 1, []),
        ("POST", "1", 1, []),
    ],
)
async def test_a_short_stated_wait_is_waited_on_what_can_be_sent_again(
    code: int, method: str, retry_after: str | None, sent: int, pauses: list[float]
) -> None:
    busy = status(code, *([f"Retry-After: {retry_after}"] if retry_after else []))
    async with faulty(busy, OK) as server, client(server.base) as econobis:
        response = await econobis.call(method, "/", content=b"body")
    assert (len(server.requests), PAUSES) == (sent, pauses)
    assert response.status_code == (200 if sent == 2 else code)


async def test_who_stays_busy_is_left_to_the_bus() -> None:
    async with faulty(status(429, "Retry-After: 2")) as server, client(server.base) as econobis:
        response = await econobis.call("GET", "/")
        with pytest.raises(Unavailable) as caught:
            check(response, remote="Econobis")
    assert caught.value.retry_after_seconds == 2
    assert (len(server.requests), PAUSES) == (3, [2.0, 2.0])


@pytest.mark.parametrize("code", [401, 403, 500, 502, 504])
async def test_other_answers_are_not_tried_again(code: int) -> None:
    async with faulty(status(code, "Retry-After: 1"), OK) as server, client(server.base) as econobis:
        assert (await econobis.call("GET", "/")).status_code == code
    assert len(server.requests) == 1


async def test_a_stream_that_was_sent_is_not_sent_again() -> None:
    async def body() -> AsyncIterator[bytes]:
        yield b"once"

    async with faulty(status(503, "Retry-After: 0"), OK) as server, client(server.base) as econobis:
        headers = {"Content-Length": "4"}
        response = await econobis.call("PUT", "/", content=body(), headers=headers)
    assert (response.status_code, len(server.requests)) == (503, 1)


@pytest.mark.parametrize(
    "turn",
    [
        status(200, body="x" * 2000),
        says("HTTP/1.1 200 OK\n\n" + "x" * 2000),
        says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(5_000_000))),
    ],
)
async def test_an_answer_beyond_the_cap_is_refused(turn: Turn) -> None:
    async with faulty(turn) as server, client(server.base, max_answer_bytes=1999) as econobis:
        with pytest.raises(Rejected, match="remote_answer_too_large"):
            await econobis.call("GET", "/")
        with pytest.raises(Unavailable, match="remote_answer_too_large") as caught:
            await econobis.call("POST", "/")
        assert caught.value.maybe_done is True
        response = await econobis.call("GET", "/", max_bytes=6_000_000)
        assert len(response.content) in (2000, 5_000_000)


async def test_gzip_is_unpacked() -> None:
    turn = says(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b'{"a": 1}'))
    async with faulty(turn) as server, client(server.base) as econobis:
        assert (await econobis.call("GET", "/")).json() == {"a": 1}
    assert b"\r\nAccept-Encoding: gzip\r\n" in server.requests[0]


async def test_a_large_answer_streams() -> None:
    turn = status(200, body="x" * 3_000_000)
    async with faulty(turn) as server, client(server.base) as econobis, econobis.stream("GET", "/") as response:
        sizes = [len(chunk) async for chunk in response.aiter_bytes()]
    assert sum(sizes) == 3_000_000
    assert max(sizes) < 200_000


async def test_trace_and_correlation_travel_along() -> None:
    traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with faulty(OK) as server, client(server.base) as econobis:
        with logs.bound(correlation_id="c-1"), telemetry.continued(traceparent):
            await econobis.call("GET", "/")
        await econobis.call("GET", "/")
    assert f"\r\ntraceparent: {traceparent}\r\n".encode() in server.requests[0]
    assert b"\r\nX-Correlation-ID: c-1\r\n" in server.requests[0]
    assert b"traceparent" not in server.requests[1]
    assert b"X-Correlation-ID" not in server.requests[1]


async def test_a_cancelled_call_is_cancelled() -> None:
    async with faulty(hangs) as server, client(server.base, read_seconds=60, total_seconds=60) as econobis:
        calling = asyncio.create_task(econobis.call("GET", "/"))
        while not server.requests:  # noqa: ASYNC110 - the server's side of the same loop
            await asyncio.sleep(0.001)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling


async def test_a_request_that_cannot_be_sent_is_a_defect() -> None:
    async with client("ftp://example.org") as econobis:
        with pytest.raises(httpx.UnsupportedProtocol):
            await econobis.call("GET", "/")


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with faulty(OK) as server, client(server.base) as econobis:
        assert (await econobis.call("GET", "/")).text == "fine"


async def test_the_citys_proxy_is_used_by_setting() -> None:
    async with faulty(OK) as proxy, client("http://outside.example", proxy=proxy.base) as econobis:
        assert (await econobis.call("GET", "/x")).text == "fine"
    assert proxy.requests[0].startswith(b"GET http://outside.example/x HTTP/1.1")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signed itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_a_certificate_that_nobody_vouches_for_is_named(certificate: Path) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate)
    async with faulty(OK, tls=tls) as server:
        async with client(server.base) as econobis:
            with pytest.raises(Unavailable, match="remote_certificate") as caught:
                await econobis.call("POST", "/")
        assert caught.value.maybe_done is False
        async with client(server.base, ca_file=str(certificate)) as econobis:
            assert (await econobis.call("GET", "/")).text == "fine"
