"""Access tokens from Entra through msal, which blocks: it runs in a thread, its HTTP in our own client."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from loketbus.errors import Denied, Unavailable
from loketbus.http import Client, check
from services.mail_ingest.remote._graph_settings import GraphConnection

LOGIN = "De aanmelddienst van Microsoft"
RENEW_BEFORE_SECONDS = 300.0
_OAUTH_STATUSES = frozenset({200, 400, 401, 404})
"""Answers that msal reads itself."""
_STUMBLES = (ValueError, LookupError, TypeError, AttributeError)
"""What msal raises when an answer is not what it foresaw."""
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
_SECRET_EXPIRED, _SECRET_WRONG, _APP_UNKNOWN = 7000222, 7000215, 700016
_ADVICE = {
    _SECRET_EXPIRED: "Het geheim van de app-registratie is verlopen: maak in Entra een nieuw en vul het in.",
    _SECRET_WRONG: "Het geheim van de app-registratie klopt niet: kijk het na.",
    _APP_UNKNOWN: "De app-registratie bestaat niet in deze tenant: kijk client-id en tenant na.",
}


class TokenSource:
    """One application's tokens; good until shortly before they expire, asked for once at a time."""

    def __init__(self, connection: GraphConnection, client: Client) -> None:
        self._connection = connection
        self._client = client
        self._lock = asyncio.Lock()
        self._app: Any = None
        self._token: str | None = None
        self._good_until = 0.0

    async def get(self) -> str:
        """A token that should be good.

        Raises:
            Unavailable, Denied: there is none to be had.
        """
        if self._token is not None and _now() < self._good_until:
            return self._token
        async with self._lock:
            if self._token is None or _now() >= self._good_until:
                await self._acquire(fresh=False)
            assert self._token is not None
            return self._token

    async def instead_of(self, refused: str) -> str:
        """Another token than one that Graph refused; who comes later gets what the first one fetched.

        Raises:
            Unavailable, Denied: there is none to be had.
        """
        async with self._lock:
            if self._token == refused:
                await self._acquire(fresh=True)
            assert self._token is not None
            return self._token

    async def _acquire(self, *, fresh: bool) -> None:
        answer = await asyncio.to_thread(self._ask, asyncio.get_running_loop(), fresh)
        if "access_token" not in answer:
            raise _refusal(answer)
        life = float(answer.get("expires_in", 0))
        self._token = str(answer["access_token"])
        self._good_until = _now() + life - min(RENEW_BEFORE_SECONDS, life / 2)

    def _ask(self, loop: asyncio.AbstractEventLoop, fresh: bool) -> Mapping[str, Any]:
        """In a thread; msal keeps what it learnt of the tenant."""
        try:
            if self._app is None:
                self._app = self._make_app(loop)
            if fresh:
                self._app.remove_tokens_for_client()
            answer: Mapping[str, Any] = self._app.acquire_token_for_client([self._connection.scope])
        except _STUMBLES:
            raise _unreadable() from None
        return answer

    def _make_app(self, loop: asyncio.AbstractEventLoop) -> Any:
        # Costs a tenth of a second, which a mailbox over EWS need not pay.
        import msal

        connection = self._connection
        return msal.ConfidentialClientApplication(
            connection.client_id,
            client_credential=connection.client_secret.get_secret_value(),
            authority=f"https://{urlsplit(connection.authority).netloc}/{connection.tenant}",
            instance_discovery=False,
            http_client=_Bridge(self._client, connection.authority, loop),
        )


class _Bridge:
    """The HTTP client that msal expects, over ours.

    msal accepts https addresses only. An authority on this machine may be plain http (the simulator): what goes to the
    https twin of its address goes there.
    """

    def __init__(self, client: Client, authority: str, loop: asyncio.AbstractEventLoop) -> None:
        self._client = client
        self._loop = loop
        parts = urlsplit(authority)
        self._twin, self._real = f"https://{parts.netloc}/", f"{parts.scheme}://{parts.netloc}/"

    def get(self, url: str, **request: Any) -> httpx.Response:
        """Blocks; not in the loop's own thread."""
        return self._send("GET", url, request)

    def post(self, url: str, **request: Any) -> httpx.Response:
        """Blocks; not in the loop's own thread."""
        return self._send("POST", url, request)

    def close(self) -> None:
        """The client is not ours to close."""

    def _send(self, method: str, url: str, request: Mapping[str, Any]) -> httpx.Response:
        if not url.startswith(self._twin):
            # The tenant's metadata names the address to which our secret goes.
            raise Unavailable("graph_foreign_login", f"{LOGIN} verwijst naar een ander adres.")
        known = {name: value for name, value in request.items() if name in ("params", "data", "headers")}
        coroutine = self._ask(method, self._real + url.removeprefix(self._twin), known)
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _ask(self, method: str, url: str, request: Mapping[str, Any]) -> httpx.Response:
        extensions = {"path_template": "(sign-in)", "idempotent": True}
        response = await self._client.request(method, url, extensions=extensions, **request)
        if response.status_code not in _OAUTH_STATUSES:
            check(response, remote=LOGIN)
        if method == "GET" and response.status_code != 200:
            raise Denied("graph_tenant_unknown", f"{LOGIN} kent deze tenant niet: kijk de tenant na.")
        return response


def _unreadable() -> Unavailable:
    message = f"{LOGIN} gaf een antwoord dat niet te lezen is. Loketbus probeert het later opnieuw."
    return Unavailable("graph_login_unreadable", message)


def _refusal(answer: Mapping[str, Any]) -> Denied | Unavailable:
    """Only codes: descriptions name the application and the tenant."""
    numbers = [number for number in answer.get("error_codes") or () if isinstance(number, int)]
    detail = " ".join([str(answer.get("error")), *(f"AADSTS{number}" for number in numbers)])
    if answer.get("error") in _PASSING:
        return Unavailable("graph_login_unavailable", f"{LOGIN} kan nu niet antwoorden.", detail=detail)
    advice = next((_ADVICE[number] for number in numbers if number in _ADVICE), None)
    message = advice or f"{LOGIN} weigert de app-registratie: kijk tenant, client-id en geheim na."
    return Denied("graph_login_denied", message, detail=detail)


def _now() -> float:
    return asyncio.get_running_loop().time()
