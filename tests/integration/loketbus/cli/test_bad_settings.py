"""A wrong setting is one clear line on stderr and exit code 2 or 3, never a traceback."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from loketbus.ledger import open_ledger
from loketbus.ledger.engine import database_url
from loketbus.settings import BusSettings
from tests.support.command import Said, loketbus

RUN = ("run", "mail_ingest", "--port", "0")


def assert_one_line(said: Said, code: int, *words: str) -> None:
    assert said.code == code, said
    lines = said.err.splitlines()
    assert len(lines) == 1, said.err
    assert lines[0].startswith("Fout: ")
    for word in words:
        assert word in lines[0]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"mail_page_size": "veel"}, ("LOKETBUS_MAIL_PAGE_SIZE", "een geheel getal", "'veel'")),
        ({"mailbox": "loket@stad.example"}, ("LOKETBUS_MAILBOX", "LOKETBUS_EWS_URL", "LOKETBUS_EWS_PASSWORD")),
        (
            {"mailbox": "loket", "ews_url": "http://x.example", "ews_user": "u", "ews_password": "p"},
            ("LOKETBUS_MAILBOX", "fout"),
        ),
        ({"database": "mysql://db.example/loket"}, ("LOKETBUS_DATABASE", "mysql")),
        ({"profile": "live"}, ("toegangstoken", "loketbus tokens create")),
    ],
)
async def test_what_is_wrong_is_named(tmp_path: Path, settings: dict[str, str], words: tuple[str, ...]) -> None:
    said = await loketbus(*RUN, **{"var": tmp_path, "profile": "demo", **settings})
    assert_one_line(said, 2, *words)


async def test_kafka_that_is_not_there(tmp_path: Path) -> None:
    said = await loketbus("topics", "apply", var=tmp_path, kafka="127.0.0.1:1")
    assert_one_line(said, 3, "127.0.0.1:1", "LOKETBUS_KAFKA")


@pytest.mark.parametrize(
    "command", [RUN, ("tokens", "create", "an", "--role", "crm"), ("kafka", "start"), ("up", "--profile", "demo")]
)
async def test_a_folder_that_cannot_be_written(tmp_path: Path, command: tuple[str, ...]) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file")
    said = await loketbus(*command, var=in_the_way, profile="demo")
    assert_one_line(said, 2, str(in_the_way))


async def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = await loketbus("run", "mail_ingest", var=tmp_path, profile="demo", port=port)
    assert_one_line(said, 3, str(port), "LOKETBUS_PORT")


async def test_a_second_process_on_the_same_ledger(tmp_path: Path) -> None:
    settings = BusSettings(var=tmp_path)
    first = open_ledger(database_url(settings, "mail_ingest"), "mail_ingest")
    try:
        said = await loketbus(*RUN, var=tmp_path, profile="demo")
    finally:
        first.close()
    assert_one_line(said, 3, "al in gebruik", str(tmp_path))


async def test_a_service_that_does_not_exist(tmp_path: Path) -> None:
    assert_one_line(await loketbus("run", "mail_ingets", var=tmp_path), 2, "mail_ingets", "mail_ingest")


async def test_a_service_that_does_not_answer(tmp_path: Path) -> None:
    services = '{"mail_ingest": "http://127.0.0.1:1"}'
    assert_one_line(await loketbus("queue", "list", var=tmp_path, services=services), 3, "127.0.0.1:1", "loketbus up")
