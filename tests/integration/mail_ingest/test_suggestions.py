"""Suggestions from the ledger: words that a beheerder edits, the dossier of an item, and what already waits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from loketbus_contracts import Suggestion
from sqlalchemy import insert, select, update

from loketbus.ledger.tx import Tx
from services.mail_ingest import suggestions
from services.mail_ingest.store import tables, words
from simulators.demo.write import write
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.support.suggestions import Question, measure, seeded

QUEUES = ("we", "lening", "adaptatie", "wonen")


@pytest.fixture(autouse=True)
def seeded_lists(book: Book) -> None:
    """Four queues, two with words."""

    def seed(tx: Tx) -> None:
        for position, code in enumerate(QUEUES):
            values = {"wachtrij": code, "label": code.title(), "active": True, "position": position, "revision": 0}
            tx.execute(insert(tables.queue).values(values))
        words.replace(tx.connection, "lening", {"*lening*": 5})
        words.replace(tx.connection, "wonen", {"huur*": 5})

    book.write(seed)


def put_item(book: Book, name: str, text: str = "", **given: Any) -> dict[str, Any]:
    """An item of a mail with this text; its row."""
    mail = {column.name: None for column in tables.mail.columns} | {
        "mail": f"mail-of-{name}",
        "mailbox": "box",
        "content_hash": name,
        "conversation": name,
        "received_at": NOON,
        "recipients": "[]",
        "new_text": text,
        "attachments": "[]",
        "raw_ref": "raw",
        "warnings": "[]",
    }
    row = {column.name: None for column in tables.item.columns} | {
        "item": name,
        "mail": mail["mail"],
        "bron": "mail",
        "wachtrij": "we",
        "open": True,
        "candidates": "[]",
        "remarks": "[]",
        "attachments": "[]",
        "first_contact_at": NOON,
        "revision": 1,
    }
    row |= given

    def add(tx: Tx) -> None:
        tx.execute(insert(tables.mail).values(mail))
        tx.execute(insert(tables.item).values(row))

    book.write(add)
    return row


def put_dossier(book: Book, name: str, klantenreis: str, **given: Any) -> None:
    values = {"dossier": name, "klantenreis": klantenreis, "revision": 1, "nummer": name, "actief": True} | given
    book.write(lambda tx: tx.execute(insert(tables.dossier).values(values)))


def suggested(book: Book, row: dict[str, Any], text: str | None = None) -> Suggestion | None:
    found = book.write(lambda tx: suggestions.for_item(tx, row, text))
    return None if found is None else Suggestion.model_validate_json(found)


class TestByWords:
    def test_the_words_of_the_question(self, book: Book) -> None:
        found = suggested(book, put_item(book, "a", subject="Vraag", text="Kan ik een verbouwlening krijgen?"))
        assert found is not None
        assert (found.wachtrij, found.basis, found.words) == ("lening", "words", ("verbouwlening",))
        assert 0.5 <= found.score <= 1

    def test_nothing_when_unsure_and_never_for_automatic_mail(self, book: Book) -> None:
        assert suggested(book, put_item(book, "a", text="lening en huur")) is None
        assert suggested(book, put_item(book, "b", text="lening", automatic="list")) is None

    def test_another_list_counts_at_once(self, book: Book) -> None:
        row = put_item(book, "a", text="de puinzakken")
        assert suggested(book, row) is None
        book.write(lambda tx: words.replace(tx.connection, "adaptatie", {"puinzak*": 5}))
        found = suggested(book, row)
        assert found is not None
        assert found.wachtrij == "adaptatie"

    def test_a_queue_that_is_no_longer_in_use_is_not_suggested(self, book: Book) -> None:
        row = put_item(book, "a", text="een lening")
        before = suggested(book, row)
        book.write(lambda tx: tx.execute(update(tables.queue).values(active=tables.queue.c.wachtrij != "lening")))
        assert suggested(book, row) is None
        assert before is not None

    def test_the_version_is_that_of_the_lists(self, book: Book) -> None:
        first = book.read(words.version)
        book.write(lambda tx: words.replace(tx.connection, "wonen", {"huur*": 4}))
        assert book.read(words.version) != first
        book.write(lambda tx: words.replace(tx.connection, "wonen", {"huur*": 5}))
        assert book.read(words.version) == first


class TestByDossier:
    def test_the_queue_where_its_newest_item_sits(self, book: Book) -> None:
        put_dossier(book, "d1", "KR-1", type="leningen", toewijzing="an")
        put_item(book, "old", wachtrij="wonen", klantenreis="KR-1", dossier="d1", open=False)
        found = suggested(book, put_item(book, "a", text="een lening", klantenreis="KR-1", dossier="d1"))
        assert found is not None
        assert (found.wachtrij, found.behandelaar, found.basis, found.words) == ("wonen", "an", "dossier", ())

    def test_the_same_dossier_goes_before_another_one_of_the_klantenreis(self, book: Book) -> None:
        put_item(book, "same", wachtrij="wonen", klantenreis="KR-1", dossier="d1")
        put_item(
            book, "other", wachtrij="lening", klantenreis="KR-1", dossier="d2", first_contact_at=NOON.replace(hour=14)
        )
        assert self.queue(book, put_item(book, "a", klantenreis="KR-1", dossier="d1")) == "wonen"
        assert self.queue(book, put_item(book, "b", klantenreis="KR-1")) == "lening"

    def test_what_still_waits_in_we_says_nothing(self, book: Book) -> None:
        put_item(book, "old", klantenreis="KR-1")
        assert self.queue(book, put_item(book, "a", klantenreis="KR-1")) is None

    def test_else_by_its_type(self, book: Book) -> None:
        put_dossier(book, "KR-1", "KR-1")
        put_dossier(book, "d1", "KR-1", type="leningen")
        assert self.queue(book, put_item(book, "a", klantenreis="KR-1")) == "lening"

    def test_dossiers_that_contradict_leave_it_to_the_words(self, book: Book) -> None:
        put_dossier(book, "d1", "KR-1", type="leningen", toewijzing="an")
        put_dossier(book, "d2", "KR-1", type="informatie", toewijzing="an")
        found = suggested(book, put_item(book, "a", text="mijn huurhuis", klantenreis="KR-1"))
        assert found is not None
        assert (found.wachtrij, found.basis, found.behandelaar) == ("wonen", "words", "an")

    def test_a_deactivated_dossier_says_nothing(self, book: Book) -> None:
        put_dossier(book, "d1", "KR-1", type="leningen", actief=False)
        assert self.queue(book, put_item(book, "a", klantenreis="KR-1", dossier="d1")) is None

    def queue(self, book: Book, row: dict[str, Any]) -> str | None:
        found = suggested(book, row)
        return None if found is None else found.wachtrij


class TestRefreshing:
    def test_only_what_waits_in_parts_and_only_changes_are_told(self, book: Book) -> None:
        for name in "abc":
            put_item(book, name, text="de puinzakken")
        put_item(book, "closed", text="de puinzakken", open=False, closed_reason="spam")
        put_item(book, "elsewhere", text="de puinzakken", wachtrij="wonen")
        put_item(book, "automatic", text="de puinzakken", automatic="list")
        book.write(lambda tx: words.replace(tx.connection, "adaptatie", {"puinzak*": 5}))
        rows, changed = book.write(lambda tx: suggestions.refresh(tx, None, 2))
        assert ([row["item"] for row in rows], changed) == (["a", "b"], 2)
        last = (rows[-1]["first_contact_at"], rows[-1]["item"])
        rows, changed = book.write(lambda tx: suggestions.refresh(tx, last, 2))
        assert ([row["item"] for row in rows], changed) == (["c"], 1)
        assert book.write(lambda tx: suggestions.refresh(tx, None, 9))[1] == 0
        with_one = select(tables.item.c.item).where(tables.item.c.suggestion.is_not(None)).order_by(tables.item.c.item)
        assert book.read(lambda connection: list(connection.execute(with_one).scalars())) == ["a", "b", "c"]
        told = [json.loads(event["record_value"]) for event in book.emitted]  # type: ignore[arg-type]
        assert [one["suggestion"]["wachtrij"] for one in told] == ["adaptatie"] * 3


def test_the_letters_of_the_demo_which_somebody_else_wrote(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A third set: the first mails of people in the demo's mailbox, with the queue that their writer had in mind."""
    manifest = write(tmp_path_factory.mktemp("demo") / "mails", 600, 7, NOON.replace(tzinfo=None))
    first = {entry.text: entry for entry in manifest.inbox if entry.automatic == "human" and not entry.replies_to}
    asked = [Question(one.queue or "we", one.subject, one.text) for one in first.values()]
    figures = measure(seeded(), asked)
    assert figures.questions > 300
    assert figures.precision >= 0.9
    assert figures.coverage >= 0.75
