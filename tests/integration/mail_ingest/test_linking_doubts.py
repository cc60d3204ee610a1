"""What several mails have in common says of none of them where it belongs."""

from __future__ import annotations

import pytest

from services.mail_ingest.domain import Parent
from services.mail_ingest.domain.clues import thread_key
from services.mail_ingest.parsing import Address
from services.mail_ingest.sent import OUTLOOK, record_sent
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import World, thread_index
from tests.support.letters import CITIZEN, DESK

KR, OTHER = "KR-2026-0042", "KR-2026-0077"
STRANGER = Address("Piet", "piet@elders.example")


@pytest.fixture
def world(book: Book) -> World:
    return World(book)


class TestMailings:
    def test_of_an_answer_to_a_mailing_only_a_person_can_say_whose_it_is(self, world: World) -> None:
        world.dossier("D-0001", KR)
        first = world.mail("a", thread_index=thread_index(7, 1), subject="D-0001")
        other = world.mail("b", thread_index=thread_index(7, 2), from_=STRANGER)
        assert (world.link(first)[0], world.link(other)[0]) == (KR, None)
        assert world.candidates(other) == [(KR, "id-of-D-0001", "thread_index")]
        assert world.link(world.mail("c", thread_index=thread_index(7, 3)))[2] == "thread_index"

    def test_what_a_mailing_itself_belongs_to_is_not_that_of_all_who_answer(self, world: World) -> None:
        world.sent("s", KR, thread_index=thread_index(7))
        first = world.mail("a", thread_index=thread_index(7, 1))
        assert world.link(first) == (KR, None, "thread_index")
        other = world.mail("b", thread_index=thread_index(7, 1), from_=STRANGER)
        assert [world.link(one)[0] for one in (first, other)] == [None, None]
        assert world.candidates(first) == world.candidates(other) == [(KR, None, "thread_index")]

    @pytest.mark.parametrize("dossier_first", [True, False])
    def test_who_is_known_on_the_klantenreis_may_write_among_others(self, world: World, dossier_first: bool) -> None:
        world.sent("s", KR, thread_index=thread_index(7))
        if dossier_first:
            world.dossier("D-0001", KR)
        mails = [world.mail("a", thread_index=thread_index(7)), world.mail("b", thread_index=thread_index(7))]
        world.mail("c", thread_index=thread_index(7), from_=STRANGER)
        if not dossier_first:
            world.dossier("D-0001", KR)
        assert [world.link(mail) for mail in mails] == [(KR, None, "thread_index")] * 2
        world.dossier("D-0001", KR, emails=())
        assert [world.link(mail)[0] for mail in mails] == [None, None]

    def test_a_mail_from_outlook_passes_no_thread_on_to_whoever_answers_it(self, world: World, book: Book) -> None:
        world.dossier("D-0001", KR)
        world.mail("a", thread_index=thread_index(7), subject="D-0001")
        values = {"message_id": "<o>", "conversation": "c", "klantenreis": None, "dossier": None, "sent_at": NOON}
        key = thread_key(thread_index(7))
        book.write(lambda tx: record_sent(tx, values | {"thread": key}, [], OUTLOOK))
        assert world.link(world.mail("b", replies_to="<o>", from_=STRANGER)) == (None, None, None)


