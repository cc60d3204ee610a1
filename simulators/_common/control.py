"""The client side of a simulator's control API: plain JSON over HTTP."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 60.0


class ControlError(RuntimeError):
    """The simulator refused; the text is its answer."""


class ControlClient:
    """Speaks to `/_sim/` of one simulator. A connection per call, so that it may restart in between."""

    def __init__(self, url: str, ca_file: Path | None = None) -> None:
        self._netloc = urlsplit(url).netloc
        self._tls = ssl.create_default_context(cafile=ca_file) if ca_file is not None else None

    def get(self, path: str, **query: Any) -> Any:
        """GET `/_sim/<path>`; a query value of None is left out."""
        return self._call("GET", path, query, None, None)

    def post(self, path: str, body: Any) -> Any:
        """POST JSON."""
        return self._call("POST", path, {}, json.dumps(body).encode(), "application/json")

    def post_bytes(self, path: str, body: bytes, content_type: str, **query: Any) -> Any:
        """POST a body as it is."""
        return self._call("POST", path, query, body, content_type)

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self._call("DELETE", path, {}, None, None)

    def _call(self, method: str, path: str, query: dict[str, Any], body: bytes | None, content_type: str | None) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        target = f"/_sim/{path}" + (f"?{urlencode(given)}" if given else "")
        connection = self._connection()
        try:
            connection.request(method, target, body, {"content-type": content_type} if content_type else {})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise ControlError(f"{method} {target}: {response.status} {answer.decode(errors='replace')}")
        return json.loads(answer)

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls is None:
            return http.client.HTTPConnection(self._netloc, timeout=TIMEOUT_SECONDS)
        return http.client.HTTPSConnection(self._netloc, timeout=TIMEOUT_SECONDS, context=self._tls)
