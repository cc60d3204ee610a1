"""Routes structlog and the standard library into one redacting handler."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, TextIO

import orjson
import structlog
from opentelemetry import trace
from structlog.typing import EventDict, WrappedLogger

from loketbus.logs.redact import redact, redact_value

QUIET = {
    # Their lower levels print whole requests, SQL parameters or message bodies.
    "aiokafka": logging.INFO,
    "exchangelib": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "urllib3": logging.WARNING,
    "asyncio": logging.WARNING,
    "opentelemetry": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
}


@dataclass(frozen=True, slots=True)
class LogConfig:
    """How this process logs; plain values, so that a child process can be told the same."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    format: Literal["json", "text"] = "json"
    service: str | None = None


_current: LogConfig | None = None


def configure(config: LogConfig, *, stream: TextIO | None = None) -> None:
    """Make every logger of this process write redacted lines to `stream` (stderr); calling it again replaces it."""
    global _current
    _current = config
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _SafeHandler)]:
        root.removeHandler(old)
    handler = _SafeHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(config))
    root.addHandler(handler)
    root.setLevel(config.level)
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, logging.getLevelNamesMapping()[config.level]))
    _adopt_uvicorn()
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    structlog.configure(
        processors=[*_shared(config), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def configure_command(*, stream: TextIO | None = None) -> None:
    """For a process whose standard output is an answer: our own warnings go to `stream` (stderr), redacted, as text.

    What libraries log is no answer to a person and goes nowhere. `configure` takes its place.
    """
    logging.getLogger().addHandler(logging.NullHandler())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception_to_text,
            _redact_event,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def current() -> LogConfig | None:
    """What `configure` was called with in this process, None before."""
    return _current


def bound(**values: str) -> AbstractContextManager[None]:
    """Put `values` on every line logged inside the block, by this task and those it starts."""
    return structlog.contextvars.bound_contextvars(**values)


def context() -> dict[str, Any]:
    """The values bound now."""
    return structlog.contextvars.get_contextvars()


def correlation_id() -> str | None:
    """The correlation id bound now, if any."""
    value = context().get("correlation_id")
    return None if value is None else str(value)


def _formatter(config: LogConfig) -> logging.Formatter:
    render: Any = structlog.dev.ConsoleRenderer(colors=False)
    if config.format == "json":
        render = structlog.processors.JSONRenderer(serializer=_dump)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(config),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _exception_to_text,
            _redact_event,
            render,
        ],
    )


def _shared(config: LogConfig) -> list[structlog.typing.Processor]:
    def add_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        if config.service is not None:
            event.setdefault("service", config.service)
        return event

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        add_service,
        _add_trace,
    ]


def _add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
    return event


def _exception_to_text(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    # The console renderer would print the exception itself, past the redaction: it must be text before that.
    return structlog.processors.format_exc_info(logger, method, event)


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: redact_value(value, key=key) for key, value in event.items()}


def _dump(event: EventDict, **_options: Any) -> str:
    # Whatever the redaction let through is a JSON type; an object is not shown by its repr, which may quote data.
    return orjson.dumps(event, option=orjson.OPT_NON_STR_KEYS, default=_type_name).decode()


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"


def _adopt_uvicorn() -> None:
    """Uvicorn brings handlers of its own, and an access log with full paths and queries."""
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"


class _SafeHandler(logging.StreamHandler[TextIO]):
    """A line that cannot be formatted is announced without its content (the standard library would print it raw)."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        try:
            self.stream.write(f'{{"event": "log line lost", "level": "error", "logger": "{redact(record.name)}"}}\n')
        except (OSError, ValueError):
            pass  # stderr is gone: there is nobody to tell


def _log_uncaught(kind: type[BaseException], error: BaseException, stack: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger("loketbus.uncaught").critical("uncaught exception", exc_info=(kind, error, stack))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is not None and not issubclass(args.exc_type, SystemExit):
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
