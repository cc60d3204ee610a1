"""The CRM of the demo: it asks about organisations of its dossiers, and follows them.

They are the buildings and firms of the demo's mails; to some of them something happens in the register's days.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from loketbus_contracts import ORGANISATION_REQUESTED, Event, OrganisationRequested, encode

from loketbus.kafka_client import connection_options
from loketbus.settings import BusSettings, load

SOURCE = "demo-crm"
FOLLOWED = ("0949001874", "0950374128", "0950221896", "0948120362")
"""A roofer, an engineering office, an architect and a professional syndic."""
VMES = (
    ("0951447165", "Koningin Astridlaan 148, 2800 Mechelen", 3),
    ("0954175043", "Caputsteenstraat 88, 2800 Mechelen", 5),
    ("0953092603", None, None),
)
"""With the address of the building and the month of the algemene vergadering, where the dossier has them."""
MISTAKES = ("0954175034", "0948120362", "0403170701")
"""Given as the number of a VME: two digits exchanged, the syndic's own number, and one that is not there."""


def requests() -> Iterator[OrganisationRequested]:
    """All that it asks; each for a dossier of its own."""
    for position, asked in enumerate(_asked(), 1):
        named = {"klantenreis": f"KR-2026-8{position:03}", "dossier": f"dossier-8{position:03}"}
        yield OrganisationRequested.model_validate(asked | named)


def _asked() -> Iterator[dict[str, Any]]:
    for number in FOLLOWED:
        yield {"number": number, "follow": True}
    for number, address, month in VMES:
        yield {"number": number, "vme": True, "address": address, "follow": True, "general_meeting_month": month}
    for number in MISTAKES:
        yield {"number": number, "vme": True}


async def _publish(asked: Sequence[OrganisationRequested], at: datetime) -> None:
    settings = load(BusSettings)
    producer = AIOKafkaProducer(acks="all", **connection_options(settings, SOURCE))
    await producer.start()
    try:
        for data in asked:
            name, value, headers = encode(_event(data, at))
            await producer.send(settings.topic_prefix + ORGANISATION_REQUESTED.name, value, key=name, headers=headers)
        await producer.flush()
    finally:
        await producer.stop()


def _event(data: OrganisationRequested, at: datetime) -> Event[OrganisationRequested]:
    # The same id every time: starting the demo again doubles nothing.
    identity = hashlib.sha256(data.model_dump_json().encode()).hexdigest()
    return Event(
        id=identity,
        type=ORGANISATION_REQUESTED.name,
        source=SOURCE,
        key=data.number,
        time=at,
        data=data,
        correlation_id=identity,
        data_version=ORGANISATION_REQUESTED.data_version,
    )


def main(manifest: Path) -> None:
    """Ask about the organisations of the register that this manifest describes, on its first day."""
    first = date.fromisoformat(json.loads(manifest.read_text(encoding="utf-8"))["spec"]["snapshot"])
    asyncio.run(_publish(list(requests()), datetime.combine(first, time(9), UTC)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
