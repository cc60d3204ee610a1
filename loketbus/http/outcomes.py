"""From an answer, or the lack of one, to our error kinds.

| what happened | error | maybe_done |
|---|---|---|
| no connection | Unavailable remote_unreachable, remote_certificate | no |
| broken or timed out after sending | Unavailable remote_broken, remote_timeout | unless idempotent |
| 429 | Unavailable remote_busy, Retry-After | no |
| 408, 425, 503 | Unavailable remote_unavailable, Retry-After | no |
| other 5xx | Unavailable remote_unavailable | unless idempotent |
| 401, 403, 407 | Denied | |
| a redirect nobody follows | Unavailable remote_redirects | unless idempotent |
| other 4xx | the adapter's own list | |
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from loketbus.errors import Denied, Unavailable

IDEMPOTENT_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"})
RETRY_AFTER_MAX_SECONDS = 86_400.0
NOT_PROCESSED = frozenset({408, 425, 429, 503})
DENIED = frozenset({401, 403, 407})
REDIRECTS = frozenset({301, 302, 303, 307, 308})


def check(response: httpx.Response, *, remote: str) -> httpx.Response:
    """Return `response` when the outside system did its work or refused this item (a 4xx that the adapter knows).

    Raises:
        Unavailable: it could not answer now.
        Denied: our credentials were refused.
    """
    status = response.status_code
    if status < 300 or status == 304:
        return response
    detail = describe(response.request, f"status {status}")
    if status in DENIED:
        message = f"{remote} weigert onze toegang ({status}). Kijk de aanmeldgegevens na."
        raise Denied("remote_denied", message, detail=detail)
    if status in NOT_PROCESSED or status >= 500:
        busy = status == 429
        reason = "krijgt te veel vragen van ons" if busy else "kan nu niet antwoorden"
        raise Unavailable(
            "remote_busy" if busy else "remote_unavailable",
            f"{remote} {reason} ({status}). Loketbus probeert het later opnieuw.",
            detail=detail,
            retry_after_seconds=parse_retry_after(response),
            maybe_done=status not in NOT_PROCESSED and not is_idempotent(response.request),
        )
    if status in REDIRECTS:
        # An API that redirects is mostly a sign-in or maintenance page in front of it; its answer is not the API's.
        message = f"{remote} verwijst door naar een andere pagina ({status}). Loketbus probeert het later opnieuw."
        maybe_done = not is_idempotent(response.request)
        raise Unavailable("remote_redirects", message, detail=detail, maybe_done=maybe_done)
    return response


def transport_failure(error: BaseException, request: httpx.Request, *, remote: str, sent: bool) -> Unavailable:
    """What a failure without a whole answer means. The error's own text is left out: it may quote an address."""
    timed_out = isinstance(error, httpx.TimeoutException | TimeoutError)
    if _caused_by(error, ssl.SSLCertVerificationError):
        code, reason = "remote_certificate", "heeft een certificaat dat wij niet vertrouwen"
    elif not sent:
        code, reason = "remote_unreachable", "is niet bereikbaar"
    elif timed_out:
        code, reason = "remote_timeout", "antwoordt niet op tijd"
    else:
        code, reason = "remote_broken", "brak de verbinding af"
    return Unavailable(
        code,
        f"{remote} {reason}. Loketbus probeert het later opnieuw.",
        detail=describe(request, type(error).__name__),
        maybe_done=sent and not is_idempotent(request),
    )


def is_idempotent(request: httpx.Request) -> bool:
    """Whether sending it twice does what sending it once does: by method, by key, or because the caller says so."""
    said = request.extensions.get("idempotent")
    if said is not None:
        return bool(said)
    return request.method in IDEMPOTENT_METHODS or "Idempotency-Key" in request.headers


def describe(request: httpx.Request, what: str) -> str:
    """Method, path template and `what`; never the path itself or its query, which can name a person."""
    return f"{request.method} {request.extensions.get('path_template', '(no template)')}: {what}"


def parse_retry_after(response: httpx.Response, now: Callable[[], datetime] | None = None) -> float | None:
    """Seconds that the server asks us to wait (RFC 9110, 10.2.3), at most a day; None when it says nothing readable."""
    text = response.headers.get("Retry-After", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        moment = _read_date(text)
        if moment is None:
            return None
        # Counted from the server's own Date: its clock and ours can differ by more than the wait.
        here = _read_date(response.headers.get("Date", "")) or (now or _utc_now)()
        seconds = (moment - here).total_seconds()
    return None if seconds != seconds else min(max(seconds, 0.0), RETRY_AFTER_MAX_SECONDS)


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False


def _read_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _utc_now() -> datetime:
    return datetime.now(UTC)
