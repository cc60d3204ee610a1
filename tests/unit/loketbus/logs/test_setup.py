"""Lines as they reach the stream."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from loketbus.logs import LogConfig, bound, configure, configure_command, correlation_id, current

LEAKS = ("jan.peeters", "0477", "geheim")
MAIL = "jan.peeters@stad.example"


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged; afterwards logging is as it was."""
    made = io.StringIO()
    root = logging.getLogger()
    before = (list(root.handlers), root.level, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    monkeypatch.setattr("loketbus.logs.setup._current", None)
    configure(LogConfig(level="DEBUG", format="json", service="test"), stream=made)
    yield made
    logging.captureWarnings(False)
    root.handlers[:], sys.excepthook, threading.excepthook = before[0], before[2], before[3]
    root.setLevel(before[1])
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).setLevel(levels.get(name, logging.NOTSET))
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    text = stream.getvalue()
    assert not any(leak in text for leak in LEAKS), text
    return [json.loads(line) for line in text.splitlines()]


def test_an_event_is_one_json_line(stream: io.StringIO) -> None:
    structlog.get_logger("loketbus.relay").info("published", topic="mail.received.v1", count=3, sender=MAIL)
    (line,) = lines(stream)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "published",
        "level": "info",
        "logger": "loketbus.relay",
        "service": "test",
        "topic": "mail.received.v1",
        "count": 3,
        "sender": "***",
    }


def test_the_standard_library_comes_along_redacted(stream: io.StringIO) -> None:
    logging.getLogger("exchangelib.account").warning("%s failed with %r", MAIL, {"password": "geheim"})
    (line,) = lines(stream)
    assert line["event"] == "<mail> failed with {'password': '***'}"
    assert line["logger"] == "exchangelib.account"


def test_exceptions_with_their_causes_are_redacted(stream: io.StringIO) -> None:
    try:
        try:
            raise KeyError(MAIL)
        except KeyError as error:
            error.add_note("bel 0477 47 27 01")
            raise ValueError(f"no {MAIL}") from error
    except ValueError:
        structlog.get_logger("x").exception("handler failed")
        logging.getLogger("y").exception("again")
    for line in lines(stream):
        assert "ValueError: no <mail>" in line["exception"]
        assert "<telefoon>" in line["exception"]
        assert "test_setup.py" in line["exception"]


def test_text_is_redacted_too(stream: io.StringIO) -> None:
    configure(LogConfig(format="text"), stream=stream)
    try:
        raise ValueError(MAIL)
    except ValueError:
        structlog.get_logger("x").exception("failed", sender=MAIL, code="a")
    text = stream.getvalue()
    assert "failed" in text
    assert "code=a" in text
    assert MAIL not in text


def test_bound_values_are_on_every_line_and_only_inside(stream: io.StringIO) -> None:
    with bound(correlation_id="04774727-0104-7747-2701-047747270112"):
        assert correlation_id() == "04774727-0104-7747-2701-047747270112"
        structlog.get_logger("a").info("one")
        logging.getLogger("b").info("two")
    structlog.get_logger("a").info("three")
    text = stream.getvalue().splitlines()
    found = [json.loads(line).get("correlation_id") for line in text]
    assert found == ["04774727-0104-7747-2701-047747270112"] * 2 + [None]
    assert correlation_id() is None


@pytest.mark.parametrize("name", ["httpx", "httpcore.connection", "sqlalchemy.engine", "uvicorn.access"])
def test_libraries_that_print_requests_are_quiet(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("GET /people?mail=%s", MAIL)
    assert stream.getvalue() == ""


def test_an_object_is_named_and_not_shown(stream: io.StringIO) -> None:
    class Citizen:
        def __repr__(self) -> str:
            return MAIL

    structlog.get_logger("x").info("seen", who=Citizen())
    assert lines(stream)[0]["who"] == "<Citizen>"


def test_a_line_that_cannot_be_made_is_announced_without_its_content(stream: io.StringIO) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler for handler in root.handlers if type(handler).__module__.startswith("loketbus")]
    logging.getLogger("broken").info("%d", MAIL)
    assert lines(stream) == [{"event": "log line lost", "level": "error", "logger": "broken"}]


def test_uncaught_exceptions_are_logged_redacted(stream: io.StringIO) -> None:
    try:
        raise ValueError(MAIL)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)

    def fails() -> None:
        raise ValueError(MAIL)

    thread = threading.Thread(target=fails)
    hook = threading.excepthook
    threading.excepthook = hook
    thread.start()
    thread.join()
    levels = [(line["event"], line["level"]) for line in lines(stream)]
    assert levels == [("uncaught exception", "critical")] * 2


def test_warnings_go_the_same_way(stream: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"odd {MAIL}", UserWarning, stacklevel=1)
        logging.captureWarnings(False)
    assert "odd <mail>" in lines(stream)[0]["event"]


def test_configuring_again_replaces(stream: io.StringIO) -> None:
    config = LogConfig(level="ERROR")
    configure(config, stream=stream)
    assert current() == config
    structlog.get_logger("x").info("not shown")
    structlog.get_logger("x").error("shown once")
    assert [line["event"] for line in lines(stream)] == ["shown once"]


def test_a_command_warns_in_redacted_text_and_libraries_say_nothing(
    stream: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    said = io.StringIO()
    configure_command(stream=said)
    log = structlog.get_logger("x")
    log.info("not shown")
    with bound(correlation_id="7"):
        log.warning("seen", sender=MAIL, code="a")
    try:
        raise ValueError(MAIL)
    except ValueError:
        log.exception("failed")
    text = said.getvalue()
    assert "not shown" not in text
    for word in ("warning", "seen", "code=a", "correlation_id=7", "ValueError: <mail>"):
        assert word in text
    assert not any(leak in text for leak in LEAKS)
    logging.getLogger("aiokafka").error("Unable to connect")
    assert text == said.getvalue()
    assert "".join(capsys.readouterr()) == ""
