"""`dossier.state.v1`: whose organisations are followed, and until when."""

from __future__ import annotations

from typing import Any

from loketbus_contracts import DOSSIER_STATE, ORGANISATION_REQUESTED, OrganisationRequested
from loketbus_contracts.dossier import Betrokkene, DossierState

from loketbus.following import Concerned, of_dossier
from services.kbo.app import FOLLOWING
from services.kbo.people import People
from services.kbo.store import following
from tests.integration.kbo.test_following import LIQUIDATED, ROOFER
from tests.support.kbo_service import FIRST, KboHouse


async def say(house: KboHouse, revision: int, *numbers: str, dossier: str = "d1", **values: Any) -> None:
    state = {"klantenreis": "KR-1", "nummer": "KR-1/1", "actief": True} | values
    people = tuple(Betrokkene(rol="aannemer", organisatie=number) for number in numbers)
    data = DossierState(dossier=dossier, revision=revision, betrokkenen=people, occurred_at=house.now(), **state)
    await house.handle(DOSSIER_STATE, dossier, data)


def whom(house: KboHouse, dossier: str = "d1") -> dict[str, str | None]:
    return house.read(lambda connection: following.numbers_of(connection, of_dossier(dossier)))  # type: ignore[no-any-return]


def anybody(house: KboHouse) -> bool:
    return bool(house.read(following.anybody))


def concerned(house: KboHouse, number: str) -> Concerned:
    return house.read(lambda connection: following.concerned(connection, number))  # type: ignore[no-any-return]


async def test_organisations_on_a_dossier_are_followed_without_a_register(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    await say(house, 1, ROOFER, LIQUIDATED)
    assert whom(house) == {ROOFER: "KR-1", LIQUIDATED: "KR-1"}
    await say(house, 2, LIQUIDATED)
    assert whom(house) == {LIQUIDATED: "KR-1"}
    await say(house, 3)
    assert not anybody(house)


async def test_an_older_revision_that_comes_late_changes_nothing(kbo: KboHouse) -> None:
    await say(kbo, 5, ROOFER)
    await say(kbo, 4, LIQUIDATED)
    await say(kbo, 5, LIQUIDATED)
    assert whom(kbo) == {ROOFER: "KR-1"}


async def test_another_klantenreis_is_taken_over(kbo: KboHouse) -> None:
    await say(kbo, 1, ROOFER)
    await say(kbo, 2, ROOFER, klantenreis="KR-2")
    assert concerned(kbo, ROOFER) == Concerned(("d1",), ("KR-2",))


async def test_an_inactive_dossier_follows_nobody_any_more(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await say(kbo, 1, ROOFER)
    await kbo.handle(
        ORGANISATION_REQUESTED, LIQUIDATED, OrganisationRequested(number=LIQUIDATED, follow=True, dossier="d1")
    )
    assert concerned(kbo, LIQUIDATED).dossiers == ("d1",)
    await say(kbo, 2, ROOFER, actief=False)
    assert not anybody(kbo)
    await say(kbo, 3, ROOFER)
    assert whom(kbo) == {ROOFER: "KR-1"}


async def test_a_deleted_dossier_leaves_nothing(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    await say(house, 7, ROOFER)
    await say(house, 1, ROOFER, dossier="d2", klantenreis="KR-2")
    await house.forget(DOSSIER_STATE, "d1")
    assert concerned(house, ROOFER) == Concerned(("d2",), ("KR-2",))
    await say(house, 1, LIQUIDATED)  # its revisions begin anew
    assert whom(house) == {LIQUIDATED: "KR-1"}


async def test_a_number_with_a_typing_error_is_nobodys(kbo: KboHouse) -> None:
    await say(kbo, 1, "0949001875")
    assert not anybody(kbo)


async def test_what_is_followed_twice_stays_until_both_let_go(kbo: KboHouse) -> None:
    await say(kbo, 1, ROOFER)
    await say(kbo, 1, ROOFER, dossier="d2")
    await say(kbo, 2)
    assert anybody(kbo)
    await say(kbo, 2, dossier="d2")
    assert not anybody(kbo)


async def test_a_dossier_or_klantenreis_can_be_found_and_erased(kbo_on_both: KboHouse) -> None:
    house, people = kbo_on_both, People()
    house.load(FIRST)
    await say(house, 1, ROOFER)
    await say(house, 1, LIQUIDATED, dossier="d2", klantenreis="KR-2")
    await house.run(FOLLOWING)
    assert set(house.read(lambda connection: list(people.everybody(connection)))) == {"d1", "d2", "KR-1", "KR-2"}
    assert house.read(lambda connection: people.find(connection, "d1")) == {"followed_by": 1, "dossier": 1}
    assert house.read(lambda connection: people.find(connection, "KR-2")) == {"followed_by": 1}
    for subject in ("d1", "KR-2"):
        await house.transaction(lambda tx, who=subject: people.erase(tx, who), subject)
        assert house.read(lambda connection, who=subject: people.find(connection, who)) == {}
    assert not anybody(house)
