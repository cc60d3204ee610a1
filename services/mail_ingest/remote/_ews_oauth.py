"""Tokens for EWS, through exchangelib's own OAuth."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import exchangelib

from services.mail_ingest.remote._ews_connection import EwsConnection

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class AppCredentials(exchangelib.OAuth2Credentials):  # type: ignore[misc]
    """An app's own rights; the token endpoint and scope can be another cloud's, which exchangelib has fixed."""

    def __init__(self, connection: EwsConnection) -> None:
        assert connection.client_secret is not None
        super().__init__(
            client_id=connection.client_id,
            client_secret=connection.client_secret.get_secret_value(),
            tenant_id=connection.tenant,
        )
        self._other_token_url = connection.token_url
        self._scope = connection.scope
        if connection.token_url and urlsplit(connection.token_url).hostname in _LOOPBACK:
            # oauthlib refuses plain http, which never leaves the machine here.
            os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

    @property
    def token_url(self) -> str:
        """Where tokens are had."""
        return self._other_token_url or str(super().token_url)

    @property
    def scope(self) -> list[str]:
        """What a token is for."""
        return [self._scope]

    def session_params(self) -> dict[str, Any]:
        """No refresh by the session: an app has no refresh token, so an expired one means a new session."""
        return {"token": self.access_token}
