"""What goes wrong on the portal."""

from __future__ import annotations

from simulators._common.faults import FaultKind

KINDS: dict[str, FaultKind] = {
    # a reset before any answer; for a closed port, see `KboPortal.down`
    "refuse": FaultKind("request"),
    "delay": FaultKind("request", {"ms": 1000}),
    # an HTTP status; retry_after None sends no such header
    "status": FaultKind("request", {"status": 503, "retry_after": None}),
    # the listing of somebody who is logged in has no rows
    "empty_listing": FaultKind("listing"),
    # a download ends after so many bytes; `hard` with a reset
    "cut": FaultKind("wire", {"at": 1000, "hard": False}),
}
