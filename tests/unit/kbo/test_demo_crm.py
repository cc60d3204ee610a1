"""The CRM of the demo asks about who is in the made-up register, and about those to whom something happens."""

from __future__ import annotations

from services.kbo.demo_crm import FOLLOWED, MISTAKES, VMES, requests
from services.kbo.domain.numbers import candidates, check
from simulators.demo.places import BUILDINGS
from simulators.kbo.anchors import ANCHORS, SCRIPT


def test_it_follows_those_to_whom_something_happens() -> None:
    followed = {int(one.number[:8]) for one in requests() if one.follow}
    assert followed >= {base for _, base, _ in SCRIPT}
    assert followed <= ANCHORS.keys()


def test_it_knows_the_buildings_by_their_address() -> None:
    known = {building.number: building.address for building in BUILDINGS}
    for number, address, _ in VMES:
        place = known[number]
        expected = f"{place.street} {place.house_number}, {place.postcode} {place.municipality}"
        assert address in (None, expected)


def test_the_mistakes_are_those_that_people_make() -> None:
    exchanged, syndic, absent = MISTAKES
    assert [one for one in candidates(exchanged) if one in {vme[0] for vme in VMES}]
    assert syndic in FOLLOWED
    assert check(absent).valid
    assert int(absent[:8]) not in ANCHORS


def test_each_question_has_an_identity_of_its_own() -> None:
    asked = list(requests())
    assert len({one.model_dump_json() for one in asked}) == len(asked) == len(FOLLOWED) + len(VMES) + len(MISTAKES)
