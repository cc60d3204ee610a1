"""`dossier.state.v1`: whose addresses are followed, and until when."""

from __future__ import annotations

from typing import Any

from loketbus_contracts import ADDRESS_REQUESTED, DOSSIER_STATE, AddressRequested
from loketbus_contracts.dossier import Adres, DossierState

from loketbus.following import Concerned, of_dossier
from services.address.app import FOLLOWING
from services.address.people import People
from services.address.store import following
from tests.support.address_service import BOX, BUILDING, HOUSE, SHOP, AddressHouse


async def say(house: AddressHouse, revision: int, *addresses: object, dossier: str = "d1", **values: Any) -> None:
    """The first address is the werfadres."""
    places = [Adres(adres=str(one), label="x", gebouwadres=str(BUILDING)) for one in addresses]
    state = {"klantenreis": "KR-1", "nummer": "KR-1/1", "actief": True} | values
    data = DossierState(
        dossier=dossier,
        revision=revision,
        werfadres=places[0] if places else None,
        bijkomende_adressen=tuple(places[1:]),
        occurred_at=house.now(),
        **state,
    )
    await house.handle(DOSSIER_STATE, dossier, data)


def which(house: AddressHouse, dossier: str = "d1") -> dict[int, str | None]:
    return house.read(lambda connection: following.addresses_of(connection, of_dossier(dossier)))  # type: ignore[no-any-return]


def anybody(house: AddressHouse) -> bool:
    return bool(house.read(following.anybody))


def concerned(house: AddressHouse, address: int) -> Concerned:
    return house.read(lambda connection: following.concerned(connection, address))  # type: ignore[no-any-return]


async def test_addresses_on_a_dossier_are_followed_without_a_register(address_on_both: AddressHouse) -> None:
    house = address_on_both
    await say(house, 1, HOUSE, BOX)
    assert which(house) == {HOUSE: "KR-1", BOX: "KR-1"}  # and not the building of the latter
    await say(house, 2, BOX)
    assert which(house) == {BOX: "KR-1"}
    await say(house, 3)
    assert not anybody(house)


async def test_an_older_revision_that_comes_late_changes_nothing(address: AddressHouse) -> None:
    await say(address, 5, HOUSE)
    await say(address, 4, BOX)
    await say(address, 5, BOX)
    assert which(address) == {HOUSE: "KR-1"}


async def test_another_klantenreis_is_taken_over(address: AddressHouse) -> None:
    await say(address, 1, HOUSE)
    await say(address, 2, HOUSE, klantenreis="KR-2")
    assert concerned(address, HOUSE) == Concerned(("d1",), ("KR-2",))


async def test_an_inactive_dossier_follows_nothing_any_more(address: AddressHouse) -> None:
    address.load()
    await say(address, 1, HOUSE)
    request = AddressRequested(reference="r1", address_id=str(SHOP), follow=True, dossier="d1")
    await address.handle(ADDRESS_REQUESTED, "r1", request)
    assert concerned(address, SHOP).dossiers == ("d1",)
    await say(address, 2, HOUSE, actief=False)
    assert not anybody(address)
    await say(address, 3, HOUSE)
    assert which(address) == {HOUSE: "KR-1"}


async def test_a_deleted_dossier_leaves_nothing(address_on_both: AddressHouse) -> None:
    house = address_on_both
    await say(house, 7, HOUSE)
    await say(house, 1, HOUSE, dossier="d2", klantenreis="KR-2")
    await house.forget(DOSSIER_STATE, "d1")
    assert concerned(house, HOUSE) == Concerned(("d2",), ("KR-2",))
    await say(house, 1, BOX)  # its revisions begin anew
    assert which(house) == {BOX: "KR-1"}


async def test_an_id_may_be_the_registers_uri_and_what_is_no_id_is_nobodys(address: AddressHouse) -> None:
    await say(address, 1, f"https://data.vlaanderen.be/id/adres/{HOUSE}", "moensstraat-19")
    assert which(address) == {HOUSE: "KR-1"}


async def test_what_is_followed_twice_stays_until_both_let_go(address: AddressHouse) -> None:
    await say(address, 1, HOUSE)
    await say(address, 1, HOUSE, dossier="d2")
    await say(address, 2)
    assert anybody(address)
    await say(address, 2, dossier="d2")
    assert not anybody(address)


async def test_a_dossier_or_klantenreis_can_be_found_and_erased(address_on_both: AddressHouse) -> None:
    house, people = address_on_both, People()
    house.load()
    await say(house, 1, HOUSE)
    await say(house, 1, BOX, dossier="d2", klantenreis="KR-2")
    await house.run(FOLLOWING)
    assert set(house.read(lambda connection: list(people.everybody(connection)))) == {"d1", "d2", "KR-1", "KR-2"}
    assert house.read(lambda connection: people.find(connection, "d1")) == {"followed_by": 1, "dossier": 1}
    assert house.read(lambda connection: people.find(connection, "KR-2")) == {"followed_by": 1}
    for subject in ("d1", "KR-2"):
        await house.transaction(lambda tx, who=subject: people.erase(tx, who), subject)
        assert house.read(lambda connection, who=subject: people.find(connection, who)) == {}
    assert not anybody(house)