class TestNamesakes:
    """Some programs write the same Message-ID on every mail."""

    def test_a_follow_up_goes_by_the_mail_of_its_own_sender(self, world: World) -> None:
        first = world.mail("1")
        world.by_person(first, KR)
        other = world.mail("1", content_hash="0" * 64, from_=STRANGER)
        follow_up = world.mail("2", replies_to="<1>", from_=STRANGER)
        assert (world.link(follow_up), world.candidates(follow_up)) == ((None, None, None), [])
        assert world.link(world.mail("3", replies_to="<1>"))[0] == KR
        world.sent("s", OTHER)
        world.by_person(other, OTHER)
        assert world.link(world.mail("4", replies_to="<1>", from_=STRANGER))[0] == OTHER

    @pytest.mark.parametrize("sender", [Address("", CITIZEN), Address("", "an@burger.example")])
    def test_when_nothing_tells_which_is_meant_a_person_chooses(self, world: World, sender: Address) -> None:
        first, second = world.mail("1"), world.mail("1", content_hash="0" * 64)
        world.by_person(first, KR)
        reply = world.mail("2", replies_to="<1>", from_=sender)
        assert (world.link(reply), world.candidates(reply)) == ((None, None, None), [(KR, None, "in_reply_to")])
        world.by_person(second, OTHER)
        late = world.mail("3", replies_to="<1>", from_=sender)
        assert sorted(world.candidates(late)) == [(KR, None, "in_reply_to"), (OTHER, None, "in_reply_to")]
        world.by_person(second, KR)
        assert world.link(world.mail("4", replies_to="<1>", from_=sender))[0] == KR

    def test_one_that_comes_late_takes_the_link_back(self, world: World) -> None:
        world.by_person(world.mail("1"), KR)
        reply = world.mail("2", replies_to="<1>", from_=STRANGER)
        assert world.link(reply)[0] == KR
        world.mail("1", content_hash="0" * 64, from_=STRANGER)
        assert world.link(reply)[0] is None

    def test_an_answer_from_outlook_does_not_carry_one_over_to_the_other(self, world: World, book: Book) -> None:
        world.by_person(world.mail("1"), KR)
        world.mail("1", content_hash="0" * 64, from_=STRANGER)
        values = {"message_id": "<o>", "conversation": "c", "klantenreis": None, "dossier": None, "sent_at": NOON}
        parents = [Parent("<1>", "in_reply_to")]
        book.write(lambda tx: record_sent(tx, values | {"thread": None}, parents, OUTLOOK))
        assert world.link(world.mail("2", replies_to="<o>", from_=STRANGER)) == (None, None, None)


class TestCopies:
    @pytest.mark.parametrize("sent_first", [True, False])
    def test_a_copy_of_what_the_crm_sent_belongs_there(self, world: World, sent_first: bool) -> None:
        world.by_person(world.mail("a"), OTHER)
        if sent_first:
            world.sent("s", KR, in_reply_to=("<a>",))
        copy = world.mail("s", from_=Address("", DESK), replies_to="<a>")
        if not sent_first:
            world.sent("s", KR, in_reply_to=("<a>",))
        assert world.link(copy) == (KR, None, "own_message_id")
        assert world.link(world.mail("b", replies_to="<s>")) == (KR, None, "in_reply_to")

    def test_of_two_mails_with_its_message_id_neither_is_known_to_be_it(self, world: World) -> None:
        world.sent("s", KR)
        copies = [world.mail("s", from_=Address("", DESK)), world.mail("s", content_hash="0" * 64, from_=STRANGER)]
        assert [world.link(copy)[0] for copy in copies] == [None, None]
        assert [world.candidates(copy) for copy in copies] == [[(KR, None, "own_message_id")]] * 2


class TestMany:
    @pytest.mark.usefixtures("long_on_postgres")
    def test_whatever_else_is_in_the_web_no_number_and_no_dossier_is_overlooked(self, world: World) -> None:
        """More dossiers come into view at once than were ever read in one go."""
        wagons = 170
        listed = tuple(world.mail(f"l{number}", minutes=number) for number in range(4))
        for number in range(wagons):
            for kind in "abc":
                world.dossier(f"M{number:04d}{kind}", f"KR-2025-{number:04d}", emails=(), mails=listed[:3])
        world.dossier("A-9001", "KR-2026-9001")
        world.dossier("Z-9002", "KR-2026-9002", mails=listed[3:])
        assert world.link(listed[3])[:2] == ("KR-2026-9002", "id-of-Z-9002")
        words = " ".join(f"KR-2025-{number:04d}" for number in range(wagons))
        world.mail("crowd", new_text=words, thread_index=thread_index(1))
        both = world.mail("both", new_text="KR-2026-9001 en KR-2026-9002", thread_index=thread_index(1))
        assert world.link(both)[0] is None
        assert {one[0] for one in world.candidates(both)} >= {"KR-2026-9001", "KR-2026-9002"}
