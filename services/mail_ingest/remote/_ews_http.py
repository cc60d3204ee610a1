"""HTTP below exchangelib: whole answers only, read in large pieces, statuses in our own errors.

Numbers are the hazards of exchangelib 5.6, measured in November 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import requests
from exchangelib.protocol import FailFast
from exchangelib.util import is_xml
from requests.adapters import HTTPAdapter

from loketbus.errors import Denied, Outcome, Unavailable
from loketbus.http import parse_retry_after
from services.mail_ingest.remote._ews_connection import is_exchange_online

CHUNK_BYTES = 65_536
WHOLE_BODY_BYTES = 32 * 1024 * 1024
"""Largest answer that is read into memory: pages of ids and errors. Mails stream (`_ews_stream`)."""
ENVELOPE_END = b"Envelope>"
_FORM = "application/x-www-form-urlencoded"
_OAUTH_CODE = re.compile(r"[a-z_]{1,40}")


class BodyTooLargeError(Exception):
    """The answer is larger than we take in."""


class WholeResponse(requests.Response):
    """A response whose body is in memory; exchangelib would walk through it byte by byte (2: 13 times slower)."""

    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        """In large pieces, whatever is asked."""
        size = max(chunk_size or 1, CHUNK_BYTES)
        yield from (self.content[start : start + size] for start in range(0, len(self.content), size))


class WholeBodyAdapter(HTTPAdapter):
    """Refuses a cut-off answer (1: lxml repairs it, so mails vanish and the sync state moves on) and a huge one."""

    def send(self, request: requests.PreparedRequest, stream: bool = False, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send, and read the body here, unless it is an answer that the caller streams."""
        response = super().send(request, stream=True, **kwargs)
        if stream and response.status_code == 200:
            return response
        body = _read(response)
        # What `Response.content` itself would have kept after reading.
        response._content, response._content_consumed = body, True
        response.__class__ = WholeResponse
        if str(request.headers.get("Content-Type", "")).startswith(_FORM):
            _require_token(response)
        elif response.status_code == 200 or is_xml(body):
            _require_whole(body)
        return response


def _read(response: requests.Response) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_content(CHUNK_BYTES):
        pieces.append(piece)
        size += len(piece)
        if size > WHOLE_BODY_BYTES:
            response.close()
            raise BodyTooLargeError
    return b"".join(pieces)


def _require_whole(body: bytes) -> None:
    if not body.rstrip().endswith(ENVELOPE_END):
        raise requests.exceptions.ConnectionError("the answer ends before its envelope does")


def _require_token(response: requests.Response) -> None:
    """Raise for what the token endpoint refuses; oauthlib would not tell an outage from a wrong secret."""
    status = response.status_code
    if status == 200:
        return
    if status == 429 or status >= 500:
        message = "De aanmelddienst van Microsoft kan nu niet antwoorden."
        raise Unavailable(f"ews_token_{status}", message, retry_after_seconds=_retry_after(response))
    message = "Microsoft Entra geeft de app geen token: kijk tenant, client-id en (vervallen?) client-geheim na."
    raise Denied("ews_token_refused", message, detail=_oauth_code(response))


def _oauth_code(response: requests.Response) -> str:
    """`invalid_client` and its like; nothing else of the answer, which names the tenant."""
    try:
        code = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return f"status {response.status_code}"
    return code if isinstance(code, str) and _OAUTH_CODE.fullmatch(code) else "other"


def _retry_after(response: requests.Response) -> float | None:
    return parse_retry_after(httpx.Response(response.status_code, headers=dict(response.headers)))


class OwnPolicy(FailFast):  # type: ignore[misc]
    """No retry inside exchangelib (4, 5: it loops on a wrong password), and Retry-After is not lost (6)."""

    def raise_response_errors(self, response: requests.Response) -> None:
        """Raise for every status but 200 and a SOAP fault (500 with XML)."""
        status = response.status_code
        if status == 200 or (status == 500 and is_xml(response.content)):
            return
        if status in (401, 403):
            raise _refused(status, response.url)
        message = "De mailserver kan nu niet antwoorden."
        raise Unavailable(f"ews_http_{status}", message, retry_after_seconds=_retry_after(response))


def _refused(status: int, url: str) -> Outcome:
    """Exchange Online shuts EWS off tenant by tenant and app by app; waiting does not help then."""
    if is_exchange_online(url):
        message = (
            "Exchange Online weigert EWS: kijk de rechten van de app na. Misschien staat EWS uit voor deze tenant "
            "of deze app (EWSEnabled, EwsAllowedAppIDs); stap dan over op Graph."
        )
        return Denied("ews_online_refused", message, detail=f"status {status}")
    message = "De mailserver weigert de gebruiker of het wachtwoord van het postvak."
    return Denied(f"ews_http_{status}", message)
