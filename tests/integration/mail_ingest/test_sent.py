"""One mail that went out, told of by the CRM, by Sent items, or by both in whatever order."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations
from random import Random
from typing import Any

import pytest
from loketbus_contracts import MAIL_SENT
from sqlalchemy import Connection, Table, select

from loketbus.ledger.tables import blob_ref
from loketbus.ledger.tx import Tx
from services.mail_ingest import sent_items
from services.mail_ingest.domain import Parent
from services.mail_ingest.sent import CRM, OUTLOOK, record_sent
from services.mail_ingest.sent_items import SentHeaders
from services.mail_ingest.store import sent as stored_sent
from services.mail_ingest.store.places import Place
from services.mail_ingest.store.tables import item, metadata, sent, sent_reference
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import BOX, World
from tests.support.letters import stored

A, B = Parent("<a>", "in_reply_to"), Parent("<b>", "references")


def tell(book: Book, via: str, parents: list[Parent], **given: Any) -> None:
    at = NOON + timedelta(minutes=1 if via == CRM else 2)
    values = {"message_id": "<s>", "conversation": via, "klantenreis": None, "dossier": None, "sent_at": at}
    told = values | {"thread": None} | given

    def record(tx: Tx) -> None:
        record_sent(tx, told, parents, via)

    book.write(record)


def known(book: Book) -> tuple[dict[str, Any] | None, list[str]]:
    return book.read(stored_sent.get, "<s>"), book.read(stored_sent.references, "<s>")


def forget(book: Book) -> None:
    _delete(book, [sent, sent_reference])


def empty(book: Book) -> None:
    _delete(book, [*reversed(metadata.sorted_tables), blob_ref])


def _delete(book: Book, tables: list[Table]) -> None:
    def run(connection: Connection) -> None:
        for table in tables:
            connection.execute(table.delete())

    book.ledger.write_sync(run)


@pytest.mark.parametrize(
    ("from_crm", "from_outlook", "thread", "refers_to"),
    [
        (([], {"klantenreis": "KR-1", "dossier": "D-1"}), ([A, B], {"thread": "t2"}), "t2", ["<a>", "<b>"]),
        (([A], {"klantenreis": "KR-1", "dossier": "D-1", "thread": "t1"}), ([B], {"thread": "t2"}), "t1", ["<a>"]),
    ],
)
def test_what_the_crm_said_stands_and_the_rest_is_filled_in(
    book: Book, from_crm: Any, from_outlook: Any, thread: str, refers_to: list[str]
) -> None:
    for order in permutations([(CRM, *from_crm), (OUTLOOK, *from_outlook), (OUTLOOK, *from_outlook)]):
        forget(book)
        for via, parents, given in order:
            tell(book, via, parents, **given)
        row, references = known(book)
        assert row == {
            "message_id": "<s>",
            "conversation": "crm",
            "klantenreis": "KR-1",
            "dossier": "D-1",
            "sent_at": NOON + timedelta(minutes=1),
            "via": "crm",
            "thread": thread,
            "several": None,
        }
        assert references == refers_to


def test_one_mail_for_several_klantenreizen_belongs_to_none_in_whatever_order_they_are_told(book: Book) -> None:
    places = [("KR-1", "D-1"), ("KR-2", None), ("KR-1", "D-3")]
    found = []
    for order in permutations([*places, places[0]]):
        forget(book)
        for klantenreis, dossier in order:
            tell(book, CRM, [A], klantenreis=klantenreis, dossier=dossier)
        tell(book, OUTLOOK, [A])
        found.append(known(book)[0])
    assert found[0] is not None
    assert (found[0]["klantenreis"], found[0]["dossier"]) == (None, None)
    assert all(row == found[0] for row in found)


def test_on_two_dossiers_of_one_klantenreis_it_belongs_to_the_klantenreis(book: Book) -> None:
    for dossier in ("D-1", None, "D-2", "D-1"):
        tell(book, CRM, [], klantenreis="KR-1", dossier=dossier)
    row, _ = known(book)
    assert row is not None
    assert (row["klantenreis"], row["dossier"]) == ("KR-1", None)


def test_answers_to_a_mailing_are_not_linked_to_the_last_one_nor_to_what_it_answered(book: Book) -> None:
    world = World(book)
    world.by_person(world.mail("a"), "KR-9")
    world.sent("s", "KR-1", in_reply_to=("<a>",))
    early = world.mail("b", replies_to="<s>", references=("<a>", "<s>"))
    assert world.link(early)[0] == "KR-1"
    world.sent("s", "KR-2", in_reply_to=("<a>",))
    late = world.mail("c", replies_to="<s>", references=("<a>", "<s>"))
    copy = world.mail("s", replies_to="<a>")
    assert [world.link(one)[0] for one in (early, late, copy)] == [None, None, None]


def test_a_reply_to_an_answer_from_outlook_belongs_where_the_question_belongs(book: Book) -> None:
    world = World(book)
    question = world.mail("a")
    tell(book, OUTLOOK, [A], klantenreis="KR-of-that-moment")
    reply = world.mail("b", replies_to="<s>")
    assert world.link(reply) == (None, None, None)
    world.by_person(question, "KR-9")
    world.mail("c", replies_to="<s>")
    assert world.links()["<c>"][:3] == ("KR-9", None, "in_reply_to")


def test_an_answer_from_outlook_shows_on_the_question_whichever_comes_first(book: Book) -> None:
    world = World(book)
    tell(book, OUTLOOK, [A, B])  # sent after both
    early, other = world.mail("a"), world.mail("b")
    assert (world.item(early)["answered_via"], world.item(other)["answered_via"]) == ("outlook", None)
    tell(book, CRM, [A])
    assert world.item(early)["answered_via"] == "crm"
    assert world.item(early)["open"] is True


def test_of_mails_with_one_message_id_none_is_answered_unless_only_one_was_there(book: Book) -> None:
    """In whatever order all this becomes known; the answer went out two minutes past noon."""
    steps: list[Any] = [
        lambda world: world.mail("a", minutes=1),
        lambda world: world.mail("a", minutes=9, content_hash="0" * 64),
        lambda world: world.mail("b", minutes=1),
        lambda world: world.mail("b", minutes=2, content_hash="1" * 64),
        lambda world: world.mail("c", minutes=3),
        lambda world: tell(book, OUTLOOK, [A]),
        lambda world: tell(book, OUTLOOK, [B], message_id="<t>"),
        lambda world: tell(book, OUTLOOK, [Parent("<c>", "in_reply_to")], message_id="<u>"),
    ]
    for number in range(12):
        empty(book)
        world = World(book)
        for step in Random(number).sample(steps, len(steps)):
            step(world)
        rows = book.read(lambda c: c.execute(select(item.c.first_contact_at, item.c.answered_via)).all())
        assert {row.first_contact_at.minute: row.answered_via for row in rows if row.answered_via} == {1: "outlook"}
        assert sum(row.answered_via is not None for row in rows) == 1


def test_what_the_crm_says_it_answered_takes_the_place_of_what_outlook_said(book: Book) -> None:
    world = World(book)
    first, other = world.mail("a"), world.mail("b")
    for via, parent in ((OUTLOOK, A), (CRM, Parent("<b>", "in_reply_to"))):
        tell(book, via, [parent])
    assert (world.item(first)["answered_via"], world.item(other)["answered_via"]) == (None, "crm")


def test_an_automatic_answer_is_none(book: Book) -> None:
    world = World(book)
    mail = world.mail("a")
    tell(book, OUTLOOK, [])
    assert world.item(mail)["answered_at"] is None


def test_hearing_it_again_decides_nothing_again(book: Book) -> None:
    World(book).mail("a", replies_to="<s>")
    tell(book, CRM, [], klantenreis="KR-1")
    said = len(book.emitted)
    tell(book, CRM, [], klantenreis="KR-1")
    tell(book, OUTLOOK, [])
    assert len(book.emitted) == said


@pytest.mark.parametrize(("subjects", "told"), [(["Dak"], "KR-1"), (["Dak", "Van een ander"], None)])
def test_sent_items_name_the_klantenreis_of_the_one_mail_that_can_have_been_answered(
    book: Book, subjects: list[str], told: str | None
) -> None:
    world = World(book)
    for position, subject in enumerate(subjects):
        world.take_in(stored("a", subject=subject, content_hash=f"{position:064}"))
    linked = item.update().where(item.c.subject == "Dak").values(klantenreis="KR-1", link_method="person")
    book.ledger.write_sync(lambda connection: connection.execute(linked))
    answer = SentHeaders(
        message_id="<s>",
        date=NOON + timedelta(hours=1),
        in_reply_to="<a>",
        references=(),
        thread_index=None,
        automatic=None,
        content_hash="0" * 64,
    )
    book.write(lambda tx: sent_items.record(tx, BOX, Place("ews", "s", "sentitems", "sentitems"), answer))
    values = [json.loads(row["record_value"]) for row in book.emitted if row["topic"] == MAIL_SENT.name]  # type: ignore[arg-type]
    assert [value.get("klantenreis") for value in values] == [told]
