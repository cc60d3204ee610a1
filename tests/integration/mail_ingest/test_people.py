"""Finding and erasing a person: what is theirs goes, what others wrote stays where it belongs."""

from __future__ import annotations

import json

from loketbus_contracts import CONTACT_RECEIVED, ContactReceived, Event
from sqlalchemy import delete, select

from loketbus import erasures
from loketbus.ledger.tables import erasure
from services.mail_ingest import domain
from services.mail_ingest.handlers.contacts import ContactReceivedHandler
from services.mail_ingest.parsing import Address
from services.mail_ingest.parsing.model import Original
from services.mail_ingest.people import People
from services.mail_ingest.store import items, tables
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import World, thread_index
from tests.support.letters import stored

AN = "an@burger.example"


def ask_by_phone(book: Book, contact: str, **given: str) -> str:
    data = ContactReceived(
        contact=contact, bron="telefoon", received_at=NOON, text="Een vraag over D-2026-0101.", **given
    )
    event = Event(
        id=contact, type=CONTACT_RECEIVED.name, source="console", key=contact, time=NOON, data=data, correlation_id="c"
    )
    book.write(lambda tx: ContactReceivedHandler().apply(tx, event, None))
    return domain.contact_item_id(contact)


def test_in_everything_that_the_service_keeps(book: Book) -> None:
    world = World(book)
    world.mail("a", from_=Address("An", AN))
    world.sent("s", "KR-1", in_reply_to=("<a>",))
    world.dossier("D-0001", emails=(AN, "piet@elders.example"))
    item = ask_by_phone(book, "c1", name="An", email=" An@Burger.example")
    forwarded = Original(
        from_=Address("An", AN), date=None, subject="Vraag", message_id=None, text="", evidence="block"
    )
    world.mail("f", from_=Address("", "collega@stad.example"), original=forwarded)
    found = {"mail": 2, "contact": 1, "dossier_clue": 1, "mail_sent_reference": 1}
    assert book.read(People().find, AN.upper()) == found
    assert AN in book.read(People().everybody)
    erased = book.write(lambda tx: People().erase(tx, AN))
    assert erased == found | {"queue_item": 3, "blob_ref": 4}
    assert book.read(People().find, AN) == {}
    assert AN not in book.read(People().everybody)
    assert book.read(items.get_item, item) is None
    for table in (tables.item_clue, tables.item, tables.contact, tables.mail, tables.person):
        assert AN not in str(book.read(lambda connection, one=table: connection.execute(select(one)).all()))


def test_by_the_crms_id_of_a_contactpersoon(book: Book) -> None:
    ask_by_phone(book, "c1", contactpersoon="cp-77")
    ask_by_phone(book, "c2", contactpersoon="cp-7")
    assert book.read(People().find, "cp-7") == {"contact": 1}
    assert set(book.read(People().everybody)) == {"cp-7", "cp-77"}


def test_an_erased_mail_does_not_come_back_from_any_adapter(book: Book) -> None:
    world = World(book)
    mail = world.mail("a", from_=Address("An", AN))
    book.write(lambda tx: People().erase(tx, AN))
    for provider in ("ews", "graph", "folder"):
        assert world.take_in(stored("a", from_=Address("An", AN)), provider=provider) == mail
    assert book.read(items.get_item, domain.item_id(mail)) is None
    assert book.read(People().find, AN) == {}


def test_what_others_wrote_keeps_the_link_that_it_had_through_an_erased_mail(book: Book) -> None:
    world = World(book)
    world.dossier("D-0002", "KR-9")
    mail = world.mail("a", from_=Address("An", AN), thread_index=thread_index(1))
    world.by_person(mail, "KR-9", "D-9")
    reply, peer = world.mail("b", replies_to="<a>"), world.mail("c", thread_index=thread_index(1))
    anchored = world.mail("d", replies_to="<a>", references=("<s>", "<a>"))
    world.sent("s", "KR-9")
    book.write(lambda tx: People().erase(tx, AN))
    assert [world.link(one) for one in (reply, peer)] == [("KR-9", "D-9", "kept")] * 2
    assert world.link(anchored) == ("KR-9", None, "references")
    assert "<a>" not in json.dumps([world.item(one)["link_evidence"] for one in (reply, peer, anchored)])
    world.mail("e", replies_to="<b>")
    world.dossier("D-0001", "KR-9")
    assert world.link(reply)[0] == "KR-9"


def test_an_address_among_the_grounds_of_another_item_goes_and_that_of_a_namesake_stays(book: Book) -> None:
    world = World(book)
    mail = world.mail("b")
    grounds = [{"klantenreis": "KR-1", "dossier": None, "method": "sender", "evidence": [AN, f"ann{AN}"]}]
    values = {"candidates": json.dumps(grounds)}
    book.write(lambda tx: items.update_item(tx, domain.item_id(mail), values))
    assert book.read(People().find, AN) == {"queue_item": 1}
    assert book.read(People().find, "n@burger.example") == {}
    book.write(lambda tx: People().erase(tx, AN))
    assert world.item(mail)["candidates"][0]["evidence"] == [f"ann{AN}"]


def test_mail_of_before_an_erasure_that_a_restored_ledger_never_saw_stays_out(book: Book) -> None:
    book.write(lambda tx: erasures.remember(tx.connection, AN, tx.at, tx.at), minutes=60)
    try:
        world = World(book)
        world.mail("a", minutes=10, from_=Address("An", AN.upper()))
        world.mail("b", minutes=70, from_=Address("An", AN))
        world.mail("c", minutes=10, from_=Address("Bo", "bo@elders.example"))
        kept = book.read(lambda connection: set(connection.execute(select(tables.mail.c.message_id)).scalars()))
        assert kept == {"<b>", "<c>"}, "who writes again is no longer erased"
    finally:
        book.write(lambda tx: tx.execute(delete(erasure)))
