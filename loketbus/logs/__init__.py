"""Logs: a line per event on stderr, JSON or text, for structlog and the standard library, without personal data.

`configure(...)` once per process, or `configure_command()` in one whose standard output is an answer; then
`structlog.get_logger(__name__).info("what happened", key=value)`.
`bound(correlation_id=...)` puts values on every line of a task.
"""

from loketbus.logs.redact import redact, redact_value
from loketbus.logs.setup import LogConfig, bound, configure, configure_command, context, correlation_id, current

__all__ = [
    "LogConfig",
    "bound",
    "configure",
    "configure_command",
    "context",
    "correlation_id",
    "current",
    "redact",
    "redact_value",
]
