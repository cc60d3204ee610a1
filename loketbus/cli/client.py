"""The CLI's way to running services: their `/_ops`, with a token from `LOKETBUS_TOKEN` or the demo's file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import httpx

from loketbus import discovery
from loketbus.errors import ConfigurationError, LoketbusError, OutsideUnavailable, Rejected
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

    def post_and_wait(self, path: str) -> Any:
        """POST without a body something that takes as long as it takes."""
        return self._call("POST", path, json={}, timeout=httpx.Timeout(TIMEOUT_SECONDS, read=None))

    def upload(self, path: str, file: Path, media_type: str) -> Any:
        """POST a file."""
        with file.open("rb") as body:
            patient = httpx.Timeout(TIMEOUT_SECONDS, read=None)
            return self._call("POST", path, content=body, headers={"Content-Type": media_type}, timeout=patient)

    def download(self, path: str, to: Path) -> int:
        """GET into a file that must not be there yet; its size."""
        with to.open("xb") as file:
            try:
                self._stream(path, file)
            except BaseException:
                to.unlink()
                raise
            return file.tell()

    def _stream(self, path: str, file: IO[bytes]) -> None:
        with self._answering(), self._http.stream("GET", path) as answer:
            if not answer.is_success:
                answer.read()
                raise self._refused(answer)
            for chunk in answer.iter_bytes():
                file.write(chunk)

    def _call(self, method: str, path: str, **options: Any) -> Any:
        with self._answering():
            answer = self._http.request(method, path, **options)
        if answer.is_success:
            return answer.json()
        raise self._refused(answer)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except httpx.HTTPError as error:
            raise OutsideUnavailable(
                f"Dienst {self.address.service} antwoordt niet op {self.address.url}; start hem met: loketbus up."
            ) from error

    def _refused(self, answer: httpx.Response) -> LoketbusError:
        problem = _problem(answer)
        if answer.status_code in (401, 403):
            return ConfigurationError(problem)
        if answer.status_code >= 500:
            return OutsideUnavailable(f"{self.address.service}: {problem}")
        return Rejected(f"http_{answer.status_code}", problem)


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
