"""Doing something with items over HTTP: one, many, those of a colleague; and what a beheerder sets."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from loketbus_contracts import REPLY
from sqlalchemy import Connection, delete, insert, select

from loketbus.ledger.tables import effect, outbox
from loketbus.ledger.tx import Cause
from loketbus.runtime import Runtime
from loketbus.security import TokenStore
from loketbus.server import build_app
from services.mail_ingest.app import service
from services.mail_ingest.settings import MailSettings
from tests.integration.mail_ingest.test_api import NOON, Desk
from tests.support.dispatch import add_item

DISPATCH = {"command": "dispatch", "wachtrij": "energie"}
SPAM = {"command": "close", "reason": "spam"}
TEMPLATE = "https://crm.stad.example/nieuw?mail={mail}"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A service with the queues that it starts with."""
    runtime = Runtime(service, MailSettings(var=tmp_path, crm_new_dossier_url=TEMPLATE))
    tokens = TokenStore(tmp_path / "tokens.json")
    yield Desk(runtime, build_app(runtime, tokens), tokens)
    runtime.ledger.close()


async def open_items(desk: Desk, *names: str, **columns: Any) -> dict[str, int]:
    """Items by these names, each asked a minute later; their revisions."""
    found = {}
    for number, name in enumerate(names):
        at = NOON + timedelta(minutes=number)
        cause = Cause(consumer="test", source="test", id=name, at=at, correlation_id="c")
        row = await desk.runtime.write(cause, partial(add_item, name=name, **columns))
        found[name] = row["revision"]
    return found


async def give(
    person: httpx.AsyncClient, item: str, action: dict[str, Any], *, key: str = "k", **body: Any
) -> httpx.Response:
    return await person.post(
        f"/queue/items/{item}/commands", json={"action": action, **body}, headers={"Idempotency-Key": key}
    )


async def bulk(
    person: httpx.AsyncClient, names: list[str], action: dict[str, Any], *, key: str = "k", **one: Any
) -> httpx.Response:
    body = {"items": [{"item": name, **one} for name in names], "action": action}
    return await person.post("/queue/bulk", json=body, headers={"Idempotency-Key": key})


async def item_of(person: httpx.AsyncClient, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (await person.get(f"/queue/items/{name}")).json()
    return found


async def test_what_is_missing_or_wrong_is_named_in_dutch_without_what_stood_there(desk: Desk) -> None:
    async with desk.client("dispatcher") as person:
        answer = await person.post("/queue/items/x/commands", json={"action": {"command": "geheim"}})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "request_invalid")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "header.idempotency-key ontbreekt" in problem["title"].lower()
    assert "body.action is ongeldig" in problem["title"]
    assert "geheim" not in answer.text


async def replies(desk: Desk) -> list[dict[str, Any]]:
    """What was told on `reply.v1`."""
    query = select(outbox.c.record_value).where(outbox.c.topic == REPLY.name).order_by(outbox.c.id)
    return [json.loads(row[0]) for row in await desk.runtime.ledger.read(lambda c: c.execute(query).all())]


