"""`docs/write-a-service.md` holds a whole service: it is taken out of the page and run against a real Kafka."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi import FastAPI, Header, Response
from loketbus_contracts import DEADLETTER, DOSSIER_STATE, DossierState, Event, Message, Topic, encode
from sqlalchemy import select

from loketbus.consume.host import Limits
from loketbus.ledger.tables import effect, inbox
from loketbus.runtime import Runtime
from tests.integration.loketbus.serving import serving
from tests.support.kafka_tools import Raw, create_topic, produce, read_all
from tests.support.polling import wait_until

PAGE = Path(__file__).resolve().parents[3] / "docs" / "write-a-service.md"
LINES_MAX = 80
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def code_on_the_page() -> str:
    """The one Python block that is a whole module: it starts with a docstring."""
    [block] = [code for code in re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL) if code[:3] == '"""']
    return str(block)


@pytest.fixture
def coach() -> Iterator[ModuleType]:
    """The page's code as a module."""
    module = ModuleType("coach_of_the_page")
    sys.modules[module.__name__] = module
    exec(compile(code_on_the_page(), str(PAGE), "exec"), module.__dict__)
    yield module
    del sys.modules[module.__name__]


@dataclass
class Agenda:
    """The outside system: it loses the answer to the first booking, may be closed, and may answer no booking at all."""

    closed: bool = False
    answers: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    bookings: dict[str, dict[str, str]] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        """As a web application."""
        app = FastAPI()

        @app.get("/weeks/{week}")
        async def week(week: str) -> dict[str, Any]:
            self.asked += 1
            return {"closed": self.closed, "coaches": [] if week == "2026-W53" else ["renske"]}

        @app.post("/bookings")
        async def book(body: dict[str, str], response: Response, idempotency_key: str = Header()) -> dict[str, str]:
            self.posts.append(idempotency_key)
            if idempotency_key not in self.bookings:
                self.bookings[idempotency_key] = body
                response.status_code = 500
            await self.answers.wait()
            return body

        return app


@dataclass
class World:
    """The service running between Kafka and the agenda."""

    coach: ModuleType
    kafka: str
    prefix: str
    agenda: Agenda
    settings: Any
    runtime: Runtime[Any] = field(init=False)

    async def start(self) -> None:
        """Run the service, again if it ran before."""
        self.runtime = Runtime(self.coach.service, self.settings, limits=Limits(session_timeout_seconds=6))
        await self.runtime.start()

    async def say(self, topic: Topic[Any], key: str, data: Message) -> str:
        """Put an event on a topic; returns its id."""
        identity = str(uuid.uuid4())
        event = Event(
            id=identity,
            type=topic.name,
            source="crm",
            key=key,
            time=datetime.now(UTC),
            data=data,
            correlation_id=identity,
        )
        raw_key, value, headers = encode(event)
        await produce(self.kafka, self.prefix + topic.name, [Raw(value, raw_key, tuple(headers))])
        return identity

    async def request(self, key: str, week: str) -> str:
        """Ask for a visit."""
        return await self.say(self.coach.REQUESTED, key, self.coach.VisitRequested(week=week))

    async def open_dossier(self, key: str, revision: int = 1) -> None:
        """Say that the dossier exists."""
        state = DossierState(
            dossier=key, revision=revision, klantenreis="KR-1", nummer="KR-1", actief=True, occurred_at=NOW
        )
        await self.say(DOSSIER_STATE, key, state)

    async def changes(self, key: str) -> list[str]:
        """The states published for a key, in order."""
        records = await read_all(self.kafka, self.prefix + self.coach.CHANGED.name)
        return [json.loads(record.value or b"")["state"] for record in records if record.key == key.encode()]

    async def booked(self, key: str) -> bool:
        """Whether the visit of this dossier got its end."""
        return (await self.changes(key))[-1:] == ["booked"]

    async def waiting(self, code: str) -> bool:
        """Whether an event is held for this reason."""
        query = select(effect.c.id).where(effect.c.code == code, effect.c.state == "pending")
        return bool(await self.runtime.ledger.read(lambda connection: connection.execute(query).all()))


