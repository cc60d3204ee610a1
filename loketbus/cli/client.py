"""The CLI's way to running services: their `/_ops`, with a token from `LOKETBUS_TOKEN` or the demo's file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx

from loketbus import discovery
from loketbus.errors import ConfigurationError, OutsideUnavailable, Rejected
from loketbus.settings import BusSettings, load

TIMEOUT_SECONDS = 30.0


class ServiceClient:
    """Calls one service.

    Raises:
        OutsideUnavailable: it does not answer, or answers that it cannot now.
        Rejected: it refuses; the text is the service's own Dutch sentence.
        ConfigurationError: no token, or one without the role.
    """

    def __init__(self, settings: BusSettings, service: str) -> None:
        self.address = discovery.address_of(settings, service)
        self._http = httpx.Client(base_url=self.address.url, timeout=TIMEOUT_SECONDS, headers=_authorization(settings))

    def get(self, path: str, **query: Any) -> Any:
        """GET, without the query parameters that are None."""
        return self._call("GET", path, params={name: value for name, value in query.items() if value is not None})

    def post(self, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        """POST JSON."""
        return self._call("POST", path, json=body or {}, headers=headers)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        try:
            answer = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise OutsideUnavailable(
                f"Dienst {self.address.service} antwoordt niet op {self.address.url}; start hem met: loketbus up."
            ) from error
        if answer.is_success:
            return answer.json()
        problem = _problem(answer)
        if answer.status_code in (401, 403):
            raise ConfigurationError(problem)
        if answer.status_code >= 500:
            raise OutsideUnavailable(f"{self.address.service}: {problem}")
        raise Rejected(f"http_{answer.status_code}", problem)


def clients(settings: BusSettings, only: str | None = None) -> Iterator[ServiceClient]:
    """A client for each installed service, or for one."""
    for name in [only] if only else discovery.installed():
        yield ServiceClient(settings, name)


def bus_settings() -> BusSettings:
    """The settings of this shell; without `LOKETBUS_KAFKA` they mean this machine's own node, if it has one."""
    return discovery.with_kafka(load(BusSettings))


def _authorization(settings: BusSettings) -> dict[str, str]:
    token = os.environ.get("LOKETBUS_TOKEN")
    if token is None:
        file = settings.var / "operator.token"
        token = file.read_text(encoding="utf-8").strip() if file.is_file() else None
    return {"Authorization": f"Bearer {token}"} if token else {}


def _problem(answer: httpx.Response) -> str:
    try:
        body = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    title, detail = body.get("title"), body.get("detail")
    if isinstance(detail, list):  # FastAPI's own validation answer
        detail = "; ".join(str(entry.get("msg")) for entry in detail)
    return " ".join(str(part) for part in (title, detail) if part) or f"HTTP {answer.status_code}"
