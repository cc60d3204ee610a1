"""Following an organisation over HTTP: the same as the CRM does over Kafka."""

from __future__ import annotations

import httpx
import pytest
from loketbus_contracts import ORGANISATION_CHANGED, ORGANISATION_RESOLVED

from services.kbo.app import FOLLOWING
from tests.integration.kbo.desk import BEHANDELAAR, CRM, PERSON, VME, Desk
from tests.support.kbo_service import FIRST, KboHouse


@pytest.fixture
async def desk(kbo: KboHouse) -> Desk:
    """With the first Full."""
    kbo.load(FIRST)
    return Desk(kbo)


async def put(desk: Desk, number: str, key: str = "k1", role: str = CRM, **body: object) -> httpx.Response:
    async with desk.client(role) as client:
        return await client.put(f"/organisations/{number}/follow", json=body, headers={"Idempotency-Key": key})


async def stop(desk: Desk, number: str, **query: str) -> httpx.Response:
    async with desk.client(CRM) as client:
        return await client.delete(f"/organisations/{number}/follow", params=query)


async def test_follow_look_and_stop(desk: Desk) -> None:
    number, *_ = desk.one(VME)
    assert (await desk.get(f"/organisations/{number}/follow")).json()["followed"] is False
    answer = await put(desk, f"{number[:4]}.{number[4:7]}.{number[7:]}", dossier="d-1", klantenreis="KR-1")
    assert answer.status_code == 200, answer.text
    followed = answer.json()
    assert (followed["number"], followed["followed"], followed["extract"]) == (number, True, FIRST)
    assert followed["followers"] == [{"who": "asked:d-1", "klantenreis": "KR-1"}]
    assert (await put(desk, number, "k2", BEHANDELAAR, general_meeting_month=3)).json()["general_meeting_month"] == 3
    assert len(desk.house.told(ORGANISATION_RESOLVED)) == 2

    await desk.house.run(FOLLOWING)
    assert (await desk.get(f"/organisations/{number}/follow")).json()["extract"] == FIRST

    left = (await stop(desk, number, dossier="d-1")).json()
    assert [one["who"] for one in left["followers"]] == ["crm"]
    assert (await stop(desk, number)).json()["followed"] is False
    assert (await stop(desk, number)).json()["followed"] is False, "there was nothing to stop"
    target = f"kbo/{number}"
    assert desk.acts() == [
        ("follow", target, "voor asked:d-1"),
        ("follow", target, "voor crm"),
        ("unfollow", target, "voor asked:d-1"),
        ("unfollow", target, "voor crm"),
    ]
    assert desk.house.told(ORGANISATION_CHANGED) == []


async def test_asked_twice_with_one_key_is_done_once(desk: Desk) -> None:
    number, *_ = desk.one(VME)
    first, second = await put(desk, number), await put(desk, number)
    assert first.json() == second.json()
    assert len(desk.house.told(ORGANISATION_RESOLVED)) == 1
    assert len(desk.audited()) == 1
    other = await put(desk, number, klantenreis="KR-2")
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")


async def test_nobody_follows_a_person_or_nothing(desk: Desk) -> None:
    person, name = desk.one(PERSON)
    refused = await put(desk, person)
    assert (refused.status_code, refused.json()["code"]) == (422, "natural_person")
    assert name not in refused.text
    absent = await put(desk, "0403170701")
    assert (absent.status_code, absent.json()["code"]) == (404, "not_found")
    wrong = await put(desk, "0403170702")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid_number")
    assert desk.house.told(ORGANISATION_RESOLVED) == []


@pytest.mark.parametrize("role", ["dispatcher", "operator"])
async def test_not_everybody_may(desk: Desk, role: str) -> None:
    number, *_ = desk.one(VME)
    assert (await put(desk, number, role=role)).status_code == 403
