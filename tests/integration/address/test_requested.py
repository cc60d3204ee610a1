"""`address.requested.v1`: one look-up, one answer, and following when asked."""

from __future__ import annotations

from typing import Any

import pytest
from loketbus_contracts import (
    ADDRESS_CHANGED,
    ADDRESS_REQUESTED,
    ADDRESS_RESOLVED,
    REPLY,
    AddressRequested,
    AddressResolved,
    Reply,
)

from loketbus.errors import Rejected, Unavailable
from services.address.app import FOLLOWING
from services.address.store import following
from tests.integration.address.followed import retire
from tests.support.address_register import META
from tests.support.address_service import (
    BOX,
    BRUUL,
    BUILDING,
    HEIR,
    HOUSE,
    NOBODY,
    OTHER_BOX,
    PROPOSED,
    REMOVED,
    RETIRED,
    SHOP,
    SPLIT,
    AddressHouse,
    town,
)


async def ask(house: AddressHouse, event_id: str | None = None, **values: Any) -> str:
    data = AddressRequested(reference="vraag-1", **values)
    return await house.handle(ADDRESS_REQUESTED, data.reference, data, event_id)


def answer(house: AddressHouse, request: str) -> AddressResolved:
    (found,) = [one for one in house.told(ADDRESS_RESOLVED) if one["request"] == request]
    return AddressResolved.model_validate(found)


def replies(house: AddressHouse, request: str) -> list[tuple[str, str]]:
    found = (Reply.model_validate(one) for one in house.told(REPLY))
    return [(str(one.outcome), one.code) for one in found if one.request == request]


def followed(house: AddressHouse, who: str) -> set[int]:
    return set(house.read(lambda connection: following.addresses_of(connection, who)))


async def test_an_address_in_one_line_is_answered_and_followed(address_on_both: AddressHouse) -> None:
    house = address_on_both
    house.load()
    request = await ask(
        house, text="Leopoldstraat 14 bus 0101, 2800 Mechelen", follow=True, klantenreis="KR-1", dossier="d1"
    )
    found = answer(house, request)
    assert (found.reference, found.verdict, found.address_id) == ("vraag-1", "exact", str(BOX))
    assert (found.building_address_id, found.box, found.postcode) == (str(BUILDING), "0101", "2800")
    assert found.address is not None
    assert found.address.label == "Leopoldstraat 14 bus 0101, 2800 Mechelen"
    assert (found.klantenreis, found.dossier, found.followed) == ("KR-1", "d1", True)
    assert found.source.source == "replica"
    assert found.source.attribution == f"{META['attribution']}, toestand op 01/08/2026."
    assert found.tijdlijn_tekst == (
        "Adres nagekeken in het Adressenregister: Leopoldstraat 14 bus 0101, 2800 Mechelen: gevonden."
    )
    assert replies(house, request) == [("done", "exact")]
    assert followed(house, "asked:d1") == {BOX}


async def test_an_address_in_parts(address: AddressHouse) -> None:
    address.load()
    request = await ask(address, street="Leopoldstraat", house_number="14/0102", postcode="2800")
    assert answer(address, request).address_id == str(OTHER_BOX)


async def test_a_bus_that_is_not_there_gives_the_building_and_nothing_to_follow(address: AddressHouse) -> None:
    address.load()
    request = await ask(address, text="Leopoldstraat 14 bus 77, 2800 Mechelen", follow=True)
    found = answer(address, request)
    assert (found.verdict, found.address_id, found.building_address_id) == ("building_only", None, str(BUILDING))
    assert {one.address_id for one in found.candidates} >= {str(BOX), str(OTHER_BOX)}
    assert found.address is not None
    assert found.address.address_id == str(BUILDING)
    assert not found.followed
    (said,) = [one for one in address.told(REPLY) if one["request"] == request]
    assert said["message"].endswith("er is geen adres om te volgen.")


async def test_a_street_that_does_not_exist_is_an_answer_too(address: AddressHouse) -> None:
    address.load()
    request = await ask(address, text="Verzonnenlei 3, 2800 Mechelen")
    assert replies(address, request) == [("done", "unknown")]
    assert answer(address, request).reasons


@pytest.mark.parametrize(
    ("given", "verdict", "found", "reason"),
    [
        (str(HOUSE), "exact", HOUSE, "by_id"),
        (f"https://data.vlaanderen.be/id/adres/{BOX}", "exact", BOX, "by_id"),
        (str(PROPOSED), "exact", PROPOSED, "by_id"),
        (str(RETIRED), "corrected", HEIR, "retired"),
        (str(SPLIT), "ambiguous", None, "retired"),
        (str(REMOVED), "unknown", None, "removed"),
        (str(NOBODY), "unknown", None, "not_kept"),
        ("Moensstraat 19", "unknown", None, "invalid_id"),
    ],
)
async def test_an_id_that_is_known(
    address: AddressHouse, given: str, verdict: str, found: int | None, reason: str
) -> None:
    address.load()
    resolved = answer(address, await ask(address, address_id=given))
    assert (resolved.verdict, resolved.reasons[0].code) == (verdict, reason)
    assert resolved.address_id == (None if found is None else str(found))


async def test_what_came_in_the_place_of_an_id_is_said(address: AddressHouse) -> None:
    address.load()
    one = answer(address, await ask(address, address_id=str(RETIRED)))
    assert [change.message for change in one.changes] == ["In de plaats kwam Bruul 9, 2800 Mechelen."]
    several = answer(address, await ask(address, "r2", address_id=str(SPLIT)))
    assert [one.label for one in several.candidates] == ["Bruul 45, 2800 Mechelen", "Bruul 9, 2800 Mechelen"]


