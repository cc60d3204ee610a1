from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.domain import conversation_id, item_id, mail_id, mailbox_id, place_id, root_of

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
