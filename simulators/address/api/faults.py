"""What goes wrong at the register's API."""

from __future__ import annotations

from simulators._common.faults import FaultKind

KINDS: dict[str, FaultKind] = {
    # a reset before any answer; for a closed port, see `AddressRegisterSimulator.down`
    "refuse": FaultKind("request"),
    "delay": FaultKind("request", {"ms": 1000}),
    # an HTTP status (401, 403, 429, 5xx) as problem+json; retry_after None sends no such header
    "status": FaultKind("request", {"status": 503, "retry_after": None}),
    # a list of more rows than this is "te groot"
    "too_large": FaultKind("list", {"rows": 100}),
    # status 200 with a page for people: the wrong content type
    "html": FaultKind("answer"),
    # JSON that ends in the middle, in an answer that HTTP calls whole
    "broken": FaultKind("answer"),
    # the answer ends after so many bytes; `hard` with a reset
    "cut": FaultKind("wire", {"at": 100, "hard": False}),
    # every event of a page twice
    "duplicate": FaultKind("feed"),
    # the events of a page from last to first
    "reorder": FaultKind("feed"),
    # only the first events of a page, which says that it is not complete
    "incomplete": FaultKind("feed", {"keep": 50}),
}
