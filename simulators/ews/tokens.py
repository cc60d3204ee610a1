"""The token endpoint of Microsoft Entra for one application (client credentials), and the tokens that it gave out."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from simulators._common.faults import Fault, FaultBook
from simulators._common.requests import RequestLog

TOKEN = "Token"
TOKEN_SECONDS = 3599
SCOPE = "https://outlook.office365.com/.default"


@dataclass(frozen=True, slots=True)
class App:
    """An application that may read the mailbox (`full_access_as_app`)."""

    tenant: str
    client_id: str
    client_secret: str

    @property
    def token_path(self) -> str:
        """Where tokens are had, below the simulator's address."""
        return f"/{self.tenant}/oauth2/v2.0/token"


class TokenRefusedError(Exception):
    """What Entra answers instead of a token: `error` and the number of its AADSTS message."""

    def __init__(self, error: str, number: int, status: int) -> None:
        super().__init__(error)
        self.error = error
        self.number = number
        self.status = status


class Tokens:
    """Gives tokens to one app and knows which are still good."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._ends: dict[str, float] = {}

    def give(self, form: Mapping[str, str], seconds: int = TOKEN_SECONDS) -> dict[str, Any]:
        """The answer to a good request.

        Raises:
            TokenRefusedError: another grant, app, secret or scope.
        """
        if form.get("grant_type") != "client_credentials":
            raise TokenRefusedError("unsupported_grant_type", 70003, 400)
        if form.get("client_id") != self._app.client_id:
            raise TokenRefusedError("unauthorized_client", 700016, 400)
        if not hmac.compare_digest(form.get("client_secret", "").encode(), self._app.client_secret.encode()):
            raise TokenRefusedError("invalid_client", 7000215, 401)
        if form.get("scope") != SCOPE:
            raise TokenRefusedError("invalid_scope", 70011, 400)
        token = secrets.token_urlsafe(32)
        self._ends[token] = time.monotonic() + seconds
        return {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}

    def admits(self, authorization: str | None) -> bool:
        """Is there a good token in this header?"""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and self._ends.get(token.strip(), 0) > time.monotonic()


class TokenEndpoint:
    """POST to the app's token path; faults of stage `request` and `token` strike operation `Token`."""

    def __init__(self, tokens: Tokens, book: FaultBook, log: RequestLog) -> None:
        self._tokens = tokens
        self._book = book
        self._log = log

    async def answer(self, request: HttpRequest) -> Response:
        """Answer one request."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        entry = self._log.open(TOKEN, form.get("client_id"), [], {"scope": form.get("scope")})
        struck = [*self._book.take("request", TOKEN, set()), *self._book.take("token", TOKEN, set())]
        entry.faults = [one.kind for one in struck]
        response = self._answer(form, struck)
        entry.status = response.status_code
        return response

    def _answer(self, form: Mapping[str, str], struck: list[Fault]) -> Response:
        params = {one.kind: one.params for one in struck}
        if "status" in params:
            given = params["status"]
            after = {"retry-after": str(given["retry_after"])} if given["retry_after"] is not None else {}
            return Response(given["body"], given["status"], headers=after)
        try:
            return JSONResponse(self._tokens.give(form, params.get("token_life", {}).get("seconds", TOKEN_SECONDS)))
        except TokenRefusedError as refused:
            return JSONResponse(_refusal(refused), refused.status)


def _refusal(refused: TokenRefusedError) -> dict[str, Any]:
    return {
        "error": refused.error,
        "error_description": f"AADSTS{refused.number}: The request was refused.",
        "error_codes": [refused.number],
    }
