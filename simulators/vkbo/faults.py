"""What goes wrong at VKBO."""

from __future__ import annotations

from simulators._common.faults import FaultKind

KINDS: dict[str, FaultKind] = {
    # a reset before any answer; for a closed port, see `VkboSimulator.down`
    "refuse": FaultKind("request"),
    "delay": FaultKind("request", {"ms": 1000}),
    # an HTTP status; retry_after None sends no such header
    "status": FaultKind("request", {"status": 503, "retry_after": None}),
    # status 200 with a page for people, as what stands in front of a service does
    "html": FaultKind("answer"),
    # JSON that ends in the middle, in an answer that HTTP calls whole
    "broken": FaultKind("answer"),
    # rows of whatever was not asked for
    "ignore_filter": FaultKind("query"),
    # a control character as it is instead of as \u000b
    "raw_control": FaultKind("answer"),
    # so many bytes of blanks in front
    "huge": FaultKind("answer", {"bytes": 4_000_000}),
    # the answer ends after so many bytes; `hard` with a reset
    "cut": FaultKind("wire", {"at": 100, "hard": False}),
}
