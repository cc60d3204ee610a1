"""The linking rules on a ledger: what links, what only suggests, what waits for a person."""

from __future__ import annotations

from typing import Any

import pytest
from loketbus_contracts import DOSSIER_STATE, DossierState, Event
from sqlalchemy import Connection

from loketbus.errors import NotYet, Rejected
from loketbus.ledger.tx import Cause, Tx
from services.mail_ingest import domain
from services.mail_ingest.domain.tokens import Token
from services.mail_ingest.handlers.dossiers import DossierStateHandler
from services.mail_ingest.parsing import Address
from services.mail_ingest.people import People
from services.mail_ingest.store import items
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import TOKENS, World, thread_index
from tests.support.letters import CITIZEN, DESK, attachment, stored

KR, OTHER = "KR-2026-0042", "KR-2026-0077"
STRANGER = Address("Piet", "piet@elders.example")
MARK = TOKENS.mark(Token(KR))


@pytest.fixture
def world(book: Book) -> World:
    return World(book)


def remarks(world: World, mail: str) -> list[str]:
    found: list[str] = world.item(mail)["remarks"]
    return found


class TestToken:
    @pytest.mark.parametrize("dossier_first", [True, False])
    def test_of_a_known_sender_it_links_whichever_comes_first(self, world: World, dossier_first: bool) -> None:
        if dossier_first:
            world.dossier("D-0001", KR)
        mail = world.mail("a", subject=f"RE: uw vraag {MARK}")
        if not dossier_first:
            assert world.link(mail) == (None, None, None)
            assert world.candidates(mail) == [(KR, None, "token")]
            world.dossier("D-0001", KR)
        assert world.link(mail) == (KR, None, "token")
        assert world.item(mail)["link_evidence"] == [KR]

    def test_of_a_stranger_it_only_suggests(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mail = world.mail("a", subject=MARK, from_=STRANGER)
        assert world.link(mail) == (None, None, None)
        assert world.candidates(mail) == [(KR, None, "token")]

    def test_a_forged_one_is_nothing(self, world: World) -> None:
        world.dossier("D-0001", KR, emails=())
        mail = world.mail("a", subject=f"[WE:{KR}:{'0' * 16}]")
        assert world.candidates(mail) == [(KR, None, "dossier_number")]  # the number in it is a number like any other

    def test_in_a_plus_address_in_small_letters(self, world: World) -> None:
        world.dossier("D-0001", KR)
        address = TOKENS.plus_address(Token(KR), DESK)
        assert address is not None
        mail = world.mail("a", to=(Address("", address.lower()),))
        assert world.link(mail) == (KR, None, "token")

    def test_in_quoted_history_and_it_names_the_dossier(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mark = TOKENS.mark(Token(KR, "id-of-D-0001"))
        mail = world.take_in(stored("a"), text=f"Dank u.\n\n> Vermeld bij uw antwoord\n> {mark[:20]}\n> {mark[20:]}\n")
        assert world.link(mail) == (KR, "id-of-D-0001", "token")

    def test_two_of_different_klantenreizen_leave_the_choice_to_a_person(self, world: World) -> None:
        world.dossier("D-0001", KR)
        world.dossier("D-0002", OTHER)
        mail = world.mail("a", subject=f"{MARK} {TOKENS.mark(Token(OTHER))}")
        assert world.link(mail) == (None, None, None)
        assert remarks(world, mail) == ["meerdere_mogelijke_dossiers"]


class TestNumber:
    @pytest.mark.parametrize(
        "given",
        [
            {"subject": "Over dossier d.2026/0101"},
            {"new_text": "Het gaat over D-2026-0101, zoals beloofd."},
            {"attachments": (attachment("offerte_D-2026-0101.pdf"),)},
        ],
    )
    @pytest.mark.parametrize("dossier_first", [True, False])
    def test_links_to_the_dossier_when_the_sender_is_known_on_its_klantenreis(
        self, world: World, given: dict[str, Any], dossier_first: bool
    ) -> None:
        if dossier_first:
            world.dossier("D-2026-0101", KR, emails=())
            world.dossier("D-0002", KR)
        mail = world.mail("a", **given)
        if not dossier_first:
            world.dossier("D-2026-0101", KR, emails=())
            assert world.candidates(mail) == [(KR, "id-of-D-2026-0101", "dossier_number")]
            world.dossier("D-0002", KR)
        assert world.link(mail) == (KR, "id-of-D-2026-0101", "dossier_number")

    def test_the_number_of_the_klantenreis_names_no_wagon(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mail = world.mail("a", subject=f"Vraag over {KR}")
        assert world.link(mail) == (KR, None, "dossier_number")

    def test_two_wagons_of_one_klantenreis_link_to_the_klantenreis(self, world: World) -> None:
        world.dossier("D-0001", KR)
        world.dossier("D-0002", KR)
        assert world.link(world.mail("a", subject="D-0001 en D-0002")) == (KR, None, "dossier_number")

    def test_a_sender_who_is_taken_off_loses_the_link_to_a_suggestion(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mail = world.mail("a", subject="D-0001")
        world.dossier("D-0001", KR, emails=())
        assert world.link(mail) == (None, None, None)
        assert world.candidates(mail) == [(KR, "id-of-D-0001", "dossier_number")]

    def test_a_dossier_that_the_crm_deletes_takes_its_links_along(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mail = world.mail("a", subject="D-0001")
        world.forget_dossier("D-0001")
        assert world.link(mail) == (None, None, None)

    def test_an_older_revision_changes_nothing(self, world: World) -> None:
        world.dossier("D-0001", KR, revision=5)
        mail = world.mail("a", subject="D-0001")
        world.dossier("D-0001", OTHER, revision=4)
        world.dossier("D-0001", OTHER, revision=5)
        assert world.link(mail)[0] == KR

    def test_a_closed_item_is_linked_late_too_but_stays_closed(self, world: World, book: Book) -> None:
        mail = world.mail("a", subject="D-0001")
        closed = {"open": False, "closed_reason": "ter_info"}
        book.write(lambda tx: items.update_item(tx, domain.item_id(mail), closed))
        world.dossier("D-0001", KR)
        assert (world.link(mail)[0], world.item(mail)["open"]) == (KR, False)


class TestThread:
    def test_the_same_thread_index_links(self, world: World) -> None:
        world.sent("s", KR)
        world.mail("a", replies_to="<s>", thread_index=thread_index(7, 1))
        mail = world.mail("b", thread_index=thread_index(7, 3))
        assert world.link(mail) == (KR, None, "thread_index")
        assert world.item(mail)["link_evidence"] == ["<a>"]
        assert world.link(world.mail("c", thread_index=thread_index(8))) == (None, None, None)

    def test_a_mail_that_went_out_counts_also_when_it_becomes_known_late(self, world: World) -> None:
        mail = world.mail("b", thread_index=thread_index(7, 1))
        world.sent("s", KR, thread_index=thread_index(7))
        assert world.link(mail) == (KR, None, "thread_index")

    def test_what_replies_to_it_follows(self, world: World) -> None:
        reply = world.mail("c", replies_to="<b>")
        world.mail("b", thread_index=thread_index(7, 1))
        world.sent("s", KR, thread_index=thread_index(7))
        assert world.link(reply) == (KR, None, "in_reply_to")

    def test_links_by_the_thread_alone_do_not_hold_each_other_up(self, world: World) -> None:
        world.dossier("D-0001", KR)
        first = world.mail("a", subject="D-0001", thread_index=thread_index(7))
        others = [world.mail(name, thread_index=thread_index(7)) for name in "bc"]
        assert [world.link(mail)[2] for mail in (first, *others)] == ["dossier_number", "thread_index", "thread_index"]
        world.dossier("D-0001", KR, emails=())
        assert [world.link(mail)[0] for mail in (first, *others)] == [None, None, None]

    def test_one_on_very_many_mails_says_nothing(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("webs", "reach"):
            monkeypatch.setattr(f"services.mail_ingest.store.{module}.THREAD_MAX", 3)
        world.sent("s", KR)
        first = world.mail("a", replies_to="<s>", thread_index=thread_index(7))
        others = [world.mail(name, thread_index=thread_index(7)) for name in "bc"]
        assert [world.link(mail)[0] for mail in others] == [KR, KR]
        others.append(world.mail("d", thread_index=thread_index(7)))
        assert [world.link(mail)[0] for mail in others] == [None, None, None]
        assert world.link(first)[0] == KR


class TestConflicts:
    def test_rules_that_disagree_leave_all_candidates_to_a_person(self, world: World) -> None:
        world.dossier("D-0001", KR)
        world.sent("s", OTHER)
        mail = world.mail("a", replies_to="<s>", subject="Toch over D-0001")
        assert world.link(mail) == (None, None, None)
        assert world.candidates(mail) == [(OTHER, None, "in_reply_to"), (KR, "id-of-D-0001", "dossier_number")]
        assert [one["evidence"] for one in world.item(mail)["candidates"]] == [["<s>"], ["D-0001"]]
        assert remarks(world, mail) == ["meerdere_mogelijke_dossiers"]

    def test_it_ends_when_they_agree_and_the_remark_goes(self, world: World) -> None:
        world.dossier("D-0001", KR)
        world.sent("s", OTHER)
        mail = world.mail("a", replies_to="<s>", subject="D-0001")
        world.dossier("D-0001", OTHER)
        assert world.link(mail) == (OTHER, "id-of-D-0001", "in_reply_to")
        assert (world.candidates(mail), remarks(world, mail)) == ([], [])

    def test_a_reply_to_a_mail_in_doubt_goes_by_the_mail_before_it(self, world: World) -> None:
        world.dossier("D-0001", KR)
        world.sent("s", OTHER)
        world.mail("a", replies_to="<s>", subject="D-0001")
        reply = world.mail("b", replies_to="<a>", references=("<s>", "<a>"))
        assert world.link(reply) == (OTHER, None, "references")


class TestSuggestions:
    def test_a_known_sender_gets_his_active_dossiers(self, world: World) -> None:
        world.dossier("D-0001", KR)
        world.dossier("D-0002", OTHER)
        world.dossier("D-0003", "KR-2026-0001", actief=False)
        mail = world.mail("a")
        assert world.candidates(mail) == [(KR, "id-of-D-0001", "sender"), (OTHER, "id-of-D-0002", "sender")]
        assert remarks(world, mail) == ["meerdere_mogelijke_dossiers"]
        assert CITIZEN not in str(world.item(mail)["candidates"])

    def test_it_follows_what_the_crm_says_later(self, world: World) -> None:
        mail = world.mail("a")
        world.dossier("D-0001", KR)
        assert world.candidates(mail) == [(KR, "id-of-D-0001", "sender")]
        world.dossier("D-0001", KR, actief=False)
        assert world.candidates(mail) == []
        world.dossier("D-0001", OTHER)
        assert world.candidates(mail) == [(OTHER, "id-of-D-0001", "sender")]

    @pytest.mark.parametrize("dossier_first", [True, False])
    def test_an_organisation_an_address_and_a_building(self, world: World, dossier_first: bool) -> None:
        def say() -> None:
            vme = {"rol": "vme", "organisatie": "0403170701"}
            flat = {"adres": "adr-12-bus-3", "label": "Bruul 12 bus 3", "gebouwadres": "adr-12"}
            world.dossier("D-0001", "KR-1", emails=(), betrokkenen=(vme,))
            world.dossier("D-0002", "KR-2", emails=(), werfadres=flat)
            world.dossier("D-0003", "KR-3", emails=(), bijkomende_adressen=({"adres": "adr-12", "label": "Bruul 12"},))

        if dossier_first:
            say()
        mail = world.mail("a", from_=STRANGER)
        world.organisation(mail, "0403170701")
        world.address(mail, "adr-12-bus-3", "adr-12")
        if not dossier_first:
            say()
        assert world.link(mail) == (None, None, None)
        assert world.candidates(mail) == [
            ("KR-2", "id-of-D-0002", "address"),
            ("KR-3", "id-of-D-0003", "building"),
            ("KR-1", "id-of-D-0001", "organisation"),
        ]
        world.address(mail, None)
        assert world.candidates(mail) == [("KR-1", "id-of-D-0001", "organisation")]

    def test_the_same_subject_of_the_same_sender_within_some_weeks(self, world: World) -> None:
        mail = world.mail("b", subject="Re: Dakisolatie", minutes=10)
        peer = world.mail("a", subject="FW: dakisolatie", replies_to="<s>")
        stranger = world.mail("c", subject="Dakisolatie", from_=STRANGER)
        late = world.mail("d", subject="Dakisolatie", minutes=91 * 24 * 60)
        world.sent("s", KR)
        assert world.candidates(mail) == [(KR, None, "subject")]
        assert world.item(mail)["candidates"][0]["evidence"] == [domain.item_id(peer)]
        assert (world.candidates(stranger), world.candidates(late)) == ([], [])

    def test_a_mention_of_a_mail_that_is_not_there_waits_and_of_an_erased_one_is_dropped(
        self, world: World, book: Book
    ) -> None:
        with pytest.raises(NotYet) as waiting:
            world.address("unknown", "adr-12")
        assert waiting.value.what == "mail:unknown"
        mail = world.mail("a")
        book.write(lambda tx: People().erase(tx, CITIZEN))
        world.address(mail, "adr-12")
        assert book.read(People().find, CITIZEN) == {}


class TestCrm:
    def test_the_mails_that_the_crm_put_on_a_dossier_are_linked(self, world: World) -> None:
        mail = world.mail("a")
        world.dossier("D-0001", KR, mails=(mail,))
        assert world.link(mail) == (KR, "id-of-D-0001", "crm")
        assert world.item(mail)["link_evidence"] == ["D-0001"]

    def test_what_a_person_chose_afterwards_stays_until_the_crm_says_something_new(self, world: World) -> None:
        mail = world.mail("a")
        world.dossier("D-0001", KR, mails=(mail,))
        world.by_person(mail, "KR-9")
        world.dossier("D-0001", KR, mails=(mail,), toewijzing="an")
        assert world.link(mail) == ("KR-9", None, "person")
        world.dossier("D-0002", OTHER, mails=(mail,))
        world.dossier("D-0001", KR)
        assert world.link(mail) == (OTHER, "id-of-D-0002", "crm")

    def test_taken_off_again_it_is_decided_anew(self, world: World) -> None:
        world.sent("s", OTHER)
        mail = world.mail("a", replies_to="<s>")
        world.dossier("D-0001", KR, mails=(mail,))
        assert world.link(mail)[0] == KR
        world.dossier("D-0001", KR)
        assert world.link(mail) == (OTHER, None, "in_reply_to")

    def test_replies_follow_and_a_mail_that_arrives_after_its_dossier_is_linked_at_once(self, world: World) -> None:
        world.dossier("D-0001", KR, mails=(domain.mail_id(*_identity("a")),))
        reply = world.mail("b", replies_to="<a>")
        assert world.link(world.mail("a")) == (KR, "id-of-D-0001", "crm")
        assert world.link(reply) == (KR, "id-of-D-0001", "in_reply_to")

    def test_on_dossiers_of_two_klantenreizen_a_person_chooses(self, world: World) -> None:
        mail = world.mail("a")
        world.dossier("D-0001", KR, mails=(mail,))
        world.dossier("D-0002", OTHER, mails=(mail,))
        assert world.link(mail) == (None, None, None)
        assert world.candidates(mail) == [(KR, "id-of-D-0001", "crm"), (OTHER, "id-of-D-0002", "crm")]


class TestPerson:
    def test_an_undone_link_is_not_made_again(self, world: World) -> None:
        mail = world.mail("a", replies_to="<s>")
        world.by_person(mail, None)
        world.sent("s", KR)
        assert world.link(mail) == (None, None, "person")

    def test_replies_follow_a_person(self, world: World) -> None:
        mail = world.mail("a")
        world.by_person(mail, "KR-9")
        assert world.link(world.mail("b", replies_to="<a>")) == ("KR-9", None, "in_reply_to")


class TestDeactivated:
    def test_what_was_linked_stays_so_with_a_remark_and_what_comes_later_is_only_suggested(self, world: World) -> None:
        world.dossier("D-0001", KR)
        before = world.mail("a", subject="D-0001")
        world.dossier("D-0001", KR, actief=False, minutes=10)
        after = world.mail("b", subject="D-0001", minutes=20)
        reply = world.mail("c", replies_to="<a>", minutes=30)
        assert world.link(before) == (KR, "id-of-D-0001", "dossier_number")
        assert remarks(world, before) == ["dossier_gedeactiveerd"]
        for mail, method in ((after, "dossier_number"), (reply, "in_reply_to")):
            assert world.link(mail) == (None, None, None)
            assert world.candidates(mail) == [(KR, "id-of-D-0001", method)]

    def test_active_again_all_are_linked(self, world: World) -> None:
        world.dossier("D-0001", KR, actief=False)
        mail = world.mail("a", subject="D-0001", minutes=5)
        reply = world.mail("b", replies_to="<a>", minutes=6)
        world.dossier("D-0001", KR, minutes=10)
        assert [world.link(one)[0] for one in (mail, reply)] == [KR, KR]
        assert remarks(world, mail) == []

    def test_another_dossier_of_the_klantenreis_keeps_it_active(self, world: World) -> None:
        world.dossier("D-0001", KR, actief=False)
        world.dossier("D-0002", KR)
        world.sent("s", KR)
        assert world.link(world.mail("a", replies_to="<s>", minutes=5)) == (KR, None, "in_reply_to")

    def test_a_persons_link_gets_the_remark_too(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mail = world.mail("a")
        world.by_person(mail, KR, "id-of-D-0001")
        world.dossier("D-0001", KR, actief=False)
        assert world.link(mail) == (KR, "id-of-D-0001", "person")
        assert remarks(world, mail) == ["dossier_gedeactiveerd"]


class TestReplaced:
    def put_in_place(self, world: World) -> None:
        world.dossier("D-0001", KR, actief=False, vervangen_door="id-of-D-0002", minutes=5)

    @pytest.mark.parametrize("how", ["number", "person", "crm"])
    @pytest.mark.parametrize("replacing_first", [True, False])
    def test_items_move_along_whoever_linked_them(self, world: World, how: str, replacing_first: bool) -> None:
        mail = world.mail("a", subject="D-0001" if how == "number" else "Vraag")
        mails = (mail,) if how == "crm" else ()
        world.dossier("D-0001", KR, mails=mails)
        if how == "person":
            world.by_person(mail, KR, "id-of-D-0001")
        reply = world.mail("b", replies_to="<a>", minutes=1)
        if replacing_first:
            world.dossier("D-0002", OTHER)
        world.dossier("D-0001", KR, actief=False, vervangen_door="id-of-D-0002", mails=mails, minutes=5)
        if not replacing_first:
            assert world.link(mail)[:2] == (KR, "id-of-D-0001")
            assert remarks(world, mail) == ["dossier_gedeactiveerd"]
            world.dossier("D-0002", OTHER, minutes=6)
        assert [world.link(one)[:2] for one in (mail, reply)] == [(OTHER, "id-of-D-0002")] * 2
        assert remarks(world, mail) == ["dossier_vervangen"]

    def test_over_several_and_never_round_in_circles(self, world: World) -> None:
        world.dossier("D-0001", KR)
        mail = world.mail("a", subject="D-0001")
        world.dossier("D-0003", "KR-3")
        world.dossier("D-0002", OTHER, actief=False, vervangen_door="id-of-D-0003")
        self.put_in_place(world)
        assert world.link(mail)[:2] == ("KR-3", "id-of-D-0003")
        world.dossier("D-0003", "KR-3", actief=False, vervangen_door="id-of-D-0001", minutes=1)
        assert world.link(mail)[:2] == (KR, "id-of-D-0001")

    def test_a_replaced_locomotive_takes_mails_of_the_klantenreis_along(self, world: World) -> None:
        world.sent("s", KR)
        mail = world.mail("a", replies_to="<s>")
        world.dossier(OTHER, OTHER)
        world.dossier(KR, KR, actief=False, vervangen_door=f"id-of-{OTHER}")
        assert world.link(mail) == (OTHER, None, "in_reply_to")
        assert remarks(world, mail) == ["dossier_vervangen"]


class TestRemarks:
    @pytest.mark.parametrize("parent_first", [True, False])
    def test_a_new_subject_in_an_old_thread_is_linked_and_flagged(self, world: World, parent_first: bool) -> None:
        world.sent("s", KR, in_reply_to=("<a>",))
        if parent_first:
            world.mail("a", subject="Dakisolatie")
        same = world.mail("b", replies_to="<s>", subject=f"Antw: RE: dakisolatie {MARK}", minutes=5)
        other = world.mail("c", replies_to="<s>", subject="Zonnepanelen", minutes=6)
        if not parent_first:
            world.mail("a", subject="Dakisolatie")
        assert [world.link(one)[0] for one in (same, other)] == [KR, KR]
        assert (remarks(world, same), remarks(world, other)) == ([], ["nieuw_onderwerp_in_oude_draad"])

    def test_one_message_id_on_two_mails_flags_both(self, world: World, book: Book) -> None:
        first = world.mail("a")
        second = world.mail("a", content_hash="0" * 64)
        assert remarks(world, first) == remarks(world, second) == ["zelfde_kenmerk_andere_inhoud"]
        received = [row["record_value"] for row in book.emitted if row["topic"] == "mail.received.v1"]
        assert [b"message_id_repeated" in value for value in received] == [False, True]  # type: ignore[operator]

    def test_an_attachment_that_is_only_a_link(self, world: World) -> None:
        assert remarks(world, world.mail("a", has_attachments=True)) == ["bijlage_niet_meegestuurd"]
        with_file = {"attachments": (attachment("a.pdf"),), "has_attachments": True}
        assert remarks(world, world.mail("b", **with_file)) == []
        assert remarks(world, world.mail("c", has_attachments=True, warnings=("signed",))) == []
        assert remarks(world, world.mail("d", has_attachments=False)) == []

    def test_many_of_one_sender_on_one_day_all_arrive(self, world: World) -> None:
        world.policy = world.policy.__class__(sender_cap=2)
        mails = [world.mail(str(number)) for number in range(4)]
        assert [remarks(world, mail) for mail in mails] == [[], [], *[["veel_van_deze_afzender"]] * 2]
        assert remarks(world, world.mail("next day", minutes=24 * 60)) == []
        assert remarks(world, world.mail("other", from_=STRANGER)) == []


class TestAnswered:
    def test_by_the_crm_whichever_comes_first(self, world: World) -> None:
        early = world.mail("a")
        world.sent("s", in_reply_to=("<a>",), references=("<z>", "<a>"), minutes=7)
        assert (world.item(early)["answered_at"], world.item(early)["answered_via"]) == (NOON.replace(minute=7), "crm")
        late = world.mail("z")
        assert world.item(late)["answered_at"] is None  # it was in the thread, but the answer was to another
        world.sent("t", in_reply_to=("<y>",), minutes=8)
        assert world.item(world.mail("y"))["answered_via"] == "crm"

    def test_the_newest_answer_counts(self, world: World) -> None:
        mail = world.mail("a")
        world.sent("t", in_reply_to=("<a>",), minutes=9)
        world.sent("s", in_reply_to=("<a>",), minutes=7)
        assert world.item(mail)["answered_at"] == NOON.replace(minute=9)


def _identity(name: str) -> tuple[str, str, str]:
    mail = stored(name)
    assert mail.message_id is not None
    return domain.mailbox_id(DESK), mail.message_id, mail.content_hash


def test_what_follows_from_one_event_comes_in_one_order_under_one_set_of_ids(world: World, book: Book) -> None:
    """After a restore the same event is handled again: readers must see the same records."""
    for number in range(9):
        world.mail(f"a{number}", subject="D-0001", minutes=number, thread_index=thread_index(number % 3))
        world.mail(f"b{number}", replies_to=f"<a{number}>", subject="Dak", minutes=20 - number)
    data = DossierState(
        dossier="d",
        revision=1,
        klantenreis=KR,
        nummer="D-0001",
        actief=True,
        occurred_at=NOON,
        betrokkenen=({"rol": "eigenaar_bewoner", "emails": (CITIZEN,)},),
    )
    cause = Cause(consumer="mail_ingest", source="crm", id="e", at=NOON, correlation_id="c")
    event = Event(id="e", type=DOSSIER_STATE.name, source="crm", key="d", time=NOON, data=data, correlation_id="c")
    seen: list[list[Any]] = []

    def rehearse(connection: Connection) -> None:
        tx = Tx(connection, cause, NOON, "mail_ingest")
        DossierStateHandler().apply(tx, event, None)
        seen.append([(row["event_id"], row["key"], row["record_value"]) for row in tx.emitted])
        raise Rejected("rehearsal", "Dit wordt niet bewaard.")

    for _ in range(2):
        with pytest.raises(Rejected):
            book.ledger.write_sync(rehearse)
    assert seen[0] == seen[1]
    assert len(seen[0]) == 18
