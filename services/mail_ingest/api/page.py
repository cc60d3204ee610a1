"""The page on localhost: no data in it, so no token for it; it asks `/queue` with the token it was given."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files

from fastapi import APIRouter, Response

_PAGE = {
    "": ("index.html", "text/html"),
    **{
        name: (name, "text/javascript")
        for name in ("page.js", "detail.js", "list.js", "lists.js", "talk.js", "words.js")
    },
    "page.css": ("page.css", "text/css"),
}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


def page_router() -> APIRouter:
    """`/` and what it loads."""
    router = APIRouter(include_in_schema=False)
    for path, (name, media_type) in _PAGE.items():
        router.add_api_route(f"/{path}", _file(name, media_type), methods=["GET"])
    return router


def _file(name: str, media_type: str) -> Callable[[], Response]:
    content = (files("services.mail_ingest") / "page" / name).read_bytes()

    def serve() -> Response:
        return Response(content, media_type=f"{media_type}; charset=utf-8", headers=_HEADERS)

    return serve
