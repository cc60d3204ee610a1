"""The look-ups of linking go by an index: a ledger of years must not be read through for every mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event

from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.store import clues, dossiers, mails, reach, sent, webs
from services.mail_ingest.store.dossiers import MAIL
from services.mail_ingest.store.tables import metadata
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import World, thread_index

ROW = {"item": "x", "sender_address": "jan@burger.example", "first_contact_at": NOON}
SHOWN = {("number", "1"), ("sender", "2"), ("token", "3")}
LOOK_UPS: dict[str, Callable[[Connection], Any]] = {
    "items with a clue": lambda c: clues.items_with(c, SHOWN),
    "clues of items": lambda c: clues.of_items(c, ["x", "y"], list(Clue)),
    "dossiers with a clue": lambda c: dossiers.showing(c, SHOWN | {(MAIL, "m")}, 10),
    "dossiers of a klantenreis": lambda c: dossiers.register(c, ["d"], ["KR-1"], ["jan@burger.example"]),
    "what replaces": lambda c: dossiers.replaced_by(c, "d"),
    "numbers": lambda c: dossiers.numbers_of(c, ["KR-1"]),
    "what refers to a mail": lambda c: reach.affected(c, ["<a>"], ["t"]),
    "what belongs to a klantenreis": lambda c: reach.belonging_to(c, ["KR-1"]),
    "of a sender": lambda c: reach.near(c, ROW, linked=True),
    "of a sender today": lambda c: reach.of_sender_on(c, ROW, 50),
    "a mail by its Message-ID": lambda c: mails.with_message_id(c, "<a>"),
    "conversations": lambda c: mails.conversations(c, ["<a>"]),
    "answers": lambda c: sent.newest_answer(c, "<a>", NOON, NOON),
    "arrivals": lambda c: sent.received(c, "<a>"),
    "who writes in a thread": lambda c: reach.no_longer_alone(c, ROW, ["t"]),
    "of senders among others": lambda c: reach.in_company(c, ["jan@burger.example"]),
    "web": lambda c: webs.load(c, webs.items(c, ["x"])),
}


@contextmanager
def statements(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The SELECTs of a block, with their parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize("name", LOOK_UPS)
def test_no_table_is_read_through(book: Book, name: str) -> None:
    world = World(book)
    mail = world.mail("x", replies_to="<a>", thread_index=thread_index(1), subject="D-0001")
    world.mail("a", thread_index=thread_index(1))
    world.dossier("D-0001", mails=(mail,))

    def plans(connection: Connection) -> list[str]:
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL reads small tables through, whatever index there is")
        with statements(connection) as seen:
            LOOK_UPS[name](connection)
        assert seen
        raw = connection.connection.cursor()
        lines: list[str] = []
        for statement, parameters in seen:
            raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            lines += [row[3] for row in raw.fetchall()]
        return lines

    found = book.read(plans)
    # What a query made up itself (a list of values, a subquery) is read through; tables have names.
    read = {line.split()[1] for line in found if line.startswith("SCAN")}
    assert read & metadata.tables.keys() == set()
