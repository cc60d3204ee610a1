"""Queue commands in the ledger: what happens to the item, and the one answer that each command gets."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from loketbus_contracts import (
    QUEUE_COMMAND,
    AddNote,
    Assign,
    Close,
    CodeListEntry,
    Dispatch,
    Event,
    LinkTo,
    QueueCommand,
    Release,
    Reopen,
    Return,
    Unlink,
    encode,
)
from loketbus_contracts.queue import Action
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy import event as sql_event

from loketbus.consume.records import receive
from loketbus.errors import NotYet, Rejected
from loketbus.ledger.tx import Cause, Tx, flush
from services.mail_ingest import items
from services.mail_ingest.domain.linking import Candidate, Decision
from services.mail_ingest.handlers.codelists import CodeListHandler
from services.mail_ingest.handlers.commands import QueueCommandHandler
from services.mail_ingest.store import history, queues, tables
from services.mail_ingest.store import items as rows
from services.mail_ingest.store.items import Filter
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.support.dispatch import add_item, command, seed
from tests.support.kafka_tools import Read

LINKED = Decision(linked=Candidate("KR-1", None, "in_reply_to", ("<s>",)))


@pytest.fixture
def desk(book: Book) -> Book:
    """With the queues and reasons that an installation starts with."""
    book.ledger.write_sync(seed)
    return book


def open_item(book: Book, name: str = "item-a", **columns: Any) -> items.Row:
    return book.write(lambda tx: add_item(tx, name, **columns))


def do(
    book: Book,
    action: Action,
    *,
    item: str = "item-a",
    minutes: int = 1,
    event: Event[QueueCommand] | None = None,
    **more: Any,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Handle a command as the consumer does; its answer, and the states of items that were told."""
    given = event or command(item, action, at=NOON + timedelta(minutes=minutes), **more)
    cause = Cause(consumer="mail_ingest", source="crm", id=given.id, at=given.time, correlation_id=given.id)

    def run(connection: Connection) -> list[dict[str, Any]]:
        tx = Tx(connection, cause, given.time, "mail_ingest")
        QueueCommandHandler().apply(tx, given, None)
        flush(connection, [tx])
        return tx.emitted

    emitted = book.ledger.write_sync(run)
    book.emitted += emitted
    values = [(row["topic"], row["key"], json.loads(row["record_value"])) for row in emitted]
    [answer] = [(key, value) for topic, key, value in values if topic == "reply.v1"]
    assert answer[0] == answer[1]["request"] == given.id
    return answer[1], [value for topic, _, value in values if topic == "queue.item.v1"]


def stored(book: Book, item: str = "item-a") -> dict[str, Any]:
    row = book.read(rows.get_item, item)
    assert row is not None
    return row


def told_on(book: Book, topic: str) -> list[Any]:
    """What was told on a topic, in order."""
    return [json.loads(row["record_value"]) for row in book.emitted if row["topic"] == topic]  # type: ignore[arg-type]


ALL: list[Action] = [
    Dispatch(wachtrij="energie"),
    Return(explanation="Verkeerd."),
    Assign(behandelaar="bo"),
    Release(),
    LinkTo(klantenreis="KR-2"),
    Unlink(),
    Close(reason="beantwoord"),
    Reopen(),
    AddNote(text="Gebeld."),
]


