"""What OData adds to HTTP: errors, preferences and query options."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import Headers, QueryParams
from starlette.responses import JSONResponse

DEFAULT_PAGE = 10
MAX_PAGE = 1000


@dataclass(eq=False)
class ODataError(Exception):
    """A refusal as Graph words it."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> JSONResponse:
        """`{"error": {...}}`."""
        inner = {"date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "request-id": secrets.token_hex(16)}
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return JSONResponse({"error": error}, self.status, headers=dict(self.headers))


def not_found() -> ODataError:
    """No such folder or message (any more)."""
    return ODataError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def malformed() -> ODataError:
    """Not an id."""
    return ODataError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def denied() -> ODataError:
    """The application may not (any more)."""
    return ODataError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def token_refused() -> ODataError:
    """No token, or one that is not good any more."""
    scheme = 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common"'
    message = "Lifetime validation failed, the token is expired."
    return ODataError(401, "InvalidAuthenticationToken", message, {"www-authenticate": scheme})


def no_method() -> ODataError:
    """Not in this way."""
    return ODataError(405, "ErrorInvalidRequest", "The OData request is not supported.")


def lost(status: int = 410) -> ODataError:
    """The sync state is gone; a new round must begin."""
    message = "The sync state generation is not found; generation=149;[highest=157][157][155][156]."
    return ODataError(status, "SyncStateNotFound", message)


def throttled(
    retry_after: int | None, message: str = "Application is over its MailboxConcurrency limit."
) -> ODataError:
    """429; the header may be absent (zammad 5565)."""
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return ODataError(429, "ApplicationThrottled", message, headers)


@dataclass(frozen=True, slots=True)
class Prefer:
    """The preferences of a request."""

    keep_ids: bool
    page: int

    @classmethod
    def read(cls, headers: Headers) -> Prefer:
        """From every Prefer header."""
        text = ", ".join(headers.getlist("prefer"))
        size = re.search(r"odata\.maxpagesize\s*=\s*(\d+)", text, re.IGNORECASE)
        keep = re.search(r'IdType\s*=\s*"ImmutableId"', text, re.IGNORECASE) is not None
        return cls(keep, min(int(size[1]), MAX_PAGE) if size and int(size[1]) else DEFAULT_PAGE)

    @property
    def applied(self) -> dict[str, str]:
        """What the answer says of it."""
        names = ['IdType="ImmutableId"'] if self.keep_ids else []
        return {"preference-applied": ", ".join([*names, f"odata.maxpagesize={self.page}"])}


@dataclass(frozen=True, slots=True)
class Options:
    """The query options of a list or an entity; what is not simulated is refused, never ignored."""

    select: tuple[str, ...]
    top: int | None
    skip: int

    @classmethod
    def read(cls, query: QueryParams, allowed: frozenset[str]) -> Options:
        """Raises: ODataError."""
        if unknown := {name for name in query if name.startswith("$") or name == "changeType"} - allowed:
            raise ODataError(400, "ErrorInvalidRequest", f"{', '.join(sorted(unknown))} is not simulated here.")
        select = tuple(name for name in query.get("$select", "").replace(" ", "").split(",") if name)
        return cls(select, _number(query, "$top"), _number(query, "$skip") or 0)


def _number(query: QueryParams, name: str) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not text.isdecimal() or (int(text) > MAX_PAGE and name == "$top"):
        raise ODataError(400, "ErrorInvalidRequest", f"Invalid value for {name}.")
    return int(text)


def as_time(moment: datetime) -> str:
    """A DateTimeOffset, whole seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


Json = dict[str, Any]
