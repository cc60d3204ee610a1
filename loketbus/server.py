"""The HTTP side of a service: health, metrics, `/_ops`, blobs, its own routes; errors as problem+json in Dutch."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, StreamingResponse
from sqlalchemy import select

from loketbus import __version__
from loketbus.blobs import BlobError
from loketbus.errors import Denied, NotYet, Outcome, Rejected, Unavailable
from loketbus.ledger import LedgerUnavailable
from loketbus.ledger.tables import blob_ref
from loketbus.ops import ops_router
from loketbus.runtime import Runtime
from loketbus.security import Actor, Verifier, require, secure
from loketbus.uploads import BODY_MAX_BYTES, BodyLimit, BodyTooLarge

log = structlog.get_logger(__name__)

# At the top: FastAPI looks names of annotations up in the module, and takes what it does not find for a query.
Anyone = Annotated[Actor, Depends(require())]
Reader = Annotated[
    Actor, Depends(require("operator", "dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm"))
]

_STATUS = {Rejected: 422, NotYet: 409, Unavailable: 503, Denied: 502}
FIELDS_SHOWN, FIELD_CHARACTERS = 10, 60
"""Of a question that is wrong: a caller may make up as many fields as it likes."""
_NOT_FOUND = {"not_found"}
_CONFLICTS = {"revision_conflict", "id_reused", "not_replayable", "not_uncertain"}


def build_app(runtime: Runtime[Any], verifier: Verifier) -> FastAPI:
    """The ASGI application of one running service."""
    title = f"Loketbus - {runtime.service.title}"
    app = FastAPI(title=title, version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    secure(app, verifier)
    app.add_exception_handler(Outcome, _outcome)
    app.add_exception_handler(LedgerUnavailable, _ledger)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(BodyTooLarge, _too_large)
    app.add_middleware(BodyLimit)
    _watch(app, runtime)
    _blobs(app, runtime)
    _document(app)
    app.include_router(ops_router(runtime))
    for router in runtime.wiring.routers:
        app.include_router(router)
    return app


def _watch(app: FastAPI, runtime: Runtime[Any]) -> None:
    @app.get("/health", include_in_schema=False)
    async def health() -> JSONResponse:
        """Alive: 503 only when a restart of the process is the only thing that helps."""
        alive = runtime.health.alive
        return JSONResponse({"alive": alive}, 200 if alive else 503)

    @app.get("/ready", include_in_schema=False)
    async def ready() -> JSONResponse:
        """Could handle an event now, and if not, why."""
        fine, reasons = runtime.health.ready()
        return JSONResponse({"ready": fine, "reasons": reasons}, 200 if fine else 503)

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        """Prometheus."""
        body, media_type = runtime.meter.metrics.render()
        return Response(body, media_type=media_type)


def _document(app: FastAPI) -> None:
    @app.get("/openapi.json", include_in_schema=False)
    async def document(_: Anyone) -> dict[str, Any]:
        """What this service answers, for who builds on it."""
        return app.openapi()


def _blobs(app: FastAPI, runtime: Runtime[Any]) -> None:
    @app.get("/blobs/{ref}")
    async def blob(ref: str, _: Reader) -> StreamingResponse:
        """Bytes by reference; always as a download, so that a browser never runs what a stranger sent."""
        query = select(blob_ref).where(blob_ref.c.ref == ref)
        row = await runtime.ledger.read(lambda connection: connection.execute(query).first())
        if row is None:
            raise Rejected("not_found", "Dit bestand bestaat niet (meer).")
        headers = {
            "Content-Disposition": "attachment",
            "X-Content-Type-Options": "nosniff",
            "Content-Length": str(row.size),
        }
        chunks = await _opened(runtime.blobs.chunks(row.sha256))
        return StreamingResponse(chunks, media_type="application/octet-stream", headers=headers)


async def _opened(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same chunks, once the first is there: a blob that cannot be read must not answer 200.

    Raises:
        Rejected: the store has lost it.
    """
    try:
        first = await anext(chunks, b"")
    except BlobError as error:
        # Told apart from an unknown reference: this is a file that should be there.
        log.error("blob_unreadable", sha256=error.sha256, error=type(error).__name__)
        raise Rejected("not_found", "Dit bestand is niet meer leesbaar; ICT kan het uit een back-up halen.") from error

    async def rest() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return rest()


async def _outcome(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Outcome)
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    if error.code in _NOT_FOUND:
        status = 404
    elif error.code in _CONFLICTS:
        status = 409
    return _problem(status, error.code, error.message)


async def _ledger(_: Request, error: Exception) -> JSONResponse:
    title = "Het grootboek is nu niet bereikbaar; er is niets veranderd. Probeer het straks opnieuw."
    return _problem(503, "ledger_unavailable", title)


async def _too_large(_: Request, error: Exception) -> JSONResponse:
    return _problem(413, "too_large", f"Deze vraag is te groot; hoogstens {BODY_MAX_BYTES // 1000} kB.")


async def _not_understood(_: Request, error: Exception) -> JSONResponse:
    """Which fields are wrong, without what stood in them."""
    assert isinstance(error, RequestValidationError)
    wrong = {
        _place(one): "ontbreekt" if one["type"] == "missing" else "is ongeldig" for one in error.errors()[:FIELDS_SHOWN]
    }
    title = f"Deze vraag is niet volledig of niet juist: {'; '.join(f'{name} {what}' for name, what in wrong.items())}."
    return _problem(422, "request_invalid", title)


def _place(one: dict[str, Any]) -> str:
    """Where in the question; a position in broken JSON is no field."""
    parts = one["loc"][:1] if one["type"] == "json_invalid" else one["loc"]
    return ".".join(str(part)[:FIELD_CHARACTERS] for part in parts)


def _problem(status: int, code: str, title: str) -> JSONResponse:
    body = {"type": f"urn:loketbus:problem:{code}", "title": title, "status": status, "code": code}
    return JSONResponse(body, status, media_type="application/problem+json")