@pytest.fixture
async def world(coach: ModuleType, kafka: str, topic_prefix: str, tmp_path: Path) -> AsyncIterator[World]:
    for topic in (DOSSIER_STATE, coach.REQUESTED, coach.CHANGED, DEADLETTER):
        await create_topic(kafka, topic_prefix + topic.name)
    agenda = Agenda()
    agenda.answers.set()
    async with serving(agenda.app()) as address:
        settings = coach.CoachSettings(kafka=kafka, topic_prefix=topic_prefix, var=tmp_path, agenda_url=address)
        running = World(coach, kafka, topic_prefix, agenda, settings)
        await running.start()
        try:
            yield running
        finally:
            agenda.answers.set()
            await running.runtime.stop()


def test_it_is_short() -> None:
    lines = [line for line in code_on_the_page().splitlines() if line.strip()]
    assert len(lines) < LINES_MAX


@pytest.mark.kafka
async def test_a_request_waits_for_its_dossier_and_is_booked_once(world: World) -> None:
    await world.request("d-1", "2026-W48")
    await wait_until(lambda: world.waiting("not_yet"))
    assert await world.changes("d-1") == []
    await world.open_dossier("d-1")
    await wait_until(lambda: world.booked("d-1"))
    assert await world.changes("d-1") == ["asked", "booked"]
    [key] = world.agenda.bookings
    assert set(world.agenda.posts) == {key}, "the lost answer was asked for again under the same key"
    assert len(world.agenda.posts) > 1


@pytest.mark.kafka
async def test_a_service_that_ended_in_the_middle_of_a_call_asks_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.agenda.answers.clear()
    await world.open_dossier("d-5")
    await world.request("d-5", "2026-W50")
    await wait_until(lambda: world.agenda.posts)
    monkeypatch.setattr("loketbus.runtime.OWN_LANE_GRACE_SECONDS", 0.05)
    await world.runtime.stop()
    world.agenda.answers.set()
    await world.start()
    await wait_until(lambda: world.booked("d-5"))
    assert await world.changes("d-5") == ["asked", "booked"]
    assert len(world.agenda.bookings) == 1
    assert len(set(world.agenda.posts)) == 1


@pytest.mark.kafka
async def test_a_week_without_coaches_is_a_dead_letter_in_words(world: World) -> None:
    await world.open_dossier("d-2")
    await world.request("d-2", "2026-W53")

    async def letters() -> list[dict[str, Any]]:
        return [json.loads(r.value or b"") for r in await read_all(world.kafka, world.prefix + DEADLETTER.name)]

    [letter] = await wait_until(letters)
    assert (letter["code"], letter["audience"]) == ("no_coach", "loket")
    assert letter["reason"] == "Er is die week geen coach vrij; kies een andere week."
    assert world.agenda.bookings == {}


@pytest.mark.kafka
async def test_a_closed_agenda_costs_nothing_but_time(world: World) -> None:
    world.agenda.closed = True
    await world.open_dossier("d-3")
    await world.request("d-3", "2026-W49")
    await wait_until(lambda: world.waiting("agenda_closed"))
    world.agenda.closed = False
    await wait_until(lambda: world.booked("d-3"))
    assert await world.changes("d-3") == ["asked", "booked"]
    assert world.agenda.asked > 1
    assert len(world.agenda.bookings) == 1


@pytest.mark.kafka
async def test_an_older_revision_changes_nothing_and_a_tombstone_forgets(world: World, coach: ModuleType) -> None:
    async def revision() -> int | None:
        query = select(coach.dossier.c.revision).where(coach.dossier.c.id == "d-4")
        return await world.runtime.ledger.read(lambda connection: connection.execute(query).scalar())

    async def handled() -> bool:
        return len(await world.runtime.ledger.read(lambda connection: connection.execute(select(inbox)).all())) == 2

    await world.open_dossier("d-4", revision=7)
    await world.open_dossier("d-4", revision=6)
    await wait_until(handled)
    assert await revision() == 7
    await produce(world.kafka, world.prefix + DOSSIER_STATE.name, [Raw(None, b"d-4")])

    async def forgotten() -> bool:
        return await revision() is None

    await wait_until(forgotten)
