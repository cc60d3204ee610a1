"""The tenant's sign-in service: the metadata and the token endpoint that msal asks, with Entra's error codes."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.datastructures import Headers

from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.tokens import SCOPE


def metadata(call: Call) -> Answer:
    """OpenID Connect discovery. Its addresses are https whatever carried the question: msal takes no other."""
    tenant = call.path("tenant")
    if tenant != call.tenant.tokens.tenant:
        return _refused(400, "invalid_tenant", 90002, f"Tenant '{tenant}' not found.")
    origin = f"https://{call.request.url.netloc}/{tenant}"
    return Answer(
        {
            "issuer": f"{origin}/v2.0",
            "authorization_endpoint": f"{origin}/oauth2/v2.0/authorize",
            "token_endpoint": f"{origin}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{origin}/oauth2/v2.0/devicecode",
            "jwks_uri": f"{origin}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        }
    )


def token(call: Call) -> Answer:
    """The client credentials grant."""
    form = {name: values[0] for name, values in parse_qs(call.body.decode(errors="replace")).items()}
    known = call.tenant.tokens
    client_id, secret = _client(form, call.request.headers)
    if call.path("tenant") != known.tenant:
        return _refused(400, "invalid_request", 90002, "Tenant not found.")
    if form.get("grant_type") != "client_credentials":
        return _refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
    if client_id != known.client_id:
        return _refused(400, "unauthorized_client", 700016, "Application was not found in the directory.")
    if not hmac.compare_digest(secret.encode(), known.client_secret.encode()):
        return _refused(401, "invalid_client", 7000215, "Invalid client secret provided.")
    if SCOPE not in form.get("scope", "").split():
        return _refused(400, "invalid_scope", 1002012, "The provided value for scope is not valid.")
    life = known.life_seconds
    return Answer({"token_type": "Bearer", "expires_in": life, "ext_expires_in": life, "access_token": known.issue()})


def _client(form: dict[str, str], headers: Headers) -> tuple[str, str]:
    """Id and secret, from the form or from a Basic header."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return unquote(client_id), unquote(secret)


def _refused(status: int, error: str, number: int, text: str) -> Answer:
    mark = secrets.token_hex(16)
    body: dict[str, Any] = {
        "error": error,
        "error_description": f"AADSTS{number}: {text} Trace ID: {mark} Correlation ID: {mark}",
        "error_codes": [number],
        "timestamp": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ"),
        "trace_id": mark,
        "correlation_id": mark,
    }
    return Answer(body, status)
