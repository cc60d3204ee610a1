"""The client side of a simulator's control API: plain JSON over HTTP."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 60.0


class ControlError(RuntimeError):
    """The simulator refused; the text is its answer."""


class ControlClient:
    """Speaks to `/_sim/` of one simulator. A connection per call, so that it may restart in between."""

    def __init__(self, url: str) -> None:
        self._netloc = urlsplit(url).netloc

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
        connection = http.client.HTTPConnection(self._netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, target, body, {"content-type": content_type} if content_type else {})
            response = connection.getresponse()
            answer = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise ControlError(f"{method} {target}: {response.status} {answer.decode(errors='replace')}")
        return json.loads(answer)
