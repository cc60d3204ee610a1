"""The words of the queues over HTTP: who may edit them, what is refused, trying a text, using them on what waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from loketbus.runtime import Runtime
from loketbus.security import TokenStore
from loketbus.server import build_app
from services.mail_ingest import mails
from services.mail_ingest.api.access import account
from services.mail_ingest.app import service
from services.mail_ingest.parsing import parse_to_blobs
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store.places import Place
from tests.support.ews import eml

NAME = "els@stad.example"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Desk:
    """The service without its background tasks."""

    runtime: Runtime[MailSettings]
    app: FastAPI
    tokens: TokenStore

    def client(self, *roles: str) -> httpx.AsyncClient:
        """Somebody with these roles."""
        headers = {"Authorization": f"Bearer {self.tokens.create(NAME, roles)}"}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://service.example", headers=headers
        )

    async def take_in(self, number: int, subject: str) -> None:
        mail = parse_to_blobs(eml(number, Subject=subject), self.runtime.blobs)
        place = Place("ews", f"place {number}", "inbox")
        await self.runtime.write(mails.cause_of("box", mail, NOON), lambda tx: mails.record(tx, "box", place, mail))


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    runtime = Runtime(service, MailSettings(var=tmp_path))
    tokens = TokenStore(tmp_path / "tokens.json")
    yield Desk(runtime, build_app(runtime, tokens), tokens)
    runtime.ledger.close()


async def change(client: httpx.AsyncClient, wachtrij: str, *words: tuple[str, int], **more: Any) -> httpx.Response:
    body = {"words": [{"word": word, "weight": weight} for word, weight in words], **more}
    return await client.put(f"/queue/queues/{wachtrij}/words", json=body)


class TestEditing:
    async def test_a_city_starts_with_words_for_every_queue(self, desk: Desk) -> None:
        async with desk.client("dispatcher") as dispatcher:
            for wachtrij in ("energie", "wonen", "appartementen", "wijkrenovatie", "adaptatie", "lening"):
                found = (await dispatcher.get(f"/queue/queues/{wachtrij}/words")).json()
                assert len(found["words"]) >= 10
                assert found["words"][0]["weight"] >= 4

    @pytest.mark.parametrize(
        ("role", "status"),
        [("beheerder", 200), ("wachtrijverantwoordelijke", 200), ("dispatcher", 403), ("behandelaar", 403)],
    )
    async def test_who_may(self, desk: Desk, role: str, status: int) -> None:
        async with desk.client(role) as person:
            assert (await change(person, "lening", ("lening*", 5))).status_code == status
            assert (await person.post("/queue/suggestions/refresh", json={})).status_code == status

    async def test_a_list_is_replaced_as_typed_words_are_kept_and_it_is_audited(self, desk: Desk) -> None:
        async with desk.client("beheerder") as person:
            await change(person, "lening", ("lening*", 5), ("oud", 1))
            answer = await change(person, "lening", ("Lening*", 5), ("0 % Lening", 6))
            assert answer.json()["words"] == [{"word": "0% lening", "weight": 6}, {"word": "lening*", "weight": 5}]
            acts = (await person.get("/_ops/audit")).json()
        assert (acts[0]["actor"], acts[0]["action"], acts[0]["target"]) == (NAME, "edit_words", "queue/lening")
        assert acts[0]["reason"] == "+0% lening (6), -oud"

    async def test_the_second_of_two_editors_is_told(self, desk: Desk) -> None:
        async with desk.client("beheerder") as person:
            before = (await person.get("/queue/queues/lening/words")).json()["version"]
            first = await change(person, "lening", ("lening*", 5), version=before)
            second = await change(person, "lening", ("krediet", 5), version=before)
            assert (second.status_code, second.json()["code"]) == (409, "revision_conflict")
            assert "Iemand anders" in second.json()["title"]
            assert (await person.get("/queue/queues/lening/words")).json() == first.json()

    async def test_what_is_no_word_or_no_queue_is_refused_in_words(self, desk: Desk) -> None:
        async with desk.client("beheerder") as person:
            for word in ("*", "le*ning"):
                answer = await change(person, "lening", (word, 5))
                assert (answer.status_code, answer.json()["code"]) == (422, "bad_word")
                assert f"'{word}'" in answer.json()["title"]
            twice = await change(person, "lening", ("Lening", 5), ("lening", 4))
            assert (twice.status_code, "twee keer" in twice.json()["title"]) == (422, True)
            assert (await change(person, "onbekend", ("lening", 5))).status_code == 404
            assert (await change(person, "lening", ("lening", 10))).status_code == 422


class TestTrying:
    async def test_a_text_gives_a_queue_with_its_words(self, desk: Desk) -> None:
        async with desk.client("dispatcher") as person:
            question = {"subject": "Verbouwlening", "text": "Mag ik nog geld lenen?"}
            found = (await person.post("/queue/suggest", json=question)).json()
        assert found["wachtrij"] == "lening"
        assert found["points"][0] == {
            "wachtrij": "lening",
            "label": "Lening (W&E)",
            "points": found["points"][0]["points"],
        }
        assert {"word": "verbouwlening*", "text": "Verbouwlening", "in_subject": True}.items() <= found["found"][
            0
        ].items()
        assert found["uitleg"] == 'Voorstel: Lening (W&E), door "Verbouwlening", "geld lenen".'

    async def test_why_there_is_none(self, desk: Desk) -> None:
        async with desk.client("beheerder") as person:
            await change(person, "lening", ("lening", 3))
            await change(person, "wonen", ("huur", 3), ("woning", 1))
            asked = [
                ("hallo", "Geen voorstel: er staat geen enkel woord van een wachtrij in."),
                ("huur of lening", "Geen voorstel: te weinig verschil tussen Lening (W&E) en Wonen (W&E)."),
                ("woning", "Geen voorstel: te weinig woorden van Wonen (W&E)."),
            ]
            for text, uitleg in asked:
                found = (await person.post("/queue/suggest", json={"text": text})).json()
                assert (found["wachtrij"], found["uitleg"]) == (None, uitleg)


class TestRefreshing:
    async def test_what_waits_gets_the_new_words_in_parts(self, desk: Desk) -> None:
        for number in range(3):
            await desk.take_in(number, "Over mijn droomkasteel")
        async with desk.client("beheerder") as person:
            await change(person, "wonen", ("droomkasteel", 9))
            body: dict[str, Any] | None = {}
            seen = []
            while body is not None:
                answer = (await person.post("/queue/suggestions/refresh", json={**body, "limit": 2})).json()
                seen.append((answer["checked"], answer["changed"]))
                body = answer["next"]
            assert seen == [(2, 2), (1, 1)]
            listed = (await person.get("/queue/items")).json()
            assert {item["suggestion"]["wachtrij"] for item in listed} == {"wonen"}
            history = (await person.get(f"/queue/items/{listed[0]['item']}/history")).json()
            assert (history[-1]["act"], history[-1]["actor"]) == ("suggest", account(NAME))
            assert (await person.get("/_ops/audit")).json()[0]["action"] == "refresh_suggestions"
