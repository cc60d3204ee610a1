"""`contact.received.v1`: what was asked by telephone, at the desk or in a form stands in the queue like a mail does."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from loketbus_contracts import CONTACT_RECEIVED, Attachment, Close, ContactReceived, Dispatch, Event, LinkTo, Unlink
from loketbus_contracts.queue import Action
from sqlalchemy import delete, insert, select

from loketbus.erasures import remember
from loketbus.ledger.tables import erasure
from services.mail_ingest import commands
from services.mail_ingest.domain import contact_item_id
from services.mail_ingest.handlers.contacts import ContactReceivedHandler
from services.mail_ingest.people import People
from services.mail_ingest.store import history, tables
from services.mail_ingest.store import items as rows
from services.mail_ingest.store.items import Filter
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.support.dispatch import command, seed

CALL = {
    "contact": "call-1",
    "bron": "telefoon",
    "received_at": NOON - timedelta(hours=2),
    "name": "Jan Fictief",
    "phone": "+32 400 00 00 01",
    "subject": "Lening voor warmtepomp",
    "text": "Vraagt of de lening ook voor een warmtepomp geldt.",
    "actor": "desk-u-1",
}
PHOTO = Attachment(ref="photo", size=3, sha256="0" * 64, media_type="image/jpeg", name="gevel.jpg")
ITEM = contact_item_id("call-1")


@pytest.fixture
def desk(book: Book) -> Book:
    """With the queues and reasons that an installation starts with."""
    book.ledger.write_sync(seed)
    book.ledger.write_sync(lambda connection: connection.execute(delete(erasure)))
    return book


def receive(book: Book, *, source: str = "econobis_bridge", queue_from: datetime | None = None, **changes: Any) -> None:
    data = ContactReceived.model_validate(CALL | changes)
    event = Event(
        id="e", type=CONTACT_RECEIVED.name, source=source, key=data.contact, time=NOON, data=data, correlation_id="c"
    )
    book.write(lambda tx: ContactReceivedHandler(queue_from).apply(tx, event, None))


def do(book: Book, action: Action) -> None:
    given = command(ITEM, action, at=NOON)
    book.write(lambda tx: commands.carry_out(tx, given.data))


def stored(book: Book) -> dict[str, Any]:
    row = book.read(rows.get_item, ITEM)
    assert row is not None
    return row


def told(book: Book, topic: str) -> list[Any]:
    return [json.loads(row["record_value"]) for row in book.emitted if row["topic"] == topic]  # type: ignore[arg-type]


class TestNew:
    def test_it_is_an_open_question_of_the_we_queue_since_it_was_asked(self, desk: Book) -> None:
        receive(desk)
        [state] = told(desk, "queue.item.v1")
        assert {name: state.get(name) for name in ("bron", "contact", "mail", "conversation", "wachtrij", "state")} == {
            "bron": "telefoon",
            "contact": "call-1",
            "mail": None,
            "conversation": None,
            "wachtrij": "we",
            "state": "open",
        }
        assert state["first_contact_at"] == "2026-11-20T10:00:00Z"
        assert (state["afzender"], state["actor"]) == ("Jan Fictief (+32 400 00 00 01)", "desk-u-1")
        assert stored(desk)["sender_address"] is None

    def test_people_see_its_words_in_the_list_and_how_to_reach_who_asked(self, desk: Book) -> None:
        receive(desk, adres_zoals_gezegd="Verzonnenlei 4")
        [item] = desk.read(rows.list_items, Filter())
        assert item["preview"] == CALL["text"]
        shown = desk.read(rows.show_item, ITEM)
        assert shown is not None
        assert (shown["new_text"], shown["phone"], shown["adres_zoals_gezegd"], shown["raw_ref"]) == (
            CALL["text"],
            CALL["phone"],
            "Verzonnenlei 4",
            None,
        )
        assert shown["received_at"] == CALL["received_at"]

    @pytest.mark.parametrize(
        ("who", "shown", "address"),
        [
            ({"name": "An", "email": "An@Burger.example"}, "An <An@Burger.example>", "an@burger.example"),
            ({"name": None, "email": "an@burger.example"}, "an@burger.example", "an@burger.example"),
            ({"name": "An", "phone": None}, "An", None),
            ({"name": None}, "+32 400 00 00 01", None),
            ({"name": None, "phone": None, "email": ""}, None, None),
        ],
    )
    def test_who_asked_is_shown_as_far_as_it_is_known(
        self, desk: Book, who: dict[str, Any], shown: str | None, address: str | None
    ) -> None:
        receive(desk, **who)
        assert (stored(desk)["afzender"], stored(desk)["sender_address"]) == (shown, address)

    def test_before_the_first_day_of_use_it_starts_closed(self, desk: Book) -> None:
        receive(desk, queue_from=NOON)
        receive(desk, queue_from=NOON, contact="call-2", received_at=NOON)
        first, second = told(desk, "queue.item.v1")
        assert (first["state"], first["closed_reason"]) == ("closed", "voor_ingebruikname")
        assert second["state"] == "open"

    def test_files_stay_with_who_took_it_down(self, desk: Book) -> None:
        receive(desk, attachments=[PHOTO])
        [file] = json.loads(stored(desk)["attachments"])
        assert (file["ref"], file["service"]) == ("photo", "econobis_bridge")
        assert told(desk, "queue.item.v1")[0]["attachment_count"] == 1


class TestLink:
    def test_what_whoever_took_it_down_said_counts_as_a_persons_word(self, desk: Book) -> None:
        receive(desk, klantenreis="KR-1", dossier="D-1", attachments=[PHOTO])
        [state] = told(desk, "queue.item.v1")
        assert state["link"] == {
            "state": "linked",
            "klantenreis": "KR-1",
            "dossier": "D-1",
            "method": "contact",
            "evidence": [],
            "candidates": [],
        }
        [asked] = told(desk, "document.requested.v1")
        assert (asked["klantenreis"], asked["contact"]) == ("KR-1", "call-1")

    def test_a_dossier_that_was_replaced_meanwhile_leads_to_the_new_one(self, desk: Book) -> None:
        common = {"revision": 1, "nummer": "x", "actief": True}
        two = [
            {**common, "dossier": "D-1", "klantenreis": "KR-1", "vervangen_door": "D-2"},
            {**common, "dossier": "D-2", "klantenreis": "KR-2", "vervangen_door": None},
        ]
        desk.ledger.write_sync(lambda connection: connection.execute(insert(tables.dossier), two))
        receive(desk, klantenreis="KR-1", dossier="D-1")
        assert (stored(desk)["klantenreis"], stored(desk)["dossier"]) == ("KR-2", "D-2")
        assert json.loads(stored(desk)["remarks"]) == ["dossier_vervangen"]

    def test_a_known_sender_is_a_suggestion_and_no_link(self, desk: Book) -> None:
        dossier = {"dossier": "D-1", "revision": 1, "klantenreis": "KR-1", "nummer": "KR-1", "actief": True}
        clue = {"dossier": "D-1", "kind": "sender", "value": "an@burger.example"}
        desk.ledger.write_sync(lambda connection: connection.execute(insert(tables.dossier).values(**dossier)))
        desk.ledger.write_sync(lambda connection: connection.execute(insert(tables.dossier_clue).values(**clue)))
        receive(desk, email="An@Burger.example")
        [state] = told(desk, "queue.item.v1")
        assert state["link"]["state"] == "unlinked"
        assert [(one["klantenreis"], one["method"]) for one in state["link"]["candidates"]] == [("KR-1", "sender")]


class TestErased:
    @pytest.mark.parametrize("subject", ["an@burger.example", "cp-1"])
    def test_what_was_asked_before_an_erasure_does_not_come_back_by_a_replay(self, desk: Book, subject: str) -> None:
        who = {"email": "An@Burger.example", "contactpersoon": "cp-1"}
        receive(desk, **who)
        desk.write(lambda tx: People().erase(tx, subject))
        desk.ledger.write_sync(lambda connection: remember(connection, subject, NOON, NOON))
        receive(desk, **who)
        assert desk.read(rows.get_item, ITEM) is None
        assert desk.read(People().find, subject) == {}

    def test_what_is_asked_afterwards_comes_in(self, desk: Book) -> None:
        desk.ledger.write_sync(lambda connection: remember(connection, "an@burger.example", NOON, NOON))
        receive(desk, email="an@burger.example", received_at=NOON + timedelta(minutes=1))
        assert stored(desk)["open"] is True


class TestAgain:
    def test_the_same_words_again_say_nothing_again(self, desk: Book) -> None:
        receive(desk, attachments=[PHOTO])
        said = len(desk.emitted)
        receive(desk, attachments=[PHOTO])
        assert len(desk.emitted) == said

    def test_other_words_correct_it_and_leave_the_work_as_it_is(self, desk: Book) -> None:
        receive(desk)
        do(desk, Dispatch(wachtrij="lening"))
        receive(desk, subject="Lening voor zonneboiler", name="Jan Fictief-Voorbeeld", attachments=[PHOTO])
        state = told(desk, "queue.item.v1")[-1]
        assert (state["subject"], state["wachtrij"]) == ("Lening voor zonneboiler", "lening")
        assert (state["afzender"], state["attachment_count"]) == ("Jan Fictief-Voorbeeld (+32 400 00 00 01)", 1)
        revisions = [one["revision"] for one in told(desk, "queue.item.v1")]
        assert revisions == sorted(set(revisions))

    def test_only_the_text_is_a_revision_too_for_who_read_the_former(self, desk: Book) -> None:
        receive(desk)
        before = stored(desk)["revision"]
        receive(desk, text="Vraagt of de lening ook voor een zonneboiler geldt.")
        assert stored(desk)["revision"] > before
        shown = desk.read(rows.show_item, ITEM)
        assert shown is not None
        assert "zonneboiler" in shown["new_text"]
        assert [entry.act for entry in desk.read(history.of, ITEM)] == ["received", "corrected"]

    def test_a_closed_one_stays_closed(self, desk: Book) -> None:
        receive(desk)
        do(desk, Close(reason="geen_actie"))
        receive(desk, text="Iets anders.")
        assert stored(desk)["open"] is False

    @pytest.mark.parametrize(
        ("action", "klantenreis"), [(LinkTo(klantenreis="KR-9"), "KR-9"), (Unlink(), None)], ids=["linked", "unlinked"]
    )
    def test_a_link_that_a_person_made_stays(self, desk: Book, action: Action, klantenreis: str | None) -> None:
        receive(desk, klantenreis="KR-1")
        do(desk, action)
        receive(desk, klantenreis="KR-2", text="Iets anders.")
        assert (stored(desk)["klantenreis"], stored(desk)["link_method"]) == (klantenreis, "person")

    def test_a_klantenreis_that_is_told_later_links_it(self, desk: Book) -> None:
        receive(desk, attachments=[PHOTO])
        receive(desk, attachments=[PHOTO], klantenreis="KR-1")
        assert (stored(desk)["klantenreis"], stored(desk)["link_method"]) == ("KR-1", "contact")
        assert [one["klantenreis"] for one in told(desk, "document.requested.v1")] == ["KR-1"]

    def test_its_clues_follow_the_words(self, desk: Book) -> None:
        receive(desk, email="an@burger.example", text="Over 2026-00412.")
        receive(desk, email="bo@burger.example", text="Over iets anders.")
        query = select(tables.item_clue.c.kind, tables.item_clue.c.value).where(tables.item_clue.c.item == ITEM)
        assert [tuple(row) for row in desk.read(lambda c: c.execute(query).all())] == [("sender", "bo@burger.example")]
