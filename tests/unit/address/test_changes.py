"""What differs between two states of an address."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loketbus_contracts import AddressState

from services.address.domain.changes import changes, first_look, line, older, valid, version_moment

STATE = AddressState(
    address_id="3201926",
    building_address_id="3201926",
    street_id="10769",
    street="Moensstraat",
    house_number="19",
    postcode="2800",
    municipality="Mechelen",
    nis="12025",
    status="inGebruik",
    version="2023-11-02T07:37:34+01:00",
    label="Moensstraat 19, 2800 Mechelen",
)


def but(**values: object) -> AddressState:
    return STATE.model_copy(update=values)


NEW = but(address_id="31319625", house_number="21", label="Moensstraat 21, 2800 Mechelen")
OTHER = but(address_id="31319626", house_number="23", label="Moensstraat 23, 2800 Mechelen")
RETIRED = but(status="gehistoreerd")


def told(before: AddressState | None, after: AddressState | None, *successors: AddressState) -> list[object]:
    return [(one.what, one.before, one.after) for one in changes(before, after, successors)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (STATE, RETIRED, ("retired", "inGebruik", "gehistoreerd")),
        (but(status="voorgesteld"), but(status="afgekeurd"), ("rejected", "voorgesteld", "afgekeurd")),
        (but(status="voorgesteld"), STATE, ("status", "voorgesteld", "inGebruik")),
        (STATE, but(status="gereserveerd"), ("status", "inGebruik", "gereserveerd")),
        (RETIRED, STATE, ("restored", "gehistoreerd", "inGebruik")),
        (STATE, but(house_number="19A"), ("house_number", "19", "19A")),
        (but(box="1"), but(box="0101"), ("box", "1", "0101")),
        (STATE, but(box="1"), ("box", None, "1")),
        (STATE, but(street="Moenslaan"), ("street", "Moensstraat", "Moenslaan")),
        (STATE, but(street_id="7"), ("street", "Moensstraat", "Moensstraat")),
        (STATE, but(postcode="2801"), ("postcode", "2800", "2801")),
        (STATE, but(municipality="Groot-Mechelen"), ("municipality", "Mechelen", "Groot-Mechelen")),
        (STATE, but(nis="12041"), ("municipality", "Mechelen", "Mechelen")),
        (but(box="1"), but(box="1", building_address_id="7"), ("building_address", "3201926", "7")),
        (but(box="1"), but(box="1", building_address_id=None), ("building_address", "3201926", None)),
        (STATE, None, ("removed", STATE.label, None)),
        (None, STATE, ("new", None, STATE.label)),
    ],
)
def test_each_thing_is_told_by_its_name(
    before: AddressState | None, after: AddressState | None, expected: tuple[str, str | None, str | None]
) -> None:
    assert told(before, after) == [expected]


def test_what_took_its_place_is_told_with_it() -> None:
    assert told(STATE, RETIRED, NEW) == [
        ("retired", "inGebruik", "gehistoreerd"),
        ("replaced", STATE.label, NEW.label),
    ]
    assert told(STATE, None, NEW, OTHER)[1] == ("replaced", STATE.label, f"{NEW.label} of {OTHER.label}")


def test_a_successor_that_comes_later_is_news_and_one_that_was_told_is_not() -> None:
    assert [one.what for one in changes(RETIRED, RETIRED, (NEW,))] == ["replaced"]
    assert changes(RETIRED, RETIRED, (NEW,), (NEW.address_id,)) == ()


def test_many_successors_are_counted_in_the_text() -> None:
    many = [but(address_id=str(number), label=f"nr {number}") for number in range(1, 9)]
    assert told(STATE, RETIRED, *many)[1] == (
        "replaced",
        STATE.label,
        "nr 1 of nr 2 of nr 3 of nr 4 of nr 5 of nog 3 andere",
    )


def test_what_was_removed_and_comes_back_was_restored() -> None:
    assert [one.what for one in changes(None, STATE, was_removed=True)] == ["restored"]


def test_at_a_first_look_only_what_cannot_be_used_is_news() -> None:
    assert first_look(STATE) == first_look(but(status="voorgesteld")) == first_look(None) == ()
    assert [one.what for one in first_look(RETIRED, (NEW,))] == ["retired", "replaced"]
    assert [one.what for one in first_look(but(status="afgekeurd"))] == ["rejected"]
    assert [one.what for one in first_look(None, (NEW,), removed=True)] == ["removed", "replaced"]


def test_a_version_alone_is_no_change() -> None:
    assert told(STATE, but(version="2026-01-01T00:00:00+01:00", label="anders geschreven")) == []


def test_versions_are_moments_and_not_texts() -> None:
    summer, winter = but(version="2024-06-01T12:00:00+02:00"), but(version="2024-06-01T11:30:00+01:00")
    assert older(winter, summer)
    assert not older(summer, winter)
    assert not older(STATE, but(version=None))
    assert not older(but(version="onleesbaar"), STATE)
    assert not older(but(version="2024-06-01T12:00:00"), STATE)  # without an offset it is no moment


def test_when_it_changed() -> None:
    now = but(version="2025-04-18T11:52:12.5955391+02:00")
    assert version_moment(STATE, now) == datetime.fromisoformat("2025-04-18T11:52:12.595539+02:00")
    assert version_moment(None, now) is not None
    assert version_moment(now, STATE) is None
    assert version_moment(STATE, STATE) is None
    assert version_moment(STATE, None) is None


def test_the_line_says_which_address_and_what() -> None:
    found = changes(STATE, but(house_number="19A", postcode="2801"))
    assert line("3201926", STATE.label, found) == (
        "Adresregister: Moensstraat 19, 2800 Mechelen: het huisnummer is nu 19A (was 19); "
        "de postcode is nu 2801 (was 2800)."
    )
    assert line("3201926", None, changes(None, STATE)) == "Adresregister: adres 3201926: staat nu in het register."


def test_who_lost_an_address_without_another_is_told_to_look_again() -> None:
    assert line("1", "x", changes(STATE, RETIRED)).endswith("(gehistoreerd). Zoek het adres opnieuw op.")
    assert line("1", "x", changes(STATE, RETIRED, (NEW,))).endswith(f"in de plaats kwam: {NEW.label}.")


states = st.none() | st.builds(
    but,
    status=st.sampled_from(["voorgesteld", "inGebruik", "gehistoreerd", "afgekeurd"]),
    street=st.sampled_from(["A", "B"]),
    house_number=st.sampled_from(["1", "2"]),
    box=st.none() | st.sampled_from(["1", "2"]),
    postcode=st.sampled_from(["2800", "2801"]),
    nis=st.sampled_from(["12025", "12041"]),
)


def essence(state: AddressState | None) -> object:
    """What people would call the address's own facts, written down apart from the code under test."""
    return state and (state.street, state.house_number, state.box, state.postcode, state.nis, state.status)


@given(states, states)
def test_something_is_told_exactly_when_a_fact_differs(before: AddressState | None, after: AddressState | None) -> None:
    found = changes(before, after)
    assert bool(found) == (essence(before) != essence(after))
    assert len({one.what for one in found}) == len(found)
    if found:
        assert line("1", "x", found).count(";") == len(found) - 1
    if valid(before) and not valid(after):
        assert {"retired", "rejected", "removed"} & {one.what for one in found}
