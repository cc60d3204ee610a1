"""The state machine of queue commands: every state with every command, and what holds in any order."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from loketbus_contracts import AddNote, Assign, Close, Dispatch, LinkTo, Release, Reopen, Return, Unlink
from loketbus_contracts.queue import Action

from services.mail_ingest.domain.dispatch import PERMITTED, Change, Choice, Desk, Refusal, decide
from services.mail_ingest.domain.items import BEFORE_USE, new_item
from services.mail_ingest.domain.linking import Candidate, Decision, Method
from services.mail_ingest.domain.register import Dossier, Register
from services.mail_ingest.domain.remarks import RemarkCode

MORNING = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
QUEUES = {
    "we": Choice("W&E", active=True),
    "energie": Choice("Energie (W&E)", active=True),
    "oud": Choice("Oud (W&E)", active=False),
}
REASONS = {
    "beantwoord": Choice("Beantwoord", active=True),
    "spam": Choice("Spam", active=True, bulk=True),
    "vroeger": Choice("Vroeger", active=False),
}
DESK = Desk(QUEUES, REASONS)


def item(**columns: Any) -> dict[str, Any]:
    """A new one of a citizen, changed."""
    row = new_item(
        item="i", bron="mail", first_contact_at=MORNING, decision=Decision(), queue_from=None, mail="m", subject="Dak"
    )
    return row | {"revision": 1} | columns


LINKED = Decision(linked=Candidate("KR-1", "D-1", "in_reply_to", ("<s>",))).columns()
BY_HAND = Decision(linked=Candidate("KR-1", "D-1", Method.PERSON, ())).columns()
TWO = Decision(candidates=(Candidate("KR-1", None, "token", ()), Candidate("KR-2", None, "sender", ()))).columns()

STATES: dict[str, dict[str, Any]] = {
    "new": item(),
    "ambiguous": item(**TWO, remarks=json.dumps([RemarkCode.SEVERAL_DOSSIERS])),
    "dispatched": item(wachtrij="energie"),
    "mine": item(wachtrij="energie", behandelaar="an"),
    "linked": item(**LINKED, behandelaar="bo"),
    "unlinked by hand": item(link_method="person"),
    "closed": item(wachtrij="energie", open=False, closed_reason="beantwoord", **BY_HAND),
    "before use": item(open=False, closed_reason=BEFORE_USE),
}
ACTIONS: dict[str, Action] = {
    "dispatch": Dispatch(wachtrij="energie"),
    "return": Return(explanation="Gaat over een woning."),
    "assign": Assign(behandelaar="an"),
    "release": Release(),
    "link": LinkTo(klantenreis="KR-1", dossier="D-1"),
    "unlink": Unlink(),
    "close": Close(reason="beantwoord"),
    "reopen": Reopen(),
    "note": AddNote(text="Gebeld."),
}
# Rows: the state; columns: the command. "done", "unchanged", or the code of the refusal.
EXPECTED = """
state            dispatch    return         assign      release     link      unlink    close          reopen    note
new              done        not_dispatched done        unchanged   done      done      done           unchanged done
ambiguous        done        not_dispatched done        unchanged   done      done      done           unchanged done
dispatched       unchanged   done           done        unchanged   done      done      done           unchanged done
mine             unchanged   done           unchanged   done        done      done      done           unchanged done
linked           done        not_dispatched done        done        done      done      done           unchanged done
unlinked_by_hand done        not_dispatched done        unchanged   done      unchanged done           unchanged done
closed           item_closed item_closed    item_closed item_closed unchanged done      unchanged      done      done
before_use       item_closed item_closed    item_closed item_closed done      done      already_closed done      done
"""


def outcomes() -> dict[tuple[str, str], str]:
    """(state, command) to what is expected."""
    header, *lines = [line.split() for line in EXPECTED.strip().splitlines()]
    return {
        (line[0].replace("_", " "), command): outcome
        for line in lines
        for command, outcome in zip(header[1:], line[1:], strict=True)
    }


class TestEveryPair:
    def test_the_table_is_whole(self) -> None:
        assert set(outcomes()) == {(state, command) for state in STATES for command in ACTIONS}
        commands = {action.model_fields["command"].default for action in get_args(get_args(Action)[0])}
        assert set(ACTIONS) == commands == set(PERMITTED)

    @pytest.mark.parametrize(("state", "command"), list(outcomes()))
    def test_it_ends_as_expected_and_says_so_in_dutch(self, state: str, command: str) -> None:
        verdict = decide(STATES[state], ACTIONS[command], DESK)
        assert verdict.code == outcomes()[state, command]
        assert verdict.message.endswith(".")
        if isinstance(verdict, Refusal):
            assert any(hint in verdict.message for hint in ("Heropen", "Schrijf een notitie", "stuur het door"))

    @pytest.mark.parametrize(("state", "command"), list(outcomes()))
    def test_doing_it_again_changes_nothing(self, state: str, command: str) -> None:
        """A replayed command has another id, so the inbox does not stop it."""
        first = decide(STATES[state], ACTIONS[command], DESK)
        if isinstance(first, Refusal) or command == "note":
            return
        again = decide(STATES[state] | dict(first.columns), ACTIONS[command], DESK)
        assert again.code in ("unchanged", "not_dispatched")

    @pytest.mark.parametrize(("state", "command"), list(outcomes()))
    def test_the_tijdlijn_is_that_of_a_klantenreis_and_names_nobody(self, state: str, command: str) -> None:
        verdict = decide(STATES[state], ACTIONS[command], DESK)
        if not isinstance(verdict, Change):
            return
        linked = STATES[state]["klantenreis"] or verdict.columns.get("klantenreis")
        tells = verdict.code == "done" and command != "note" and linked is not None
        assert (verdict.tijdlijn is not None) == tells
        if verdict.tijdlijn is not None:
            assert not {"an", "bo"} & set(verdict.tijdlijn.strip(".").split())
            assert "\n" not in verdict.tijdlijn


def changed(row: dict[str, Any], action: Action, desk: Desk = DESK) -> Change:
    """What a command does, which must be allowed."""
    verdict = decide(row, action, desk)
    assert isinstance(verdict, Change), verdict
    return verdict


def refused(row: dict[str, Any], action: Action, desk: Desk = DESK) -> Refusal:
    """Why a command is not allowed."""
    verdict = decide(row, action, desk)
    assert isinstance(verdict, Refusal), verdict
    return verdict


class TestQueues:
    def test_dispatch_gives_it_to_a_team_and_to_nobody_in_it(self) -> None:
        change = changed(STATES["linked"], Dispatch(wachtrij="energie"))
        assert change.columns == {"wachtrij": "energie", "behandelaar": None}
        assert change.tijdlijn == "Vraag doorgestuurd naar Energie (W&E)."

    @pytest.mark.parametrize(("code", "expected"), [("nergens", "unknown_queue"), ("oud", "inactive_queue")])
    def test_a_queue_that_cannot_be_chosen_is_refused_with_those_that_can(self, code: str, expected: str) -> None:
        refusal = refused(STATES["new"], Dispatch(wachtrij=code))
        assert refusal.code == expected
        assert "Kies uit: we, energie." in refusal.message

    def test_return_undoes_a_dispatch_and_keeps_why(self) -> None:
        change = changed(STATES["mine"], Return(explanation=" Gaat over een lening. "))
        assert change.columns == {"wachtrij": "we", "behandelaar": None}
        assert change.note == "Gaat over een lening."

    @pytest.mark.parametrize(
        ("text", "expected"), [("", "text_missing"), (" \n", "text_missing"), ("x" * 4001, "text_too_long")]
    )
    def test_an_explanation_must_be_one(self, text: str, expected: str) -> None:
        assert refused(STATES["dispatched"], Return(explanation=text)).code == expected

    def test_an_empty_note_is_refused(self) -> None:
        assert refused(STATES["new"], AddNote(text="  ")).code == "text_missing"


class TestBehandelaar:
    def test_taking_over_says_from_whom(self) -> None:
        change = changed(STATES["mine"], Assign(behandelaar="bo"))
        assert change.columns == {"behandelaar": "bo"}
        assert change.message == "Het item ging over van an naar bo."

    def test_letting_go_says_who_had_it(self) -> None:
        assert changed(STATES["mine"], Release()).message.startswith("an behandelt dit item niet meer")


class TestLink:
    REPLACED = Register(
        [
            Dossier("D-1", "KR-1", "1", vervangen_door="D-2"),
            Dossier("D-2", "KR-2", "2", vervangen_door="D-3"),
            Dossier("D-3", "KR-3", "3"),
        ]
    )

    def test_a_person_answers_which_of_several(self) -> None:
        change = changed(STATES["ambiguous"], LinkTo(klantenreis="KR-2"))
        assert json.loads(change.columns["candidates"]) == []
        assert json.loads(change.columns["remarks"]) == []
        assert (change.columns["klantenreis"], change.columns["dossier"]) == ("KR-2", None)
        assert change.columns["link_method"] == "person"

    def test_confirming_what_the_rules_found_makes_it_a_persons(self) -> None:
        assert changed(STATES["linked"], ACTIONS["link"]).columns["link_method"] == "person"

    def test_unlinking_is_a_persons_word_too_and_leaves_no_candidates(self) -> None:
        change = changed(STATES["linked"], Unlink())
        assert (change.columns["klantenreis"], change.columns["link_method"]) == (None, "person")
        assert change.tijdlijn == "Vraag losgekoppeld van deze klantenreis."

    def test_remarks_about_other_things_stay(self) -> None:
        row = item(remarks=json.dumps([RemarkCode.FORWARDED, RemarkCode.NEW_SUBJECT]))
        assert json.loads(changed(row, ACTIONS["link"]).columns["remarks"]) == [RemarkCode.FORWARDED]

    def test_a_dossier_of_another_klantenreis_is_refused(self) -> None:
        desk = Desk(QUEUES, REASONS, Register([Dossier("D-1", "KR-9", "1")]))
        refusal = refused(STATES["new"], ACTIONS["link"], desk)
        assert refusal.code == "other_klantenreis"
        assert "KR-9" in refusal.message

    def test_a_replaced_dossier_leads_to_what_stands_for_it_now(self) -> None:
        change = changed(STATES["new"], ACTIONS["link"], Desk(QUEUES, REASONS, self.REPLACED))
        assert (change.columns["klantenreis"], change.columns["dossier"]) == ("KR-3", "D-3")
        assert json.loads(change.columns["remarks"]) == [RemarkCode.REPLACED_DOSSIER]
        assert "vervangen" in change.message

    def test_a_deactivated_dossier_is_linked_with_a_warning(self) -> None:
        gone = Dossier("D-1", "KR-1", "1", actief=False, inactive_since=MORNING)
        change = changed(STATES["new"], ACTIONS["link"], Desk(QUEUES, REASONS, Register([gone])))
        assert change.columns["klantenreis"] == "KR-1"
        assert json.loads(change.columns["remarks"]) == [RemarkCode.INACTIVE_DOSSIER]
        assert "gedeactiveerd" in change.message


class TestClosing:
    @pytest.mark.parametrize(
        ("reason", "expected"),
        [("nergens", "unknown_reason"), ("vroeger", "inactive_reason"), (BEFORE_USE, "reserved_reason")],
    )
    def test_a_reason_that_cannot_be_chosen_is_refused_with_those_that_can(self, reason: str, expected: str) -> None:
        refusal = refused(STATES["new"], Close(reason=reason))
        assert refusal.code == expected
        assert "Kies uit: beantwoord, spam." in refusal.message

    def test_it_stands_on_the_tijdlijn_in_words(self) -> None:
        assert changed(STATES["linked"], ACTIONS["close"]).tijdlijn == "Vraag afgehandeld: beantwoord."

    def test_another_reason_needs_a_reopening(self) -> None:
        refusal = refused(STATES["closed"], Close(reason="spam"))
        assert (refusal.code, "Beantwoord" in refusal.message) == ("already_closed", True)


NAMES = st.sampled_from(["an", "bo"])
COMMANDS: st.SearchStrategy[Action] = st.one_of(
    st.builds(Dispatch, wachtrij=st.sampled_from(["we", "energie", "oud", "nergens"])),
    st.builds(Return, explanation=st.sampled_from(["", "Verkeerde wachtrij."])),
    st.builds(Assign, behandelaar=NAMES),
    st.just(Release()),
    st.builds(LinkTo, klantenreis=st.sampled_from(["KR-1", "KR-2"]), dossier=st.none() | st.just("D-1")),
    st.just(Unlink()),
    st.builds(Close, reason=st.sampled_from(["beantwoord", "spam", "vroeger", BEFORE_USE])),
    st.just(Reopen()),
    st.builds(AddNote, text=st.sampled_from([" ", "Gebeld."])),
)


class AnyOrder(RuleBasedStateMachine):
    """People do whatever they like with one item."""

    def __init__(self) -> None:
        super().__init__()
        self.row = item()

    @initialize(state=st.sampled_from(sorted(STATES)))
    def begin(self, state: str) -> None:
        self.row = dict(STATES[state])

    @rule(action=COMMANDS)
    def command(self, action: Action) -> None:
        before = self.row
        verdict = decide(before, action, DESK)
        if isinstance(verdict, Refusal):
            return
        assert all(name in before for name in verdict.columns)
        if verdict.code == "unchanged":
            assert not verdict.columns
            assert verdict.note is None
        else:
            assert verdict.note or any(before[name] != value for name, value in verdict.columns.items())
        self.row = before | dict(verdict.columns)

    @invariant()
    def open_or_closed_for_a_reason(self) -> None:
        assert self.row["open"] == (self.row["closed_reason"] is None)

    @invariant()
    def in_a_queue_in_use(self) -> None:
        assert QUEUES[self.row["wachtrij"]].active

    @invariant()
    def at_most_one_behandelaar(self) -> None:
        assert self.row["behandelaar"] in (None, "an", "bo")

    @invariant()
    def a_link_has_a_method_and_no_rivals_once_a_person_decided(self) -> None:
        assert self.row["klantenreis"] is None or self.row["link_method"] is not None
        if self.row["link_method"] == Method.PERSON:
            assert json.loads(self.row["candidates"]) == []


TestAnyOrder: Callable[..., Any] = AnyOrder.TestCase
