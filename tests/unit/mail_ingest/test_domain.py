from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.domain import (
    Known,
    Linked,
    Parent,
    conversation,
    conversation_id,
    item_id,
    link,
    mail_id,
    mailbox_id,
    parents,
    place_id,
    root_of,
)

MESSAGE_IDS = st.sampled_from([f"<{letter}@burger.example>" for letter in "abcdef"])
TEXTS = st.text(max_size=20)


class TestIds:
    def test_a_mailbox_is_named_without_its_address(self) -> None:
        assert mailbox_id(" Energieloket@Stad.example ") == mailbox_id("energieloket@stad.example")
        assert "loket" not in mailbox_id("energieloket@stad.example")
        assert mailbox_id("a@stad.example") != mailbox_id("b@stad.example")

    @given(st.tuples(TEXTS, st.none() | TEXTS.filter(bool), TEXTS), st.tuples(TEXTS, st.none(), TEXTS))
    def test_same_id_means_same_mailbox_message_id_and_content(
        self, one: tuple[str, str | None, str], other: tuple[str, str | None, str]
    ) -> None:
        # The separator cannot stand in a mailbox id or a content hash: those are hexadecimals.
        clean = [(box.replace("|", ""), name, digest.replace("|", "")) for box, name, digest in (one, other)]
        assert (mail_id(*clean[0]) == mail_id(*clean[1])) == (clean[0] == clean[1])

    def test_ids_of_different_kinds_differ_and_are_opaque(self) -> None:
        mail = mail_id("box", "<a@burger.example>", "hash")
        ids = {mail, item_id(mail), conversation_id("box", "<a@burger.example>"), place_id("box", "AAMk")}
        assert len(ids) == 4
        assert all(str(uuid.UUID(one)) == one for one in ids)


class TestRoot:
    def test_every_mail_of_a_thread_names_the_same_root_in_whatever_order(self) -> None:
        first = root_of("<a>", None, [], "m1")
        reply = root_of("<b>", "<a>", ["<a>"], "m2")
        later = root_of("<c>", "<b>", ["<a>", "<b>"], "m3")
        assert first == reply == later == "<a>"

    def test_without_references_the_mail_answered_counts(self) -> None:
        assert root_of("<b>", "<a>", [], "m2") == "<a>"

    def test_without_any_header_a_mail_is_its_own_root(self) -> None:
        assert root_of(None, None, [], "m1") == "m1"


class TestParents:
    def test_in_reply_to_goes_before_references_from_new_to_old(self) -> None:
        assert parents("<b>", ["<a>", "<b>", "<c>"]) == [
            Parent("<b>", "in_reply_to"),
            Parent("<c>", "references"),
            Parent("<a>", "references"),
        ]

    def test_none(self) -> None:
        assert parents(None, []) == []

    @given(st.none() | MESSAGE_IDS, st.lists(MESSAGE_IDS))
    def test_each_mail_once_and_all_of_them(self, in_reply_to: str | None, references: list[str]) -> None:
        found = [parent.message_id for parent in parents(in_reply_to, references)]
        assert len(found) == len(set(found))
        assert set(found) == {*references, *([in_reply_to] if in_reply_to else [])}


def known(message_id: str, klantenreis: str | None) -> Known:
    return Known(message_id, f"conversation of {message_id}", klantenreis, None)


class TestLink:
    CANDIDATES = (Parent("<b>", "in_reply_to"), Parent("<a>", "references"))

    def test_the_first_with_a_klantenreis_decides(self) -> None:
        both = {"<a>": known("<a>", "KR-1"), "<b>": known("<b>", "KR-2")}
        assert link(self.CANDIDATES, both) == Linked("KR-2", None, "in_reply_to", "<b>")

    def test_a_known_mail_without_klantenreis_is_passed_over(self) -> None:
        both = {"<a>": known("<a>", "KR-1"), "<b>": known("<b>", None)}
        assert link(self.CANDIDATES, both) == Linked("KR-1", None, "references", "<a>")

    def test_nothing_known_is_no_link(self) -> None:
        assert link(self.CANDIDATES, {"<z>": known("<z>", "KR-9")}) is None

    def test_the_conversation_is_that_of_the_nearest_known_mail(self) -> None:
        only_old = {"<a>": known("<a>", None)}
        assert conversation(self.CANDIDATES, only_old) == "conversation of <a>"
        assert conversation(self.CANDIDATES, only_old | {"<b>": known("<b>", None)}) == "conversation of <b>"
        assert conversation(self.CANDIDATES, {}) is None