class TestDone:
    def test_the_item_its_state_on_the_wire_and_the_answer_agree(self, desk: Book) -> None:
        before = open_item(desk, decision=LINKED)
        answer, [state] = do(desk, Dispatch(wachtrij="energie"))
        assert (answer["outcome"], answer["code"]) == ("done", "done")
        assert answer["message"] == "Het item is doorgestuurd naar Energie (W&E)."
        assert answer["klantenreis"] == state["link"]["klantenreis"] == "KR-1"
        assert answer["revision"] == state["revision"] == stored(desk)["revision"] > before["revision"]
        assert answer["tijdlijn_tekst"] == state["tijdlijn_tekst"] == "Vraag doorgestuurd naar Energie (W&E)."
        assert (state["wachtrij"], state["actor"]) == ("energie", "an")

    def test_return_is_one_change_with_its_note(self, desk: Book) -> None:
        open_item(desk, wachtrij="energie", behandelaar="bo")
        _, [state] = do(desk, Return(explanation="Gaat over een lening."))
        assert state["wachtrij"] == "we"
        assert "behandelaar" not in state
        assert [note["text"] for note in state["notes"]] == ["Gaat over een lening."]
        assert [entry.act for entry in desk.read(history.of, "item-a")] == ["received", "return"]

    def test_what_is_so_already_is_done_without_a_new_revision(self, desk: Book) -> None:
        before = open_item(desk, wachtrij="energie")
        answer, told = do(desk, Dispatch(wachtrij="energie"))
        assert (answer["outcome"], answer["code"], told) == ("done", "unchanged", [])
        assert answer["revision"] == before["revision"]

    def test_a_link_asks_for_the_files_and_moves_them_when_it_changes(self, desk: Book) -> None:
        open_item(desk)
        do(desk, LinkTo(klantenreis="KR-1"))
        do(desk, LinkTo(klantenreis="KR-2"), minutes=2)
        asked = told_on(desk, "document.requested.v1")
        assert [one["klantenreis"] for one in asked] == ["KR-1", "KR-2"]
        assert asked[0]["document"] == asked[1]["document"]
        assert asked[0]["revision"] < asked[1]["revision"]

    def test_unlink_answers_for_the_klantenreis_that_it_left(self, desk: Book) -> None:
        open_item(desk, decision=LINKED)
        answer, [state] = do(desk, Unlink())
        assert (answer["klantenreis"], answer["tijdlijn_tekst"]) == ("KR-1", "Vraag losgekoppeld van deze klantenreis.")
        assert (state["link"]["state"], state["link"]["method"]) == ("unlinked", "person")

    def test_a_link_by_hand_holds_for_what_replies_to_it(self, desk: Book) -> None:
        open_item(desk, "item-a")
        open_item(desk, "item-b")
        reply = {"mail": "mail-item-b", "message_id": "<item-a>", "position": 0, "method": "in_reply_to"}
        desk.ledger.write_sync(lambda connection: connection.execute(insert(tables.reference).values(**reply)))
        do(desk, LinkTo(klantenreis="KR-7"))
        assert (stored(desk, "item-b")["klantenreis"], stored(desk, "item-b")["link_method"]) == ("KR-7", "in_reply_to")
        do(desk, Unlink(), minutes=2)
        assert stored(desk, "item-b")["klantenreis"] is None

    def test_whatever_people_do_revisions_only_grow_and_one_answer_comes_each_time(self, desk: Book) -> None:
        open_item(desk)
        last = 0
        # Also when the clock of who sends stands still or goes back.
        for number, action in enumerate([*ALL, *reversed(ALL), *ALL]):
            answer, told = do(desk, action, minutes=-number)
            assert [state["revision"] for state in told] == sorted({state["revision"] for state in told})
            assert all(state["revision"] > last for state in told)
            last = stored(desk)["revision"]
            assert answer["revision"] == last
        assert [entry.revision for entry in desk.read(history.of, "item-a")][-1] == last


class TestRefused:
    @pytest.mark.parametrize(
        ("action", "code"),
        [
            (Dispatch(wachtrij="nergens"), "unknown_queue"),
            (Dispatch(wachtrij="oud"), "inactive_queue"),
            (Return(explanation="Fout."), "not_dispatched"),
            (Close(reason="omdat"), "unknown_reason"),
            (AddNote(text=" "), "text_missing"),
        ],
    )
    def test_a_refusal_is_an_answer_and_changes_nothing(self, desk: Book, action: Action, code: str) -> None:
        before = open_item(desk)
        answer, told = do(desk, action)
        assert (answer["outcome"], answer["code"], told) == ("rejected", code, [])
        assert answer["revision"] == before["revision"]
        assert stored(desk) == before

    @pytest.mark.parametrize("action", ALL, ids=lambda action: action.command)
    def test_an_unknown_item(self, desk: Book, action: Action) -> None:
        answer, told = do(desk, action, item="nobody")
        assert (answer["outcome"], answer["code"], told) == ("rejected", "unknown_item", [])
        assert "revision" not in answer

    def test_an_erased_item_is_as_unknown_as_one_that_never_was(self, desk: Book) -> None:
        open_item(desk)
        desk.ledger.write_sync(lambda connection: connection.execute(delete(tables.item)))
        assert do(desk, Release())[0]["code"] == "unknown_item"

    def test_a_dossier_of_another_klantenreis(self, desk: Book) -> None:
        open_item(desk)
        dossier = {"dossier": "D-1", "revision": 1, "klantenreis": "KR-9", "nummer": "9-1", "actief": True}
        desk.ledger.write_sync(lambda connection: connection.execute(insert(tables.dossier).values(**dossier)))
        answer, _ = do(desk, LinkTo(klantenreis="KR-1", dossier="D-1"))
        assert answer["code"] == "other_klantenreis"
        assert do(desk, LinkTo(klantenreis="KR-9", dossier="D-1"))[0]["outcome"] == "done"


