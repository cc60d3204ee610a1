"""Files of linked items are asked into the folder of their klantenreis, and again when they belong elsewhere."""

from __future__ import annotations

import json
from typing import Any

from loketbus_contracts import CONTACT_RECEIVED, ContactReceived, Event

from services.mail_ingest.handlers.contacts import ContactReceivedHandler
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import World
from tests.support.letters import attachment

FILES = (attachment("scan.pdf"), attachment("logo.png", inline=True), attachment("offerte.pdf"))


def asked(book: Book) -> list[dict[str, Any]]:
    rows = [row["record_value"] for row in book.emitted if row["topic"] == "document.requested.v1"]
    return [json.loads(value) for value in rows]  # type: ignore[arg-type]


def test_only_of_linked_items_and_not_the_pictures_in_the_text(book: Book) -> None:
    world = World(book)
    mail = world.mail("a", replies_to="<s>", attachments=FILES)
    assert asked(book) == []
    world.sent("s", "KR-1")
    assert [(one["klantenreis"], one["file"]["name"], one["mail"]) for one in asked(book)] == [
        ("KR-1", "scan.pdf", mail),
        ("KR-1", "offerte.pdf", mail),
    ]
    assert {one["service"] for one in asked(book)} == {"mail_ingest"}


def test_elsewhere_it_is_the_same_document_with_a_higher_revision(book: Book) -> None:
    world = World(book)
    world.sent("s", "KR-1")
    world.mail("a", replies_to="<s>", attachments=FILES[:1])
    world.dossier("KR-2", "KR-2")
    world.dossier("KR-1", "KR-1", actief=False, vervangen_door="id-of-KR-2", minutes=5)
    first, second = asked(book)
    assert (first["klantenreis"], second["klantenreis"]) == ("KR-1", "KR-2")
    assert first["document"] == second["document"]
    assert first["revision"] < second["revision"]


def test_those_of_a_contact_stay_with_the_service_that_took_it_down(book: Book) -> None:
    file = {"ref": "r", "size": 3, "sha256": "0" * 64, "media_type": "application/pdf", "name": "epc.pdf"}
    data = ContactReceived(
        contact="c1", bron="contactformulier", received_at=NOON, text="", attachments=(file,), klantenreis="KR-1"
    )
    event = Event(
        id="e", type=CONTACT_RECEIVED.name, source="econobis_bridge", key="c1", time=NOON, data=data, correlation_id="c"
    )
    book.write(lambda tx: ContactReceivedHandler().apply(tx, event, None))
    [one] = asked(book)
    assert (one["service"], one["contact"], one["file"]["ref"]) == ("econobis_bridge", "c1", "r")