class TestOne:
    async def test_it_is_done_and_the_item_comes_back_as_it_is_now(self, desk: Desk) -> None:
        [revision] = (await open_items(desk, "item-0001")).values()
        async with desk.client("dispatcher", name="an") as an:
            answer = await give(an, "item-0001", DISPATCH, expected_revision=revision)
            assert answer.status_code == 200, answer.text
            said = answer.json()
            assert (said["outcome"], said["code"]) == ("done", "done")
            assert said["message"] == "Het item is doorgestuurd naar Energie (W&E)."
            assert said["revision"] == said["item"]["revision"] > revision
            assert said["item"]["wachtrij"] == "energie"
            [entry] = (await an.get("/queue/items/item-0001/history")).json()[1:]
        assert (entry["act"], entry["actor"], entry["text"]) == ("dispatch", "an", "doorgestuurd naar Energie (W&E)")
        [reply] = await replies(desk)
        assert (reply["request_key"], reply["message"]) == ("item-0001", said["message"])

    async def test_the_second_of_two_people_is_told_and_given_the_item(self, desk: Desk) -> None:
        [revision] = (await open_items(desk, "item-0001")).values()
        async with desk.client("dispatcher", name="an") as an, desk.client("behandelaar", name="bo") as bo:
            await give(an, "item-0001", DISPATCH, expected_revision=revision)
            answer = await give(
                bo, "item-0001", {"command": "close", "reason": "beantwoord"}, expected_revision=revision
            )
        assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
        problem = answer.json()
        assert problem["code"] == "revision_conflict"
        assert "doorgestuurd naar Energie (W&E) (door an" in problem["title"]
        assert problem["item"]["wachtrij"] == "energie"
        assert problem["revision"] == problem["item"]["revision"]
        assert [reply["message"] for reply in await replies(desk)][-1] == problem["title"] == problem["message"]

    @pytest.mark.parametrize(
        ("action", "status", "code"),
        [
            ({"command": "dispatch", "wachtrij": "nergens"}, 422, "unknown_queue"),
            ({"command": "return", "explanation": "Fout."}, 409, "not_dispatched"),
            ({"command": "close", "reason": "omdat"}, 422, "unknown_reason"),
        ],
    )
    async def test_a_refusal_says_what_to_do(self, desk: Desk, action: dict[str, Any], status: int, code: str) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("beheerder") as person:
            answer = await give(person, "item-0001", action)
        assert (answer.status_code, answer.json()["code"], answer.json()["outcome"]) == (status, code, "rejected")

    @pytest.mark.parametrize("action", [DISPATCH, {"command": "return", "explanation": "Fout."}])
    async def test_the_same_key_gives_the_same_answer_and_nothing_twice(
        self, desk: Desk, action: dict[str, Any]
    ) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("dispatcher") as person:
            answers = [await give(person, "item-0001", action) for _ in range(3)]
        assert len({(answer.status_code, answer.text) for answer in answers}) == 1
        assert len(await replies(desk)) == 1

    async def test_a_key_belongs_to_one_request_of_one_person(self, desk: Desk) -> None:
        await open_items(desk, "item-0001", "item-0002")
        async with desk.client("dispatcher", name="an") as an, desk.client("dispatcher", name="bo") as bo:
            assert (await give(an, "item-0001", DISPATCH)).status_code == 200
            other = await give(an, "item-0001", SPAM)
            assert (other.status_code, other.json()["code"]) == (409, "id_reused")
            assert (await give(an, "item-0002", SPAM)).status_code == 200
            assert (await give(bo, "item-0001", SPAM)).status_code == 200

    async def test_an_answer_that_is_too_old_to_know_is_not_invented(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("dispatcher") as person:
            await give(person, "item-0001", DISPATCH)
            await desk.runtime.ledger.write(lambda connection: connection.execute(delete(outbox)))
            again = await give(person, "item-0001", DISPATCH)
        assert (again.status_code, again.json()["code"]) == (422, "answer_gone")

    async def test_the_beginning_of_an_id_will_do_but_not_of_two(self, desk: Desk) -> None:
        await open_items(desk, "abcdefgh-1", "abcdefgh-2", "12345678-1")
        async with desk.client("dispatcher") as person:
            assert (await give(person, "12345678", DISPATCH)).json()["item"]["item"] == "12345678-1"
            for name in ("abcdefgh", "an@burger.example", "nobody"):
                answer = await give(person, name, DISPATCH)
                assert (answer.status_code, answer.json()["code"]) == (404, "unknown_item"), name

    async def test_without_a_key_it_is_not_taken(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("dispatcher") as person:
            answer = await person.post("/queue/items/item-0001/commands", json={"action": DISPATCH})
        assert answer.status_code == 422
        assert "idempotency-key" in answer.text.lower()

    async def test_behind_a_dead_letter_of_the_same_item_it_waits(self, desk: Desk) -> None:
        await open_items(desk, "item-0001", "item-0002")
        await desk.runtime.ledger.write(lambda connection: hold(connection, "item-0001"))
        async with desk.client("dispatcher") as person:
            answer = await give(person, "item-0001", DISPATCH)
            assert (answer.status_code, answer.json()["code"]) == (503, "key_waiting")
            many = (await bulk(person, ["item-0001", "item-0002"], DISPATCH, key="many")).json()
        assert [result["code"] for result in many["results"]] == ["key_waiting", "done"]


def hold(connection: Connection, item: str) -> None:
    """A command for this item that became a dead letter."""
    values = {
        "ref": "r",
        "lane": "events:queue.command.v1",
        "key": item,
        "kind": "event",
        "state": "dead",
        "blocks": True,
        "hold_key": True,
        "next_at": NOON,
        "correlation_id": "c",
        "created_at": NOON,
        "updated_at": NOON,
    }
    connection.execute(insert(effect).values(**values))


class TestWhoMay:
    async def test_a_behandelaar_works_but_does_not_dispatch(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("behandelaar") as person:
            answer = await give(person, "item-0001", DISPATCH)
            assert (answer.status_code, answer.json()["code"]) == (403, "role_missing")
            assert "dispatcher" in answer.json()["detail"]
            assert (await bulk(person, ["item-0001"], DISPATCH)).status_code == 403
            assert (await give(person, "item-0001", {"command": "assign", "behandelaar": "test"})).status_code == 200

    async def test_a_dpo_sees_and_does_nothing(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("dpo") as person:
            assert (await give(person, "item-0001", SPAM)).status_code == 403
            assert (await person.post("/queue/hand-over", json={"from": "an"})).status_code == 403

    async def test_the_crm_acts_for_its_people_and_nobody_else_does(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("crm", name="crm") as crm, desk.client("dispatcher", name="an") as an:
            answer = await give(crm, "item-0001", {"command": "note", "text": "Gebeld."}, actor="crm-u-1")
            assert answer.json()["item"]["notes"][0]["actor"] == "crm-u-1"
            refused = await give(an, "item-0001", DISPATCH, actor="bo")
            assert (refused.status_code, refused.json()["code"]) == (403, "actor_not_yours")
            assert (await give(an, "item-0001", DISPATCH, actor="an")).status_code == 200

    async def test_a_name_that_is_a_mail_address_does_not_travel(self, desk: Desk) -> None:
        """The user names of Entra ID are mail addresses."""
        await open_items(desk, "item-0001", "item-0002")
        async with desk.client("behandelaar", name="b.janssens@stad.example") as an:
            account = (await an.get("/queue/me")).json()["account"]
            assert (await give(an, "item-0001", {"command": "assign", "behandelaar": account})).status_code == 200
            mine = (await an.get("/queue/items", params={"behandelaar": "mine"})).json()
            free = (await an.get("/queue/items", params={"behandelaar": "none"})).json()
        assert [item["item"] for item in mine] == ["item-0001"]
        assert [item["item"] for item in free] == ["item-0002"]
        async with desk.client("dispatcher") as person:
            handed = await person.post(
                "/queue/hand-over", json={"from": "B.Janssens@stad.example", "to": "els@stad.example"}
            )
            assert (handed.status_code, handed.json()["done"]) == (200, 1)
        values = await desk.runtime.ledger.read(lambda c: c.execute(select(outbox.c.record_value)).scalars().all())
        assert not any(b"janssens" in value for value in values)


class TestMany:
    async def test_each_gets_its_own_answer(self, desk: Desk) -> None:
        await open_items(desk, "item-0001", "item-0002")
        await open_items(desk, "item-0003", open=False, closed_reason="beantwoord")
        names = ["item-0001", "nobody", "item-0003", "item-0002"]
        async with desk.client("behandelaar") as person:
            answer = (await bulk(person, names, SPAM)).json()
            assert (await bulk(person, names, SPAM)).json() == answer
        assert (answer["done"], answer["rejected"]) == (2, 2)
        assert [(one["item"], one["code"]) for one in answer["results"]] == [
            ("item-0001", "done"),
            ("nobody", "unknown_item"),
            ("item-0003", "already_closed"),
            ("item-0002", "done"),
        ]
        assert len(await replies(desk)) == 3

    async def test_what_a_colleague_changed_meanwhile_is_left_alone(self, desk: Desk) -> None:
        seen = await open_items(desk, "item-0001", "item-0002")
        async with desk.client("beheerder") as person:
            await give(person, "item-0001", {"command": "note", "text": "Eerst bellen."})
            items = [{"item": name, "expected_revision": revision} for name, revision in seen.items()]
            body = {"items": items, "action": SPAM}
            answer = (await person.post("/queue/bulk", json=body, headers={"Idempotency-Key": "b"})).json()
        assert [one["code"] for one in answer["results"]] == ["revision_conflict", "done"]

    async def test_a_reason_that_needs_a_look_is_not_for_many(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("beheerder") as person:
            answer = await bulk(person, ["item-0001"], {"command": "close", "reason": "beantwoord"})
            assert (answer.status_code, answer.json()["code"]) == (422, "reason_not_bulk")
            assert "spam, nieuwsbrief, dubbel, ter_info" in answer.json()["title"]
            assert (await item_of(person, "item-0001"))["open"]

    async def test_more_than_five_hundred_are_too_many_and_five_hundred_are_not(self, desk: Desk) -> None:
        names = [f"item-{number:04}" for number in range(501)]
        async with desk.client("beheerder") as person:
            assert (await bulk(person, names, SPAM)).status_code == 422
            assert (await bulk(person, [], SPAM)).status_code == 422
            await open_items(desk, *names[:500])
            answer = (await bulk(person, names[:500], SPAM)).json()
            assert (answer["done"], answer["rejected"]) == (500, 0)
            assert (await person.get("/queue/items")).json() == []


class TestHandOver:
    async def test_all_open_items_of_a_colleague_go_to_another(self, desk: Desk) -> None:
        await open_items(desk, "item-0001", "item-0002", behandelaar="an")
        await open_items(desk, "item-0003", behandelaar="an", wachtrij="energie")
        await open_items(desk, "item-0004", behandelaar="an", open=False, closed_reason="spam")
        async with desk.client("wachtrijverantwoordelijke") as person:
            body = {"from": "an", "to": "bo", "wachtrij": "we"}
            answer = await person.post("/queue/hand-over", json=body)
            assert answer.json() == {"done": 2, "rejected": 0, "results": []}
            assert (await person.post("/queue/hand-over", json=body)).json()["done"] == 0
            shown = [(await item_of(person, f"item-000{number}"))["behandelaar"] for number in (1, 2, 3, 4)]
        assert shown == ["bo", "bo", "an", "an"]

    async def test_or_wait_for_whoever_takes_them_up(self, desk: Desk) -> None:
        await open_items(desk, "item-0001", behandelaar="an")
        async with desk.client("dispatcher") as person:
            assert (await person.post("/queue/hand-over", json={"from": "an"})).json()["done"] == 1
            assert (await item_of(person, "item-0001"))["behandelaar"] is None

    async def test_what_cannot_be_handed_over_is_named(self, desk: Desk) -> None:
        await open_items(desk, "item-0001", "item-0002", behandelaar="an")
        await desk.runtime.ledger.write(lambda connection: hold(connection, "item-0001"))
        async with desk.client("dispatcher") as person:
            answer = (await person.post("/queue/hand-over", json={"from": "an", "to": "bo"})).json()
        assert (answer["done"], answer["rejected"]) == (1, 1)
        assert [(one["item"], one["code"]) for one in answer["results"]] == [("item-0001", "key_waiting")]

    async def test_to_oneself_is_a_mistake(self, desk: Desk) -> None:
        async with desk.client("dispatcher") as person:
            answer = await person.post("/queue/hand-over", json={"from": "an", "to": "an"})
        assert (answer.status_code, answer.json()["code"]) == (422, "same_behandelaar")


class TestSetting:
    async def test_a_beheerder_sets_a_queue_and_it_is_in_the_audit_trail(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("beheerder", name="chef") as person:
            body = {"label": "Zon (W&E)", "responsible": "an", "position": 9}
            queues = (await person.put("/queue/queues/zon", json=body)).json()
            assert queues == (await person.get("/queue/queues")).json()
            assert queues[-1] == {
                "wachtrij": "zon",
                "label": "Zon (W&E)",
                "responsible": "an",
                "active": True,
                "position": 9,
                "count": {"unlinked": 0, "linked": 0, "automatic": 0, "oldest_at": None},
            }
            assert queues[0]["count"]["unlinked"] == 1
            assert (await give(person, "item-0001", {"command": "dispatch", "wachtrij": "zon"})).status_code == 200
            await person.put("/queue/queues/zon", json=body | {"active": False})
            [zon] = [one for one in (await person.get("/queue/queues")).json() if one["wachtrij"] == "zon"]
            assert (zon["active"], zon["count"]["unlinked"]) == (False, 1)
            acts = (await person.get("/_ops/audit")).json()
        assert [(act["actor"], act["action"], act["target"]) for act in acts] == [
            ("chef", "set_queue", "queue/zon")
        ] * 2

    async def test_the_we_queue_stays_in_use(self, desk: Desk) -> None:
        async with desk.client("beheerder") as person:
            answer = await person.put("/queue/queues/we", json={"label": "W&E", "active": False})
            every = await person.put("/queue/queues/alle", json={"label": "Alle"})
        assert (answer.status_code, answer.json()["code"]) == (422, "we_stays")
        assert (every.status_code, every.json()["code"]) == (422, "reserved_code")

    async def test_a_reason_of_their_own(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("beheerder") as person:
            body = {"label": "Verkeerde dienst", "bulk": True, "position": 9}
            reasons = (await person.put("/queue/reasons/verkeerde_dienst", json=body)).json()
            assert reasons[-1] == body | {"reason": "verkeerde_dienst", "active": True}
            closed = await give(person, "item-0001", {"command": "close", "reason": "verkeerde_dienst"})
            assert closed.json()["message"] == "Het item is afgesloten (Verkeerde dienst)."
            reserved = await person.put("/queue/reasons/voor_ingebruikname", json=body)
            assert reserved.json()["code"] == "reserved_reason"

    @pytest.mark.parametrize("path", ["/queue/queues/zon", "/queue/reasons/zon"])
    async def test_only_a_beheerder_and_only_a_plain_code(self, desk: Desk, path: str) -> None:
        async with desk.client("wachtrijverantwoordelijke", name="an") as person, desk.client("beheerder") as chef:
            assert (await person.put(path, json={"label": "Zon"})).status_code == 403
            assert (await person.get(path.rpartition("/")[0])).status_code == 200
            assert (await chef.put(f"{path} & Co", json={"label": "Zon"})).status_code == 422


class TestLooking:
    async def test_lists_answer_what_was_asked(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        await open_items(desk, "item-0002", wachtrij="energie", subject="Zonnepanelen")
        await open_items(desk, "item-0003", open=False, closed_reason="spam")

        async def names(**query: Any) -> list[str]:
            return [item["item"] for item in (await person.get("/queue/items", params=query)).json()]

        async with desk.client("crm") as person:
            assert await names() == ["item-0001"]
            assert await names(wachtrij="alle") == ["item-0001", "item-0002"]
            assert await names(wachtrij="alle", q="zonne") == ["item-0002"]
            assert await names(open="false") == ["item-0003"]
            assert await names(open="all") == ["item-0001", "item-0003"]

    async def test_an_item_leads_to_a_new_dossier_in_the_crm(self, desk: Desk) -> None:
        await open_items(desk, "item-0001")
        async with desk.client("behandelaar") as person:
            [listed] = (await person.get("/queue/items")).json()
            shown = await item_of(person, "item-0001")
        assert listed["links"] == shown["links"]
        assert shown["links"]["maak_dossier"] == "https://crm.stad.example/nieuw?mail=mail-item-0001"
        assert shown["received_at"] == shown["first_contact_at"]

    async def test_the_document_describes_every_answer_and_every_refusal(self, desk: Desk) -> None:
        async with desk.client("crm") as person:
            document = (await person.get("/openapi.json")).json()
        routes = {path: methods for path, methods in document["paths"].items() if path.startswith("/queue/")}
        assert {"/queue/items/{item}/commands", "/queue/bulk", "/queue/hand-over", "/queue/reasons"} <= set(routes)
        for path, methods in routes.items():
            for operation in methods.values():
                assert operation["description"], path
        responses = routes["/queue/items/{item}/commands"]["post"]["responses"]
        assert {"200", "404", "409", "422"} <= set(responses)
        item = document["components"]["schemas"]["ItemDetail"]["properties"]
        assert "told when a colleague was first" in item["revision"]["description"]

    async def test_the_history_of_no_item_is_not_found(self, desk: Desk) -> None:
        async with desk.client("crm") as person:
            answer = await person.get("/queue/items/nobody/history")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