async def test_a_retired_bus_leaves_its_building_and_a_retired_house_its_street(address: AddressHouse) -> None:
    address.load()
    for gone in (BOX, HOUSE):
        retire(address, gone)
    box = answer(address, await ask(address, address_id=str(BOX)))
    assert (box.verdict, box.address_id, box.building_address_id) == ("building_only", None, str(BUILDING))
    house = answer(address, await ask(address, "r2", address_id=str(HOUSE)))
    assert (house.verdict, house.street, house.house_number) == ("street_only", "Leopoldstraat", "12")
    assert house.address is None


async def test_who_keeps_the_whole_register_knows_what_was_never_there(address: AddressHouse) -> None:
    made = town()
    made.meta["nis"] = "all"
    address.load(made)
    found = answer(address, await ask(address, address_id=str(NOBODY)))
    assert [one.code for one in found.reasons] == ["never_existed"]
    assert found.reasons[0].message == f"Het register heeft nooit een adres met id {NOBODY} gehad. Kijk het id na."


async def test_an_address_of_which_the_street_is_not_read_yet_is_told_as_far_as_it_is_known(
    address: AddressHouse,
) -> None:
    address.load()
    with address.feed(BOX) as db:
        db.execute("UPDATE address SET street = 777 WHERE id = ?", (BOX,))
    found = answer(address, await ask(address, address_id=str(BOX), follow=True))
    assert (found.verdict, found.address_id, found.followed) == ("unknown", None, False)
    assert [one.code for one in found.reasons] == ["street_pending"]
    assert (found.street, found.house_number, found.box, found.postcode) == (None, "14", "0101", "2800")


async def test_the_answer_about_an_id_that_is_gone_says_what_became_of_it(address: AddressHouse) -> None:
    address.load()
    removed = answer(address, await ask(address, address_id=str(REMOVED)))
    assert removed.tijdlijn_tekst == (
        f"Adres {REMOVED} nagekeken in het Adressenregister. "
        f"Adres {REMOVED} heeft bestaan en is uit het register verwijderd."
    )
    request = await ask(address, address_id=str(RETIRED), follow=True)
    (said,) = [one for one in address.told(REPLY) if one["request"] == request]
    assert said["message"] == (
        f"Adres {RETIRED} is opgeheven (gehistoreerd). In de plaats kwam Bruul 9, 2800 Mechelen. "
        f"Gevolgd wordt nu adres {HEIR}."
    )


async def test_a_value_that_the_contract_has_no_room_for_does_not_keep_anybody_waiting(address: AddressHouse) -> None:
    address.load()
    with address.feed(HOUSE, SHOP) as db:
        db.execute("UPDATE address SET postcode = 12345 WHERE id = ?", (HOUSE,))
        db.execute("INSERT INTO municipality VALUES(120250, 'x', NULL, NULL, 2, NULL)")
        db.execute("UPDATE street SET nis = 120250 WHERE id = ?", (BRUUL,))
    found = answer(address, await ask(address, address_id=str(HOUSE)))
    assert (found.verdict, found.postcode) == ("exact", None)
    elsewhere = answer(address, await ask(address, address_id=str(SHOP), follow=True))
    assert (elsewhere.address_id, elsewhere.address, elsewhere.followed) == (str(SHOP), None, True)


async def test_who_only_asks_follows_nothing(address: AddressHouse) -> None:
    address.load()
    await ask(address, address_id=str(HOUSE), dossier="d1")
    assert followed(address, "asked:d1") == set()


async def test_without_a_register_the_request_waits_and_says_so_once(address_on_both: AddressHouse) -> None:
    house = address_on_both
    for _ in range(3):
        with pytest.raises(Unavailable):
            await ask(house, "request-1", text="Bruul 45, 2800 Mechelen")
    assert replies(house, "request-1") == [("waiting", "register_missing")]
    house.load()
    await ask(house, "request-1", text="Bruul 45, 2800 Mechelen")
    assert replies(house, "request-1") == [("waiting", "register_missing"), ("done", "exact")]


async def test_the_probe_says_whether_there_is_a_register(address: AddressHouse) -> None:
    probes = [one.probe for one in address.runtime.wiring.subscriptions if one.probe is not None]
    assert len(probes) == 2
    for probe in probes:
        with pytest.raises(Unavailable):
            await probe()
    address.load()
    for probe in probes:
        await probe()


async def test_a_request_that_cannot_be_answered_is_refused(address: AddressHouse) -> None:
    address.load()
    with pytest.raises(Rejected, match="request_id_not_opaque"):
        await ask(address, "somebody@example.org", text="Bruul 45")
    assert address.told(REPLY) == []


async def test_what_changes_between_the_answer_and_the_first_comparison_is_told(address_on_both: AddressHouse) -> None:
    house = address_on_both
    house.load()
    await ask(house, address_id=str(SHOP), follow=True, klantenreis="KR-9")
    retire(house, SHOP, HEIR)
    await house.run(FOLLOWING)
    (event,) = house.told(ADDRESS_CHANGED)
    assert [change["what"] for change in event["changes"]] == ["retired", "replaced"]
    assert event["klantenreizen"] == ["KR-9"]


async def test_an_answer_does_not_hide_a_change_from_who_followed_before(address: AddressHouse) -> None:
    address.load()
    await ask(address, "r1", address_id=str(SHOP), follow=True, dossier="d1")
    with address.feed(SHOP) as db:
        db.execute("UPDATE address SET house = '45A' WHERE id = ?", (SHOP,))
    await ask(address, "r2", address_id=str(SHOP), follow=True, dossier="d2")
    await address.run(FOLLOWING)
    (event,) = address.told(ADDRESS_CHANGED)
    assert event["dossiers"] == ["d1", "d2"]
