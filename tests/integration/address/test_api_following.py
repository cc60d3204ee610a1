"""Following an address over HTTP."""

from __future__ import annotations

import httpx
import pytest
from loketbus_contracts import ADDRESS_CHANGED, ADDRESS_RESOLVED

from services.address.api.models import Followed
from services.address.app import FOLLOWING
from tests.integration.address.desk import BEHANDELAAR, CRM, Desk, refused, told
from tests.support.address_service import BRUUL, HEIR, NOBODY, REMOVED, RETIRED, SHOP, AddressHouse


@pytest.fixture
async def desk(address: AddressHouse) -> Desk:
    """With the town."""
    address.load()
    return Desk(address)


async def put(desk: Desk, id: object, key: str = "k1", role: str = CRM, **body: object) -> httpx.Response:
    async with desk.client(role) as client:
        return await client.put(f"/addresses/{id}/follow", json=body, headers={"Idempotency-Key": key})


async def stop(desk: Desk, id: object, **query: str) -> httpx.Response:
    async with desk.client(CRM) as client:
        return await client.delete(f"/addresses/{id}/follow", params=query)


async def test_follow_hear_of_a_change_and_stop(desk: Desk) -> None:
    assert told(await desk.get(f"/addresses/{SHOP}/follow"), Followed)["followed"] is False
    uri = f"https://data.vlaanderen.be/id/adres/{SHOP}"
    followed = told(await put(desk, uri, dossier="d-1", klantenreis="KR-1"), Followed)
    assert (followed["address_id"], followed["followed"]) == (str(SHOP), True)
    assert followed["followers"] == [{"who": "asked:d-1", "klantenreis": "KR-1"}]
    told(await put(desk, SHOP, "k2", BEHANDELAAR), Followed)
    assert len(desk.house.told(ADDRESS_RESOLVED)) == 2

    await desk.house.run(FOLLOWING)
    assert desk.house.told(ADDRESS_CHANGED) == []
    with desk.house.feed(SHOP) as db:
        db.execute("UPDATE address SET house = '47', version = '2026-08-02T10:00:00+02:00' WHERE id = ?", (SHOP,))
    await desk.house.run(FOLLOWING)
    (change,) = desk.house.told(ADDRESS_CHANGED)
    assert ([one["what"] for one in change["changes"]], change["dossiers"]) == (["house_number"], ["d-1"])

    left = told(await stop(desk, SHOP, dossier="d-1"), Followed)
    assert [one["who"] for one in left["followers"]] == ["crm"]
    assert told(await stop(desk, SHOP), Followed)["followed"] is False
    assert told(await stop(desk, SHOP), Followed)["followed"] is False, "there was nothing to stop"
    shop = f"address/{SHOP}"
    assert [one[1:] for one in desk.audited()] == [
        ("follow", shop, "voor asked:d-1"),
        ("follow", shop, "voor crm"),
        ("unfollow", shop, "voor asked:d-1"),
        ("unfollow", shop, "voor crm"),
    ]


async def test_asked_twice_with_one_key_is_done_once(desk: Desk) -> None:
    first, second = await put(desk, SHOP), await put(desk, SHOP)
    assert first.json() == second.json()
    assert len(desk.house.told(ADDRESS_RESOLVED)) == 1
    assert refused(await put(desk, SHOP, klantenreis="KR-2")) == (409, "id_reused")


async def test_what_was_done_is_the_same_answer_also_when_it_would_not_be_done_any_more(desk: Desk) -> None:
    first = told(await put(desk, SHOP), Followed)
    with desk.house.feed(SHOP) as db:
        db.execute("UPDATE address SET status = 3 WHERE id = ?", (SHOP,))
    assert told(await put(desk, SHOP), Followed) == first
    assert refused(await put(desk, SHOP, "k2")) == (422, "retired")
    with desk.house.feed(SHOP) as db:
        db.execute("DELETE FROM address WHERE id = ?", (SHOP,))
    assert told(await put(desk, SHOP), Followed) == first
    assert refused(await put(desk, SHOP, dossier="d-2")) == (409, "id_reused")
    assert [one[1] for one in desk.audited()] == ["follow"]


async def test_what_has_no_street_yet_is_for_a_while(desk: Desk) -> None:
    with desk.house.feed(SHOP) as db:
        db.execute("UPDATE address SET street = 777 WHERE id = ?", (SHOP,))
    assert refused(await put(desk, SHOP)) == (503, "street_pending")


async def test_what_is_not_in_use_is_not_followed_but_its_successor_is_named(desk: Desk) -> None:
    retired = await put(desk, RETIRED)
    assert refused(retired) == (422, "retired")
    assert f"Volg wat in de plaats kwam: {HEIR} (Bruul 9, 2800 Mechelen)." in retired.json()["title"]
    assert refused(await put(desk, REMOVED)) == (410, "removed")
    assert refused(await put(desk, NOBODY)) == (422, "not_kept")
    assert refused(await put(desk, "Bruul 45")) == (422, "invalid_id")
    assert desk.house.told(ADDRESS_RESOLVED) == []


async def test_not_everybody_may(desk: Desk) -> None:
    for role in ("dispatcher", "operator"):
        assert refused(await put(desk, SHOP, role=role)) == (403, "role_missing")


async def test_without_a_register_it_can_still_be_stopped(address: AddressHouse) -> None:
    desk = Desk(address)
    assert refused(await put(desk, SHOP)) == (503, "register_missing")
    assert told(await stop(desk, SHOP), Followed)["followed"] is False


async def test_an_id_of_a_street_is_no_address(desk: Desk) -> None:
    assert refused(await put(desk, f"https://data.vlaanderen.be/id/straatnaam/{BRUUL}")) == (422, "invalid_id")
