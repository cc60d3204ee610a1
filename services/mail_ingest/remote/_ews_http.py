"""HTTP below exchangelib: whole answers only, read in large pieces, statuses in our own errors.

Numbers are the hazards of exchangelib 5.6, measured in November 2026.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import requests
from exchangelib.protocol import FailFast
from exchangelib.util import is_xml
from requests.adapters import HTTPAdapter

from loketbus.errors import Denied, Unavailable
from loketbus.http import parse_retry_after

CHUNK_BYTES = 65_536
ENVELOPE_END = b"Envelope>"


class BodyTooLargeError(Exception):
    """The answer is larger than this connection takes in."""


class WholeResponse(requests.Response):
    """A response whose body is in memory; exchangelib would walk through it byte by byte (2: 13 times slower)."""

    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        """In large pieces, whatever is asked."""
        size = max(chunk_size or 1, CHUNK_BYTES)
        yield from (self.content[start : start + size] for start in range(0, len(self.content), size))


class WholeBodyAdapter(HTTPAdapter):
    """Refuses a cut-off answer (1: lxml repairs it, so mails vanish and the sync state moves on) and a huge one."""

    max_body_bytes = 256 * 1024 * 1024

    def send(self, request: requests.PreparedRequest, stream: bool = False, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        """Send, and read the body here unless the caller streams it."""
        response = super().send(request, stream=True, **kwargs)
        if stream:
            return response
        body = self._read(response)
        if response.status_code == 200 or is_xml(body):
            _require_whole(body)
        # What `Response.content` itself would have kept after reading.
        response._content, response._content_consumed = body, True
        response.__class__ = WholeResponse
        return response

    def _read(self, response: requests.Response) -> bytes:
        pieces, size = [], 0
        for piece in response.iter_content(CHUNK_BYTES):
            pieces.append(piece)
            size += len(piece)
            if size > self.max_body_bytes:
                response.close()
                raise BodyTooLargeError
        return b"".join(pieces)


def _require_whole(body: bytes) -> None:
    if not body.rstrip().endswith(ENVELOPE_END):
        raise requests.exceptions.ConnectionError("the answer ends before its envelope does")


class OwnPolicy(FailFast):  # type: ignore[misc]
    """No retry inside exchangelib (4, 5: it loops on a wrong password), and Retry-After is not lost (6)."""

    def raise_response_errors(self, response: requests.Response) -> None:
        """Raise for every status but 200 and a SOAP fault (500 with XML)."""
        status = response.status_code
        if status == 200 or (status == 500 and is_xml(response.content)):
            return
        if status in (401, 403):
            message = "De mailserver weigert de gebruiker of het wachtwoord van het postvak."
            raise Denied(f"ews_http_{status}", message)
        asked = parse_retry_after(httpx.Response(status, headers=dict(response.headers)))
        message = "De mailserver kan nu niet antwoorden."
        raise Unavailable(f"ews_http_{status}", message, retry_after_seconds=asked)
