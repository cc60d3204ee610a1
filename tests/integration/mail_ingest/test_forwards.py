"""A colleague forwards a citizen's mail to the shared mailbox: the question is the citizen's."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from services.mail_ingest.domain import item_id
from services.mail_ingest.parsing import Address
from services.mail_ingest.parsing.model import Original
from services.mail_ingest.store import items
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import World
from tests.support.letters import CITIZEN

COLLEAGUE = Address("Collega", "Collega@Stad.example")
QUESTION = Original(
    from_=Address("Jan Peeters", "Jan.Peeters@Burger.example"),
    date=NOON,
    subject="Dakisolatie",
    message_id="<q>",
    text="Het gaat over D-2026-0101.",
    evidence="attached",
)


@pytest.fixture
def world(book: Book) -> World:
    return World(book)


def received(world: World) -> dict[str, object]:
    last = [row["record_value"] for row in world.book.emitted if row["topic"] == "mail.received.v1"][-1]
    value: dict[str, object] = json.loads(last)  # type: ignore[arg-type]
    return value


def test_the_item_is_the_citizens_and_the_event_tells_of_both(world: World) -> None:
    world.dossier("D-2026-0101")
    mail = world.mail("f", from_=COLLEAGUE, new_text="Voor jullie.", original=QUESTION)
    item = world.item(mail)
    assert (item["sender_address"], item["afzender"]) == (CITIZEN, f"Jan Peeters <{QUESTION.from_.email}>")
    assert item["remarks"] == ["doorgestuurd_door_collega"]
    assert world.link(mail) == ("KR-2026-0042", "id-of-D-2026-0101", "dossier_number")
    told = received(world)
    assert (told["from"], told["original"]) == (
        {"address": COLLEAGUE.email, "name": "Collega"},
        {
            "from": {"address": QUESTION.from_.email, "name": "Jan Peeters"},
            "sent_at": "2026-11-20T12:00:00Z",
            "subject": "Dakisolatie",
            "message_id": "<q>",
        },
    )


def test_the_citizens_words_stand_where_people_and_programs_look(world: World) -> None:
    mail = world.mail("f", from_=COLLEAGUE, new_text="Voor jullie.", original=QUESTION)
    words = "Voor jullie.\n\nHet gaat over D-2026-0101."
    assert received(world)["new_text"] == words
    shown = world.book.read(items.show_item, item_id(mail))
    assert shown is not None
    assert shown["new_text"] == words
    kept = "Voor jullie.\n> Het gaat over D-2026-0101."
    world.mail("g", from_=COLLEAGUE, new_text=kept, original=replace(QUESTION, text="Het gaat over D-2026-0101."))
    assert received(world)["new_text"] == kept, "not twice"


def test_what_a_citizen_forwards_stays_the_citizens_question(world: World) -> None:
    offer = replace(QUESTION, from_=Address("", "verkoop@dakwerker.example"))
    item = world.item(world.mail("f", original=offer))
    assert (item["sender_address"], item["remarks"]) == (CITIZEN, [])
    assert "original" not in received(world)


def test_through_two_colleagues(world: World) -> None:
    inner = replace(QUESTION, from_=COLLEAGUE, behind=QUESTION)
    assert world.item(world.mail("f", from_=COLLEAGUE, original=inner))["sender_address"] == CITIZEN


def test_only_a_name_is_no_address(world: World) -> None:
    unknown = replace(QUESTION, from_=Address("Jan Peeters", ""))
    item = world.item(world.mail("f", from_=COLLEAGUE, original=unknown))
    assert (item["sender_address"], item["afzender"]) == (None, "Jan Peeters")


def test_it_belongs_where_the_citizens_own_mail_belongs(world: World) -> None:
    world.sent("s", "KR-1")
    world.mail("q", replies_to="<s>")
    assert world.link(world.mail("f", from_=COLLEAGUE, original=QUESTION))[0] == "KR-1"
