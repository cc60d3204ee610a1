"""What travels in the benchmarks: 519 bytes of JSON and nine headers, about the size of a queue item."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from loketbus_contracts.envelope import Event
from loketbus_contracts.topics import Message, Topic

KEYS = 200
VALUE_BYTES = 519
SINCE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Question(Message):
    """A question as the loket gets it."""

    number: int
    sender: str
    queue: str
    received_at: datetime
    tags: list[str]
    postcode: str
    text: str


def topic(name: str) -> Topic[Question]:
    """A topic of questions; every contender and round writes to one of its own."""
    return Topic(
        name=name,
        model=Question,
        key="conversation",
        writers=("bench",),
        readers=("bench",),
        summary="benchmark",
        personal_data=False,
    )


def _question(number: int, text: str) -> Question:
    return Question(
        number=number,
        sender=f"contact-{number % 9973:05}",
        queue="W&E",
        received_at=SINCE + timedelta(milliseconds=number),
        tags=["premie", "isolatie", "VME"],
        postcode="9000",
        text=text,
    )


def question(number: int) -> Question:
    """The `number`-th question, always `VALUE_BYTES` long as JSON."""
    missing = VALUE_BYTES - len(_question(number, "").model_dump_json())
    return _question(number, ("Komt mijn dak in aanmerking voor een premie? " * 12)[:missing])


def event(name: str, number: int) -> Event[Question]:
    """The `number`-th event of a topic of questions."""
    return Event(
        id=f"{name}-{number:012}",
        type=name,
        source="bench",
        key=f"conversation-{number % KEYS}",
        time=SINCE + timedelta(milliseconds=number),
        data=question(number),
        correlation_id=f"correlation-{number % KEYS}",
    )