class TestTwoPeople:
    def test_the_second_hears_who_did_what(self, desk: Book) -> None:
        seen = open_item(desk)["revision"]
        first, _ = do(desk, Dispatch(wachtrij="energie"), actor="an", revision=seen)
        second, told = do(desk, Close(reason="beantwoord"), actor="bo", revision=seen, minutes=2)
        assert (second["outcome"], second["code"], told) == ("rejected", "revision_conflict", [])
        assert "doorgestuurd naar Energie (W&E) (door an, 20/11 om 13:01)" in second["message"]
        assert second["revision"] == first["revision"]
        assert stored(desk)["open"]
        # Having looked again, the second may.
        assert do(desk, Close(reason="beantwoord"), actor="bo", revision=second["revision"])[0]["outcome"] == "done"

    def test_what_software_did_meanwhile_counts_too(self, desk: Book) -> None:
        row = open_item(desk)
        desk.write(lambda tx: items.save(tx, row, {"answered_at": NOON, "answered_via": "outlook"}, act="answered"))
        answer, _ = do(desk, Close(reason="beantwoord"), revision=row["revision"])
        assert "beantwoord via Outlook (door Loketbus, 20/11 om 13:00)" in answer["message"]

    def test_without_a_revision_the_last_word_counts(self, desk: Book) -> None:
        open_item(desk)
        for name in ("an", "bo"):
            assert do(desk, Assign(behandelaar=name), actor=name)[0]["outcome"] == "done"
        assert stored(desk)["behandelaar"] == "bo"

    def test_a_revision_of_the_future_is_a_conflict_too(self, desk: Book) -> None:
        """A person looked at it before the ledger was restored from an older copy."""
        row = open_item(desk)
        assert do(desk, Release(), revision=row["revision"] + 5)[0]["code"] == "revision_conflict"


class TestUnreadable:
    def record(self, value: bytes, *, version: str = "1.0", request: str = "r") -> Read:
        event = replace(command("item-a", Release(), at=NOON, request=request), data_version=version)
        key, _, headers = encode(event)
        return Read(0, 0, key, value, tuple(headers), 0)

    @pytest.mark.parametrize(
        "value",
        [
            b"{",
            b'{"item": "item-a", "actor": "an", "action": {"command": "vergeet"}}',
            b'{"item": "item-a", "actor": "an.peeters@stad.example", "action": {"command": "release"}}',
            b'{"item": "item-a", "action": {"command": "release"}}',
        ],
        ids=["no json", "unknown command", "a mail address as actor", "nobody's"],
    )
    def test_what_is_no_command_becomes_a_dead_letter(self, value: bytes) -> None:
        received = receive(QUEUE_COMMAND, self.record(value), at=NOON)  # type: ignore[arg-type]
        assert isinstance(received.error, Rejected)
        assert received.error.audience == "ict"

    def test_a_command_of_a_newer_contract_waits_for_the_upgrade(self) -> None:
        value = b'{"item": "item-a", "actor": "an", "action": {"command": "vergeet"}}'
        assert isinstance(receive(QUEUE_COMMAND, self.record(value, version="1.9"), at=NOON).error, NotYet)  # type: ignore[arg-type]

    @pytest.mark.parametrize("request_id", ["with a space", "an@stad.example", "x" * 201])
    def test_who_cannot_be_answered_is_not_obeyed(self, desk: Book, request_id: str) -> None:
        before = open_item(desk)
        with pytest.raises(Rejected, match="request_id_not_opaque"):
            do(desk, Dispatch(wachtrij="energie"), request=request_id)
        assert stored(desk) == before


class TestHistory:
    def test_every_change_is_there_with_who_and_what_and_no_words_of_the_mail(self, desk: Book) -> None:
        open_item(desk)
        do(desk, Assign(behandelaar="bo"), actor="an")
        do(desk, AddNote(text="Gebeld met mevrouw Peeters."), actor="bo", minutes=2)
        do(desk, Close(reason="spam"), actor="bo", minutes=3)
        told = [(one.act, one.actor, one.changes) for one in desk.read(history.of, "item-a")]
        assert told == [
            ("received", None, {}),
            ("assign", "an", {"behandelaar": [None, "bo"]}),
            ("note", "bo", {}),
            ("close", "bo", {"open": [True, False], "closed_reason": [None, "spam"]}),
        ]


