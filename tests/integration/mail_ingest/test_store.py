"""The store and the rules above it, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import islice, permutations
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from loketbus_contracts import MAIL_SENT, Event, MailSent
from sqlalchemy import Connection, MetaData, select

from loketbus.blob_refs import ERASED
from loketbus.errors import Rejected
from loketbus.ledger import tables as bus_tables
from loketbus.ledger.tables import blob_ref
from loketbus.ledger.tx import Tx
from services.mail_ingest import mails
from services.mail_ingest.domain import mailbox_id
from services.mail_ingest.handlers.sent import MailSentHandler
from services.mail_ingest.parsing import Address, StoredMail
from services.mail_ingest.people import People
from services.mail_ingest.store import items, places, tables
from services.mail_ingest.store.items import Filter
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.support.letters import CITIZEN, DESK, attachment, stored

BOX = mailbox_id(DESK)


def at(provider_id: str) -> places.Place:
    return places.Place("ews", provider_id, "inbox")


def take_in(book: Book, mail: StoredMail, place: str | None = None, *, minutes: int = 0) -> bool:
    return book.write(lambda tx: mails.record(tx, BOX, at(place or f"id of {mail.message_id}"), mail), minutes=minutes)


def say_sent(book: Book, name: str, klantenreis: str | None, *, minutes: int = 0) -> None:
    sent = MailSent(conversation="of-the-crm", message_id=f"<{name}>", klantenreis=klantenreis, sent_at=NOON)
    event = Event(
        id=name, type=MAIL_SENT.name, source="crm", key="of-the-crm", time=NOON, data=sent, correlation_id="c"
    )
    book.write(lambda tx: MailSentHandler().apply(tx, event, None), minutes=minutes)


def links(book: Book) -> dict[str, tuple[str | None, str | None]]:
    def read(connection: Connection) -> dict[str, tuple[str | None, str | None]]:
        query = select(tables.mail.c.message_id, tables.item.c.klantenreis, tables.item.c.link_method)
        query = query.join(tables.item, tables.item.c.mail == tables.mail.c.mail)
        return {row[0]: (row[1], row[2]) for row in connection.execute(query)}

    return book.read(read)


def told(book: Book) -> dict[str, dict[str, Any]]:
    """The last state of each item on the wire, by subject; None is a tombstone."""
    last: dict[str, Any] = {}
    for row in book.emitted:
        if row["topic"] == "queue.item.v1":
            last[str(row["key"])] = json.loads(row["record_value"]) if row["record_value"] else None  # type: ignore[arg-type]
    return {value["subject"] if value else key: value for key, value in last.items()}


def test_the_migration_makes_the_tables_that_the_code_declares(book: Book) -> None:
    declared = MetaData()
    for metadata in (bus_tables.metadata, tables.metadata):
        for table in metadata.tables.values():
            table.to_metadata(declared)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = [
            one for part in compare_metadata(context, declared) for one in (part if isinstance(part, list) else [part])
        ]
        return [one for one in found if one[0] != "modify_comment" and "_version" not in str(one)]

    assert book.read(differences) == []


class TestTakingIn:
    def test_a_mail_becomes_an_item_of_the_we_queue(self, book: Book) -> None:
        assert take_in(book, stored("a", attachments=(attachment("offerte.pdf"), attachment("logo.png", inline=True))))
        [item] = book.read(items.list_items, Filter())
        assert (item["wachtrij"], item["open"], item["subject"], item["afzender"]) == (
            "we",
            True,
            "Vraag a",
            f"Jan Peeters <{CITIZEN}>",
        )
        assert [entry["name"] for entry in item["attachments"]] == ["offerte.pdf"]
        assert item["first_contact_at"] == NOON
        [received, state] = book.emitted
        assert (received["topic"], state["topic"]) == ("mail.received.v1", "queue.item.v1")
        assert told(book)["Vraag a"]["attachment_count"] == 1

    def test_the_same_mail_at_another_place_is_only_another_place(self, book: Book) -> None:
        take_in(book, stored("a"), "inbox-1")
        assert take_in(book, stored("a"), "inbox-2") is False
        assert take_in(book, stored("a"), "inbox-1") is False
        assert len(book.emitted) == 2
        room = places.Room(BOX, "ews")
        assert book.read(places.unseen, room, {"inbox-1", "inbox-2", "inbox-3"}) == {"inbox-3"}

    def test_the_same_message_id_with_other_content_is_another_mail(self, book: Book) -> None:
        take_in(book, stored("a"))
        assert take_in(book, stored("a", content_hash="0" * 64, subject="Iets anders"), "elsewhere")
        assert len(book.read(items.list_items, Filter())) == 2

    def test_a_mail_without_any_header_is_kept_too(self, book: Book) -> None:
        nothing = stored("a", message_id=None, from_=None, to=(), subject="", new_text="")
        assert take_in(book, nothing, "x")
        assert take_in(book, replace(nothing, content_hash="1" * 64), "y")
        assert len(book.read(items.list_items, Filter())) == 2

    def test_what_is_read_again_says_the_same_under_the_same_ids(self, book: Book) -> None:
        cause = mails.cause_of(BOX, stored("a"), NOON)
        seen: list[list[Any]] = []

        def rehearse(connection: Connection) -> None:
            tx = Tx(connection, cause, NOON, "mail_ingest")
            mails.record(tx, BOX, at("x"), stored("a"))
            seen.append([(row["event_id"], row["record_value"], row["headers"]) for row in tx.emitted])
            raise Rejected("rehearsal", "Dit wordt niet bewaard.")

        for _ in range(2):
            with pytest.raises(Rejected):
                book.ledger.write_sync(rehearse)
        assert seen[0] == seen[1]
        assert len(seen[0]) == 2


class TestLinking:
    def test_a_reply_to_a_mail_that_went_out_is_linked_at_once(self, book: Book) -> None:
        say_sent(book, "s", "KR-1")
        take_in(book, stored("a", replies_to="<s>"))
        assert links(book) == {"<a>": ("KR-1", "in_reply_to")}
        assert told(book)["Vraag a"]["link"] == {
            "state": "linked",
            "klantenreis": "KR-1",
            "method": "in_reply_to",
            "evidence": ["<s>"],
            "candidates": [],
            "rule_version": "2",
        }

    def test_a_reply_that_came_first_is_linked_late_with_a_higher_revision(self, book: Book) -> None:
        take_in(book, stored("a", references=("<s>",)))
        before = told(book)["Vraag a"]
        assert before["link"]["state"] == "unlinked"
        say_sent(book, "s", "KR-1")
        after = told(book)["Vraag a"]
        assert after["link"]["klantenreis"] == "KR-1"
        assert after["revision"] > before["revision"]

    def test_sent_without_klantenreis_links_nothing_until_it_is_known(self, book: Book) -> None:
        take_in(book, stored("a", replies_to="<s>"))
        say_sent(book, "s", None)
        assert links(book) == {"<a>": (None, None)}
        say_sent(book, "s", "KR-1", minutes=1)
        assert links(book) == {"<a>": ("KR-1", "in_reply_to")}

    def test_another_klantenreis_for_the_same_mail_leaves_the_replies_without(self, book: Book) -> None:
        take_in(book, stored("a", replies_to="<s>"))
        say_sent(book, "s", "KR-1")
        say_sent(book, "s", "KR-2", minutes=1)
        assert links(book) == {"<a>": (None, None)}

    def test_hearing_the_same_again_says_nothing_again(self, book: Book) -> None:
        take_in(book, stored("a", replies_to="<s>"))
        say_sent(book, "s", "KR-1")
        said = len(book.emitted)
        say_sent(book, "s", "KR-1", minutes=1)
        assert len(book.emitted) == said

    def test_what_a_person_decided_stays(self, book: Book) -> None:
        take_in(book, stored("a", replies_to="<s>"))
        by_hand = {"klantenreis": "KR-9", "link_method": "person", "link_evidence": None}
        [item] = book.read(items.list_items, Filter())
        book.write(lambda tx: items.update_item(tx, item["item"], by_hand))
        say_sent(book, "s", "KR-1")
        assert links(book) == {"<a>": ("KR-9", "person")}

    def test_mails_that_refer_to_each_other_come_to_an_end(self, book: Book) -> None:
        take_in(book, stored("a", replies_to="<b>", references=("<s>",)))
        take_in(book, stored("b", replies_to="<a>"))
        say_sent(book, "s", "KR-1")
        assert {klantenreis for klantenreis, _ in links(book).values()} == {"KR-1"}

    def test_links_do_not_depend_on_the_order_of_arrival(self, book: Book) -> None:
        """A first round reads the newest mail first; what the desk sent becomes known at any moment."""
        arrivals = [
            lambda name: say_sent(book, f"{name}s", "KR-1"),
            lambda name: take_in(book, stored(f"{name}a", replies_to=f"<{name}s>")),
            lambda name: take_in(book, stored(f"{name}b", replies_to=f"<{name}a>")),
            lambda name: take_in(book, stored(f"{name}c", replies_to=f"<{name}x>", references=(f"<{name}b>",))),
            lambda name: say_sent(book, f"{name}x", "KR-2"),
        ]
        for number, order in enumerate(islice(permutations(range(len(arrivals))), 0, None, 5)):
            for step in order:
                arrivals[step](f"{number}")
            found = links(book)
            assert [found[f"<{number}{name}>"] for name in "abc"] == [
                ("KR-1", "in_reply_to"),
                ("KR-1", "in_reply_to"),
                ("KR-2", "in_reply_to"),
            ], order

    @pytest.mark.parametrize("sent_first", [True, False])
    def test_automatic_mail_is_linked_but_stands_apart(self, book: Book, sent_first: bool) -> None:
        if sent_first:
            say_sent(book, "s", "KR-1")
        take_in(book, stored("a", replies_to="<s>", automatic="auto_reply"))
        if not sent_first:
            say_sent(book, "s", "KR-1")
        assert book.read(items.list_items, Filter(automatic=False)) == []
        [item] = book.read(items.list_items, Filter(automatic=True))
        assert (item["automatic"], item["klantenreis"]) == ("auto_reply", "KR-1")
        assert told(book)["Vraag a"]["automatic"] == "auto_reply"
        assert book.read(items.counts) == {"we": {"unlinked": 0, "linked": 0, "automatic": 1, "oldest_at": None}}


class TestLists:
    @pytest.mark.parametrize(("newest", "halves"), [(False, [0, 0, 1, 1, 2]), (True, [2, 1, 1, 0, 0])])
    def test_the_longest_waiting_or_the_newest_first_and_pages_leave_none_out(
        self, book: Book, newest: bool, halves: list[int]
    ) -> None:
        for number in (3, 1, 2, 0, 4):
            take_in(book, stored(str(number)), minutes=number // 2)
        seen: list[str] = []
        after = None
        while page := book.read(items.list_items, Filter(newest=newest, after=after, limit=2)):
            seen += [item["subject"] for item in page]
            after = (page[-1]["first_contact_at"], page[-1]["item"])
        assert sorted(seen) == [f"Vraag {number}" for number in range(5)]
        assert [int(subject[-1]) // 2 for subject in seen] == halves

    def test_a_list_shows_the_first_words(self, book: Book) -> None:
        take_in(book, stored("a", new_text="Goedendag,\n\n  hoe " + "lang " * 100))
        [item] = book.read(items.list_items, Filter())
        assert item["preview"].startswith("Goedendag, hoe lang lang")
        assert len(item["preview"]) <= items.PREVIEW_CHARS

    def test_filters(self, book: Book) -> None:
        say_sent(book, "s", "KR-1")
        take_in(book, stored("a", replies_to="<s>"))
        take_in(book, stored("b"))
        assert [item["subject"] for item in book.read(items.list_items, Filter(linked=True))] == ["Vraag a"]
        assert [item["subject"] for item in book.read(items.list_items, Filter(linked=False))] == ["Vraag b"]
        assert book.read(items.list_items, Filter(wachtrij="wonen")) == []
        assert book.read(items.list_items, Filter(open=False)) == []
        assert book.read(items.counts) == {"we": {"unlinked": 1, "linked": 1, "automatic": 0, "oldest_at": NOON}}

    def test_an_item_is_shown_by_its_id_or_the_beginning_of_it(self, book: Book) -> None:
        take_in(book, stored("a"))
        take_in(book, stored("b"))
        for item in book.read(items.list_items, Filter()):
            for name in (item["item"], item["item"][: items.SHORT_ID]):
                shown = book.read(items.show_item, name)
                assert shown is not None
                assert (shown["item"], shown["new_text"][-3:]) == (item["item"], f" {item['subject'][-1]}.")
            assert book.read(items.show_item, item["item"][:4]) is None
        assert book.read(items.show_item, "________") is None


class TestPeople:
    def test_found_whether_they_wrote_were_written_to_or_were_copied(self, book: Book) -> None:
        an = Address("An", "an@burger.example")
        take_in(book, stored("a", from_=an))
        take_in(book, stored("b", to=(an,)))
        take_in(book, stored("c", cc=(Address("", "AN@burger.example"),)))
        take_in(book, stored("d", reply_to=(an,)))
        take_in(book, stored("e"))
        assert book.read(People().find, " An@Burger.example") == {"mail": 4}

    @pytest.mark.parametrize("other", ["annan@burger.example", "a_@burger.example", "%", "n@burger.example", "burger"])
    def test_nobody_else_is_found(self, book: Book, other: str) -> None:
        take_in(book, stored("a", from_=Address("An", "an@burger.example")))
        assert book.read(People().find, other) == {}

    def test_accents_and_capitals(self, book: Book) -> None:
        take_in(book, stored("a", from_=Address("É", "Éloïse@burger.example")))
        assert book.read(People().find, "éloïse@BURGER.example") == {"mail": 1}

    def test_erased_with_item_blobs_and_a_tombstone_and_never_read_in_again(self, book: Book) -> None:
        an = stored("a", from_=Address("An", "an@burger.example"), attachments=(attachment("scan.pdf"),))
        take_in(book, an)
        take_in(book, stored("b", attachments=(attachment("scan.pdf"),)))
        [item] = [one for one in book.read(items.list_items, Filter()) if one["subject"] == "Vraag a"]
        erased = book.write(lambda tx: People().erase(tx, "an@burger.example"))
        assert erased == {"mail": 1, "queue_item": 1, "blob_ref": 3}
        assert book.read(People().find, "an@burger.example") == {}
        assert [one["subject"] for one in book.read(items.list_items, Filter())] == ["Vraag b"]
        assert told(book)[item["item"]] is None
        for place in ("id of <a>", "moved to another folder"):
            assert take_in(book, an, place) is False
        assert [one["subject"] for one in book.read(items.list_items, Filter())] == ["Vraag b"]

    def test_its_blobs_are_given_up_and_those_of_others_stay(self, book: Book) -> None:
        take_in(book, stored("a", from_=Address("An", "an@burger.example"), attachments=(attachment("scan.pdf"),)))
        take_in(book, stored("b", attachments=(attachment("scan.pdf"),)))
        book.write(lambda tx: People().erase(tx, "an@burger.example"))

        def owners(connection: Connection) -> dict[str, set[bool]]:
            found: dict[str, set[bool]] = {}
            for row in connection.execute(select(blob_ref)):
                found.setdefault(row.sha256, set()).add(row.owner == ERASED)
            return found

        found = book.read(owners)
        assert found[attachment("scan.pdf").sha256] == {True, False}
        assert found[stored("a").raw.sha256] == {True}
        assert found[stored("b").raw.sha256] == {False}

    def test_the_desk_itself_is_not_erased(self, book: Book) -> None:
        take_in(book, stored("a"))
        with pytest.raises(Rejected, match="own_mailbox"):
            book.write(lambda tx: People().erase(tx, DESK))
        assert len(book.read(items.list_items, Filter())) == 1
