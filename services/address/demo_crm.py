"""The CRM of the demo: it asks about addresses of its dossiers, and follows some of them.

They are written as citizens do. To those that it follows something happens in the made-up register, one after another.
"""

from __future__ import annotations

import asyncio
import hashlib
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from aiokafka import AIOKafkaProducer
from loketbus_contracts import ADDRESS_REQUESTED, AddressRequested, Event, encode

from loketbus.kafka_client import connection_options
from loketbus.settings import BusSettings, load

SOURCE = "demo-crm"
FOLLOWED = (
    "Lange Ridderstraat 28, 2800 Mechelen",
    "Liersesteenweg 190 bus 8, 2800 Mechelen",
    "Leopoldstraat 3, 2800 Mechelen",
    "Mechelseveldstraat 2, 2801 Heffen",
    "Arsenaalstraat 2, 2800 Mechelen",
    "Brusselsesteenweg 3, 2800 Mechelen",
)
ASKED = (
    ("Moensstraat 19, B-2800 Mechelen", "exact"),
    ("Koningin Astridlaan 148, 2800 Mechelen", "exact"),
    ("St.-Katelijnestr. 78 Mechelen", "corrected"),
    ("Kazernestraat 20/A, 2801 Heffen", "corrected"),
    ("Adegemstraat 12-14, 2800 Mechelen", "exact"),
    ("Sint-Jacobstraat 20-30, 2800 Mechelen", "ambiguous"),
    ("Auwegemvaart 61 bus 303, 2800 Mechelen", "building_only"),
    ("Lange Heistraat 999, 2800 Mechelen", "street_only"),
    ("Statiestraat 12, 2800 Mechelen", "unknown"),
    ("Postbus 12, 2800 Mechelen", "unknown"),
)
"""With the verdict that each is an example of."""


def requests() -> Iterator[AddressRequested]:
    """All that it asks; each for a dossier of its own."""
    asked = [(text, True) for text in FOLLOWED] + [(text, False) for text, _ in ASKED]
    for position, (text, follow) in enumerate(asked, 1):
        yield AddressRequested(
            reference=f"vraag-9{position:03}",
            text=text,
            follow=follow,
            klantenreis=f"KR-2026-9{position:03}",
            dossier=f"dossier-9{position:03}",
        )


async def _publish(asked: Sequence[AddressRequested], at: datetime) -> None:
    settings = load(BusSettings)
    producer = AIOKafkaProducer(acks="all", **connection_options(settings, SOURCE))
    await producer.start()
    try:
        for data in asked:
            key, value, headers = encode(_event(data, at))
            await producer.send(settings.topic_prefix + ADDRESS_REQUESTED.name, value, key=key, headers=headers)
        await producer.flush()
    finally:
        await producer.stop()


def _event(data: AddressRequested, at: datetime) -> Event[AddressRequested]:
    # The same id every time: starting the demo again doubles nothing.
    identity = hashlib.sha256(data.model_dump_json().encode()).hexdigest()
    return Event(
        id=identity,
        type=ADDRESS_REQUESTED.name,
        source=SOURCE,
        key=data.reference,
        time=at,
        data=data,
        correlation_id=identity,
        data_version=ADDRESS_REQUESTED.data_version,
    )


def main(manifest: Path) -> None:
    """Ask about the addresses of the register that this manifest describes, at the moment when that was made."""
    asyncio.run(_publish(list(requests()), datetime.fromtimestamp(manifest.stat().st_mtime, UTC)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