class TestLists:
    def names(self, book: Book, **chosen: Any) -> list[str]:
        return [row["item"] for row in book.read(rows.list_items, Filter(**chosen))]

    def test_filters(self, desk: Book) -> None:
        two = Decision(candidates=(Candidate("KR-1", None, "token", ()), Candidate("KR-2", None, "sender", ())))
        same = Decision(candidates=(Candidate("KR-1", None, "token", ()), Candidate("KR-1", "D", "sender", ())))
        suggestion = json.dumps({"wachtrij": "lening", "words": ["lening"], "score": 1})
        open_item(desk, "item-a", decision=two, suggestion=suggestion)
        open_item(desk, "item-b", decision=same, behandelaar="an")
        open_item(desk, "item-c", decision=LINKED, wachtrij="energie", subject="50% korting_test", afzender=None)
        open_item(desk, "item-d", automatic="bounce", open=False, closed_reason="spam")
        assert self.names(desk) == ["item-a", "item-b"]
        assert self.names(desk, wachtrij=None) == ["item-a", "item-b", "item-c"]
        assert self.names(desk, wachtrij=None, open=None) == ["item-a", "item-b", "item-c", "item-d"]
        assert self.names(desk, open=False) == ["item-d"]
        assert self.names(desk, ambiguous=True) == ["item-a"]
        assert self.names(desk, wachtrij=None, ambiguous=False) == ["item-b", "item-c"]
        assert self.names(desk, behandelaar="an") == ["item-b"]
        assert self.names(desk, unassigned=True) == ["item-a"]
        assert self.names(desk, suggested="lening") == ["item-a"]
        assert self.names(desk, suggested="wonen") == []
        assert self.names(desk, wachtrij=None, klantenreis="KR-1") == ["item-c"]
        assert self.names(desk, wachtrij=None, words="KORTING_") == ["item-c"]
        assert self.names(desk, wachtrij=None, words="0% k") == ["item-c"]
        assert self.names(desk, words="%") == []
        assert self.names(desk, words="peeters") == ["item-a", "item-b"]

    def test_counts_tell_how_long_people_wait_and_leave_automatic_mail_apart(self, desk: Book) -> None:
        early, late = NOON - timedelta(days=9), NOON - timedelta(days=2)
        open_item(desk, "item-a", first_contact_at=late, behandelaar="an")
        open_item(desk, "item-b", first_contact_at=late + timedelta(hours=1), decision=LINKED)
        open_item(desk, "item-c", first_contact_at=early, automatic="list")
        open_item(desk, "item-d", first_contact_at=early, open=False, closed_reason="spam")
        assert desk.read(rows.counts) == {"we": {"unlinked": 1, "linked": 1, "automatic": 1, "oldest_at": late}}
        loads = desk.read(rows.loads)
        assert {name: (one.open, one.oldest_at) for name, one in loads.items()} == {
            "an": (1, late),
            None: (1, late + timedelta(hours=1)),
        }

    def test_the_items_of_a_colleague_are_the_open_ones(self, desk: Book) -> None:
        several: list[dict[str, Any]] = [{}, {"wachtrij": "energie"}, {"open": False, "closed_reason": "spam"}]
        for number, columns in enumerate(several):
            open_item(desk, f"item-{number}", behandelaar="an", **columns)
        assert [name for name, _ in desk.read(rows.assigned, "an", None)] == ["item-0", "item-1"]
        assert [name for name, _ in desk.read(rows.assigned, "an", "energie")] == ["item-1"]

    def test_lists_and_counts_are_read_by_index(self, desk: Book) -> None:
        if not desk.ledger.is_sqlite:
            pytest.skip("SQLite says in words which index it uses")
        moment = (NOON, "item-a")
        asked = {
            "a queue": lambda c: rows.list_items(c, Filter(automatic=False)),
            "its next page": lambda c: rows.list_items(c, Filter(automatic=False, after=moment)),
            "what was closed": lambda c: rows.list_items(c, Filter(open=False)),
            "mine": lambda c: rows.list_items(c, Filter(wachtrij=None, behandelaar="an")),
            "a klantenreis": lambda c: rows.list_items(c, Filter(wachtrij=None, open=None, klantenreis="KR-1")),
            "counts": rows.counts,
            "loads": rows.loads,
            "a colleague's": lambda c: rows.assigned(c, "an", None),
        }
        plans = {name: self.plan(desk, ask) for name, ask in asked.items()}
        assert {
            name for name, plan in plans.items() if not any("USING INDEX queue_item_" in line for line in plan)
        } == set()
        assert not any("TEMP B-TREE FOR ORDER BY" in line for line in plans["a queue"] + plans["its next page"])

    def plan(self, book: Book, ask: Any) -> list[str]:
        """How SQLite goes about the query that `ask` runs."""
        statements: list[tuple[str, Any]] = []

        def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            statements.append((statement, parameters))

        sql_event.listen(book.ledger.engine, "before_cursor_execute", note)
        try:
            book.read(ask)
        finally:
            sql_event.remove(book.ledger.engine, "before_cursor_execute", note)
        [(statement, parameters)] = [one for one in statements if "queue_item" in one[0]]

        def explain(connection: Connection) -> list[str]:
            return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]

        return book.read(explain)


