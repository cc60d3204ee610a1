"""The CRM of the demo: which dossiers there are, what the desk sent, which questions came by telephone or at the desk.

Every thread that the desk answered is one made-up klantenreis with one dossier.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from loketbus_contracts import (
    CONTACT_RECEIVED,
    DOSSIER_STATE,
    MAIL_SENT,
    Betrokkene,
    ContactReceived,
    DossierState,
    Event,
    MailSent,
    encode,
)
from loketbus_contracts.topics import Message, Topic

from loketbus.kafka_client import connection_options
from loketbus.settings import BusSettings, load
from services.mail_ingest.domain import conversation_id, mailbox_id, root_of

SOURCE = "demo-crm"
COACHES = ("coach.an", "coach.bilal", "coach.chloe")
KINDS = {
    "lening": ("leningen", "energielening_plus"),
    "adaptatie": ("aanvragen_en_ontlenen", "tegeltuin_individueel"),
    "appartementen": ("adviezen", "renovatiemasterplan"),
    "wijkrenovatie": ("uitvoeringen", "collectieve_renovatie"),
    "energie": ("informatie", "informatievraag"),
    "wonen": ("informatie", "technische_vraag"),
}
"""Dossiertype and subtype of a question, by the queue it belongs in."""
CONTACTS = (
    ("telefoon", "Groendak op een garage", "Mevrouw vraagt welke premie er is voor een groendak op haar garage."),
    ("fysiek_loket", "Dak isoleren", "Kwam langs met een offerte voor dakisolatie; wil weten of die in orde is."),
    ("telefoon", "Lening voor ramen", "Wil de energielening voor nieuwe ramen; vraagt om teruggebeld te worden."),
)
Said = tuple[Topic[Any], str, datetime, Message]
"""Topic, key, when, value."""


def everything(manifest: dict[str, Any]) -> Iterator[Said]:
    """All that this CRM says about a made-up mailbox."""
    yield from dossiers(manifest)
    for mail in sent_mails(manifest):
        yield MAIL_SENT, mail.conversation, mail.sent_at, mail
    yield from contacts(datetime.fromisoformat(manifest["now"]))


def sent_mails(manifest: dict[str, Any]) -> Iterator[MailSent]:
    """What the CRM says about the mails that the desk sent."""
    mailbox = mailbox_id(manifest["mailbox"])
    for entry in _answered(manifest):
        root = root_of(entry["message_id"], entry["in_reply_to"], entry["references"], entry["message_id"])
        yield MailSent(
            conversation=conversation_id(mailbox, root),
            message_id=entry["message_id"],
            in_reply_to=(entry["in_reply_to"],) if entry["in_reply_to"] else (),
            references=tuple(entry["references"]),
            klantenreis=f"KR-2026-{_number(entry['thread'])}",
            actor=SOURCE,
            sent_at=datetime.fromisoformat(entry["received_at"]),
        )


def dossiers(manifest: dict[str, Any]) -> Iterator[Said]:
    """A dossier for each thread, with the people who wrote in it."""
    for thread in dict.fromkeys(entry["thread"] for entry in _answered(manifest)):
        mails = [entry for entry in manifest["entries"] if entry["thread"] == thread]
        queue = next((entry["queue"] for entry in mails if entry["queue"]), None)
        if queue is None:
            continue
        number = _number(thread)
        began = min(datetime.fromisoformat(entry["received_at"]) for entry in mails)
        kind, subtype = KINDS[queue]
        state = DossierState(
            dossier=f"dossier-{number}",
            revision=1,
            klantenreis=f"KR-2026-{number}",
            nummer=f"D-2026-{number}",
            type=kind,
            subtype=subtype,
            actief=True,
            toewijzing=COACHES[int(number) % len(COACHES)],
            betrokkenen=tuple(_people(mails, manifest["mailbox"])),
            datum_informatievraag=began.date(),
            occurred_at=began,
        )
        yield DOSSIER_STATE, state.dossier, began, state


def contacts(now: datetime) -> Iterator[Said]:
    """Questions that did not come by mail."""
    for position, (bron, subject, text) in enumerate(CONTACTS, 1):
        at = now - timedelta(hours=position)
        contact = ContactReceived(
            contact=f"demo-contact-{position}",
            bron=bron,
            received_at=at,
            subject=subject,
            text=text,
            actor="balie",
        )
        yield CONTACT_RECEIVED, contact.contact, at, contact


def _answered(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (entry for entry in manifest["entries"] if entry["folder"] == "sent" and entry["message_id"])


def _people(mails: Sequence[dict[str, Any]], mailbox: str) -> Iterator[Betrokkene]:
    own = mailbox.partition("@")[2]
    senders = dict.fromkeys(
        entry["sender"].lower()
        for entry in mails
        if entry["folder"] == "inbox" and entry["automatic"] == "human" and not entry["sender"].endswith(own)
    )
    for position, address in enumerate(senders):
        yield Betrokkene(rol="eigenaar_bewoner", hoofdcontactpersoon=position == 0, emails=(address,))


def _number(thread: str) -> str:
    return f"{int(hashlib.sha256(thread.encode()).hexdigest()[:6], 16) % 10_000:04}"


async def _publish(said: Sequence[Said]) -> None:
    settings = load(BusSettings)
    producer = AIOKafkaProducer(acks="all", **connection_options(settings, SOURCE))
    await producer.start()
    try:
        await asyncio.gather(*[await _send(producer, settings.topic_prefix, *one) for one in said])
    finally:
        await producer.stop()


async def _send(
    producer: AIOKafkaProducer, prefix: str, topic: Topic[Any], key: str, at: datetime, data: Message
) -> asyncio.Future[Any]:
    # The same id every time: starting the demo again doubles nothing.
    identity = hashlib.sha256(f"{topic.name}|{key}|{data.model_dump_json()}".encode()).hexdigest()
    event = Event(
        id=identity,
        type=topic.name,
        source=SOURCE,
        key=key,
        time=at,
        data=data,
        correlation_id=identity,
        data_version=topic.data_version,
    )
    name, value, headers = encode(event)
    sent: asyncio.Future[Any] = await producer.send(prefix + topic.name, value, key=name, headers=headers)
    return sent


def main(manifest: Path) -> None:
    """Say all that the CRM of this manifest has to say."""
    asyncio.run(_publish(list(everything(json.loads(manifest.read_text(encoding="utf-8"))))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