class TestCodeLists:
    def say(self, book: Book, list_: str = "wachtrij", code: str = "energie", revision: int = 1, **more: Any) -> None:
        data = CodeListEntry(
            entry=f"{list_}:{code}", revision=revision, list=list_, code=code, **({"label": "Energie"} | more)
        )
        event = Event(
            id=f"{code}{revision}",
            type="codelist.changed.v1",
            source="crm",
            key=data.entry,
            time=NOON,
            data=data,
            correlation_id="c",
        )
        book.write(lambda tx: CodeListHandler().apply(tx, event, None))

    def queue(self, book: Book, code: str = "energie") -> dict[str, Any] | None:
        return book.read(queues.get, tables.queue, code)

    def test_a_queue_of_the_crm_is_changed_or_added(self, desk: Book) -> None:
        self.say(desk, responsible="crm-u-1", position=9)
        self.say(desk, code="zon", label="Zon (W&E)")
        assert self.queue(desk) == {
            "wachtrij": "energie",
            "label": "Energie",
            "responsible": "crm-u-1",
            "active": True,
            "position": 9,
            "revision": 1,
        }
        open_item(desk)
        assert do(desk, Dispatch(wachtrij="zon"))[0]["message"] == "Het item is doorgestuurd naar Zon (W&E)."

    def test_an_older_word_does_not_replace_a_newer(self, desk: Book) -> None:
        self.say(desk, revision=3, label="Nieuw")
        self.say(desk, revision=2, label="Oud")
        assert (self.queue(desk) or {})["label"] == "Nieuw"

    def test_a_tombstone_takes_it_out_of_use_and_leaves_its_items(self, desk: Book) -> None:
        open_item(desk, wachtrij="energie")
        desk.write(lambda tx: CodeListHandler().forget(tx, "wachtrij:energie"))
        assert (self.queue(desk) or {})["active"] is False
        assert do(desk, Dispatch(wachtrij="energie"))[0]["code"] == "inactive_queue"
        assert stored(desk)["wachtrij"] == "energie"

    def test_a_queue_that_comes_back_begins_its_revisions_anew(self, desk: Book) -> None:
        self.say(desk, revision=7)
        desk.write(lambda tx: CodeListHandler().forget(tx, "wachtrij:energie"))
        self.say(desk, revision=1, label="Terug")
        assert (self.queue(desk) or {})["label"] == "Terug"
        assert (self.queue(desk) or {})["active"] is True

    def test_the_we_queue_stays(self, desk: Book) -> None:
        self.say(desk, code="we", label="W&E", active=False)
        desk.write(lambda tx: CodeListHandler().forget(tx, "wachtrij:we"))
        assert (self.queue(desk, "we") or {})["active"] is True

    @pytest.mark.parametrize("key", ["subtype:energie", "wachtrij:nergens", "energie"])
    def test_other_lists_are_for_others(self, desk: Book, key: str) -> None:
        def everything(connection: Connection) -> list[Any]:
            return list(connection.execute(select(tables.queue).order_by(tables.queue.c.wachtrij)))

        before = desk.read(everything)
        self.say(desk, list_="subtype", code="warmtescan", label="Warmtescan")
        desk.write(lambda tx: CodeListHandler().forget(tx, key))
        assert desk.read(everything) == before

    def test_a_beheerders_own_change_stands_until_the_crm_speaks_again(self, desk: Book) -> None:
        self.say(desk, revision=3)
        desk.ledger.write_sync(lambda c: c.execute(update(tables.queue).values(label="Eigen")))
        self.say(desk, revision=3)
        assert (self.queue(desk) or {})["label"] == "Eigen"
        self.say(desk, revision=4)
        assert (self.queue(desk) or {})["label"] == "Energie"
